#include "problems.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/memory_rounds.h"
#include "support/noise.h"

static problem take(int64_t m, int64_t n, int64_t k)
{
    const problem made = {
        .m = m,
        .n = n,
        .k = k,
        .X = malloc((size_t)(m * n + 1) * sizeof(double)),
        .y = malloc((size_t)m * sizeof(int64_t)),
    };
    assert_non_null(made.X);
    assert_non_null(made.y);
    return made;
}

problem problem_begin(int64_t m, int64_t n, int64_t k, uint64_t seed)
{
    uint64_t noise = seed;
    problem made = take(m, n, k);
    double *map = malloc((size_t)(n * k + 1) * sizeof(double));
    assert_non_null(map);
    for (int64_t i = 0; i < n * k; i++)
        map[i] = noise_uniform(&noise);
    for (int64_t i = 0; i < m; i++) {
        double best = -HUGE_VAL;
        int64_t class = 0;
        for (int64_t j = 0; j < n; j++)
            made.X[i * n + j] = noise_uniform(&noise);
        for (int64_t c = 0; c < k; c++) {
            double score = 0;
            for (int64_t j = 0; j < n; j++)
                score += made.X[i * n + j] * map[j * k + c];
            if (score > best) {
                best = score;
                class = c;
            }
        }
        if (i % 4 == 0)
            class = noise_below(&noise, k);
        if (i < k)
            class = i; /* every class is present */
        made.y[i] = 10 * (class + 1);
    }
    free(map);
    return made;
}

void problem_end(problem *self)
{
    free(self->X);
    free(self->y);
}

problem problem_repeat(const problem *self, const int64_t *times)
{
    const int64_t n = self->n;
    int64_t m = 0;
    for (int64_t i = 0; i < self->m; i++)
        m += times[i];
    problem made = take(m, n, self->k);
    int64_t row = 0;
    for (int64_t i = 0; i < self->m; i++) {
        for (int64_t repetition = 0; repetition < times[i]; repetition++, row++) {
            memcpy(made.X + row * n, self->X + i * n, (size_t)n * sizeof(double));
            made.y[row] = self->y[i];
        }
    }
    return made;
}

linclass_matrix problem_view(const problem *self)
{
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, self->m, self->n,
                                          self->X, self->n > 0 ? self->n : 1),
                     LINCLASS_OK);
    return view;
}

linclass_fit_options exact_options(void)
{
    linclass_fit_options options;
    assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
    options.solver = LINCLASS_SOLVER_GRADIENT_DESCENT;
    options.dtype = LINCLASS_FLOAT64;
    options.l2 = 0.01;
    options.gradient_tolerance = 1e-10;
    options.max_iterations = 100000;
    return options;
}

outcome fit_problem(const problem *self, const linclass_fit_options *options, int32_t threads)
{
    linclass_context_options context;
    linclass_context_options_init(&context, sizeof context);
    context.threads = threads;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(&context, &ctx), LINCLASS_OK);
    const linclass_matrix X = problem_view(self);
    outcome made;
    linclass_fit_report_init(&made.report, sizeof made.report);
    made.status = linclass_fit(ctx, &X, self->y, options, &made.report, &made.model);
    if (made.status < 0)
        print_message("%s\n", linclass_context_message(ctx));
    linclass_context_destroy(ctx);
    return made;
}

void outcome_end(outcome *self)
{
    linclass_model_destroy(self->model);
}

outcome fit_well(const problem *self, const linclass_fit_options *options)
{
    const outcome made = fit_problem(self, options, 1);
    assert_true(made.status >= 0);
    return made;
}

void assert_refused(const problem *self, const linclass_fit_options *options,
                    linclass_status expected, const char *words)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    const linclass_matrix X = problem_view(self);
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, self->y, options, NULL, &model);
    const char *sentence = linclass_context_message(ctx);
    if (status != expected || strstr(sentence, words) == NULL)
        fail_msg("status %d, not %d with \"%s\": %s", status, expected, words, sentence);
    assert_null(model);
    linclass_context_destroy(ctx);
}

void assert_same_bits(const outcome *a, const outcome *b)
{
    const int64_t n = linclass_model_features(a->model);
    const int64_t k = linclass_model_classes(a->model);
    const int32_t dtype = linclass_model_dtype(a->model);
    const size_t element = dtype == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double);
    assert_int_equal(n, linclass_model_features(b->model));
    assert_int_equal(k, linclass_model_classes(b->model));
    assert_int_equal(dtype, linclass_model_dtype(b->model));
    assert_memory_equal(linclass_model_theta(a->model), linclass_model_theta(b->model),
                        (size_t)(n * k) * element);
    if (linclass_model_bias(a->model) != NULL)
        assert_memory_equal(linclass_model_bias(a->model), linclass_model_bias(b->model),
                            (size_t)k * element);
}

void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%.17g is not %.17g within %g", value, expected, tolerance);
}

void assert_close_models(const outcome *a, const outcome *b, double tolerance)
{
    const int64_t n = linclass_model_features(a->model);
    const int64_t k = linclass_model_classes(a->model);
    const double *theta = linclass_model_theta(a->model);
    const double *bias = linclass_model_bias(a->model);
    assert_int_equal(linclass_model_dtype(a->model), LINCLASS_FLOAT64);
    assert_int_equal(linclass_model_dtype(b->model), LINCLASS_FLOAT64);
    assert_int_equal(k, linclass_model_classes(b->model));
    for (int64_t i = 0; i < n * k; i++)
        assert_close(theta[i], ((const double *)linclass_model_theta(b->model))[i], tolerance);
    for (int64_t j = 0; bias != NULL && j < k; j++)
        assert_close(bias[j], ((const double *)linclass_model_bias(b->model))[j], tolerance);
}

void assert_survives_lack_of_memory(const problem *self, const linclass_fit_options *options)
{
    const linclass_matrix X = problem_view(self);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *model;
        (void)memory_rounds_failed(&r, linclass_fit(r.ctx, &X, self->y, options, NULL, &model));
        linclass_model_destroy(model);
    }
}
