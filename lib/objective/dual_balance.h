/* What moves residuals to a point of the dual problem: the tilt and the base point that bring their sum to 0, as
 * free intercepts require (sweep/dual_rows.h). */
#ifndef OBJECTIVE_DUAL_BALANCE_H
#define OBJECTIVE_DUAL_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/dual_rows.h"

/* Numbers of work space that dual_balance takes for k scores of a row. */
int64_t dual_balance_work(int64_t k, bool with_laplacian);

/* From the sums over all rows, of weight total_weight together, which are overwritten: set tilt, share, base and mass
 * of a point whose kind and margin are set. They point into `work` and the sums. Returns false where no point of this
 * form is in the domain of the conjugate: a class without rows, under a loss of margins. */
bool dual_balance(int64_t k, double total_weight, const dual_sums *sums, double *work,
                  dual_point *point);

#endif
