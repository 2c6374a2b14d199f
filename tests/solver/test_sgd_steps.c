/* Steps of stochastic gradient descent against plain loops in double: momentum, with and without
 * penalty, every schedule of the learning rate, batches that are one thread's and batches that are a
 * sweep, theta small and large, in both precisions. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "problems.h"

/* theta (n x k) and bias (k) of the reference, and their velocities. */
typedef struct parameters {
    int64_t n;
    int64_t k;
    double *theta;
    double *bias;
    double *velocity;
    double *bias_velocity;
} parameters;

static double *zeros(int64_t count)
{
    double *made = calloc((size_t)count, sizeof(double));
    assert_non_null(made);
    return made;
}

static parameters parameters_begin(int64_t n, int64_t k)
{
    return (parameters){n, k, zeros(n * k), zeros(k), zeros(n * k), zeros(k)};
}

static void parameters_end(parameters *self)
{
    free(self->theta);
    free(self->bias);
    free(self->velocity);
    free(self->bias_velocity);
}

/* G and g_bias := gradient of the mean cross-entropy of rows first..first+count-1. */
static void mean_gradient(const problem *rows, const parameters *at, int64_t first, int64_t count,
                          double *G, double *g_bias)
{
    const int64_t n = at->n;
    const int64_t k = at->k;
    double *z = zeros(k);
    for (int64_t i = 0; i < n * k; i++)
        G[i] = 0;
    for (int64_t c = 0; c < k; c++)
        g_bias[c] = 0;
    for (int64_t i = first; i < first + count; i++) {
        double sum = 0;
        for (int64_t c = 0; c < k; c++) {
            double score = at->bias[c];
            for (int64_t j = 0; j < n; j++)
                score += rows->X[i * n + j] * at->theta[j * k + c];
            z[c] = exp(score);
            sum += z[c];
        }
        for (int64_t c = 0; c < k; c++) {
            const double residual = z[c] / sum - (rows->y[i] == 10 * (c + 1));
            for (int64_t j = 0; j < n; j++)
                G[j * k + c] += residual * rows->X[i * n + j] / (double)count;
            g_bias[c] += residual / (double)count;
        }
    }
    free(z);
}

static double rate_of(const linclass_fit_options *options, int64_t epoch, int64_t first, int64_t m)
{
    double rate = options->learning_rate;
    if (options->learning_rate_schedule == LINCLASS_LEARNING_RATE_STEP) {
        for (int64_t e = options->learning_rate_period; e <= epoch;
             e += options->learning_rate_period)
            rate *= options->learning_rate_decay;
    }
    if (options->learning_rate_schedule == LINCLASS_LEARNING_RATE_INVERSE_TIME)
        rate /= 1 + options->learning_rate_decay * ((double)epoch + (double)first / (double)m);
    return rate;
}

/* The epochs the options ask for, in row order; the rate of the last step. */
static double reference_descent(const problem *rows, const linclass_fit_options *options,
                                parameters *at)
{
    double *G = zeros(at->n * at->k);
    double *g_bias = zeros(at->k);
    double rate = 0;
    for (int64_t epoch = 0; epoch < options->max_iterations; epoch++) {
        for (int64_t first = 0; first < rows->m; first += options->batch_size) {
            const int64_t left = rows->m - first;
            rate = rate_of(options, epoch, first, rows->m);
            mean_gradient(rows, at, first, left < options->batch_size ? left : options->batch_size,
                          G, g_bias);
            for (int64_t i = 0; i < at->n * at->k; i++) {
                at->velocity[i] = options->momentum * at->velocity[i] -
                                  rate * (G[i] + options->l2 * at->theta[i]);
                at->theta[i] += at->velocity[i];
            }
            for (int64_t c = 0; c < at->k; c++) {
                at->bias_velocity[c] = options->momentum * at->bias_velocity[c] - rate * g_bias[c];
                at->bias[c] += at->bias_velocity[c];
            }
        }
    }
    free(G);
    free(g_bias);
    return rate;
}

static double value_of(const linclass_model *model, const void *values, int64_t i)
{
    return linclass_model_dtype(model) == LINCLASS_FLOAT32 ? (double)((const float *)values)[i]
                                                           : ((const double *)values)[i];
}

