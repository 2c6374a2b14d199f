#include "objective/losses.h"

#include <linclass/fit.h>

bool loss_exists(int32_t loss)
{
    return loss == LINCLASS_LOSS_SOFTMAX;
}

bool loss_has_one_score(int32_t loss)
{
    (void)loss;
    return false;
}

double loss_curvature_bound(int32_t loss)
{
    (void)loss;
    return 0.5; /* diag(z) - z z^T <= 1/2: Boehning, Annals of the ISM 44 (1992) */
}

const loss_kernel_f32 *loss_kernel_of_f32(int32_t loss)
{
    (void)loss;
    return &kernels_best_f32()->cross_entropy;
}

const loss_kernel_f64 *loss_kernel_of_f64(int32_t loss)
{
    (void)loss;
    return &kernels_best_f64()->cross_entropy;
}
