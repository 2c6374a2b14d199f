/* The same samples in any layout and type give the same model: bytes with a scale, float, double; by
 * rows, by columns, backwards. */
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/noise.h"

enum { M = 150, N = 8, K = 3 };

/* Whole numbers 0..255, as bytes, floats and doubles; scale is a power of two, so that scaled values
 * are exact in all of them. */
typedef struct bytes {
    uint8_t byte[M * N];
    uint8_t by_column[N * M];
    uint8_t backwards[M * N];
    float single[M * N];
    double real[M * N];
    int64_t y[M];
} bytes;

static const double scale = 1.0 / 256;

static int set_up(void **state)
{
    bytes *b = malloc(sizeof *b);
    if (b == NULL)
        return 1;
    uint64_t noise = 60;
    for (int64_t i = 0; i < M; i++) {
        b->y[i] = i % K;
        for (int64_t j = 0; j < N; j++) {
            const int64_t pixel = noise_below(&noise, 200) + (j == b->y[i] ? 55 : 0);
            b->byte[i * N + j] = (uint8_t)pixel;
            b->by_column[j * M + i] = (uint8_t)pixel;
            b->backwards[(M - 1 - i) * N + (N - 1 - j)] = (uint8_t)pixel;
            b->single[i * N + j] = (float)((double)pixel * scale);
            b->real[i * N + j] = (double)pixel * scale;
        }
    }
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static linclass_matrix view_of(int32_t dtype, const void *data, int64_t row_stride,
                               int64_t col_stride, double factor)
{
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, dtype, M, N, data, N), LINCLASS_OK);
    view.row_stride = row_stride;
    view.col_stride = col_stride;
    view.scale = factor;
    return view;
}

static linclass_model *train(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                             int32_t solver, int32_t dtype)
{
    linclass_fit_options options = samples_options();
    options.solver = solver;
    options.dtype = dtype;
    options.max_iterations = 20;
    linclass_model *model;
    assert_true(linclass_fit(ctx, X, y, &options, NULL, &model) >= 0);
    return model;
}

static void test_layouts_and_types(void **state)
{
    const bytes *b = *state;
    const linclass_matrix views[] = {
        view_of(LINCLASS_UINT8, b->byte, N, 1, scale),
        view_of(LINCLASS_UINT8, b->by_column, 1, M, scale),
        view_of(LINCLASS_UINT8, b->backwards + M * N - 1, -N, -1, scale),
        view_of(LINCLASS_FLOAT32, b->single, N, 1, 1),
        view_of(LINCLASS_FLOAT64, b->real, N, 1, 1),
    };
    linclass_context *ctx = context_of(2);
    for (int32_t solver = LINCLASS_SOLVER_SGD; solver <= LINCLASS_SOLVER_GRADIENT_DESCENT;
         solver++) {
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
            linclass_model *first = train(ctx, &views[0], b->y, solver, dtype);
            for (size_t v = 1; v < sizeof views / sizeof *views; v++) {
                linclass_model *other = train(ctx, &views[v], b->y, solver, dtype);
                if (!fitting_same(first, other))
                    fail_msg("view %zu gives another model (solver %d, dtype %d)", v, (int)solver,
                             (int)dtype);
                linclass_model_destroy(other);
            }
            linclass_model_destroy(first);
        }
    }
    linclass_context_destroy(ctx);
}

static void test_the_default_precision(void **state)
{
    const bytes *b = *state;
    linclass_context *ctx = context_of(1);
    const struct {
        linclass_matrix X;
        int32_t dtype;
    } cases[] = {
        {view_of(LINCLASS_UINT8, b->byte, N, 1, scale), LINCLASS_FLOAT32},
        {view_of(LINCLASS_FLOAT32, b->single, N, 1, 1), LINCLASS_FLOAT32},
        {view_of(LINCLASS_FLOAT64, b->real, N, 1, 1), LINCLASS_FLOAT64},
    };
    for (int i = 0; i < 3; i++) {
        linclass_model *model = train(ctx, &cases[i].X, b->y, LINCLASS_SOLVER_AUTO, 0);
        assert_int_equal(linclass_model_dtype(model), cases[i].dtype);
        assert_true(linclass_model_scale(model) == cases[i].X.scale);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts_and_types),
        cmocka_unit_test(test_the_default_precision),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
