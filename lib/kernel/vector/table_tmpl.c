/* The table of the vector kernels of one instruction set and precision. */
#include "kernel/tables.h"
#include "kernel/vector/exp.h"

void VECTOR_NAME(exp_all)(int64_t count, const real *x, real *y)
{
    const int64_t whole = count - count % LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        vector_store(y + i, vector_exp(vector_load(x + i)));
    if (whole < count)
        vector_store_first(y + whole, count - whole,
                           vector_exp(vector_load_first(x + whole, count - whole, 0)));
}

const kernels VECTOR_NAME(kernels) = TABLE_OF_SET(VECTOR_SET_NAME);
