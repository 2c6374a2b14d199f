/* The sigmoid, and the losses of one column of scores through it. For the label y in {0, 1} let s = h
 * for y = 1, -h for y = 0, and q = sigmoid(-s) = |sigmoid(h) - y|:
 *
 *   sigmoid          1 / (1 + exp(-h))
 *   logistic         loss = log(1 + exp(-s))   residual = -+q            second = q (1 - q)
 *   sigmoid_squared  loss = q^2 / 2            residual = -+q^2 (1 - q)  second = q^2 (1-q) (2-3q)
 *
 * with - for y = 1 and + for y = 0. Hazard: exp of a positive number overflows, and 1 - sigmoid
 * cancels. Both q and 1 - q are had from e = exp(-|s|): the smaller is e / (1 + e), the larger
 * 1 / (1 + e); log(1 + exp(-s)) = max(0, -s) + log1p(e). An infinite score is made NaN by h - h. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "kernel/vector/exp.h"
#include "kernel/vector/row_losses.h"

typedef struct sides {
    vector e;     /* exp(-|s|) */
    vector q;     /* sigmoid(-s) */
    vector other; /* sigmoid(s) = 1 - q */
} sides;

VECTOR_INLINE sides sides_of(vector s)
{
    const vector one = vector_all(1);
    const vector e = exp_below(vector_min(s, -s));
    const vector larger = one / (one + e);
    const vector smaller = e * larger;
    const mask negative = vector_less(s, vector_all(0));
    return (sides){e, vector_select(negative, larger, smaller),
                   vector_select(negative, smaller, larger)};
}

/* Elements 0, ld, 2 ld, ... of p; zeros after `count` of them. */
VECTOR_INLINE vector strided_load(int64_t count, const real *p, int64_t ld)
{
    if (ld == 1 && count == LANES)
        return vector_load(p);
    real lane[LANES] = {0};
    for (int64_t i = 0; i < count; i++)
        lane[i] = p[i * ld];
    return vector_load(lane);
}

VECTOR_INLINE void strided_store(int64_t count, real *p, int64_t ld, vector v)
{
    if (ld == 1 && count == LANES) {
        vector_store(p, v);
        return;
    }
    real lane[LANES];
    vector_store(lane, v);
    for (int64_t i = 0; i < count; i++)
        p[i * ld] = lane[i];
}

/* 1 for label 1, -1 for label 0. */
VECTOR_INLINE vector label_sign(int64_t count, const int64_t *y)
{
    int64_t lane[LANES] = {0};
    for (int64_t i = 0; i < count && count < LANES; i++)
        lane[i] = y[i];
    const vector label = vector_labels(count < LANES ? lane : y);
    return label + label - vector_all(1);
}

/* The first of `count` elements that is not finite, or -1. */
VECTOR_INLINE int64_t sigmoid_elements(int64_t count, const real *h, real *z)
{
    int64_t first = -1;
    for (int64_t j = 0; j < count; j += LANES) {
        const int64_t some = count - j < LANES ? count - j : LANES;
        const vector s = some == LANES ? vector_load(h + j) : vector_load_first(h + j, some, 0);
        const vector value = sides_of(s).other;
        if (some == LANES)
            vector_store(z + j, value);
        else
            vector_store_first(z + j, some, value);
        const mask finite = vector_less(vector_max(-s, s), vector_all(INFINITY));
        const unsigned bad = ~mask_bits(finite) & ((1u << LANES) - 1);
        if (first < 0 && bad != 0)
            first = j + __builtin_ctz(bad);
    }
    return first;
}

int64_t VECTOR_NAME(sigmoid)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz)
{
    if (ldh == k && ldz == k && k > 0) {
        const int64_t first = sigmoid_elements(m * k, H, Z);
        return first < 0 ? -1 : first / k;
    }
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        const int64_t bad = sigmoid_elements(k, H + i * ldh, Z + i * ldz);
        first = first < 0 && bad >= 0 ? i : first;
    }
    return first;
}

