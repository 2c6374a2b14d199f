/* The reference table. */
#include "kernel/reference/reference.h"
#include "kernel/tables.h"

void KERNEL(exp_all)(int64_t count, const real *x, real *y)
{
    for (int64_t i = 0; i < count; i++)
        y[i] = REAL_EXP(x[i]);
}

const kernels KERNEL(kernels) = TABLE_OF_SET("reference");
