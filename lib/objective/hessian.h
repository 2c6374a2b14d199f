/* The Hessian of few parameters, by the form of the samples. For *_tmpl.c. */
#ifndef OBJECTIVE_HESSIAN_H
#define OBJECTIVE_HESSIAN_H

#include "core/minimum.h"
#include "objective/linear_objective.h"

/* hessian_by_elements_suits_f32, hessian_by_elements_suits_f64 */
#define hessian_by_elements_suits REAL(hessian_by_elements_suits)

/* hessian_by_elements_f32, hessian_by_elements_f64 */
#define hessian_by_elements REAL(hessian_by_elements)

/* Rows of a slice: a multiple of `block`, in at most 16 slices, and fewer where their sums of P x P doubles would be
 * more than 32 MiB together, but for two of them. */
static inline int64_t hessian_slice_rows(int64_t rows, int64_t P, int64_t block)
{
    enum { MOST_SLICES = 16, FEWEST_SLICES = 2 };
    const int64_t by_memory = ((int64_t)1 << 22) / (P * P);
    const int64_t most = lesser(MOST_SLICES, by_memory > FEWEST_SLICES ? by_memory : FEWEST_SLICES);
    const int64_t blocks = (rows + block - 1) / block;
    return (blocks + most - 1) / most * block;
}

/* Whether the rows are so sparse that products of the elements of a row are fewer than those of dense rows are
 * worth. */
bool hessian_by_elements_suits(const linear_objective *of);

/* The Hessian of the mean loss as objective_methods.hessian has it, at the parameters that were rounded last, of sparse
 * rows; without the l2 penalty. *made: false where features are so far from 0 that their means could not be taken out
 * of sums of products. Errors: those of evaluate. */
linclass_status hessian_by_elements(const linear_objective *of, const double *means,
                                    const int64_t *chosen, int64_t count, double *hessian,
                                    bool *made);

#endif