static void assert_as_the_reference(const problem *rows, const linclass_fit_options *options,
                                    double tolerance)
{
    parameters expected = parameters_begin(rows->n, rows->k);
    const double rate = reference_descent(rows, options, &expected);
    outcome fitted = fit_well(rows, options);
    assert_close(fitted.report.learning_rate, rate, 1e-15);
    for (int64_t i = 0; i < rows->n * rows->k; i++)
        assert_close(value_of(fitted.model, linclass_model_theta(fitted.model), i),
                     expected.theta[i], tolerance);
    for (int64_t c = 0; c < rows->k; c++)
        assert_close(value_of(fitted.model, linclass_model_bias(fitted.model), c), expected.bias[c],
                     tolerance);
    outcome_end(&fitted);
    parameters_end(&expected);
}

static linclass_fit_options sgd_options(void)
{
    linclass_fit_options options;
    assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
    options.l2 = 0;
    options.solver = LINCLASS_SOLVER_SGD;
    options.dtype = LINCLASS_FLOAT64;
    options.shuffle = 0;
    options.max_iterations = 3;
    options.batch_size = 7;
    options.learning_rate = 0.1;
    return options;
}

static int32_t go_on(const linclass_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    return 0;
}

/* Epochs of pairs, without and with a row left over; the rate falls within a pair. */
static void single_samples(void **state)
{
    (void)state;
    static const int64_t samples[] = {24, 23};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        problem rows = problem_begin(samples[i], 3, 3, 1);
        linclass_fit_options options = sgd_options();
        options.batch_size = 1;
        options.learning_rate_decay = 3;
        for (int choice = 0; choice < 8; choice++) {
            options.l2 = choice & 1 ? 0.3 : 0;
            options.learning_rate_schedule =
                choice & 2 ? LINCLASS_LEARNING_RATE_INVERSE_TIME : LINCLASS_LEARNING_RATE_CONSTANT;
            options.momentum = choice & 4 ? 0.5 : 0;
            assert_as_the_reference(&rows, &options, 1e-13);
        }
        problem_end(&rows);
    }
}

/* Whoever listens has the parameters stored after each epoch. */
static void listening_changes_no_bits(void **state)
{
    (void)state;
    problem rows = problem_begin(23, 3, 3, 1);
    linclass_fit_options options = sgd_options();
    options.batch_size = 1;
    outcome expected = fit_well(&rows, &options);
    options.progress = go_on;
    outcome heard = fit_well(&rows, &options);
    assert_same_bits(&heard, &expected);
    outcome_end(&heard);
    outcome_end(&expected);
    problem_end(&rows);
}

/* Batches up to 256 rows are one thread's, 300 are a sweep. */
static void momentum_adds_up_steps(void **state)
{
    (void)state;
    static const int64_t batches[] = {7, 300};
    problem rows = problem_begin(650, 5, 4, 2);
    linclass_fit_options options = sgd_options();
    for (int i = 0; i < 2; i++) {
        options.batch_size = batches[i];
        for (int penalised = 0; penalised < 2; penalised++) {
            options.l2 = penalised ? 0.3 : 0;
            options.momentum = 0;
            assert_as_the_reference(&rows, &options, 1e-13);
            options.momentum = 0.9;
            assert_as_the_reference(&rows, &options, 1e-13);
        }
    }
    problem_end(&rows);
}

/* Steps of single precision round to 2^-24 of parameters below 2, some 30 of them. */
static void single_precision_does_the_same(void **state)
{
    (void)state;
    problem rows = problem_begin(70, 5, 4, 3);
    linclass_fit_options options = sgd_options();
    options.dtype = LINCLASS_FLOAT32;
    options.momentum = 0.9;
    options.l2 = 0.01;
    assert_as_the_reference(&rows, &options, 30 * 0x1p-23);
    problem_end(&rows);
}

/* n k > 2^18: steps are sweeps in tiles, into theta or the velocity where they lie. */
static void large_theta_moves_the_same(void **state)
{
    (void)state;
    problem rows = problem_begin(150, 2100, 130, 4);
    linclass_fit_options options = sgd_options();
    options.max_iterations = 1;
    options.batch_size = 60;
    options.learning_rate = 0.01;
    options.l2 = 0.3;
    assert_as_the_reference(&rows, &options, 1e-13);
    options.momentum = 0.9;
    assert_as_the_reference(&rows, &options, 1e-13);
    problem_end(&rows);
}

