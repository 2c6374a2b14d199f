/* H = X theta, R = softmax(H) - I_y, G = X^T R / m, a block of rows at a time, everything in double:
 * rounding errors near 1e-15 sqrt(m) against 1e-7 in what is checked. */
#include "reference.h"

#include "bench.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t block_rows = 256;

static double residual_row(double *h, int64_t k, int64_t label)
{
    double largest = h[0];
    double sum = 0;
    for (int64_t c = 1; c < k; c++)
        largest = fmax(largest, h[c]);
    const double true_score = h[label] - largest;
    for (int64_t c = 0; c < k; c++)
        sum += h[c] = exp(h[c] - largest);
    for (int64_t c = 0; c < k; c++)
        h[c] /= sum;
    h[label] -= 1;
    return log(sum) - true_score;
}

void reference_loss_gradient(int64_t m, int64_t n, int64_t k, const float *X, const int64_t *y,
                             const float *theta, double *loss, double *G)
{
    double *const weights = bench_allocate(n * k, sizeof *weights);
    double *const rows = bench_allocate(block_rows * n, sizeof *rows);
    double *const H = bench_allocate(block_rows * k, sizeof *H);
    for (int64_t i = 0; i < n * k; i++)
        weights[i] = theta[i];
    memset(G, 0, (size_t)(n * k) * sizeof *G);
    *loss = 0;
    for (int64_t first = 0; first < m; first += block_rows) {
        const int64_t count = m - first < block_rows ? m - first : block_rows;
        for (int64_t i = 0; i < count * n; i++)
            rows[i] = X[first * n + i];
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)count, (int)k, (int)n, 1.0,
                    rows, (int)n, weights, (int)k, 0.0, H, (int)k);
        for (int64_t i = 0; i < count; i++)
            *loss += residual_row(H + i * k, k, y[first + i]) / (double)m;
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)n, (int)k, (int)count,
                    1.0 / (double)m, rows, (int)n, H, (int)k, 1.0, G, (int)k);
    }
    free(weights);
    free(rows);
    free(H);
}

double reference_error(const float *a, const double *b, int64_t count)
{
    double difference = 0;
    double norm = 0;
    for (int64_t i = 0; i < count; i++) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    return norm > 0 ? sqrt(difference / norm) : sqrt(difference);
}

double reference_error_of(double a, double b)
{
    return b != 0 ? fabs(a - b) / fabs(b) : fabs(a);
}
