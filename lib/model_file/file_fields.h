/* What a model file says in its metadata (docs/model-format.md): keys, and the members they stand
 * for. Numbers are decimal text. */
#ifndef MODEL_FILE_FILE_FIELDS_H
#define MODEL_FILE_FILE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/decimal.h"

#define FILE_FORMAT "linclass model"
#define FILE_SCHEMA "1"
/* Of a calibrated model: a reader of schema 1 would give other probabilities, and know no prediction sets. */
#define FILE_SCHEMA_CALIBRATED "2"

/* A file begins, after the length of the header, with this text and the eight digits of the
 * checksum, so that they can be found without reading the header. */
#define FILE_CHECKSUM_PREFIX "{\"__metadata__\":{\"checksum\":\""

enum {
    FILE_CHECKSUM_DIGITS = 8,
    FILE_CHECKSUM_PLACE = 8 + sizeof FILE_CHECKSUM_PREFIX - 1,
    FILE_FIRST_BYTES = FILE_CHECKSUM_PLACE + FILE_CHECKSUM_DIGITS,
    FILE_FIELD_SIZE = DECIMAL_SIZE
};

typedef enum { FIELD_INT32, FIELD_INT64, FIELD_DOUBLE } file_field_type;

typedef struct file_field {
    const char *key;
    file_field_type type;
    size_t offset;
    bool optional; /* files of the first release lack it: then the member stays as it is */
} file_field;

/* Members of linclass_model. */
extern const file_field FILE_MODEL_FIELDS[];
extern const int FILE_MODEL_FIELD_COUNT;

/* A member of linclass_model that files of schema 2 have besides. */
extern const file_field FILE_TEMPERATURE_FIELD;
extern const file_field FILE_BOUND_FIELDS[]; /* of a model that was fitted within bounds */
extern const int FILE_BOUND_FIELD_COUNT;
extern const file_field FILE_GROUP_FIELD; /* of a model whose l1 penalty is of the rows of theta */

/* Files of schema 2 have this key where the model makes prediction sets, with the name of LINCLASS_SETS_*. */
#define FILE_SETS_KEY "sets"

/* The name of LINCLASS_SETS_*; NULL: there is no such number. */
const char *file_sets_name(int32_t sets);

/* Members of linclass_fit_report, there when the model comes from a fit. */
extern const file_field FILE_REPORT_FIELDS[];
extern const int FILE_REPORT_FIELD_COUNT;

void file_field_format(const file_field *field, const void *object, char text[FILE_FIELD_SIZE]);

/* False when the text is not a number of the field's type; then the member is unchanged. */
bool file_field_parse(const file_field *field, const char *text, void *object);

#endif
