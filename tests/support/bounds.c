#include "support/bounds.h"

#include <math.h>
#include <stdlib.h>

static double gamma_of(arithmetic a, int64_t terms)
{
    return (double)terms * a.u / (1 - (double)terms * a.u);
}

void bounds_logits(arithmetic a, int64_t m, int64_t n, int64_t k, const long double *X,
                   const long double *theta, const long double *bias, double *dH)
{
    for (int64_t i = 0; i < m; i++) {
        double *row = dH + i * k;
        for (int64_t c = 0; c < k; c++)
            row[c] = bias == NULL ? 0 : (double)fabsl(bias[c]);
        for (int64_t j = 0; j < n; j++) {
            const double x = (double)fabsl(X[i * n + j]);
            for (int64_t c = 0; c < k; c++)
                row[c] += x * (double)fabsl(theta[j * k + c]);
        }
        for (int64_t c = 0; c < k; c++)
            row[c] = gamma_of(a, n + 1) * row[c] + (double)(n + 1) * a.tiny;
    }
}

static double largest(int64_t k, const long double *h)
{
    long double max = -INFINITY;
    for (int64_t c = 0; c < k; c++)
        max = fmaxl(max, h[c]);
    return (double)max;
}

static void bounds_softmax_row(arithmetic a, int64_t k, const long double *h, const double *dh,
                               double *dz)
{
    const double max = largest(k, h);
    double sum = 0;
    for (int64_t c = 0; c < k; c++)
        sum += exp((double)h[c] - max);
    double sum_error = 0; /* relative, from the terms of the sum */
    for (int64_t c = 0; c < k; c++) {
        const double depth = max - (double)h[c];
        if (isfinite(depth))
            sum_error += exp(-depth) / sum * (a.u * depth + (dh == NULL ? 0 : dh[c]));
    }
    for (int64_t c = 0; c < k; c++) {
        const double depth = max - (double)h[c];
        const double own = isfinite(depth) ? a.u * depth + (dh == NULL ? 0 : dh[c]) : 0;
        dz[c] = exp(-depth) / sum * (own + sum_error + a.u * (double)(k + 12)) + a.tiny;
    }
}

void bounds_softmax(arithmetic a, int64_t m, int64_t k, const long double *H, const double *dH,
                    double *dZ)
{
    for (int64_t i = 0; i < m; i++)
        bounds_softmax_row(a, k, H + i * k, dH == NULL ? NULL : dH + i * k, dZ + i * k);
}

double bounds_cross_entropy(arithmetic a, int64_t m, int64_t k, const long double *H,
                            const double *dH, const int64_t *y)
{
    double total = 0;
    double losses = 0;
    for (int64_t i = 0; i < m; i++) {
        const long double *h = H + i * k;
        const double max = largest(k, h);
        double sum = 0;
        double weighted = 0;
        double worst_input = 0;
        for (int64_t c = 0; c < k; c++) {
            const double depth = max - (double)h[c];
            const double term = exp(-depth);
            sum += term;
            weighted += term > 0 ? term * depth : 0;
            worst_input = fmax(worst_input, dH == NULL ? 0 : dH[i * k + c]);
        }
        const double to_label = max - (double)h[y[i]];
        losses += log(sum) + to_label;
        total +=
            a.u * (weighted / sum + 2 * to_label + log(sum) + (double)(k + 12)) + 2 * worst_input;
    }
    return m == 0 ? 0 : (total + (double)(m + 2) * 0x1p-53 * losses) / (double)m;
}

void bounds_residual(arithmetic a, int64_t m, int64_t k, const long double *H, const double *dH,
                     const int64_t *y, double *dR)
{
    bounds_softmax(a, m, k, H, dH, dR);
    for (int64_t i = 0; i < m; i++) {
        double all = 0;
        for (int64_t c = 0; c < k; c++)
            all += dR[i * k + c];
        dR[i * k + y[i]] = all + a.u;
    }
}

void bounds_gradient(arithmetic a, int64_t m, int64_t n, int64_t k, const long double *X,
                     const long double *R, const double *dR, double scale, double *dG,
                     double *dg_bias)
{
    const double gamma = gamma_of(a, m + 3);
    for (int64_t e = 0; e < n * k; e++)
        dG[e] = 0;
    for (int64_t c = 0; dg_bias != NULL && c < k; c++)
        dg_bias[c] = 0;
    double *error = calloc((size_t)k + 1, sizeof *error); /* of the row's products with x = 1 */
    if (error == NULL)
        abort();
    for (int64_t i = 0; i < m; i++) {
        for (int64_t c = 0; c < k; c++) {
            error[c] = fabs(scale) * (gamma * (double)fabsl(R[i * k + c]) +
                                      (dR == NULL ? 0 : dR[i * k + c]) + a.tiny);
            if (dg_bias != NULL)
                dg_bias[c] += error[c];
        }
        for (int64_t j = 0; j < n; j++) {
            const double x = (double)fabsl(X[i * n + j]);
            for (int64_t c = 0; c < k; c++)
                dG[j * k + c] += x * error[c];
        }
    }
    free(error);
    for (int64_t e = 0; e < n * k; e++)
        dG[e] += a.tiny;
    for (int64_t c = 0; dg_bias != NULL && c < k; c++)
        dg_bias[c] += a.tiny;
}