static void schedules_are_as_documented(void **state)
{
    (void)state;
    problem rows = problem_begin(30, 3, 3, 5);
    linclass_fit_options options = sgd_options();
    options.max_iterations = 7;
    options.learning_rate_schedule = LINCLASS_LEARNING_RATE_STEP;
    options.learning_rate_decay = 0.25;
    for (options.learning_rate_period = 1; options.learning_rate_period < 9;
         options.learning_rate_period++)
        assert_as_the_reference(&rows, &options, 1e-13);
    options.learning_rate_schedule = LINCLASS_LEARNING_RATE_INVERSE_TIME;
    options.learning_rate_decay = 3;
    options.momentum = 0.5;
    assert_as_the_reference(&rows, &options, 1e-13);
    problem_end(&rows);
}

static void schedules_have_defaults(void **state)
{
    (void)state;
    problem rows = problem_begin(30, 3, 3, 6);
    linclass_fit_options options = sgd_options();
    assert_int_equal(options.learning_rate_period, 10);
    options.max_iterations = 11;
    options.batch_size = 30;
    options.learning_rate = 1;
    options.learning_rate_schedule = LINCLASS_LEARNING_RATE_STEP;
    outcome fitted = fit_well(&rows, &options);
    assert_close(fitted.report.learning_rate, 0.5, 1e-15);
    outcome_end(&fitted);
    options.learning_rate_schedule = LINCLASS_LEARNING_RATE_INVERSE_TIME;
    fitted = fit_well(&rows, &options);
    assert_close(fitted.report.learning_rate, 1.0 / 11, 1e-15);
    outcome_end(&fitted);
    problem_end(&rows);
}

/* The rate sgd chooses brings the loss down whatever the momentum. */
static void a_chosen_rate_allows_for_momentum(void **state)
{
    (void)state;
    problem rows = problem_begin(400, 5, 3, 7);
    linclass_fit_options options = sgd_options();
    options.learning_rate = 0;
    options.max_iterations = 20;
    outcome plain = fit_well(&rows, &options);
    options.momentum = 0.95;
    outcome fitted = fit_well(&rows, &options);
    assert_close(fitted.report.learning_rate, 0.05 * plain.report.learning_rate, 1e-14);
    assert_true(fitted.report.loss < 1.1 * plain.report.loss);
    outcome_end(&fitted);
    outcome_end(&plain);
    problem_end(&rows);
}

static void momentum_gives_the_same_bits_for_any_threads(void **state)
{
    (void)state;
    problem rows = problem_begin(1500, 5, 3, 8);
    linclass_fit_options options = sgd_options();
    options.momentum = 0.9;
    options.batch_size = 400;
    outcome expected = fit_problem(&rows, &options, 1);
    for (int32_t threads = 2; threads <= 8; threads += 3) {
        outcome fitted = fit_problem(&rows, &options, threads);
        assert_same_bits(&fitted, &expected);
        outcome_end(&fitted);
    }
    outcome_end(&expected);
    problem_end(&rows);
}

static void wrong_steps_are_refused(void **state)
{
    (void)state;
    static const double wrong[] = {-0.1, 1, NAN, INFINITY};
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    problem rows = problem_begin(30, 3, 3, 9);
    linclass_fit_options options = sgd_options();
    for (int i = 0; i < 4; i++) {
        options.momentum = wrong[i];
        assert_refused(&rows, &options, invalid, "options.momentum is ");
    }
    options = sgd_options();
    options.learning_rate_schedule = 3;
    assert_refused(&rows, &options, invalid, "options.learning_rate_schedule is 3");
    options.learning_rate_schedule = LINCLASS_LEARNING_RATE_STEP;
    options.learning_rate_decay = 1.5;
    assert_refused(&rows, &options, invalid, "options.learning_rate_decay is 1.5, not <= 1");
    options.learning_rate_decay = -1;
    assert_refused(&rows, &options, invalid, "options.learning_rate_decay is -1");
    options.learning_rate_decay = 1;
    options.learning_rate_period = 0;
    assert_refused(&rows, &options, invalid, "options.learning_rate_period is 0");
    options.learning_rate_period = 1;
    options.reserved_2 = 1;
    assert_refused(&rows, &options, invalid, "options.reserved_2 is 1");
    problem_end(&rows);
}

