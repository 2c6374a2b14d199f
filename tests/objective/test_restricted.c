/* An objective over some of the features, and the Hessian of some of the parameters, against those of all. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/context.h"
#include "data/column_panel.h"
#include "data/matrix.h"
#include "objective/objective.h"
#include "support/context_of.h"
#include "support/csr.h"
#include "support/failing_allocator.h"
#include "support/fitting.h"

enum { M = 70, N = 30, K = 3, COUNT = 4, PARAMETERS = N * K + K };

static const int64_t FEATURES[COUNT] = {0, 7, 8, 29};

/* Number of parameter e of the restriction among all. */
static int64_t parameter(int64_t e)
{
    return e < COUNT * K ? FEATURES[e / K] * K + e % K : N * K + e - COUNT * K;
}

static objective *objective_of(linclass_context *ctx, const linclass_matrix *X, const samples *data,
                               int32_t loss, int32_t dtype)
{
    const objective_data described = {
        .X = X,
        .targets = {.y = data->y},
        .total_weight = M,
        .columns = K,
        .loss = loss,
        .with_bias = true,
    };
    objective *made;
    assert_int_equal(dtype == LINCLASS_FLOAT32 ? objective_create_f32(ctx, &described, &made)
                                               : objective_create_f64(ctx, &described, &made),
                     LINCLASS_OK);
    made->methods->set_penalties(made, 0.01, 0.1);
    return made;
}

static void check(const linclass_matrix *X, const samples *data, int32_t loss, int32_t dtype)
{
    linclass_context *ctx = context_of(2);
    objective *whole = objective_of(ctx, X, data, loss, dtype);
    objective *part;
    assert_int_equal(whole->methods->restricted(whole, FEATURES, COUNT, &part), LINCLASS_OK);
    assert_int_equal(part->parameters, COUNT * K + K);
    assert_int_equal(part->weights, COUNT * K);
    assert_true(part->l1 == 0.01 && part->l2 == 0.1);
    double parameters[PARAMETERS] = {0};
    double gradient[PARAMETERS];
    double of_part[COUNT * K + K];
    double gradient_of_part[COUNT * K + K];
    for (int e = 0; e < COUNT * K + K; e++)
        of_part[e] = parameters[parameter(e)] = (double)(float)(0.3 * sin(e + 1));
    objective_value value;
    objective_value value_of_part;
    assert_int_equal(whole->methods->evaluate(whole, NULL, parameters, &value, gradient),
                     LINCLASS_OK);
    assert_int_equal(part->methods->evaluate(part, NULL, of_part, &value_of_part, gradient_of_part),
                     LINCLASS_OK);
    const double tolerance = dtype == LINCLASS_FLOAT32 ? 1e-5 : 1e-13;
    assert_near("F", value_of_part.objective, value.objective, tolerance);
    assert_near("loss", value_of_part.loss, value.loss, tolerance);
    for (int e = 0; e < COUNT * K + K; e++)
        assert_near("gradient", gradient_of_part[e], gradient[parameter(e)], tolerance);
    part->methods->destroy(part);
    whole->methods->destroy(whole);
    linclass_context_destroy(ctx);
}

static void test_part_of_the_features(void **state)
{
    (void)state;
    static const csr_form forms[] = {
        {LINCLASS_FLOAT64, LINCLASS_INT32, 1, 2},
        {LINCLASS_UINT8, LINCLASS_INT64, 0.5, 0},
        {LINCLASS_FLOAT32, LINCLASS_INT64, 1, 0},
        {0, LINCLASS_INT32, 0.5, 1},
    };
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        for (int64_t percent = 5; percent <= 90; percent += 85) {
            samples data = samples_new(M, N, K, 31);
            csr_fill(M, N, percent, forms[f].dtype == LINCLASS_UINT8 ? 0.5 : 0, 31, data.X);
            for (int64_t e = 0; forms[f].dtype == 0 && e < M * N; e++)
                data.X[e] = data.X[e] != 0 ? forms[f].scale : 0;
            csr sparse = csr_new(M, N, data.X, forms[f]);
            check(&sparse.view, &data, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64);
            check(&sparse.view, &data, LINCLASS_LOSS_SQUARED_HINGE, LINCLASS_FLOAT32);
            csr_free(&sparse);
            const linclass_matrix dense = samples_view(&data);
            check(&dense, &data, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32);
            samples_free(&data);
        }
    }
}

