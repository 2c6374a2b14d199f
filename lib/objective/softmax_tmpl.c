/* Level 1, softmax regression.
 *
 *     Z = softmax(H)                                   row by row
 *     loss = 1/m sum_i (log sum_j exp(h_ij) - h_{i,y_i})
 *     R = Z - I_y,  G = X^T R / m,  g_bias = 1^T R / m
 */
#include <linclass/softmax.h>

#include <inttypes.h>
#include <math.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/lowest.h"
#include "core/real.h"
#include "data/labels.h"
#include "kernel/kernel.h"
#include "objective/level1.h"
#include "objective/rows.h"
#include "objective/step.h"
#include "objective/sweep.h"

static linclass_status softmax(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                               int64_t ldh, real *Z, int64_t ldz)
{
    const bool in_place = H == Z && ldh == ldz;
    const array_argument arrays[] = {
        {"H", H, m, k, "ldh", ldh, sizeof(real), false, false},
        {"Z", Z, m, k, "ldz", ldz, sizeof(real), true, false},
    };
    linclass_status status = check_shape(ctx, m, 0, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, in_place ? 1 : 2, arrays);
    if (status != LINCLASS_OK)
        return status;
    return REAL(rows_softmax)(ctx, m, k, H, ldh, Z, ldz);
}

static double mean(double sum, int64_t m)
{
    return m == 0 ? 0 : sum / (double)m;
}

static linclass_status check_scores(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                                    int64_t ldh, bool H_is_output, const int64_t *y,
                                    const double *loss, bool loss_optional)
{
    const array_argument arrays[] = {
        {"H", H, m, k, "ldh", ldh, sizeof(real), H_is_output, false},
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"loss", loss, 1, 1, NULL, 1, sizeof(double), true, loss_optional},
    };
    linclass_status status = check_shape(ctx, m, 0, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 3, arrays);
    return status == LINCLASS_OK ? labels_check(ctx, m, k, y) : status;
}

static linclass_status cross_entropy(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                                     int64_t ldh, const int64_t *y, double *loss)
{
    linclass_status status = check_scores(ctx, m, k, H, ldh, false, y, loss, false);
    if (status != LINCLASS_OK)
        return status;
    double sum;
    status = REAL(rows_loss)(ctx, &REAL(kernels_best)()->cross_entropy, m, k, H, ldh, y, &sum);
    if (status == LINCLASS_OK)
        *loss = mean(sum, m);
    return status;
}

static linclass_status residual(linclass_context *ctx, int64_t m, int64_t k, real *H, int64_t ldh,
                                const int64_t *y, double *loss)
{
    linclass_status status = check_scores(ctx, m, k, H, ldh, true, y, loss, true);
    if (status != LINCLASS_OK)
        return status;
    double sum;
    status = REAL(rows_residual)(ctx, &REAL(kernels_best)()->cross_entropy, m, k, H, ldh, y, &sum);
    if (status == LINCLASS_OK && loss != NULL)
        *loss = mean(sum, m);
    return status;
}

/* X, y, theta and bias: what a sweep and an epoch have in common. */
static linclass_status check_samples(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                     const int64_t *y, const real *theta, int64_t ldtheta,
                                     const real *bias)
{
    linclass_status status = labels_check(ctx, m, k, y);
    if (status == LINCLASS_OK)
        status = REAL(level1_finite)(ctx, "theta", n, k, theta, ldtheta);
    if (status == LINCLASS_OK)
        status = REAL(level1_finite)(ctx, "bias", k, 1, bias, 1);
    return status;
}

static linclass_status loss_gradient(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                     const real *X, int64_t ldx, const int64_t *y,
                                     const real *theta, int64_t ldtheta, const real *bias,
                                     double *loss, real *G, int64_t ldg, real *g_bias)
{
    const array_argument arrays[] = {
        {"X", X, m, n, "ldx", ldx, sizeof(real), false, false},
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), false, false},
        {"bias", bias, k, 1, NULL, 1, sizeof(real), false, true},
        {"loss", loss, 1, 1, NULL, 1, sizeof(double), true, false},
        {"G", G, n, k, "ldg", ldg, sizeof(real), true, false},
        {"g_bias", g_bias, k, 1, NULL, 1, sizeof(real), true, true},
    };
    linclass_status status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 7, arrays);
    if (status == LINCLASS_OK)
        status = check_samples(ctx, m, n, k, y, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    const linclass_matrix view = REAL(level1_view)(m, n, X, ldx);
    const sweep_input pass = {
        .X = &view,
        .count = m,
        .targets = {.y = y},
        .map = {n, k, theta, ldtheta, NULL, bias},
        .kernel = &REAL(kernels_best)()->cross_entropy,
        .scale = m == 0 ? 0 : (real)(1 / (double)m),
    };
    sweep_sums sums;
    status = REAL(sweep_gradient)(ctx, &pass, &sums, G, ldg, g_bias);
    if (status == LINCLASS_OK)
        *loss = mean(sums.loss, m);
    return status;
}

