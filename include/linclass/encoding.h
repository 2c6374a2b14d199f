/* How the columns of a table became features. */
#ifndef LINCLASS_ENCODING_H
#define LINCLASS_ENCODING_H

#include <linclass/common.h>

LINCLASS_BEGIN_DECLS

/* How the columns of a table become features: which are numbers, with the means that replace missing
 * cells; which are texts, with their categories; the names of columns and classes. A data set read from
 * a table has one (linclass_dataset_encoding); a model fitted to it can carry it
 * (linclass_model_with_encoding), and other tables are read by it (linclass_read_options.encoding).
 * Immutable. */
typedef struct linclass_encoding linclass_encoding;

/* What a column holds. */
enum { LINCLASS_COLUMN_NUMBERS = 1, LINCLASS_COLUMN_TEXTS = 2 };

/* What a reader does with an empty cell, or one of NA, N/A, NaN, nan, null, NULL, None, ?. Of a column of texts,
 * _MEAN and _ZERO leave the features of all its categories 0. */
enum { LINCLASS_MISSING_ERROR = 0, LINCLASS_MISSING_MEAN = 1, LINCLASS_MISSING_ZERO = 2 };

/* Accessors. encoding must not be NULL. Texts are valid as long as the encoding. Columns are those that
 * became features, without that of the labels, in the order of the table; a column of numbers is one
 * feature, a column of texts one for each category. */

/* Return the number of columns; 0 where the data set was no table but has names of classes. */
LINCLASS_API int64_t linclass_encoding_columns(const linclass_encoding *encoding);
/* Return the number of features that the columns become. */
LINCLASS_API int64_t linclass_encoding_features(const linclass_encoding *encoding);
/* Return the name of a column; NULL where the table had no names, and for a column out of range. */
LINCLASS_API const char *linclass_encoding_column_name(const linclass_encoding *encoding,
                                                       int64_t column);
/* Return LINCLASS_COLUMN_*; 0 for a column out of range. */
LINCLASS_API int32_t linclass_encoding_column_kind(const linclass_encoding *encoding,
                                                   int64_t column);
/* Return the mean of a column of numbers, over the cells that are not missing; 0 for other columns. */
LINCLASS_API double linclass_encoding_column_mean(const linclass_encoding *encoding,
                                                  int64_t column);
/* Return the number of categories of a column; 0 for other columns than texts. */
LINCLASS_API int64_t linclass_encoding_categories(const linclass_encoding *encoding,
                                                  int64_t column);
/* Return the text of a category, in ascending order of bytes; NULL when out of range. */
LINCLASS_API const char *linclass_encoding_category(const linclass_encoding *encoding,
                                                    int64_t column, int64_t category);
/* Return the name of the column of labels; NULL where there is none. */
LINCLASS_API const char *linclass_encoding_label_name(const linclass_encoding *encoding);
/* Return the number of names of classes; 0 where the labels were integers. */
LINCLASS_API int64_t linclass_encoding_classes(const linclass_encoding *encoding);
/* Return the text of label `label`, 0, 1, ...; NULL when out of range. */
LINCLASS_API const char *linclass_encoding_class_name(const linclass_encoding *encoding,
                                                      int64_t label);
/* Return what was done with missing cells: LINCLASS_MISSING_*. */
LINCLASS_API int32_t linclass_encoding_missing(const linclass_encoding *encoding);

LINCLASS_END_DECLS

#endif
