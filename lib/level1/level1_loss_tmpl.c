/* Level 1 of any loss: the checks, then the rows, a sweep or steps.
 *
 *     Z = softmax(H) or sigmoid(H)
 *     loss = 1/m sum_i loss(h_i, y_i),  R = its gradient in the scores, a row
 *     G = X^T R / m,  g_bias = 1^T R / m
 */
#include "level1/level1_loss.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/minimum.h"
#include "core/real.h"
#include "data/labels.h"
#include "data/matrix.h"
#include "level1/csr_view.h"
#include "level1/level1.h"
#include "sweep/losses.h"
#include "sweep/rows.h"
#include "sweep/step.h"
#include "sweep/sweep.h"

static double mean_of(double sum, int64_t m)
{
    return m == 0 ? 0 : sum / (double)m;
}

/* Checks that the loss exists and can have k scores. */
static linclass_status check_loss(linclass_context *ctx, int32_t loss, int64_t k)
{
    if (!loss_exists(loss))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "loss_number is %" PRId32 ", not a LINCLASS_LOSS_*", loss);
    if (loss_has_one_score(loss) && k != 1)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "k is %" PRId64 ", the %s loss has one score a row", k,
                            loss_name(loss));
    return LINCLASS_OK;
}

static linclass_status check_labels(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                    const int64_t *y)
{
    return labels_check(ctx, m, loss_has_one_score(loss) ? 2 : k, y);
}

/* rows_softmax or rows_sigmoid. */
typedef linclass_status (*activation_of_rows)(linclass_context *ctx, int64_t m, int64_t k,
                                              const real *H, int64_t ldh, real *Z, int64_t ldz);

static linclass_status activation(linclass_context *ctx, activation_of_rows rows, int64_t m,
                                  int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz)
{
    const bool in_place = H == Z && ldh == ldz;
    const array_argument arrays[] = {
        {"H", H, m, k, "ldh", ldh, sizeof(real), false, false},
        {"Z", Z, m, k, "ldz", ldz, sizeof(real), true, false},
    };
    linclass_status status = check_shape(ctx, m, 0, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, in_place ? 1 : 2, arrays);
    return status == LINCLASS_OK ? rows(ctx, m, k, H, ldh, Z, ldz) : status;
}

static linclass_status check_scores(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                    const real *H, int64_t ldh, bool H_is_output, const int64_t *y,
                                    const double *mean, bool mean_optional)
{
    linclass_status status = check_loss(ctx, loss, k);
    if (status != LINCLASS_OK)
        return status;
    const array_argument arrays[] = {
        {loss_has_one_score(loss) ? "h" : "H", H, m, k, "ldh", ldh, sizeof(real), H_is_output,
         false},
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"loss", mean, 1, 1, NULL, 1, sizeof(double), true, mean_optional},
    };
    status = check_shape(ctx, m, 0, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 3, arrays);
    return status == LINCLASS_OK ? check_labels(ctx, loss, m, k, y) : status;
}

static linclass_status loss_of_rows(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                    const real *H, int64_t ldh, const int64_t *y, double *mean)
{
    linclass_status status = check_scores(ctx, loss, m, k, H, ldh, false, y, mean, false);
    if (status != LINCLASS_OK)
        return status;
    double sum;
    status = rows_loss(ctx, loss, m, k, H, ldh, y, &sum);
    if (status == LINCLASS_OK)
        *mean = mean_of(sum, m);
    return status;
}

static linclass_status residual(linclass_context *ctx, int32_t loss, int64_t m, int64_t k, real *H,
                                int64_t ldh, const int64_t *y, double *mean)
{
    linclass_status status = check_scores(ctx, loss, m, k, H, ldh, true, y, mean, true);
    if (status != LINCLASS_OK)
        return status;
    double sum;
    status = rows_residual(ctx, loss, m, k, H, ldh, y, &sum);
    if (status == LINCLASS_OK && mean != NULL)
        *mean = mean_of(sum, m);
    return status;
}

/* Checks of y, theta and bias, which a sweep and an epoch share. */
static linclass_status check_values(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                    int64_t k, const int64_t *y, const real *theta, int64_t ldtheta,
                                    const real *bias)
{
    linclass_status status = check_labels(ctx, loss, m, k, y);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "theta", n, k, theta, ldtheta);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "bias", k, 1, bias, 1);
    return status;
}

/* Whether all elements of A (n x k) and a (k, or NULL) are finite. The caller replaces the error message. */
static bool both_finite(linclass_context *ctx, int64_t n, int64_t k, const real *A, int64_t lda,
                        const real *a)
{
    return level1_finite(ctx, "A", n, k, A, lda) == LINCLASS_OK &&
           level1_finite(ctx, "a", k, 1, a, 1) == LINCLASS_OK;
}

