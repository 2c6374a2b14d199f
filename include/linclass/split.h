/* Level 3, splitting rows: random parts of a data set (training, validation, test) and the folds of a
 * cross-validation, with the classes in the same proportions in each.
 *
 * A split is a number for each row: part[i] in 0..parts-1. It depends only on the arguments (seed, sizes,
 * labels): it is the same on every machine, for any number of threads, in every release.
 * linclass_dataset_select() copies the rows of a part, to be given to linclass_fit() as training or
 * validation rows. */
#ifndef LINCLASS_SPLIT_H
#define LINCLASS_SPLIT_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Split m rows at random into parts of the given fractions, such as 0.8, 0.1, 0.1.
 *
 * Part p has fractions[p] * m rows, rounded up or down, and every row is equally likely to be in it. With
 * labels the split is stratified: of the c rows of a class, part p gets size_p * c / m, to within less
 * than 2.
 *
 * ctx: may be NULL. y: m labels, any integers; NULL: not stratified. parts >= 1. fractions: `parts`
 * of them, each in 0..1, with sum 1 within 1e-9. part: m, output; must not overlap an input.
 * Errors: INVALID_ARGUMENT, DIMENSION (m < 0), MEMORY; part is then unchanged.
 * Time: O(m parts). Memory: 16 bytes per row during the call.
 *
 * Method: the rows are shuffled and grouped by class, with the classes in random order, and dealt to the
 * parts such that after every row each part differs from its share by less than one row (Tijdeman: The
 * chairman assignment problem, Discrete Mathematics 32, 1980). */
LINCLASS_API linclass_status linclass_split(linclass_context *ctx, int64_t m, const int64_t *y,
                                            int64_t parts, const double *fractions, uint64_t seed,
                                            int64_t *part);

/* Split m rows at random into folds of equal size: m / folds, rounded up or down. With labels the folds
 * are stratified: of the c rows of a class each fold gets c / folds, rounded up or down.
 *
 * 2 <= folds <= m; folds = m leaves one row out at a time. fold: m, output, in 0..folds-1. Everything
 * else is as in linclass_split; time O(m). */
LINCLASS_API linclass_status linclass_folds(linclass_context *ctx, int64_t m, const int64_t *y,
                                            int64_t folds, uint64_t seed, int64_t *fold);

LINCLASS_END_DECLS

#endif
