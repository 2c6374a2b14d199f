#include "support/reference.h"

#include <math.h>
#include <stdlib.h>

void reference_logits(int64_t m, int64_t n, int64_t k, const long double *X,
                      const long double *theta, const long double *bias, long double *H)
{
    for (int64_t i = 0; i < m; i++) {
        for (int64_t c = 0; c < k; c++)
            H[i * k + c] = bias == NULL ? 0 : bias[c];
        for (int64_t j = 0; j < n; j++) {
            for (int64_t c = 0; c < k; c++)
                H[i * k + c] += X[i * n + j] * theta[j * k + c];
        }
    }
}

static long double largest(int64_t k, const long double *h)
{
    long double max = -INFINITY;
    for (int64_t c = 0; c < k; c++)
        max = fmaxl(max, h[c]);
    return max;
}

static long double sum_of_exponentials(int64_t k, const long double *h, long double max)
{
    long double sum = 0;
    for (int64_t c = 0; c < k; c++)
        sum += expl(h[c] - max);
    return sum;
}

void reference_softmax(int64_t m, int64_t k, const long double *H, long double *Z)
{
    for (int64_t i = 0; i < m; i++) {
        const long double max = largest(k, H + i * k);
        const long double sum = sum_of_exponentials(k, H + i * k, max);
        for (int64_t c = 0; c < k; c++)
            Z[i * k + c] = expl(H[i * k + c] - max) / sum;
    }
}

long double reference_cross_entropy(int64_t m, int64_t k, const long double *H, const int64_t *y)
{
    long double loss = 0;
    for (int64_t i = 0; i < m; i++) {
        const long double *h = H + i * k;
        const long double max = largest(k, h);
        loss += logl(sum_of_exponentials(k, h, max)) + (max - h[y[i]]);
    }
    return m == 0 ? 0 : loss / m;
}

void reference_residual(int64_t m, int64_t k, const long double *H, const int64_t *y,
                        long double *R)
{
    reference_softmax(m, k, H, R);
    for (int64_t i = 0; i < m; i++)
        R[i * k + y[i]] -= 1;
}

void reference_gradient(int64_t m, int64_t n, int64_t k, const long double *X, const long double *R,
                        long double scale, long double *G, long double *g_bias)
{
    for (int64_t e = 0; e < n * k; e++)
        G[e] = 0;
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            for (int64_t c = 0; c < k; c++)
                G[j * k + c] += X[i * n + j] * R[i * k + c];
        }
    }
    for (int64_t e = 0; e < n * k; e++)
        G[e] *= scale;
    for (int64_t c = 0; g_bias != NULL && c < k; c++) {
        g_bias[c] = 0;
        for (int64_t i = 0; i < m; i++)
            g_bias[c] += R[i * k + c];
        g_bias[c] *= scale;
    }
}

long double reference_loss_gradient(int64_t m, int64_t n, int64_t k, const long double *X,
                                    const int64_t *y, const long double *theta,
                                    const long double *bias, long double *G, long double *g_bias)
{
    long double *H = reference_new(m, k);
    reference_logits(m, n, k, X, theta, bias, H);
    const long double loss = reference_cross_entropy(m, k, H, y);
    reference_residual(m, k, H, y, H);
    reference_gradient(m, n, k, X, H, 1.0L / m, G, g_bias);
    free(H);
    return loss;
}

void reference_sgd_epoch(int64_t m, int64_t n, int64_t k, const long double *X, const int64_t *y,
                         int64_t batch, long double learning_rate, long double *theta,
                         long double *bias)
{
    long double *G = reference_new(n, k);
    long double *g_bias = reference_new(1, k);
    for (int64_t first = 0; first < m; first += batch) {
        const int64_t rows = m - first < batch ? m - first : batch;
        reference_loss_gradient(rows, n, k, X + first * n, y + first, theta, bias, G, g_bias);
        for (int64_t e = 0; e < n * k; e++)
            theta[e] -= learning_rate * G[e];
        for (int64_t c = 0; bias != NULL && c < k; c++)
            bias[c] -= learning_rate * g_bias[c];
    }
    free(g_bias);
    free(G);
}

long double *reference_new(int64_t rows, int64_t cols)
{
    long double *A = calloc((size_t)(rows * cols) + 1, sizeof *A);
    if (A == NULL)
        abort();
    return A;
}

long double *reference_widen_f32(int64_t rows, int64_t cols, const float *A, int64_t ld)
{
    long double *wide = reference_new(rows, cols);
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            wide[i * cols + j] = A[i * ld + j];
    }
    return wide;
}

long double *reference_widen_f64(int64_t rows, int64_t cols, const double *A, int64_t ld)
{
    long double *wide = reference_new(rows, cols);
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            wide[i * cols + j] = A[i * ld + j];
    }
    return wide;
}