#if REAL_BITS == 32
#define LARGEST_REAL FLT_MAX
#define REAL_FABS    fabsf
#define REAL_FMAX    fmaxf
#else
#define LARGEST_REAL DBL_MAX
#define REAL_FABS    fabs
#define REAL_FMAX    fmax
#endif

/* Whether m |x_ij| |r_ij| is finite for all i and j, so that every sum in G is, without reading G. */
static bool gradient_is_bounded(int32_t loss, const linclass_matrix *X, int64_t k)
{
    real largest = 0;
    const real *data = X->data;
    for (int64_t i = 0; i < X->rows; i++) {
        for (int64_t j = 0; j < X->cols; j++)
            largest = REAL_FMAX(largest, REAL_FABS(data[i * X->row_stride + j]));
    }
    return (double)X->rows * (double)largest * loss_residual_bound(loss, k) <= LARGEST_REAL;
}

static linclass_status sweep(linclass_context *ctx, int32_t loss, const linclass_matrix *X,
                             const int64_t *y, const linear_map *map, double *mean, real *G,
                             int64_t ldg, real *g_bias)
{
    const int64_t m = X->rows;
    const sweep_input input = {
        .X = X,
        .count = m,
        .targets = {.y = y},
        .map = *map,
        .kernel = loss_kernel_of(ctx->vector_set, loss),
        .scale = m == 0 ? 0 : (real)(1 / (double)m),
    };
    sweep_sums sums;
    const linclass_status status = sweep_gradient(ctx, &input, &sums, G, ldg, g_bias);
    if (status != LINCLASS_OK)
        return status;
    if (!isfinite(sums.loss))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the sum of the losses overflows");
    /* Check the smaller of X and G: with many classes, G is 100 times as large as X. */
    const bool bounded = !matrix_is_sparse(X) && map->k > m && gradient_is_bounded(loss, X, map->k);
    if (!bounded && !both_finite(ctx, map->n, map->k, G, ldg, g_bias))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                            "the gradient overflows: X and the residuals are finite, their product "
                            "is not");
    *mean = mean_of(sums.loss, m);
    return LINCLASS_OK;
}

static linclass_status loss_gradient(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                     int64_t k, const real *X, int64_t ldx, const int64_t *y,
                                     const real *theta, int64_t ldtheta, const real *bias,
                                     double *mean, real *G, int64_t ldg, real *g_bias)
{
    const array_argument arrays[] = {
        {"X", X, m, n, "ldx", ldx, sizeof(real), false, false},
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), false, false},
        {"bias", bias, k, 1, NULL, 1, sizeof(real), false, true},
        {"loss", mean, 1, 1, NULL, 1, sizeof(double), true, false},
        {"G", G, n, k, "ldg", ldg, sizeof(real), true, false},
        {"g_bias", g_bias, k, 1, NULL, 1, sizeof(real), true, true},
    };
    linclass_status status = check_loss(ctx, loss, k);
    if (status == LINCLASS_OK)
        status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 7, arrays);
    if (status == LINCLASS_OK)
        status = check_values(ctx, loss, m, n, k, y, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    const linclass_matrix view = level1_view(m, n, X, ldx);
    const linear_map map = {ctx->vector_set, n, k, theta, ldtheta, NULL, bias, false};
    return sweep(ctx, loss, &view, y, &map, mean, G, ldg, g_bias);
}

static linclass_status loss_gradient_csr(linclass_context *ctx, int32_t loss,
                                         const linclass_matrix *X, int64_t k, const int64_t *y,
                                         const real *theta, int64_t ldtheta, const real *bias,
                                         double *mean, real *G, int64_t ldg, real *g_bias)
{
    linclass_matrix view;
    array_argument arrays[CSR_ARRAYS + 6];
    linclass_status status = check_loss(ctx, loss, k);
    if (status == LINCLASS_OK)
        status = csr_view_import(ctx, X, &view, arrays);
    if (status != LINCLASS_OK)
        return status;
    const int64_t m = view.rows;
    const int64_t n = view.cols;
    const array_argument others[] = {
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), false, false},
        {"bias", bias, k, 1, NULL, 1, sizeof(real), false, true},
        {"loss", mean, 1, 1, NULL, 1, sizeof(double), true, false},
        {"G", G, n, k, "ldg", ldg, sizeof(real), true, false},
        {"g_bias", g_bias, k, 1, NULL, 1, sizeof(real), true, true},
    };
    memcpy(arrays + CSR_ARRAYS, others, sizeof others);
    status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, CSR_ARRAYS + 6, arrays);
    if (status == LINCLASS_OK)
        status = check_values(ctx, loss, m, n, k, y, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    const linear_map map = {ctx->vector_set, n, k, theta, ldtheta, NULL, bias, false};
    return sweep(ctx, loss, &view, y, &map, mean, G, ldg, g_bias);
}