VECTOR_INLINE int64_t logistic(int64_t m, const real *h, real *residual, int64_t ldh,
                               const int64_t *y, double *row_loss)
{
    const vector zero = vector_all(0);
    int64_t first = -1;
    softmax_sums sums;
    for (int64_t i = 0; i < m; i += BLOCK) {
        const int64_t rows = m - i < BLOCK ? m - i : BLOCK;
        for (int64_t row = 0; row < rows; row += LANES) {
            const int64_t count = rows - row < LANES ? rows - row : LANES;
            const vector sign = label_sign(count, y + i + row);
            const vector s = sign * strided_load(count, h + (i + row) * ldh, ldh);
            const sides at = sides_of(s);
            wide_store(sums.gap + row, wide_of(vector_max(zero, -s) + (s - s)));
            wide_store(sums.others + row, wide_of(at.e));
            wide_store(sums.label + row, wide_of(vector_all(1)));
            if (residual != NULL)
                strided_store(count, residual + (i + row) * ldh, ldh, -sign * at.q);
        }
        const int64_t bad = VECTOR_SET(cross_entropy_losses)(rows, &sums, row_loss + i);
        first = first < 0 && bad >= 0 ? i + bad : first;
    }
    return first;
}

VECTOR_INLINE int64_t sigmoid_squared(int64_t m, const real *h, real *residual, int64_t ldh,
                                      const int64_t *y, double *row_loss)
{
    const wide half = wide_of(vector_all((real)0.5));
    for (int64_t i = 0; i < m; i += LANES) {
        const int64_t count = m - i < LANES ? m - i : LANES;
        const vector sign = label_sign(count, y + i);
        const vector s = sign * strided_load(count, h + i * ldh, ldh);
        const sides at = sides_of(s);
        const wide q = wide_of(at.q + (s - s));
        double loss[LANES];
        wide_store(loss, wide_multiply(wide_multiply(half, q), q));
        memcpy(row_loss + i, loss, (size_t)count * sizeof *loss);
        if (residual != NULL)
            strided_store(count, residual + i * ldh, ldh, -sign * at.q * at.q * at.other);
    }
    return first_not_finite(-1, 0, m, row_loss);
}

/* Only a column has these losses. */
int64_t VECTOR_NAME(logistic_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                   const int64_t *y, double *row_loss)
{
    (void)k;
    return logistic(m, H, NULL, ldh, y, row_loss);
}

int64_t VECTOR_NAME(logistic_residual)(int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                       double *row_loss)
{
    (void)k;
    return logistic(m, H, H, ldh, y, row_loss);
}

int64_t VECTOR_NAME(sigmoid_squared_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                          const int64_t *y, double *row_loss)
{
    (void)k;
    return sigmoid_squared(m, H, NULL, ldh, y, row_loss);
}

int64_t VECTOR_NAME(sigmoid_squared_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                              const int64_t *y, double *row_loss)
{
    (void)k;
    return sigmoid_squared(m, H, H, ldh, y, row_loss);
}

/* D := second D, where the second derivative is q (1 - q), or for `squared` q^2 (1 - q) (2 - 3 q). */
VECTOR_INLINE int64_t second_derivative(bool squared, int64_t m, const real *h, int64_t ldh,
                                        const int64_t *y, real *d, int64_t ldd)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i += LANES) {
        const int64_t count = m - i < LANES ? m - i : LANES;
        const vector s = label_sign(count, y + i) * strided_load(count, h + i * ldh, ldh);
        const sides at = sides_of(s);
        vector second = at.q * at.other;
        if (squared)
            second = at.q * second * vector_fma(vector_all(-3), at.q, vector_all(2));
        const vector out = (s - s) + strided_load(count, d + i * ldd, ldd) * second;
        strided_store(count, d + i * ldd, ldd, out);
        double result[LANES];
        wide_store(result, wide_of(out));
        first = first_not_finite(first, i, count, result);
    }
    return first;
}

int64_t VECTOR_NAME(logistic_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, real *D, int64_t ldd)
{
    (void)k;
    return second_derivative(false, m, H, ldh, y, D, ldd);
}

int64_t VECTOR_NAME(sigmoid_squared_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                               const int64_t *y, real *D, int64_t ldd)
{
    (void)k;
    return second_derivative(true, m, H, ldh, y, D, ldd);
}
