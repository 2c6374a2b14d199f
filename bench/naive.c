/* h_c = sum_j x_j theta_jc + bias_c, so dh_c / dtheta_jd = x_j when c = d and 0 otherwise: of the
 * k^2 n numbers of the Jacobian n k are not zero, and those are k copies of the sample. This file
 * writes all of them, and multiplies with all of them. */
#include "naive.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void naive_jacobian_f32(int64_t B, int64_t n, int64_t k, const float *X, int64_t ldx, float *J)
{
    for (int64_t i = 0; i < B; i++)
        for (int64_t c = 0; c < k; c++) {
            float *const row = J + (i * k + c) * n * k;
            memset(row, 0, (size_t)(n * k) * sizeof *row);
            for (int64_t j = 0; j < n; j++)
                row[j * k + c] = X[i * ldx + j];
        }
}

void naive_jacobian_f64(int64_t B, int64_t n, int64_t k, const double *X, int64_t ldx, double *J)
{
    for (int64_t i = 0; i < B; i++)
        for (int64_t c = 0; c < k; c++)
            for (int64_t j = 0; j < n; j++)
                for (int64_t d = 0; d < k; d++)
                    J[((i * k + c) * n + j) * k + d] = c == d ? X[i * ldx + j] : 0;
}

void naive_product_f32(int64_t B, int64_t n, int64_t k, const float *dl_dh, float *J, float *G)
{
    const int rows = (int)(B * k);
    const int columns = (int)(n * k);
    if (G != J) {
        cblas_sgemv(CblasRowMajor, CblasTrans, rows, columns, 1.0f, J, columns, dl_dh, 1, 0.0f, G,
                    1);
        return;
    }
    cblas_sscal(columns, dl_dh[0], G, 1);
    if (rows > 1)
        cblas_sgemv(CblasRowMajor, CblasTrans, rows - 1, columns, 1.0f, J + columns, columns,
                    dl_dh + 1, 1, 1.0f, G, 1);
}

void naive_product_f64(int64_t B, int64_t n, int64_t k, const double *dl_dh, const double *J,
                       double *G)
{
    for (int64_t column = 0; column < n * k; column++) {
        double sum = 0;
        for (int64_t row = 0; row < B * k; row++)
            sum += dl_dh[row] * J[row * n * k + column];
        G[column] = sum;
    }
}

/* dl_dh := softmax(h) - e_y, where h = x theta + bias; returns the sample's loss. */
static double residual(int64_t n, int64_t k, const double *x, int64_t label, const double *theta,
                       const double *bias, double *dl_dh)
{
    double largest = -INFINITY;
    double sum = 0;
    for (int64_t c = 0; c < k; c++) {
        dl_dh[c] = bias != NULL ? bias[c] : 0;
        for (int64_t j = 0; j < n; j++)
            dl_dh[c] += x[j] * theta[j * k + c];
        largest = fmax(largest, dl_dh[c]);
    }
    for (int64_t c = 0; c < k; c++)
        sum += exp(dl_dh[c] - largest);
    const double loss = log(sum) + largest - dl_dh[label];
    for (int64_t c = 0; c < k; c++)
        dl_dh[c] = exp(dl_dh[c] - largest) / sum - (c == label);
    return loss;
}

int naive_loss_gradient_f64(int64_t m, int64_t n, int64_t k, const double *X, const int64_t *y,
                            const double *theta, const double *bias, double *loss, double *G,
                            double *g_bias)
{
    double *const dl_dh = malloc((size_t)(k + 1) * sizeof *dl_dh);
    double *const J = malloc((size_t)(k * n * k + 1) * sizeof *J);
    double *const g = malloc((size_t)(n * k + 1) * sizeof *g);
    const int status = dl_dh != NULL && J != NULL && g != NULL ? 0 : -1;
    if (status == 0) {
        *loss = 0;
        memset(G, 0, (size_t)(n * k) * sizeof *G);
        if (g_bias != NULL)
            memset(g_bias, 0, (size_t)k * sizeof *g_bias);
    }
    for (int64_t i = 0; i < m && status == 0; i++) {
        *loss += residual(n, k, X + i * n, y[i], theta, bias, dl_dh) / (double)m;
        naive_jacobian_f64(1, n, k, X + i * n, n, J);
        naive_product_f64(1, n, k, dl_dh, J, g);
        for (int64_t column = 0; column < n * k; column++)
            G[column] += g[column] / (double)m;
        for (int64_t c = 0; c < k && g_bias != NULL; c++)
            g_bias[c] += dl_dh[c] / (double)m;
    }
    free(dl_dh);
    free(J);
    free(g);
    return status;
}
