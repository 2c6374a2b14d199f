/* linclass_model_verify: its figures against definitions in long double and finite differences of them;
 * what it finds to differ; what it refuses. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/losses.h"
#include "support/noise.h"

enum { M = 60, N = 4, K = 3, MOST = (N + 1) * K };

/* Rows, and all that a fit may know of them. */
typedef struct rows {
    double X[M * N];
    int64_t y[M];
    double weight[M];
    double p[M * K];
    linclass_matrix view;
    linclass_matrix probabilities;
} rows;

static void fill(rows *self, int64_t k)
{
    uint64_t noise = 21;
    for (int i = 0; i < M * N; i++)
        self->X[i] = 2 * noise_uniform(&noise);
    for (int i = 0; i < M; i++) {
        const double *x = self->X + (size_t)i * N;
        self->y[i] = noise_below(&noise, 3) == 0 ? noise_below(&noise, k) : x[0] > 0;
        self->weight[i] = i % 5 == 0 ? 0 : 1.25 + noise_uniform(&noise);
        for (int c = 0; c < K; c++)
            self->p[i * K + c] = c == 0 ? 0.25 : c == 1 ? 0.75 * x[0] * x[0] / 4 : 0;
        self->p[i * K + 2] = 0.75 - self->p[i * K + 1];
    }
    linclass_matrix_init(&self->view, sizeof self->view, LINCLASS_FLOAT64, M, N, self->X, N);
    linclass_matrix_init(&self->probabilities, sizeof self->probabilities, LINCLASS_FLOAT64, M, K,
                         self->p, K);
}

/* What F is made of. */
typedef struct problem {
    const rows *data;
    int32_t loss;
    int64_t k;
    double l1;
    double l2;
    const double *sample_weight;
    const double *class_weight;
    double smoothing;
    int with_probabilities;
    int64_t ignored; /* or -1 */
} problem;

static long double row_weight(const problem *at, int i)
{
    const int64_t y = at->data->y[i];
    if (y == at->ignored)
        return 0;
    return (long double)(at->sample_weight == NULL ? 1 : at->sample_weight[i]) *
           (at->class_weight == NULL ? 1 : at->class_weight[y]);
}

static long double row_of(const problem *at, int i, const long double *h)
{
    long double sum = 0;
    const int64_t y = at->data->y[i];
    if (at->smoothing == 0 && !at->with_probabilities)
        return losses_of_classes(at->loss, at->k, h, y);
    for (int64_t c = 0; c < at->k; c++) {
        const long double p = at->with_probabilities
                                  ? at->data->p[i * K + c]
                                  : at->smoothing / at->k + (c == y ? 1 - at->smoothing : 0);
        sum += p * losses_of_classes(at->loss, at->k, h, c);
    }
    return sum;
}

/* F without its l1 term; parameters: (n + 1) x k. *loss: its first term. */
static long double smooth_part(const problem *at, const long double *parameters, long double *loss)
{
    long double sum = 0;
    long double weights = 0;
    long double square = 0;
    for (int i = 0; i < M; i++) {
        long double h[K];
        for (int64_t c = 0; c < at->k; c++) {
            h[c] = parameters[N * at->k + c];
            for (int j = 0; j < N; j++)
                h[c] += at->data->X[i * N + j] * parameters[j * at->k + c];
        }
        sum += row_weight(at, i) == 0 ? 0 : row_weight(at, i) * row_of(at, i, h);
        weights += row_weight(at, i);
    }
    for (int64_t e = 0; e < N * at->k; e++)
        square += parameters[e] * parameters[e];
    *loss = sum / weights;
    return *loss + at->l2 / 2 * square;
}

