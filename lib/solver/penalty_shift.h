/* The shift of a row of weights that minimises its penalty. A loss of several scores depends only on their
 * differences: adding a constant to a row of theta changes only the penalty. */
#ifndef SOLVER_PENALTY_SHIFT_H
#define SOLVER_PENALTY_SHIFT_H

#include <stdint.h>

/* Return the c nearest to 0 that minimises sum_j l1 |t_j + c| + l2 / 2 (t_j + c)^2, l1 > 0. t: k; work: k. */
double penalty_shift(int64_t k, const double *t, double l1, double l2, double *work);

#endif