/* The copy takes the smaller form, and elements of every size. */
static void test_forms_of_the_copy(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 32);
    csr_fill(M, N, 4, 0.5, 32, data.X);
    csr sparse = csr_new(M, N, data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    column_panel panel;
    assert_int_equal(column_panel_begin(&panel, ctx, &sparse.view, FEATURES, COUNT), LINCLASS_OK);
    assert_true(matrix_is_sparse(&panel.view));
    column_panel_end(&panel, ctx);
    csr_free(&sparse);
    uint16_t halves[M * N];
    for (int e = 0; e < M * N; e++)
        halves[e] = (uint16_t)e;
    linclass_matrix X;
    assert_int_equal(linclass_matrix_init(&X, sizeof X, LINCLASS_UINT16, M, N, halves, N),
                     LINCLASS_OK);
    X.scale = 1;
    X.row_stride = 1; /* column-major */
    X.col_stride = M;
    assert_int_equal(column_panel_begin(&panel, ctx, &X, FEATURES, COUNT), LINCLASS_OK);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < COUNT; j++)
            assert_int_equal(((const uint16_t *)panel.view.data)[i * COUNT + j],
                             i + M * FEATURES[j]);
    }
    column_panel_end(&panel, ctx);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Sparse and small dense panels are converted once; where that lacks memory the panel is as it was, to be ended. */
static void test_conversion(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 34);
    csr_fill(M, N, 4, 0, 34, data.X);
    csr sparse = csr_new(M, N, data.X, (csr_form){LINCLASS_FLOAT32, LINCLASS_INT32, 0.5, 0});
    float elements_of_all[M * N];
    for (int e = 0; e < M * N; e++)
        elements_of_all[e] = (float)data.X[e];
    linclass_matrix dense;
    assert_int_equal(
        linclass_matrix_init(&dense, sizeof dense, LINCLASS_FLOAT32, M, N, elements_of_all, N),
        LINCLASS_OK);
    dense.scale = 0.5;
    const linclass_matrix *const views[] = {&sparse.view, &dense};
    for (int v = 0; v < 2; v++) {
        failing_allocator memory = failing_allocator_begin();
        linclass_context *ctx = failing_allocator_context(&memory, 1);
        assert_non_null(ctx);
        column_panel panel;
        assert_int_equal(column_panel_begin(&panel, ctx, views[v], FEATURES, COUNT), LINCLASS_OK);
        const int64_t count = v == 0 ? matrix_nonzeros(&panel.view) : M * COUNT;
        assert_true(count > 0);
        float elements[M * COUNT];
        memcpy(elements, panel.view.data, (size_t)count * sizeof *elements);
        failing_allocator_fail_at(&memory, 1);
        assert_int_equal(column_panel_convert(&panel, ctx, LINCLASS_FLOAT64),
                         LINCLASS_ERROR_MEMORY);
        assert_non_null(strstr(ctx->message, "panel"));
        assert_int_equal(panel.view.dtype, LINCLASS_FLOAT32);
        assert_memory_equal(panel.view.data, elements, (size_t)count * sizeof *elements);
        assert_int_equal(column_panel_convert(&panel, ctx, LINCLASS_FLOAT64), LINCLASS_OK);
        assert_true(panel.view.dtype == LINCLASS_FLOAT64 && panel.view.scale == 1);
        for (int64_t e = 0; e < count; e++)
            assert_true(((const double *)panel.view.data)[e] == 0.5 * (double)elements[e]);
        column_panel_end(&panel, ctx);
        linclass_context_destroy(ctx);
        assert_int_equal(memory.live, 0);
    }
    csr_free(&sparse);
    samples_free(&data);
}

static void test_hessian_of_some_parameters(void **state)
{
    (void)state;
    static const int64_t chosen[] = {1, 2, 5, 30, 44, 89, 90, 91, 92};
    enum { CHOSEN = sizeof chosen / sizeof *chosen };
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, K, 33);
    const linclass_matrix X = samples_view(&data);
    objective *F = objective_of(ctx, &X, &data, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64);
    double parameters[PARAMETERS];
    double means[N + 1] = {0};
    double *whole = malloc(PARAMETERS * PARAMETERS * sizeof *whole);
    double part[CHOSEN * CHOSEN];
    assert_non_null(whole);
    for (int e = 0; e < PARAMETERS; e++)
        parameters[e] = 0.2 * cos(e);
    for (int j = 0; j < N; j++)
        means[j] = 0.1 * j;
    assert_int_equal(F->methods->hessian(F, parameters, means, NULL, 0, whole), LINCLASS_OK);
    assert_int_equal(F->methods->hessian(F, parameters, means, chosen, CHOSEN, part), LINCLASS_OK);
    for (int a = 0; a < CHOSEN; a++) {
        for (int b = 0; b < CHOSEN; b++)
            assert_near("an element", part[a * CHOSEN + b],
                        whole[chosen[a] * PARAMETERS + chosen[b]], 1e-13);
    }
    free(whole);
    F->methods->destroy(F);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_part_of_the_features),
        cmocka_unit_test(test_forms_of_the_copy),
        cmocka_unit_test(test_conversion),
        cmocka_unit_test(test_hessian_of_some_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