static linclass_model *fit(linclass_context *ctx, const problem *at, int32_t dtype)
{
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.loss = at->loss;
    options.dtype = dtype;
    options.l1 = at->l1;
    options.l2 = at->l2;
    options.sample_weight = at->sample_weight;
    options.class_weight = at->class_weight;
    options.class_weight_count = at->class_weight == NULL ? 0 : at->k;
    options.label_smoothing = at->smoothing;
    options.target_probabilities = at->with_probabilities ? &at->data->probabilities : NULL;
    options.has_ignore_label = at->ignored >= 0;
    options.ignore_label = at->ignored;
    options.max_iterations = 4;
    linclass_model *model;
    if (linclass_fit(ctx, &at->data->view, at->data->y, &options, NULL, &model) < 0)
        fail_msg("linclass_fit: %s", linclass_context_message(ctx));
    return model;
}

static linclass_certificate certificate_of(const problem *at)
{
    linclass_certificate certificate;
    assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
    certificate.sample_weight = at->sample_weight;
    certificate.target_probabilities = at->with_probabilities ? &at->data->probabilities : NULL;
    return certificate;
}

/* A model's parameters; those of one score have a first column of zeros. */
static void parameters_of(const linclass_model *model, long double *parameters)
{
    const int64_t k = linclass_model_classes(model);
    const int64_t n = linclass_model_features(model);
    const int single = linclass_model_dtype(model) == LINCLASS_FLOAT32;
    for (int64_t e = 0; e < (n + 1) * k; e++) {
        const void *array = e < n * k ? linclass_model_theta(model) : linclass_model_bias(model);
        const int64_t place = e < n * k ? e : e - n * k;
        parameters[e] =
            single ? (double)((const float *)array)[place] : ((const double *)array)[place];
    }
}

static void check_formulas(linclass_context *ctx, const problem *at, int32_t dtype)
{
    linclass_model *model = fit(ctx, at, dtype);
    linclass_certificate found = certificate_of(at);
    assert_int_equal(linclass_model_verify(ctx, model, &at->data->view, at->data->y, &found),
                     LINCLASS_OK);
    assert_int_equal(found.differs, 0);
    long double parameters[MOST];
    parameters_of(model, parameters);
    const int64_t first = losses_find(at->loss)->one_score; /* column that is learned */
    long double norm1 = 0;
    long double smooth = 0;
    long double largest = 0;
    long double square = 0;
    long double unused;
    const long double step = 1e-6L;
    for (int64_t e = 0; e < (N + 1) * at->k; e++) {
        if (e % at->k < first)
            continue;
        const long double kept = parameters[e];
        parameters[e] = kept + step;
        const long double above = smooth_part(at, parameters, &unused);
        parameters[e] = kept - step;
        const long double below = smooth_part(at, parameters, &unused);
        parameters[e] = kept;
        const long double g = (above - below) / (2 * step);
        const long double l1 = e < N * at->k ? at->l1 : 0;
        const long double v = kept != 0 ? g + copysignl(l1, kept) : fmaxl(0, fabsl(g) - l1);
        norm1 += e < N * at->k ? fabsl(kept) : 0;
        smooth = fmaxl(smooth, fabsl(g));
        largest = fmaxl(largest, fabsl(v));
        square += v * v;
    }
    long double loss;
    const long double F = smooth_part(at, parameters, &loss) + at->l1 * norm1;
    /* Finite differences: step^2 of a third derivative, and rounding of F, 1e-19, over the step. */
    assert_near(found.objective, (double)F, 1e-13);
    assert_near(found.loss, (double)loss, 1e-13);
    assert_near(found.smooth_gradient_infinity_norm, (double)smooth, 1e-10);
    assert_near(found.gradient_infinity_norm, (double)largest, 1e-10);
    assert_near(found.gradient_norm, (double)sqrtl(square), 1e-10);
    long double weights = 0;
    for (int i = 0; i < M; i++)
        weights += row_weight(at, i);
    assert_near(found.total_weight, (double)weights, 1e-12);
    assert_int_equal(found.samples, M);
    linclass_model_destroy(model);
}

