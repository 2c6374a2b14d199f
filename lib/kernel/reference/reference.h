/* The kernels in plain C: slow, short, and what the fast ones are tested against. */
#ifndef KERNEL_REFERENCE_REFERENCE_H
#define KERNEL_REFERENCE_REFERENCE_H

#include <math.h>

#include "core/real.h"

#define KERNEL(name) REAL(name##_reference)

#include "kernel/set.h"

#if REAL_BITS == 32
#define REAL_EXP expf
#else
#define REAL_EXP exp
#endif

/* The first of the classes with the largest score; NaN counts as smallest. */
static inline int64_t first_largest(int64_t k, const real *h)
{
    int64_t largest = 0;
    for (int64_t j = 1; j < k; j++) {
        if (h[j] > h[largest])
            largest = j;
    }
    return largest;
}

/* Report row i when its result is not finite and none was before. */
static inline int64_t first_without(int64_t first, int64_t i, double result)
{
    return first < 0 && !isfinite(result) ? i : first;
}

#endif
