/* How far a computed result may lie from the exact one: a-priori bounds of the rounding errors
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. 2002, chapters 3 and 4), element
 * by element. They hold for any order of summation, so that no test needs a tolerance found by
 * trial. u is the unit roundoff of the arithmetic, tiny the least positive normal number: results
 * below it may be flushed. First-order terms only; callers keep the propagated errors well below 1.
 *
 * Arrays are dense, as in reference.h; a bound of the inputs (dH, dR) may be NULL: exact inputs. */
#ifndef SUPPORT_BOUNDS_H
#define SUPPORT_BOUNDS_H

#include <stdint.h>

typedef struct arithmetic {
    double u;
    double tiny;
} arithmetic;

/* dH = gamma(n + 1) (|X| |theta| + |bias|), the bound of an inner product of n + 1 terms. */
void bounds_logits(arithmetic a, int64_t m, int64_t n, int64_t k, const long double *X,
                   const long double *theta, const long double *bias, double *dH);

/* dZ: the exponent's argument h_j - max carries u |h_j - max|, exp 2 ulp, the sum of k terms k u,
 * the quotient u; an error of the logits changes z_j by z_j (dh_j + sum_l z_l dh_l). */
void bounds_softmax(arithmetic a, int64_t m, int64_t k, const long double *H, const double *dH,
                    double *dZ);

/* Of the mean cross-entropy. */
double bounds_cross_entropy(arithmetic a, int64_t m, int64_t k, const long double *H,
                            const double *dH, const int64_t *y);

/* dR: that of the softmax; for the label, whose residual is z_y - 1 or minus the sum of the others,
 * that of all the classes, and one rounding. */
void bounds_residual(arithmetic a, int64_t m, int64_t k, const long double *H, const double *dH,
                     const int64_t *y, double *dR);

/* dG and dg_bias (may be NULL): |scale| |X|^T (dR + gamma(m + 3) |R|). */
void bounds_gradient(arithmetic a, int64_t m, int64_t n, int64_t k, const long double *X,
                     const long double *R, const double *dR, double scale, double *dG,
                     double *dg_bias);

#endif