static void the_figures_are_those_of_the_formulas(void **state)
{
    (void)state;
    static const double of_class[K] = {1, 0.5, 2};
    static const double penalties[][2] = {{0, 0.1}, {0.02, 0}, {0.02, 0.1}};
    linclass_context *ctx = context_of(2);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++)
        for (int run = 0; run < 12; run++) {
            const int two = losses_find(loss)->one_score;
            const int kinks = !losses_find(loss)->smooth;
            rows data;
            fill(&data, two ? 2 : K);
            problem at = {.data = &data, .loss = loss, .k = two ? 2 : K, .ignored = -1};
            at.l1 = kinks ? 0 : penalties[run % 3][0];
            at.l2 = penalties[run % 3][1];
            if ((run / 3 & 1) != 0) {
                at.sample_weight = data.weight;
                at.class_weight = of_class;
            }
            check_formulas(ctx, &at, run / 6 == 0 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32);
        }
    linclass_context_destroy(ctx);
}

static void other_targets_of_softmax(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    problem at = {.data = &data, .loss = LINCLASS_LOSS_SOFTMAX, .k = K, .l2 = 0.1, .ignored = -1};
    at.smoothing = 0.2;
    check_formulas(ctx, &at, LINCLASS_FLOAT64);
    at.smoothing = 0;
    at.with_probabilities = 1;
    check_formulas(ctx, &at, LINCLASS_FLOAT64);
    at.with_probabilities = 0;
    for (int i = 0; i < M; i += 4)
        data.y[i] = 7;
    at.ignored = 7;
    check_formulas(ctx, &at, LINCLASS_FLOAT64);
    linclass_context_destroy(ctx);
}

