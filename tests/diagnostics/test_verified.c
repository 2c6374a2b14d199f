/* The certificate of every fit, recomputed: each loss, penalty and solver in both precisions, with rows
 * that count differently, smoothed labels and probabilities. What is recomputed shares no code with the
 * fit. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/losses.h"
#include "support/noise.h"

enum { M = 150, N = 7, K = 4 };

static const double PENALTIES[][2] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.02}};

enum { PENALTY_COUNT = 4 };

/* Rows that count differently, and what the fit is to know of it. */
typedef struct row_weights {
    double sample[M];
    double class[K];
} row_weights;

static row_weights weights_of(uint64_t seed)
{
    row_weights weights;
    uint64_t noise = seed;
    for (int i = 0; i < M; i++)
        weights.sample[i] = i % 11 == 0 ? 0 : 1.5 + noise_uniform(&noise);
    for (int c = 0; c < K; c++)
        weights.class[c] = 0.5 + c;
    return weights;
}

static linclass_certificate verify(linclass_context *ctx, const linclass_model *model,
                                   const samples *data, const linclass_fit_options *options)
{
    const linclass_matrix X = samples_view(data);
    linclass_certificate certificate;
    assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
    certificate.sample_weight = options->sample_weight;
    certificate.target_probabilities = options->target_probabilities;
    const linclass_status status = linclass_model_verify(ctx, model, &X, data->y, &certificate);
    if (status != LINCLASS_OK)
        fail_msg("linclass_model_verify: %s", linclass_context_message(ctx));
    return certificate;
}

/* Fit, when the solver can minimise it, and verify; returns whether there was a fit. */
static int check(linclass_context *ctx, const samples *data, const linclass_fit_options *options)
{
    const linclass_matrix X = samples_view(data);
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, data->y, options, NULL, &model);
    if (status == LINCLASS_ERROR_UNSUPPORTED)
        return 0;
    if (status < 0)
        fail_msg("linclass_fit: %s", linclass_context_message(ctx));
    const linclass_certificate found = verify(ctx, model, data, options);
    linclass_fit_report report = fitting_report();
    assert_int_equal(linclass_model_report(model, &report), LINCLASS_OK);
    assert_int_equal(found.compared, 1);
    if (found.differs != 0)
        fail_msg("loss %d, solver %d, dtype %d, l1 %g, l2 %g: differs %d: objective %.17g, %.17g "
                 "within %g; gradient %.17g, %.17g within %g",
                 options->loss, options->solver, options->dtype, options->l1, options->l2,
                 found.differs, report.objective, found.objective, found.objective_tolerance,
                 report.gradient_infinity_norm, found.gradient_infinity_norm,
                 found.gradient_tolerance);
    /* The bounds are of the order of the precision, so that little escapes them, where a penalty
     * keeps the scores small. */
    const double unit = options->dtype == LINCLASS_FLOAT32 ? 0x1p-24 : 0x1p-53;
    const int kinks = !losses_find(options->loss)->smooth;
    if (options->l2 > 0 && found.objective < 10 &&
        (found.objective_tolerance > 2000 * unit ||
         (!kinks && found.gradient_tolerance > 2e4 * unit)))
        fail_msg("loss %d, solver %d: tolerances of %g and %g units", options->loss,
                 options->solver, found.objective_tolerance / unit,
                 found.gradient_tolerance / unit);
    linclass_model_destroy(model);
    return 1;
}

static void test_every_loss_penalty_and_solver(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    const row_weights weights = weights_of(7);
    int fits = 0;
    int least = 0;
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        const loss_definition *of = losses_find(loss);
        samples data = samples_new(M, N, of->one_score ? 2 : K, 399 + (uint64_t)loss);
        least += 2 * 2 * 4 + (of->smooth ? 4 * 2 * 4 : 0);
        for (int run = 0; run < PENALTY_COUNT * FITTING_SOLVERS * 4; run++) {
            const int p = run % PENALTY_COUNT;
            const int variant = run / PENALTY_COUNT % 4;
            linclass_fit_options options = samples_options();
            options.loss = loss;
            options.l1 = PENALTIES[p][0];
            options.l2 = PENALTIES[p][1];
            options.solver = fitting_solvers[run / PENALTY_COUNT / 4];
            options.dtype = (variant & 1) != 0 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
            options.fit_bias = run % 3 != 0;
            options.max_iterations = 30;
            if ((variant & 2) != 0) {
                options.sample_weight = weights.sample;
                options.class_weight = weights.class;
                options.class_weight_count = data.k;
            }
            fits += check(ctx, &data, &options);
        }
        samples_free(&data);
    }
    /* Each loss is minimised by SGD and gradient descent without l1; the smooth ones by the others too. */
    assert_true(fits >= least);
    linclass_context_destroy(ctx);
}

/* What softmax alone can be fitted to, and rows that are ignored. */
static void test_other_targets(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 500);
    double p[M * K];
    uint64_t noise = 3;
    for (int i = 0; i < M; i++) {
        double sum = 0;
        for (int c = 0; c < K; c++)
            sum += p[i * K + c] = 1.1 + noise_uniform(&noise);
        for (int c = 0; c < K; c++)
            p[i * K + c] /= sum;
    }
    linclass_matrix probabilities;
    linclass_matrix_init(&probabilities, sizeof probabilities, LINCLASS_FLOAT64, M, K, p, K);
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++)
        for (int variant = 0; variant < 4; variant++) {
            linclass_fit_options options = samples_options();
            options.dtype = dtype;
            options.l2 = 0.01;
            options.label_smoothing = variant == 0 ? 0.1 : 0;
            options.target_probabilities = variant == 1 ? &probabilities : NULL;
            options.has_ignore_label = variant == 2;
            options.ignore_label = 1;
            options.class_weight_balanced = variant == 3;
            assert_int_equal(check(ctx, &data, &options), 1);
        }
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* A loss near 0, whose figures are all rounding beside 1; samples of very different sizes. */
static void test_awkward_data(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 501);
    linclass_fit_options options = samples_options();
    for (int64_t i = 0; i < M; i++) {
        for (int64_t c = 0; c < K; c++)
            data.X[i * N + c] = c == data.y[i] ? 100 : 0;
        data.X[i * N + N - 1] *= 1e-6;
        data.X[i * N + N - 2] *= 1e4;
    }
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        options.dtype = dtype;
        options.max_iterations = 25;
        const linclass_matrix X = samples_view(&data);
        linclass_model *model;
        assert_true(linclass_fit(ctx, &X, data.y, &options, NULL, &model) >= 0);
        assert_int_equal(verify(ctx, model, &data, &options).differs, 0);
        linclass_model_destroy(model);
    }
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_loss_penalty_and_solver),
        cmocka_unit_test(test_other_targets),
        cmocka_unit_test(test_awkward_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
