/* The table of the vector kernels of one instruction set and precision. */
#include "kernel/kernel.h"
#include "kernel/tables.h"
#include "kernel/vector/exp.h"
#include "kernel/vector/kernels.h"

static void exp_all(int64_t count, const real *x, real *y)
{
    const int64_t whole = count - count % LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        vector_store(y + i, vector_exp(vector_load(x + i)));
    if (whole < count)
        vector_store_first(y + whole, count - whole,
                           vector_exp(vector_load_first(x + whole, count - whole, 0)));
}

const REAL(kernels) VECTOR_NAME(kernels) = {
    .name = VECTOR_SET_NAME,
    .softmax = VECTOR_NAME(softmax),
    .cross_entropy = {.name = "cross_entropy",
                      .loss = VECTOR_NAME(cross_entropy_loss),
                      .residual = VECTOR_NAME(cross_entropy_residual)},
    .exp = exp_all,
};
