#include "support/optimum.h"

#include <math.h>
#include <stdlib.h>

#include "support/reference.h"
#include "support/symmetric_solve.h"

enum { MOST_STEPS = 200 };

long double optimum_objective(const samples *data, double l2, const long double *theta,
                              const long double *bias, long double *G, long double *g_bias)
{
    const int64_t weights = data->n * data->k;
    long double *const X = reference_widen_f64(data->m, data->n, data->X, data->n);
    long double *const gradient = reference_new(data->n, data->k);
    long double F = reference_loss_gradient(data->m, data->n, data->k, X, data->y, theta, bias,
                                            gradient, g_bias);
    for (int64_t e = 0; e < weights; e++) {
        F += l2 / 2 * theta[e] * theta[e];
        if (G != NULL)
            G[e] = gradient[e] + l2 * theta[e];
    }
    free(gradient);
    free(X);
    return F;
}

/* The Hessian of F, (n + 1) k square: theta row by row, then the bias. Sample i contributes
 * (x x^T) (x) (diag(z) - z z^T) / m, x with a 1 at its end. */
static void hessian(const samples *data, double l2, const long double *theta,
                    const long double *bias, long double *A)
{
    const int64_t n = data->n;
    const int64_t k = data->k;
    const int64_t size = (n + 1) * k;
    long double *const X = reference_widen_f64(data->m, n, data->X, n);
    long double *const Z = reference_new(data->m, k);
    reference_logits(data->m, n, k, X, theta, bias, Z);
    reference_softmax(data->m, k, Z, Z);
    for (int64_t i = 0; i < data->m; i++) {
        const long double *const z = Z + i * k;
        for (int64_t row = 0; row < size; row++) {
            const long double x = row / k < n ? X[i * n + row / k] : 1;
            for (int64_t column = 0; column < size; column++) {
                const long double w = column / k < n ? X[i * n + column / k] : 1;
                const long double s = z[row % k] * ((row % k == column % k) - z[column % k]);
                A[row * size + column] += x * w * s / data->m;
            }
        }
    }
    for (int64_t e = 0; e < n * k; e++)
        A[e * size + e] += l2;
    free(Z);
    free(X);
}

/* The longest step of 1, 1/2, 1/4, ... that lowers F; 0 when none does. */
static long double step(const samples *data, double l2, long double *parameters,
                        const long double *direction, long double F)
{
    const int64_t weights = data->n * data->k;
    const int64_t size = weights + data->k;
    for (long double length = 1; length > 1e-6L; length /= 2) {
        for (int64_t e = 0; e < size; e++)
            parameters[e] -= length * direction[e];
        if (optimum_objective(data, l2, parameters, parameters + weights, NULL, NULL) < F)
            return length;
        for (int64_t e = 0; e < size; e++)
            parameters[e] += length * direction[e];
    }
    return 0;
}

long double optimum_find(const samples *data, double l2, long double *theta, long double *bias)
{
    const int64_t weights = data->n * data->k;
    const int64_t size = weights + data->k;
    long double *const parameters = reference_new(size, 1);
    long double *const direction = reference_new(size, 1);
    long double F = 0;
    for (int round = 0; round < MOST_STEPS; round++) {
        long double *const A = reference_new(size, size);
        F = optimum_objective(data, l2, parameters, parameters + weights, direction,
                              direction + weights);
        hessian(data, l2, parameters, parameters + weights, A);
        symmetric_solve(size, A, direction);
        free(A);
        if (step(data, l2, parameters, direction, F) == 0)
            break;
    }
    for (int64_t e = 0; e < weights; e++)
        theta[e] = parameters[e];
    for (int64_t c = 0; c < data->k; c++)
        bias[c] = parameters[weights + c];
    free(direction);
    free(parameters);
    return F;
}