/* Without labels a row is of its most probable class, as it was in the fit. */
static void probabilities_without_labels(void **state)
{
    (void)state;
    static const double of_class[K] = {1, 0.5, 2};
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    options.target_probabilities = &data.probabilities;
    options.class_weight = of_class;
    options.class_weight_count = K;
    linclass_model *model;
    assert_int_equal(linclass_fit(ctx, &data.view, NULL, &options, NULL, &model), LINCLASS_OK);
    const problem at = {.data = &data, .with_probabilities = 1};
    linclass_certificate found = certificate_of(&at);
    assert_int_equal(linclass_model_verify(ctx, model, &data.view, NULL, &found), LINCLASS_OK);
    assert_int_equal(found.differs, 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static int32_t differs(linclass_context *ctx, const linclass_model *model, const problem *at)
{
    linclass_certificate found = certificate_of(at);
    if (linclass_model_verify(ctx, model, &at->data->view, at->data->y, &found) != LINCLASS_OK)
        fail_msg("linclass_model_verify: %s", linclass_context_message(ctx));
    assert_int_equal(found.compared, 1);
    return found.differs;
}

static void what_is_not_so_is_found(void **state)
{
    (void)state;
    enum {
        FIGURES = LINCLASS_DIFFERS_OBJECTIVE | LINCLASS_DIFFERS_GRADIENT | LINCLASS_DIFFERS_GAP
    };
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    const problem at = {.data = &data,
                        .loss = LINCLASS_LOSS_SOFTMAX,
                        .k = K,
                        .l2 = 0.1,
                        .sample_weight = data.weight,
                        .ignored = -1};
    linclass_model *model = fit(ctx, &at, LINCLASS_FLOAT32);
    assert_int_equal(differs(ctx, model, &at), 0);

    data.y[1] = (data.y[1] + 1) % K; /* one label */
    assert_int_equal(differs(ctx, model, &at), FIGURES);
    data.y[1] = (data.y[1] + K - 1) % K;

    data.X[5] += 0.5; /* one element */
    assert_int_equal(differs(ctx, model, &at), FIGURES);
    data.X[5] -= 0.5;

    data.view.rows--; /* one row fewer */
    assert_int_equal(differs(ctx, model, &at),
                     LINCLASS_DIFFERS_SAMPLES | LINCLASS_DIFFERS_WEIGHT | FIGURES);
    data.view.rows++;

    problem unweighted = at;
    unweighted.sample_weight = NULL;
    assert_int_equal(differs(ctx, model, &unweighted), LINCLASS_DIFFERS_WEIGHT | FIGURES);
    assert_int_equal(differs(ctx, model, &at), 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void a_model_of_no_fit_has_nothing_to_compare(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 5, &X);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, 1, 1, 3);
    int64_t y[M];
    for (int i = 0; i < M; i++)
        y[i] = linclass_model_labels(model)[0];
    linclass_certificate found;
    linclass_certificate_init(&found, sizeof found);
    assert_int_equal(linclass_model_verify(ctx, model, &X, y, &found), LINCLASS_OK);
    assert_int_equal(found.compared, 0);
    assert_int_equal(found.differs, 0);
    assert_true(found.objective == 0 && found.gradient_norm == 0); /* one class: nothing to learn */
    linclass_model_destroy(model);
    free(samples);
    linclass_context_destroy(ctx);
}

static void bad_arguments_are_refused_in_words(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    problem at = {.data = &data, .loss = LINCLASS_LOSS_SOFTMAX, .k = K, .l2 = 0.1, .ignored = -1};
    linclass_model *model = fit(ctx, &at, LINCLASS_FLOAT64);
    linclass_certificate found = certificate_of(&at);
    const linclass_certificate before = found;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
#define VERIFY(model, X, y, certificate) linclass_model_verify(ctx, model, X, y, certificate)
    assert_int_equal(linclass_model_verify(NULL, model, &data.view, data.y, &found), invalid);
    assert_refused(ctx, VERIFY(NULL, &data.view, data.y, &found), invalid, "model is NULL");
    assert_refused(ctx, VERIFY(model, &data.view, data.y, NULL), invalid, "certificate is NULL");
    assert_refused(ctx, VERIFY(model, NULL, data.y, &found), invalid, "X is NULL");
    assert_refused(ctx, VERIFY(model, &data.view, NULL, &found), invalid, "y is NULL");
    linclass_matrix other = data.view;
    other.cols = N - 1;
    assert_refused(ctx, VERIFY(model, &other, data.y, &found), LINCLASS_ERROR_DIMENSION,
                   "X has 3 columns, the model 4 features");
    other = data.view;
    other.rows = 0;
    assert_refused(ctx, VERIFY(model, &other, data.y, &found), LINCLASS_ERROR_DIMENSION,
                   "X has no rows");
    data.y[3] = 99;
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), LINCLASS_ERROR_LABEL,
                   "y[3] is 99");
    data.y[3] = 0;
    data.X[2 * N + 1] = (double)NAN;
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), LINCLASS_ERROR_NON_FINITE,
                   "X[2, 1] is");
    assert_memory_equal(&found, &before, sizeof found);
    data.X[2 * N + 1] = 1e300;
    data.X[2 * N + 2] = 1e308;
    linclass_matrix scaled = data.view;
    scaled.scale = 1e-300;
    assert_int_equal(VERIFY(model, &scaled, data.y, &found), LINCLASS_OK);
    data.X[2 * N + 1] = data.X[2 * N + 2] = 1;
    found = before;

    data.weight[4] = -1;
    found.sample_weight = data.weight;
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), invalid,
                   "certificate.sample_weight[4] is -1");
    memset(data.weight, 0, sizeof data.weight);
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), invalid, "no row counts");
    for (int i = 0; i < M; i++)
        data.weight[i] = 1e308;
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), LINCLASS_ERROR_NUMERIC,
                   "overflows");
    found = before;
    found.target_probabilities = &data.probabilities;
    data.p[2 * K + 1] = -0.5;
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), invalid,
                   "certificate.target_probabilities[2, 1] is -0.5");
    data.probabilities.rows = M - 1;
    assert_refused(ctx, VERIFY(model, &data.view, data.y, &found), LINCLASS_ERROR_DIMENSION,
                   "certificate.target_probabilities is 59 x 3, not 60 x 3");
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
#undef VERIFY
}

