/* The Hessian of sparse rows, made of their elements, against that of the same rows stored densely. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "objective/objective.h"
#include "support/context_of.h"
#include "support/csr.h"
#include "support/fitting.h"

enum { M = 600, N = 40, K = 3, PARAMETERS = N * K + K };

static const double FAR = 1e9;

typedef struct hessian_case {
    int32_t loss;
    int32_t dtype; /* the working precision */
    bool with_bias;
    bool with_weights;
    double scale; /* of the parameters: large ones make rows certain */
    double l2;
} hessian_case;

static objective *objective_of(linclass_context *ctx, const hessian_case *is,
                               const linclass_matrix *X, const int64_t *y, const double *weights)
{
    double total = 0;
    for (int i = 0; i < M; i++)
        total += is->with_weights ? weights[i] : 1;
    const objective_data described = {
        .X = X,
        .targets = {.y = y, .weights = is->with_weights ? weights : NULL},
        .total_weight = total,
        .columns = is->loss == LINCLASS_LOSS_LOGISTIC ? 1 : K,
        .loss = is->loss,
        .with_bias = is->with_bias,
    };
    objective *made;
    assert_int_equal(is->dtype == LINCLASS_FLOAT32 ? objective_create_f32(ctx, &described, &made)
                                                   : objective_create_f64(ctx, &described, &made),
                     LINCLASS_OK);
    made->methods->set_penalties(made, 0, is->l2);
    return made;
}

/* Rows with one element in 20, but for column `far`, whose elements are all near FAR. */
static csr sparse_rows(samples *data, csr_form form, int64_t far)
{
    csr_fill(M, N, 5, form.scale, 41, data->X);
    for (int64_t i = 0; i < M; i++) {
        /* csr_fill makes one row in 7 full, which is too many here. */
        for (int64_t j = 0; i % 7 != 0 && j < N; j++)
            data->X[i * N + j] = (i + 3 * j) % 20 == 0 ? form.scale * (double)(1 + j % 3) : 0;
        for (int64_t j = 0; i % 7 == 0 && j < N; j++)
            data->X[i * N + j] = j == i % N ? form.scale : 0;
        if (far >= 0)
            data->X[i * N + far] = FAR + (double)(i % 3);
    }
    for (int64_t e = 0; form.dtype == 0 && e < M * N; e++)
        data->X[e] = data->X[e] != 0 ? form.scale : 0;
    return csr_new(M, N, data->X, form);
}

static void compare(const hessian_case *is, const csr *sparse, const samples *data,
                    const int64_t *chosen, int64_t count, double tolerance)
{
    linclass_context *ctx = context_of(2);
    linclass_matrix dense = samples_view(data);
    dense.scale = 1;
    int64_t y[M];
    double weights[M];
    for (int i = 0; i < M; i++) {
        y[i] = is->loss == LINCLASS_LOSS_LOGISTIC ? data->y[i] % 2 : data->y[i];
        weights[i] = 0.5 + i % 4;
    }
    objective *of_rows = objective_of(ctx, is, &dense, y, weights);
    objective *of_elements = objective_of(ctx, is, &sparse->view, y, weights);
    const int64_t P = chosen == NULL ? of_rows->parameters : count;
    double parameters[PARAMETERS];
    double means[N + 1] = {0};
    double *want = calloc((size_t)(P * P), sizeof *want);
    double *found = calloc((size_t)(P * P), sizeof *found);
    assert_non_null(want);
    assert_non_null(found);
    for (int e = 0; e < PARAMETERS; e++)
        parameters[e] = is->scale * sin(e + 1);
    for (int i = 0; is->with_bias && i < M; i++) {
        for (int j = 0; j < N; j++)
            means[j] += data->X[i * N + j] / M;
    }
    assert_int_equal(of_rows->methods->hessian(of_rows, parameters, means, chosen, count, want),
                     LINCLASS_OK);
    assert_int_equal(
        of_elements->methods->hessian(of_elements, parameters, means, chosen, count, found),
        LINCLASS_OK);
    for (int64_t e = 0; e < P * P; e++)
        assert_near("an element", found[e], want[e],
                    tolerance * sqrt(want[e / P * P + e / P] * want[e % P * P + e % P]));
    free(want);
    free(found);
    of_rows->methods->destroy(of_rows);
    of_elements->methods->destroy(of_elements);
    linclass_context_destroy(ctx);
}

static const csr_form FORMS[] = {
    {LINCLASS_FLOAT64, LINCLASS_INT32, 1, 2},
    {LINCLASS_UINT8, LINCLASS_INT64, 0.5, 0},
    {0, LINCLASS_INT32, 0.5, 1},
};

static void test_whole(void **state)
{
    (void)state;
    static const hessian_case cases[] = {
        {LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, true, true, 0.3, 1e-3},
        {LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, false, false, 0.3, 1e-3},
        {LINCLASS_LOSS_SQUARED_HINGE, LINCLASS_FLOAT64, true, true, 0.3, 1e-3},
        {LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT64, true, true, 0.3, 1e-3},
        {LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, true, true, 0.3, 1e-3},
        {LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT32, true, false, 0.3, 1e-3},
    };
    for (size_t f = 0; f < sizeof FORMS / sizeof *FORMS; f++) {
        samples data = samples_new(M, N, K, 40);
        csr sparse = sparse_rows(&data, FORMS[f], -1);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            const double tolerance = cases[c].dtype == LINCLASS_FLOAT32 ? 1e-5 : 1e-12;
            compare(&cases[c], &sparse, &data, NULL, 0, tolerance);
        }
        csr_free(&sparse);
        samples_free(&data);
    }
}

static void test_chosen(void **state)
{
    (void)state;
    static const int64_t chosen[] = {1, 2, 5, 30, 44, 89, 119, 120, 121, 122};
    const hessian_case is = {LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, true, true, 0.3, 1e-3};
    samples data = samples_new(M, N, K, 40);
    csr sparse = sparse_rows(&data, FORMS[0], -1);
    compare(&is, &sparse, &data, chosen, sizeof chosen / sizeof *chosen, 1e-12);
    csr_free(&sparse);
    samples_free(&data);
}

/* Rows whose probabilities are 1 but for 1e-9 or less have curvatures of that size, not of the rounding of 1. */
static void test_certain_rows(void **state)
{
    (void)state;
    const hessian_case is = {LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, false, false, 60, 0};
    samples data = samples_new(M, N, K, 40);
    csr sparse = sparse_rows(&data, FORMS[0], -1);
    int64_t chosen[N * K];
    for (int e = 0; e < N * K; e++)
        chosen[e] = e;
    compare(&is, &sparse, &data, chosen, N * K, 1e-4);
    csr_free(&sparse);
    samples_free(&data);
}

/* The variance of a feature about 1e9 is rounding in its sums of squares. */
static void test_feature_far_from_zero(void **state)
{
    (void)state;
    const hessian_case is = {LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT64, true, false, 1e-9, 0};
    samples data = samples_new(M, N, K, 40);
    csr sparse = sparse_rows(&data, FORMS[0], 11);
    compare(&is, &sparse, &data, NULL, 0, 1e-9);
    csr_free(&sparse);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_chosen),
        cmocka_unit_test(test_certain_rows),
        cmocka_unit_test(test_feature_far_from_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
