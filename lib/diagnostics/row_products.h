/* Products of the rows of theta, of G and of residuals: c numbers, few. */
#ifndef DIAGNOSTICS_ROW_PRODUCTS_H
#define DIAGNOSTICS_ROW_PRODUCTS_H

#include <math.h>
#include <stdint.h>

static inline double row_dot(int64_t c, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < c; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The 2-norm. */
static inline double row_norm(int64_t c, const double *a)
{
    return sqrt(row_dot(c, a, a));
}

#endif
