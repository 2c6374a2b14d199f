/* Level 3, which rows are for what: random parts of a data set (training, validation, test) and the
 * folds of a cross-validation, with the classes in the same proportions in each.
 *
 * A split is a number for each row: part[i] in 0..parts-1. It depends on the arguments alone (seed,
 * sizes, labels): the same on every machine, for any number of threads, in every release.
 * linclass_dataset_select() copies the rows of a part; linclass_fit() and its validation rows take
 * the copies. */
#ifndef LINCLASS_SPLIT_H
#define LINCLASS_SPLIT_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Split m rows at random into parts of the given fractions, such as 0.8, 0.1, 0.1.
 *
 * The size of part p is fractions[p] * m, rounded up or down; every row is as likely as any other to
 * be in it. With labels the split is stratified: of the c rows of a class, part p gets its share,
 * size_p * c / m, give or take less than 2.
 *
 * ctx: may be NULL. y: m labels, any integers; NULL: not stratified. parts >= 1. fractions: `parts`
 * of them, each 0..1, their sum 1 within 1e-9. part: m, output; overlaps no input.
 * Errors: INVALID_ARGUMENT, DIMENSION (m < 0), MEMORY; part is then untouched.
 * Time O(m parts); memory 16 bytes a row while it runs.
 *
 * Method: rows shuffled, gathered by class, the classes in random order, and dealt to the parts so
 * that after every row no part is a whole row away from its share (Tijdeman: The chairman assignment
 * problem, Discrete Mathematics 32, 1980). */
LINCLASS_API linclass_status linclass_split(linclass_context *ctx, int64_t m, const int64_t *y,
                                            int64_t parts, const double *fractions, uint64_t seed,
                                            int64_t *part);

/* Split m rows at random into folds of equal size: m / folds, rounded up or down. With labels the
 * folds are stratified: of the c rows of a class each fold gets c / folds, rounded up or down.
 *
 * 2 <= folds <= m; folds = m leaves one row out at a time. fold: m, output, in 0..folds-1. All else
 * as in linclass_split; time O(m). */
LINCLASS_API linclass_status linclass_folds(linclass_context *ctx, int64_t m, const int64_t *y,
                                            int64_t folds, uint64_t seed, int64_t *fold);

LINCLASS_END_DECLS

#endif
