/* log(1 + u) for u >= 0, in double precision, relative error below 2 ulp.
 *
 *   1 + u = 2^e (1 + g),  1/sqrt 2 <= 1 + g < sqrt 2,   log(1 + u) = e log 2 + log(1 + g)
 *   log(1 + g) = 2 atanh t = 2 t + t^3 P(t^2) = g - t (g - t^2 P(t^2)),   t = g / (2 + g)
 *
 * Hazard: 1 + u drops the low bits of a small u, and with them all of the logarithm. g is therefore
 * formed as u 2^-e + (2^-e - 1), which is u itself when e = 0, and the last form subtracts from the
 * exact g a correction of second order. P is the polynomial of least relative error (2^-59.5). */
#ifndef KERNEL_VECTOR_LOG1P_H
#define KERNEL_VECTOR_LOG1P_H

#include "kernel/vector/kernels.h"
#include "kernel/vector/polynomial.h"

static const double LOG1P_COEFFICIENTS[] = {
    0x1.2f0d928c77e34p-3, 0x1.39a0f494373fp-3,  0x1.746646314901cp-3, 0x1.c71c51e7dd6c4p-3,
    0x1.2492494217c5cp-2, 0x1.999999997fb2ep-2, 0x1.5555555555593p-1};

VECTOR_INLINE vector vector_log1p(vector u)
{
    const vector one = vector_all(1.0);
    const vector e = vector_exponent((one + u) * vector_all(0x1.6a09e667f3bcdp0));
    const vector scale = vector_scale(one, -e);
    const vector g = vector_fma(u, scale, scale - one);
    const vector t = g / (g + vector_all(2.0));
    const vector s = t * t;
    const vector p =
        polynomial(sizeof LOG1P_COEFFICIENTS / sizeof LOG1P_COEFFICIENTS[0], LOG1P_COEFFICIENTS, s);
    const vector log_1_g = vector_fma(-t, vector_fma(-s, p, g), g);
    return vector_fma(e, vector_all(0x1.62e42fefa39efp-1), log_1_g);
}

#endif