/* Samples whose squares overflow give no rate: an error that says so, never a rate of NaN. */
static void samples_too_large_for_a_rate_are_told(void **state)
{
    (void)state;
    problem rows = problem_begin(30, 3, 3, 10);
    for (int i = 0; i < 90; i++)
        rows.X[i] *= 1e300;
    linclass_fit_options options = sgd_options();
    options.learning_rate = 0;
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        options.dtype = dtype;
        assert_refused(&rows, &options, LINCLASS_ERROR_NUMERIC, "scale the samples");
    }
    problem_end(&rows);
}

/* The squared hinge of ten classes, whose margins are all violated at zero: the rate must not step
 * beyond. */
static void a_chosen_rate_allows_for_the_curvature_of_the_squared_hinge(void **state)
{
    (void)state;
    problem rows = problem_begin(2000, 5, 10, 12);
    for (int64_t batch = 1; batch <= 100; batch *= 10) {
        linclass_fit_options options = sgd_options();
        options.loss = LINCLASS_LOSS_SQUARED_HINGE;
        options.learning_rate = 0;
        options.batch_size = batch;
        outcome fitted = fit_well(&rows, &options);
        if (!(fitted.report.loss < 9)) /* at zero: the margins of nine classes */
            fail_msg("batches of %d: learning rate %g leaves a loss of %g", (int)batch,
                     fitted.report.learning_rate, fitted.report.loss);
        outcome_end(&fitted);
    }
    problem_end(&rows);
}

/* Only every third row counts or is not zero: those looked at first, 1000 evenly spaced, say nothing. */
static void rows_that_say_nothing_give_a_rate(void **state)
{
    (void)state;
    problem rows = problem_begin(3000, 2, 2, 11);
    double *weights = zeros(3000);
    for (int i = 1; i < 3000; i += 3)
        weights[i] = 1;
    linclass_fit_options options = sgd_options();
    options.learning_rate = 0;
    options.batch_size = 100;
    options.sample_weight = weights;
    outcome fitted = fit_well(&rows, &options);
    assert_true(fitted.report.learning_rate < 100);
    assert_true(fitted.report.loss < log(2));
    outcome_end(&fitted);
    for (int i = 0; i < 6000; i++)
        rows.X[i] = 0;
    options.fit_bias = 0;
    fitted = fit_well(&rows, &options);
    assert_close(fitted.report.loss, log(2), 1000 * DBL_EPSILON / 2); /* a sum of 1000 terms */
    outcome_end(&fitted);
    free(weights);
    problem_end(&rows);
}

static void a_step_beyond_single_precision_is_told(void **state)
{
    (void)state;
    problem rows = problem_begin(30, 3, 3, 12);
    linclass_fit_options options = sgd_options();
    options.dtype = LINCLASS_FLOAT32;
    options.learning_rate = 1e39;
    assert_refused(&rows, &options, LINCLASS_ERROR_NUMERIC, "learning_rate 1e+39 is too large");
    problem_end(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_samples),
        cmocka_unit_test(listening_changes_no_bits),
        cmocka_unit_test(momentum_adds_up_steps),
        cmocka_unit_test(single_precision_does_the_same),
        cmocka_unit_test(large_theta_moves_the_same),
        cmocka_unit_test(schedules_are_as_documented),
        cmocka_unit_test(schedules_have_defaults),
        cmocka_unit_test(a_chosen_rate_allows_for_momentum),
        cmocka_unit_test(momentum_gives_the_same_bits_for_any_threads),
        cmocka_unit_test(wrong_steps_are_refused),
        cmocka_unit_test(samples_too_large_for_a_rate_are_told),
        cmocka_unit_test(a_chosen_rate_allows_for_the_curvature_of_the_squared_hinge),
        cmocka_unit_test(rows_that_say_nothing_give_a_rate),
        cmocka_unit_test(a_step_beyond_single_precision_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
