/* exp(x) = 2^n e^r,  n = round(x / log 2),  r = x - n log 2,  |r| <= (log 2) / 2,
 *
 * e^r by the polynomial 1 + r + r^2 q(r) of least relative error (Remez exchange; 2^-28.3 in single,
 * 2^-57.9 in double precision), so that rounding decides: within 1 ulp, 2 promised.
 *
 * Hazards. The product n log 2 must not lose what r is made of: log 2 is split in two, the first
 * part so short that its product with n and the difference are exact. Results below the normal
 * range are rounded once, by the scaling. x is clamped to where the result is already 0 or
 * infinity, so that -infinity gives 0 and not infinity - infinity; NaN passes through the clamps
 * because it is their second operand. */
#ifndef KERNEL_VECTOR_EXP_H
#define KERNEL_VECTOR_EXP_H

#include "kernel/vector/kernels.h"
#include "kernel/vector/polynomial.h"

#if REAL_BITS == 32

#define EXP_LOWEST     (-104.0f) /* exp(-104) rounds to 0 */
#define EXP_HIGHEST    89.0f     /* exp(89) rounds to infinity */
#define EXP_LOG2_E     0x1.715476p0f
#define EXP_LN_2_FIRST 0x1.62e4p-1f
#define EXP_LN_2_REST  0x1.7f7d1cp-20f

static const real EXP_COEFFICIENTS[] = {
    0x1.6a2426p-10f, 0x1.1239f2p-7f, 0x1.5558f2p-5f, 0x1.555492p-3f, 0x1.fffffcp-2f, 1.0f, 1.0f};

#else

#define EXP_LOWEST     (-746.0)
#define EXP_HIGHEST    710.0
#define EXP_LOG2_E     0x1.71547652b82fep0
#define EXP_LN_2_FIRST 0x1.62e42fefa38p-1
#define EXP_LN_2_REST  0x1.ef35793c7673p-45

static const real EXP_COEFFICIENTS[] = {0x1.ad7f5fc21a4aap-26,
                                        0x1.28ad7d0326c78p-22,
                                        0x1.71df256c6ecf1p-19,
                                        0x1.a0199a01dde98p-16,
                                        0x1.a01a012a44b5ap-13,
                                        0x1.6c16c1842dbc2p-10,
                                        0x1.1111111127c32p-7,
                                        0x1.555555555086dp-5,
                                        0x1.55555555554fap-3,
                                        0x1.000000000000ap-1,
                                        1.0,
                                        1.0};

#endif

/* For x <= EXP_HIGHEST. */
VECTOR_INLINE vector exp_below(vector x)
{
    x = vector_max(vector_all(EXP_LOWEST), x);
    const vector n = vector_round(x * vector_all(EXP_LOG2_E));
    vector r = vector_fma(n, vector_all(-EXP_LN_2_FIRST), x);
    r = vector_fma(n, vector_all(-EXP_LN_2_REST), r);
    return vector_scale(
        polynomial(sizeof EXP_COEFFICIENTS / sizeof EXP_COEFFICIENTS[0], EXP_COEFFICIENTS, r), n);
}

VECTOR_INLINE vector vector_exp(vector x)
{
    return exp_below(vector_min(vector_all(EXP_HIGHEST), x));
}

#endif
