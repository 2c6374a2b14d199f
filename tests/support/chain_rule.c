#include "support/chain_rule.h"

#include <stdlib.h>

#include "support/reference.h"

/* dl/dz of l = -log z_y. */
static void loss_by_probabilities(int64_t k, const long double *z, int64_t y, long double *jacobian)
{
    for (int64_t c = 0; c < k; c++)
        jacobian[c] = c == y ? -1 / z[c] : 0;
}

/* dz_c/dh_d = z_c (1[c = d] - z_d). */
static void probabilities_by_scores(int64_t k, const long double *z, long double *jacobian)
{
    for (int64_t c = 0; c < k; c++) {
        for (int64_t d = 0; d < k; d++)
            jacobian[c * k + d] = z[c] * ((c == d) - z[d]);
    }
}

/* dh_c/dtheta_jd = x_j 1[c = d]. */
static void scores_by_weights(int64_t n, int64_t k, const long double *x, long double *jacobian)
{
    for (int64_t c = 0; c < k; c++) {
        for (int64_t j = 0; j < n; j++) {
            for (int64_t d = 0; d < k; d++)
                jacobian[c * n * k + j * k + d] = c == d ? x[j] : 0;
        }
    }
}

/* product = row [1, rows] times matrix [rows, cols]. */
static void multiply(int64_t rows, int64_t cols, const long double *row, const long double *matrix,
                     long double *product)
{
    for (int64_t j = 0; j < cols; j++) {
        product[j] = 0;
        for (int64_t i = 0; i < rows; i++)
            product[j] += row[i] * matrix[i * cols + j];
    }
}

void chain_rule_gradient(int64_t n, int64_t k, const long double *x, int64_t y,
                         const long double *theta, const long double *bias, long double *gradient)
{
    long double *const z = reference_new(1, k);
    long double *const dl_dz = reference_new(1, k);
    long double *const dz_dh = reference_new(k, k);
    long double *const dl_dh = reference_new(1, k);
    long double *const dh_dtheta = reference_new(k, n * k);
    reference_logits(1, n, k, x, theta, bias, z);
    reference_softmax(1, k, z, z);
    loss_by_probabilities(k, z, y, dl_dz);
    probabilities_by_scores(k, z, dz_dh);
    scores_by_weights(n, k, x, dh_dtheta);
    multiply(k, k, dl_dz, dz_dh, dl_dh);
    multiply(k, n * k, dl_dh, dh_dtheta, gradient);
    free(dh_dtheta);
    free(dl_dh);
    free(dz_dh);
    free(dl_dz);
    free(z);
}
