/* The smooth losses of one row in long double: value, gradient and second derivatives in the scores, as
 * docs/mathematics.md writes them. */
#ifndef OPTIMALITY_LOSS_TERMS_H
#define OPTIMALITY_LOSS_TERMS_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_CLASSES = 16 };

/* Scores of a row: one for the losses of two classes, else k. */
int64_t loss_columns(int32_t loss, int64_t k);

bool loss_is_for_two(int32_t loss);
bool loss_is_convex(int32_t loss);

/* loss(h, y). h: c scores. r: c, the gradient. H: c x c, the second derivatives, or NULL; of a loss that
 * is not convex a diagonal that bounds them from above. */
long double loss_terms(int32_t loss, int64_t c, const long double *h, int64_t y, long double *r,
                       long double *H);

/* An upper bound on d^T loss'' d over all scores, for row scores that differ by at most d >= 0 each. */
long double loss_curvature_bound(int32_t loss, int64_t c, const long double *d);

#endif