/* The last step's parameters meet no scores that would show an overflow. */
static linclass_status check_parameters(linclass_context *ctx, int64_t n, int64_t k,
                                        const real *theta, int64_t ldtheta, const real *bias)
{
    if (REAL(level1_finite)(NULL, "theta", n, k, theta, ldtheta) == LINCLASS_OK &&
        REAL(level1_finite)(NULL, "bias", k, 1, bias, 1) == LINCLASS_OK)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                        "theta or bias overflows: the learning rate is too large");
}

static linclass_status sgd_epoch(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                 const real *X, int64_t ldx, const int64_t *y, int64_t batch,
                                 real learning_rate, real *theta, int64_t ldtheta, real *bias)
{
    const array_argument arrays[] = {
        {"X", X, m, n, "ldx", ldx, sizeof(real), false, false},
        {"y", y, m, 1, NULL, 1, sizeof(int64_t), false, false},
        {"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), true, false},
        {"bias", bias, k, 1, NULL, 1, sizeof(real), true, true},
    };
    linclass_status status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 4, arrays);
    if (status == LINCLASS_OK && batch < 1)
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "batch is %" PRId64 ", less than 1", batch);
    if (status == LINCLASS_OK && !(isfinite(learning_rate) && learning_rate >= 0))
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "learning_rate is %g, not finite and >= 0", (double)learning_rate);
    if (status == LINCLASS_OK)
        status = check_samples(ctx, m, n, k, y, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    const linclass_matrix view = REAL(level1_view)(m, n, X, ldx);
    const int64_t rows = lesser(batch, m > 0 ? m : 1);
    minibatch_stepper stepper = {.sweep = {
                                     .X = &view,
                                     .targets = {.y = y},
                                     .map = {.n = n, .k = k},
                                     .kernel = &REAL(kernels_best)()->cross_entropy,
                                 }};
    status = REAL(stepper_begin)(ctx, &stepper, rows, theta, ldtheta, bias);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t first = 0; first < m && status == LINCLASS_OK; first += rows)
        status = REAL(stepper_step)(ctx, &stepper, NULL, first, lesser(rows, m - first),
                                    learning_rate, 0);
    REAL(stepper_store)(&stepper, theta, ldtheta, bias);
    REAL(stepper_end)(ctx, &stepper);
    return status == LINCLASS_OK ? check_parameters(ctx, n, k, theta, ldtheta, bias) : status;
}

linclass_status REAL(linclass_softmax)(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                                       int64_t ldh, real *Z, int64_t ldz)
{
    level1_call call;
    ctx = level1_begin(&call, ctx);
    return level1_end(&call, softmax(ctx, m, k, H, ldh, Z, ldz));
}

linclass_status REAL(linclass_cross_entropy)(linclass_context *ctx, int64_t m, int64_t k,
                                             const real *H, int64_t ldh, const int64_t *y,
                                             double *loss)
{
    level1_call call;
    ctx = level1_begin(&call, ctx);
    return level1_end(&call, cross_entropy(ctx, m, k, H, ldh, y, loss));
}

linclass_status REAL(linclass_softmax_residual)(linclass_context *ctx, int64_t m, int64_t k,
                                                real *H, int64_t ldh, const int64_t *y,
                                                double *loss)
{
    level1_call call;
    ctx = level1_begin(&call, ctx);
    return level1_end(&call, residual(ctx, m, k, H, ldh, y, loss));
}

linclass_status REAL(linclass_softmax_loss_gradient)(linclass_context *ctx, int64_t m, int64_t n,
                                                     int64_t k, const real *X, int64_t ldx,
                                                     const int64_t *y, const real *theta,
                                                     int64_t ldtheta, const real *bias,
                                                     double *loss, real *G, int64_t ldg,
                                                     real *g_bias)
{
    level1_call call;
    ctx = level1_begin(&call, ctx);
    return level1_end(
        &call, loss_gradient(ctx, m, n, k, X, ldx, y, theta, ldtheta, bias, loss, G, ldg, g_bias));
}

linclass_status REAL(linclass_softmax_sgd_epoch)(linclass_context *ctx, int64_t m, int64_t n,
                                                 int64_t k, const real *X, int64_t ldx,
                                                 const int64_t *y, int64_t batch,
                                                 real learning_rate, real *theta, int64_t ldtheta,
                                                 real *bias)
{
    level1_call call;
    ctx = level1_begin(&call, ctx);
    return level1_end(
        &call, sgd_epoch(ctx, m, n, k, X, ldx, y, batch, learning_rate, theta, ldtheta, bias));
}
