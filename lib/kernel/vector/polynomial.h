/* Polynomials by Horner's rule. */
#ifndef KERNEL_VECTOR_POLYNOMIAL_H
#define KERNEL_VECTOR_POLYNOMIAL_H

#include "kernel/vector/kernels.h"

/* coefficients: `count` of them, constants, that of the highest power first; the loop is unrolled. */
VECTOR_INLINE vector polynomial(size_t count, const real *coefficients, vector x)
{
    vector p = vector_all(coefficients[0]);
    for (size_t i = 1; i < count; i++)
        p = vector_fma(p, x, vector_all(coefficients[i]));
    return p;
}

#endif
