/* A whole training gives the same bits for 1, 2, 3, 8 and 16 threads: model, report, and everything
 * the callback heard. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/noise.h"

static const int32_t thread_counts[] = {1, 2, 3, 8, 16};
enum { COUNTS = sizeof thread_counts / sizeof *thread_counts, MOST_CALLS = 16 };

typedef struct history {
    int64_t calls;
    double figures[MOST_CALLS][5];
} history;

static int32_t keep(const linclass_progress *progress, void *user)
{
    history *h = user;
    const double figures[5] = {progress->objective, progress->loss, progress->error,
                               progress->gradient_norm, progress->learning_rate};
    if (h->calls < MOST_CALLS)
        memcpy(h->figures[h->calls], figures, sizeof figures);
    h->calls++;
    return 0;
}

typedef struct outcome {
    linclass_model *model;
    linclass_fit_report report;
    history heard;
} outcome;

static outcome train(int32_t threads, const linclass_matrix *X, const int64_t *y,
                     linclass_fit_options options)
{
    outcome made = {.report = fitting_report()};
    linclass_context *ctx = context_of(threads);
    options.progress = keep;
    options.progress_user = &made.heard;
    assert_true(linclass_fit(ctx, X, y, &options, &made.report, &made.model) >= 0);
    made.report.seconds = 0;
    linclass_context_destroy(ctx);
    return made;
}

static void check_bits(const linclass_matrix *X, const int64_t *y,
                       const linclass_fit_options *options)
{
    outcome alone = train(1, X, y, *options);
    for (int i = 1; i < COUNTS; i++) {
        outcome shared = train(thread_counts[i], X, y, *options);
        if (!fitting_same(alone.model, shared.model) ||
            memcmp(&alone.report, &shared.report, sizeof alone.report) != 0 ||
            memcmp(&alone.heard, &shared.heard, sizeof alone.heard) != 0)
            fail_msg("solver %d, dtype %d: %d threads give other bits than one",
                     (int)options->solver, (int)options->dtype, (int)thread_counts[i]);
        linclass_model_destroy(shared.model);
    }
    linclass_model_destroy(alone.model);
}

/* All solvers, SGD with small and large minibatches; those that keep Hessians where they are practical. */
static void check_solvers(const linclass_matrix *X, const int64_t *y, int32_t dtype, bool newton,
                          bool working_sets)
{
    linclass_fit_options options = samples_options();
    options.dtype = dtype;
    options.max_iterations = 2;
    options.l2 = 1e-3;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        options.solver = fitting_solvers[s];
        options.l1 = options.solver == LINCLASS_SOLVER_ORTHANT_WISE ? 1e-3 : 0;
        if ((newton || options.solver != LINCLASS_SOLVER_NEWTON) &&
            (working_sets || options.solver != LINCLASS_SOLVER_ORTHANT_WISE))
            check_bits(X, y, &options);
    }
    options.solver = LINCLASS_SOLVER_SGD;
    options.l1 = 0;
    options.batch_size = 1111;
    check_bits(X, y, &options);
}

static void test_bytes_like_mnist(void **state)
{
    (void)state;
    enum { M = 3000, N = 784, K = 10 };
    uint8_t *const pixels = malloc((size_t)M * N);
    int64_t *const y = malloc(M * sizeof *y);
    assert_true(pixels != NULL && y != NULL);
    uint64_t noise = 80;
    for (int64_t i = 0; i < M; i++) {
        y[i] = i % K;
        for (int64_t j = 0; j < N; j++) {
            const int64_t pixel = noise_below(&noise, 256);
            pixels[i * N + j] = (uint8_t)(j % 37 == y[i] || pixel > 200 ? pixel : 0);
        }
    }
    linclass_matrix X;
    assert_int_equal(linclass_matrix_init(&X, sizeof X, LINCLASS_UINT8, M, N, pixels, N),
                     LINCLASS_OK);
    X.scale = 1.0 / 255;
    check_solvers(&X, y, LINCLASS_FLOAT32, false, true);
    free(y);
    free(pixels);
}

static void test_doubles(void **state)
{
    (void)state;
    samples data = samples_new(3000, 25, 4, 81);
    const linclass_matrix X = samples_view(&data);
    check_solvers(&X, data.y, LINCLASS_FLOAT64, true, true);
    check_solvers(&X, data.y, LINCLASS_FLOAT32, true, true);
    samples_free(&data);
}

static void test_a_thousand_classes(void **state)
{
    (void)state;
    samples data = samples_new(1200, 300, 1000, 82);
    const linclass_matrix X = samples_view(&data);
    check_solvers(&X, data.y, LINCLASS_FLOAT32, false, false);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_like_mnist),
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_a_thousand_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