static void probabilities_are_asked_for_where_there_were_any(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, 2);
    problem at = {.data = &data, .loss = LINCLASS_LOSS_LOGISTIC, .k = 2, .l2 = 0.1, .ignored = -1};
    linclass_model *logistic = fit(ctx, &at, LINCLASS_FLOAT64);
    fill(&data, K);
    at.loss = LINCLASS_LOSS_SOFTMAX;
    at.k = K;
    at.with_probabilities = 1;
    linclass_model *softmax = fit(ctx, &at, LINCLASS_FLOAT64);
    linclass_certificate found = certificate_of(&at);
    assert_refused(ctx, linclass_model_verify(ctx, logistic, &data.view, data.y, &found),
                   LINCLASS_ERROR_UNSUPPORTED, "only softmax");
    linclass_certificate without;
    linclass_certificate_init(&without, sizeof without);
    assert_refused(ctx, linclass_model_verify(ctx, softmax, &data.view, data.y, &without),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "fitted to probabilities");
    linclass_model_destroy(softmax);
    linclass_model_destroy(logistic);
    linclass_context_destroy(ctx);
}

static linclass_certificate verified_after(int32_t loss, int32_t solver, int64_t iterations)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    rows data;
    fill(&data, K);
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.loss = loss;
    options.solver = solver;
    options.l2 = 0.01;
    options.max_iterations = iterations;
    linclass_model *model;
    assert_true(linclass_fit(ctx, &data.view, data.y, &options, NULL, &model) >= 0);
    linclass_certificate found;
    linclass_certificate_init(&found, sizeof found);
    assert_int_equal(linclass_model_verify(ctx, model, &data.view, data.y, &found), LINCLASS_OK);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return found;
}

/* A report may be true and the model far from the minimum. */
static void a_model_is_at_a_minimum_or_not(void **state)
{
    (void)state;
    linclass_certificate found = verified_after(LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_AUTO, 0);
    assert_int_equal(found.at_minimum, 1);
    assert_true(found.gap >= 0 && found.gap <= found.gap_allowed);
    found = verified_after(LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_LBFGS, 1);
    assert_int_equal(found.at_minimum, 0);
    assert_int_equal(found.differs, 0);
    assert_true(found.gap > found.gap_allowed);
    found = verified_after(LINCLASS_LOSS_HINGE, LINCLASS_SOLVER_SGD, 1);
    assert_int_equal(found.at_minimum, -1);
    assert_true(isnan(found.gap) && isnan(found.gap_allowed));
}

static void a_failing_allocation_changes_no_figure(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    problem at = {.data = &data, .loss = LINCLASS_LOSS_SOFTMAX, .k = K, .ignored = -1};
    at.with_probabilities = 1;
    linclass_model *model = fit(ctx, &at, LINCLASS_FLOAT64);
    const linclass_certificate before = certificate_of(&at);
    memory_rounds round = memory_rounds_begin(1);
    while (memory_rounds_next(&round)) {
        linclass_certificate found = before;
        if (memory_rounds_failed(
                &round, linclass_model_verify(round.ctx, model, &data.view, data.y, &found)))
            assert_memory_equal(&found, &before, sizeof found);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figures_are_those_of_the_formulas),
        cmocka_unit_test(other_targets_of_softmax),
        cmocka_unit_test(probabilities_without_labels),
        cmocka_unit_test(what_is_not_so_is_found),
        cmocka_unit_test(a_model_of_no_fit_has_nothing_to_compare),
        cmocka_unit_test(bad_arguments_are_refused_in_words),
        cmocka_unit_test(probabilities_are_asked_for_where_there_were_any),
        cmocka_unit_test(a_model_is_at_a_minimum_or_not),
        cmocka_unit_test(a_failing_allocation_changes_no_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