static linclass_status sgd_epoch(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                 int64_t k, const real *X, int64_t ldx, const int64_t *y,
                                 int64_t batch, real learning_rate, real *theta, int64_t ldtheta,
                                 real *bias)
{
    const array_argument arrays[] = {
        {"X", X, m, n, "ldx", ldx, sizeof(real), false, false},
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), true, false},
        {"bias", bias, k, 1, NULL, 1, sizeof(real), true, true},
    };
    linclass_status status = check_loss(ctx, loss, k);
    if (status == LINCLASS_OK)
        status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 4, arrays);
    if (status == LINCLASS_OK && batch < 1)
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "batch is %" PRId64 ", less than 1", batch);
    if (status == LINCLASS_OK && !(isfinite(learning_rate) && learning_rate >= 0))
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "learning_rate is %g, not finite and >= 0", (double)learning_rate);
    if (status == LINCLASS_OK)
        status = check_values(ctx, loss, m, n, k, y, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    const linclass_matrix view = level1_view(m, n, X, ldx);
    const int64_t rows = lesser(batch, m > 0 ? m : 1);
    minibatch_stepper stepper = {.sweep = {
                                     .X = &view,
                                     .targets = {.y = y},
                                     .map = {.set = ctx->vector_set, .n = n, .k = k},
                                     .kernel = loss_kernel_of(ctx->vector_set, loss),
                                 }};
    status = stepper_begin(ctx, &stepper, rows, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t first = 0; first < m && status == LINCLASS_OK; first += rows) {
        const int64_t count = lesser(rows, m - first);
        status =
            stepper_step(ctx, &stepper, NULL, first, count, m - first - count, learning_rate, 0);
    }
    stepper_store(&stepper, theta, ldtheta, bias);
    stepper_end(ctx, &stepper);
    /* No scores are computed from the parameters of the last step, so an overflow would go unnoticed. */
    if (status == LINCLASS_OK && !both_finite(ctx, n, k, theta, ldtheta, bias))
        status = context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                              "theta or bias overflows: the learning rate is too large");
    return status;
}

linclass_status level1_softmax(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                               int64_t ldh, real *Z, int64_t ldz)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, activation(ctx, rows_softmax, m, k, H, ldh, Z, ldz));
}

linclass_status level1_sigmoid(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                               int64_t ldh, real *Z, int64_t ldz)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, activation(ctx, rows_sigmoid, m, k, H, ldh, Z, ldz));
}

linclass_status level1_loss(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                            const real *H, int64_t ldh, const int64_t *y, double *mean)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, loss_of_rows(ctx, loss, m, k, H, ldh, y, mean));
}

linclass_status level1_residual(linclass_context *ctx, int32_t loss, int64_t m, int64_t k, real *H,
                                int64_t ldh, const int64_t *y, double *mean)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, residual(ctx, loss, m, k, H, ldh, y, mean));
}

linclass_status level1_loss_gradient(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                     int64_t k, const real *X, int64_t ldx, const int64_t *y,
                                     const real *theta, int64_t ldtheta, const real *bias,
                                     double *mean, real *G, int64_t ldg, real *g_bias)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, loss_gradient(ctx, loss, m, n, k, X, ldx, y, theta, ldtheta,
                                                 bias, mean, G, ldg, g_bias));
}

linclass_status level1_sgd_epoch(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                 int64_t k, const real *X, int64_t ldx, const int64_t *y,
                                 int64_t batch, real learning_rate, real *theta, int64_t ldtheta,
                                 real *bias)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, sgd_epoch(ctx, loss, m, n, k, X, ldx, y, batch, learning_rate,
                                             theta, ldtheta, bias));
}

linclass_status level1_loss_gradient_csr(linclass_context *ctx, int32_t loss,
                                         const linclass_matrix *X, int64_t k, const int64_t *y,
                                         const real *theta, int64_t ldtheta, const real *bias,
                                         double *mean, real *G, int64_t ldg, real *g_bias)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(
        &call, loss_gradient_csr(ctx, loss, X, k, y, theta, ldtheta, bias, mean, G, ldg, g_bias));
}
