/* The sigmoid and the losses of one column of scores through it, in plain C. For the label y in
 * {0, 1} let s = h for y = 1, -h for y = 0, and q = sigmoid(-s) = |sigmoid(h) - y|:
 *
 *   sigmoid          1 / (1 + exp(-h))
 *   logistic         loss = log(1 + exp(-s))   residual = -+q            second = q (1 - q)
 *   sigmoid_squared  loss = q^2 / 2            residual = -+q^2 (1 - q)  second = q^2 (1-q) (2-3q)
 *
 * with - for y = 1 and + for y = 0. Hazard: exp of a positive number overflows, and 1 - sigmoid
 * cancels. Both q and 1 - q are had from e = exp(-|s|): the smaller is e / (1 + e), the larger
 * 1 / (1 + e); log(1 + exp(-s)) = max(0, -s) + log1p(e). An infinite score is made NaN by h - h. */
#include <stddef.h>

#include "kernel/reference/reference.h"

typedef struct sides {
    real e;     /* exp(-|s|) */
    real q;     /* sigmoid(-s) */
    real other; /* sigmoid(s) = 1 - q */
} sides;

static sides sides_of(real s)
{
    const real e = REAL_EXP(-(s < 0 ? -s : s));
    const real smaller = e / (1 + e);
    const real larger = 1 / (1 + e);
    return s >= 0 ? (sides){e, smaller, larger} : (sides){e, larger, smaller};
}

int64_t KERNEL(sigmoid)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < k; j++) {
            const real h = H[i * ldh + j];
            first = first_without(first, i, (double)h);
            Z[i * ldz + j] = sides_of(h).other;
        }
    }
    return first;
}

static int64_t rows_logistic(int64_t m, const real *h, real *residual, int64_t ldh,
                             const int64_t *y, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        const real score = h[i * ldh];
        const real s = y[i] == 1 ? score : -score;
        const sides at = sides_of(s);
        row_loss[i] = (double)(s - s) + (s < 0 ? -(double)s : 0.0) + log1p((double)at.e);
        if (residual != NULL)
            residual[i * ldh] = y[i] == 1 ? -at.q : at.q;
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

static int64_t rows_squared(int64_t m, const real *h, real *residual, int64_t ldh, const int64_t *y,
                            double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        const real score = h[i * ldh];
        const real s = y[i] == 1 ? score : -score;
        const sides at = sides_of(s);
        row_loss[i] = (double)(s - s) + 0.5 * (double)at.q * (double)at.q;
        if (residual != NULL)
            residual[i * ldh] = (y[i] == 1 ? -at.q : at.q) * at.q * at.other;
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

/* Only a column has these losses; a row of no classes has loss 0. */
int64_t KERNEL(logistic_loss)(int64_t m, int64_t k, const real *H, int64_t ldh, const int64_t *y,
                              double *row_loss)
{
    (void)k;
    return rows_logistic(m, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(logistic_residual)(int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                  double *row_loss)
{
    (void)k;
    return rows_logistic(m, H, H, ldh, y, row_loss);
}

int64_t KERNEL(sigmoid_squared_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                     const int64_t *y, double *row_loss)
{
    (void)k;
    return rows_squared(m, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(sigmoid_squared_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                         const int64_t *y, double *row_loss)
{
    (void)k;
    return rows_squared(m, H, H, ldh, y, row_loss);
}

int64_t KERNEL(logistic_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                   const int64_t *y, real *D, int64_t ldd)
{
    (void)k;
    (void)y;
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        const real h = H[i * ldh];
        const sides at = sides_of(h);
        real *d = D + i * ldd;
        *d = (h - h) + *d * (at.q * at.other);
        first = first_without(first, i, (double)*d);
    }
    return first;
}

int64_t KERNEL(sigmoid_squared_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                          const int64_t *y, real *D, int64_t ldd)
{
    (void)k;
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        const real h = H[i * ldh];
        const sides at = sides_of(y[i] == 1 ? h : -h);
        real *d = D + i * ldd;
        *d = (h - h) + *d * (at.q * at.q * at.other * (2 - 3 * at.q));
        first = first_without(first, i, (double)*d);
    }
    return first;
}
