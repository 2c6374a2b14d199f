/* The same fit gives the same model file, byte for byte: each time, and with any number of threads. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models.h"
#include "support/context_of.h"

enum { M = 300, N = 12, K = 3, MOST_BYTES = 8192 };

typedef struct file_bytes {
    int64_t length;
    char bytes[MOST_BYTES];
} file_bytes;

/* The time that the fit took is in its report and in the model's, not in the bytes. */
static file_bytes fit_and_serialize(int32_t threads, const linclass_fit_options *options)
{
    linclass_context *ctx = context_of(threads);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 4, &X);
    int64_t y[M];
    for (int i = 0; i < M; i++)
        y[i] = i * i % K;
    linclass_model *model;
    linclass_fit_report report;
    linclass_fit_report_init(&report, sizeof report);
    assert_true(linclass_fit(ctx, &X, y, options, &report, &model) >= 0);
    assert_true(report.seconds > 0);
    linclass_fit_report kept;
    linclass_fit_report_init(&kept, sizeof kept);
    assert_int_equal(linclass_model_report(model, &kept), LINCLASS_OK);
    assert_true(kept.seconds == report.seconds);
    file_bytes file = {0};
    assert_int_equal(linclass_model_serialize(ctx, model, file.bytes, MOST_BYTES, &file.length),
                     LINCLASS_OK);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
    return file;
}

static void the_same_fit_gives_the_same_bytes(void **state)
{
    (void)state;
    for (int32_t solver = LINCLASS_SOLVER_AUTO; solver <= LINCLASS_SOLVER_ORTHANT_WISE; solver++) {
        linclass_fit_options options;
        linclass_fit_options_init(&options, sizeof options);
        options.solver = solver;
        options.max_iterations = 5;
        options.l2 = 0.01;
        options.l1 = solver == LINCLASS_SOLVER_ORTHANT_WISE ? 0.01 : 0;
        const file_bytes first = fit_and_serialize(1, &options);
        for (int32_t threads = 1; threads <= 3; threads++) {
            const file_bytes again = fit_and_serialize(threads, &options);
            assert_int_equal(again.length, first.length);
            assert_memory_equal(again.bytes, first.bytes, (size_t)first.length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_fit_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
