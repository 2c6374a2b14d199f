/* Scores, probabilities and labels against the formulas in long double, over shapes, types
 * of X, of the model and of the output; overflow; work space; several threads on one model. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/failing_allocator.h"
#include "support/memory_rounds.h"

static const int32_t DTYPES[] = {LINCLASS_UINT8, LINCLASS_FLOAT32, LINCLASS_FLOAT64};

static void lectures_example(void **state)
{
    (void)state;
    const double theta[4 * 3] = {0.45, -0.7, -0.26, -0.12, 0.9,   0.05,
                                 0.14, 0.68, 0.12,  1.3,   -0.31, 0.51};
    const double x[4] = {1, 1, 1, 0};
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 4, 3,
                                           theta, 3, NULL, NULL, &model),
                     LINCLASS_OK);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 1, 4, x, 4);
    double h[3];
    double z[3];
    int64_t label;
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, h, 3), LINCLASS_OK);
    assert_int_equal(linclass_model_probabilities(ctx, model, &X, LINCLASS_FLOAT64, z, 3),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_predict(ctx, model, &X, &label), LINCLASS_OK);
    const double scores[3] = {0.47, 0.88, -0.09};
    const double probabilities[3] = {0.3249, 0.4895, 0.1856};
    for (int j = 0; j < 3; j++) {
        assert_near(h[j], scores[j], 1e-15);
        assert_near(z[j], probabilities[j], 5e-5);
    }
    assert_int_equal(label, 1);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static double output_at(int32_t dtype, const void *output, int64_t i)
{
    return dtype == LINCLASS_FLOAT32 ? (double)((const float *)output)[i]
                                     : ((const double *)output)[i];
}

/* Rounding of one score: n + 2 operations of the least precise type concerned, on terms <= 1. */
static double tolerance(int32_t model_dtype, int32_t output_dtype, int64_t n)
{
    const int single = model_dtype == LINCLASS_FLOAT32 || output_dtype == LINCLASS_FLOAT32;
    return (single ? 0x1p-24 : 0x1p-53) * (double)((n + 2) * (n + 2));
}

typedef struct predict_case {
    int64_t m;
    int64_t n;
    int64_t k;
    int32_t x_dtype;
    int32_t model_dtype;
    int32_t output_dtype;
} predict_case;

static void check_rows(const predict_case *at, const linclass_model *model,
                       const linclass_matrix *X, const void *H, const void *Z, int64_t ld)
{
    const double bound = tolerance(at->model_dtype, at->output_dtype, at->n);
    for (int64_t i = 0; i < at->m; i++) {
        long double scores[512];
        long double sum = 0;
        for (int64_t j = 0; j < at->k; j++) {
            scores[j] = reference_score(model, X, i, j);
            sum += expl(scores[j]);
        }
        for (int64_t j = 0; j < at->k; j++) {
            assert_near(output_at(at->output_dtype, H, i * ld + j), (double)scores[j], bound);
            assert_near(output_at(at->output_dtype, Z, i * ld + j), (double)(expl(scores[j]) / sum),
                        4 * bound);
        }
    }
}

static void check_padding(const predict_case *at, const void *output, int64_t ld)
{
    for (int64_t i = 0; i < at->m; i++)
        for (int64_t j = at->k; j < ld; j++)
            assert_near(output_at(at->output_dtype, output, i * ld + j), -77.0, 0.0);
}

static void *new_output(int32_t dtype, int64_t count)
{
    double *output = malloc((size_t)count * sizeof *output + 1);
    for (int64_t i = 0; i < count; i++) {
        if (dtype == LINCLASS_FLOAT32)
            ((float *)output)[i] = -77;
        else
            output[i] = -77;
    }
    return output;
}

static void run_case(linclass_context *ctx, const predict_case *at)
{
    const int64_t ld = at->k + 3;
    linclass_matrix X;
    void *samples = random_samples(at->x_dtype, at->m, at->n, 5, &X);
    linclass_model *model = random_model(ctx, at->model_dtype, at->n, at->k, (int)(at->n % 2), 9);
    void *H = new_output(at->output_dtype, at->m * ld);
    void *Z = new_output(at->output_dtype, at->m * ld);
    assert_int_equal(linclass_model_scores(ctx, model, &X, at->output_dtype, H, ld), LINCLASS_OK);
    assert_int_equal(linclass_model_probabilities(ctx, model, &X, at->output_dtype, Z, ld),
                     LINCLASS_OK);
    check_rows(at, model, &X, H, Z, ld);
    check_padding(at, H, ld);
    check_padding(at, Z, ld);
    linclass_model_destroy(model);
    free(samples);
    free(H);
    free(Z);
}

static void rows_agree_with_the_formulas(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{0, 3, 2},     {1, 0, 3},    {1, 1, 1},
                                        {2, 5, 1},     {7, 3, 2},    {5, 7, 10},
                                        {300, 33, 10}, {9, 20, 301}, {130, 64, 17}};
    linclass_context *ctx = context_of(3);
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
        for (int x = 0; x < 3; x++)
            for (int model = 1; model < 3; model++)
                for (int output = 1; output < 3; output++)
                    run_case(ctx, &(predict_case){shapes[s][0], shapes[s][1], shapes[s][2],
                                                  DTYPES[x], DTYPES[model], DTYPES[output]});
    linclass_context_destroy(ctx);
}

static void bad_arguments_are_refused_and_outputs_untouched(void **state)
{
    (void)state;
    enum { M = 4, N = 3, K = 3 };
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 2, &X);
    linclass_matrix narrow = X;
    narrow.cols = 2;
    float H[M * K] = {-77};
    int64_t labels[M * K] = {-77};
    const int32_t f32 = LINCLASS_FLOAT32;

    assert_refused(ctx, linclass_model_scores(ctx, model, &narrow, f32, H, K),
                   LINCLASS_ERROR_DIMENSION, "2 columns, the model 3 features");
    assert_refused(ctx, linclass_model_scores(ctx, model, &X, f32, H, K - 1),
                   LINCLASS_ERROR_DIMENSION, "ldh");
    assert_refused(ctx, linclass_model_probabilities(ctx, model, &X, 7, H, K),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "dtype is 7");
    assert_refused(ctx, linclass_model_predict(ctx, model, &X, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "labels");
    assert_int_equal(linclass_model_predict(ctx, NULL, &X, labels),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_predict(ctx, model, NULL, labels),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_predict(NULL, model, &X, labels),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_refused(ctx, linclass_model_top_k(ctx, model, &X, 0, labels, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "count is 0");
    assert_refused(ctx, linclass_model_top_k(ctx, model, &X, K + 1, labels, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "count is 4");

    assert_true(H[0] == -77);
    assert_int_equal(labels[0], -77);
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    assert_string_equal(linclass_context_message(ctx), "");
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

/* Every prediction on one bad row gives the same status. */
static void expect_status(linclass_context *ctx, const linclass_model *model,
                          const linclass_matrix *X, linclass_status status, const char *piece)
{
    double H[8 * 3];
    int64_t labels[8 * 3];
    assert_refused(ctx, linclass_model_scores(ctx, model, X, LINCLASS_FLOAT64, H, 3), status,
                   piece);
    assert_refused(ctx, linclass_model_probabilities(ctx, model, X, LINCLASS_FLOAT64, H, 3), status,
                   piece);
    assert_refused(ctx, linclass_model_predict(ctx, model, X, labels), status, piece);
    assert_refused(ctx, linclass_model_top_k(ctx, model, X, 2, labels, NULL), status, piece);
}

static void non_finite_samples_and_overflow_are_told_apart(void **state)
{
    (void)state;
    enum { M = 8, N = 2, K = 3 };
    const float theta[N * K] = {1, -2, 0, 1, 1, 1};
    linclass_context *ctx = context_of(2);
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, N, K,
                                           theta, K, NULL, NULL, &model),
                     LINCLASS_OK);
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    double samples[M * N] = {0};
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, M, N, samples, N);
    for (int i = 0; i < 3; i++) {
        samples[5 * N + 1] = bad[i];
        expect_status(ctx, model, &X, LINCLASS_ERROR_NON_FINITE, "5");
    }
    samples[5 * N + 1] = 0;
    samples[5 * N] = 3e38; /* times -2 is -infinity in float */
    expect_status(ctx, model, &X, LINCLASS_ERROR_NUMERIC, "5");
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void a_score_beyond_the_type_asked_for_is_numeric(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const double scores[2] = {1e200, 0};
    linclass_model *model = model_of_scores(ctx, 2, scores);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, 1, 0, NULL, 1);
    float narrow[2];
    double wide[2];
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, wide, 2), LINCLASS_OK);
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT32, narrow, 2),
                     LINCLASS_ERROR_NUMERIC);
    assert_int_equal(linclass_model_probabilities(ctx, model, &X, LINCLASS_FLOAT32, narrow, 2),
                     LINCLASS_OK);
    assert_true(narrow[0] == 1 && narrow[1] == 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

enum { SHARED_M = 400, SHARED_N = 30, SHARED_K = 10 };

static linclass_status predict_everything(linclass_context *ctx, const linclass_model *model,
                                          const linclass_matrix *X, int64_t *labels)
{
    static _Thread_local double rows[SHARED_M * SHARED_K];
    static _Thread_local int64_t top[SHARED_M * 3];
    linclass_status status = linclass_model_scores(ctx, model, X, LINCLASS_FLOAT64, rows, SHARED_K);
    if (status == LINCLASS_OK)
        status = linclass_model_probabilities(ctx, model, X, LINCLASS_FLOAT64, rows, SHARED_K);
    if (status == LINCLASS_OK)
        status = linclass_model_top_k(ctx, model, X, 3, top, NULL);
    if (status == LINCLASS_OK)
        status = linclass_model_predict(ctx, model, X, labels);
    return status;
}

/* A row by itself takes a shorter way, to the same bits and the same errors. */
static void a_row_by_itself_has_the_scores_it_has_among_others(void **state)
{
    (void)state;
    enum { M = SHARED_M, N = SHARED_N, K = SHARED_K };
    linclass_context *ctx = context_of(2);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 2);
    linclass_matrix X;
    float *samples = random_samples(LINCLASS_FLOAT32, M, N, 4, &X);
    static float scores[M * K];
    static int64_t labels[M];
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT32, scores, K),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    linclass_matrix row = X;
    row.rows = 1;
    for (int64_t i = 0; i < M; i++) {
        float h[K];
        int64_t label;
        row.data = samples + i * X.row_stride;
        assert_int_equal(linclass_model_scores(ctx, model, &row, LINCLASS_FLOAT32, h, K),
                         LINCLASS_OK);
        assert_int_equal(linclass_model_predict(ctx, model, &row, &label), LINCLASS_OK);
        assert_memory_equal(h, scores + i * K, sizeof h);
        assert_int_equal(label, labels[i]);
    }
    samples[(M - 1) * X.row_stride + 7] = NAN;
    assert_refused(ctx, linclass_model_predict(ctx, model, &row, labels), LINCLASS_ERROR_NON_FINITE,
                   "[0, 7]");
    free(samples);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static const double BASE_SCORES[2 * SHARED_K] = {0, 0, 0, 0, 0, 0, 0, 900, 0, 0};

typedef struct unusual_row {
    const char *what;
    void (*make)(linclass_matrix *X);
} unusual_row;

#define UNUSUAL(name, change) \
    static void name(linclass_matrix *X) \
    { \
        change; \
    }
UNUSUAL(scaled, X->scale = -1)
UNUSUAL(of_scale_one, X->scale = 1)
UNUSUAL(not_finite_scale, X->scale = NAN)
UNUSUAL(with_base_scores, X->offset = BASE_SCORES; X->offset_stride = SHARED_K)
UNUSUAL(with_gaps, X->col_stride = 2)
UNUSUAL(backwards, X->col_stride = -1; X->data = (const float *)X->data + SHARED_N - 1)
UNUSUAL(of_another_type, X->dtype = LINCLASS_INT32)
UNUSUAL(of_an_unknown_type, X->dtype = 99)
UNUSUAL(of_an_unknown_layout, X->layout = 7)
UNUSUAL(with_reserved, X->reserved = 1)
UNUSUAL(too_short, X->cols--)
UNUSUAL(without_data, X->data = NULL)
UNUSUAL(misaligned, X->data = (const char *)X->data + 2)
UNUSUAL(overlapping, X->row_stride = 1)
UNUSUAL(of_the_first_release, X->size = 88)
UNUSUAL(of_no_release, X->size = 8)

/* What may not take the shorter way has the status and the label that it has as the first of two rows. */
static void an_unusual_row_by_itself_is_predicted_like_others(void **state)
{
    (void)state;
    static const unusual_row rows[] = {
        {"scaled", scaled},
        {"of scale one", of_scale_one},
        {"of a scale that is not finite", not_finite_scale},
        {"with base scores", with_base_scores},
        {"with gaps", with_gaps},
        {"backwards", backwards},
        {"of another type", of_another_type},
        {"of an unknown type", of_an_unknown_type},
        {"of an unknown layout", of_an_unknown_layout},
        {"with reserved", with_reserved},
        {"too short", too_short},
        {"without data", without_data},
        {"misaligned", misaligned},
        {"overlapping", overlapping},
        {"of the first release", of_the_first_release},
        {"of no release", of_no_release},
    };
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, SHARED_N, SHARED_K, 1, 2);
    linclass_matrix X;
    float *samples = random_samples(LINCLASS_FLOAT32, 4, SHARED_N, 4, &X);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        linclass_matrix two = X;
        two.rows = 2;
        rows[i].make(&two);
        linclass_matrix one = two;
        one.rows = 1;
        int64_t expected[2] = {-1, -1};
        int64_t label = -1;
        const linclass_status status = linclass_model_predict(ctx, model, &two, expected);
        const linclass_status found = linclass_model_predict(ctx, model, &one, &label);
        if (found != status || label != expected[0])
            fail_msg("a row %s: status %d and label %d, among others %d and %d", rows[i].what,
                     (int)found, (int)label, (int)status, (int)expected[0]);
    }
    X.rows = 1;
    assert_refused(ctx, linclass_model_predict(ctx, model, &X, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "labels is NULL");
    int64_t label = -1;
    assert_int_equal(linclass_model_predict(NULL, model, &X, &label),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(label, -1);
    free(samples);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* Among equal scores of a row by itself the lowest class wins, the first and the last included. */
static void a_row_by_itself_has_the_lowest_of_equal_classes(void **state)
{
    (void)state;
    enum { K = 3 };
    static const struct {
        float theta[K];
        int64_t label;
    } cases[] = {
        {{1, 1, 1}, 0}, {{1, 2, 2}, 1}, {{2, 1, 2}, 0}, {{1, 1, 2}, 2}, {{0, -0.0F, 0}, 0}};
    linclass_context *ctx = context_of(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        linclass_model *model;
        const float x = 1;
        int64_t label = -1;
        linclass_matrix X;
        linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, 1, 1, &x, 1);
        assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 1, K,
                                               cases[i].theta, K, NULL, NULL, &model),
                         LINCLASS_OK);
        assert_int_equal(linclass_model_predict(ctx, model, &X, &label), LINCLASS_OK);
        assert_int_equal(label, cases[i].label);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

static void nothing_is_allocated_after_the_first_call(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 2);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, SHARED_N, SHARED_K, 1, 2);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_UINT8, SHARED_M, SHARED_N, 4, &X);
    int64_t labels[SHARED_M];
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    const int64_t before = memory.allocations;
    for (int call = 0; call < 3; call++)
        assert_int_equal(predict_everything(ctx, model, &X, labels), LINCLASS_OK);
    assert_int_equal(memory.allocations, before);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
    free(samples);
}

static void failed_allocations_are_reported_and_a_retry_succeeds(void **state)
{
    (void)state;
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT64, SHARED_N, SHARED_K, 1, 2);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_UINT8, SHARED_M, SHARED_N, 4, &X);
    int64_t labels[SHARED_M];
    memory_rounds r = memory_rounds_begin(2);
    while (memory_rounds_next(&r)) {
        labels[0] = -77;
        if (memory_rounds_failed(&r, predict_everything(r.ctx, model, &X, labels)))
            assert_int_equal(labels[0], -77);
        assert_int_equal(predict_everything(r.ctx, model, &X, labels), LINCLASS_OK);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
    free(samples);
}

typedef struct shared_job {
    const linclass_model *model;
    const linclass_matrix *X;
    const int64_t *expected;
    int wrong;
} shared_job;

static void *use_shared_model(void *argument)
{
    shared_job *job = argument;
    linclass_context_options options;
    linclass_context *ctx;
    linclass_context_options_init(&options, sizeof options);
    options.threads = 2;
    job->wrong = linclass_context_create(&options, &ctx) != LINCLASS_OK;
    int64_t labels[SHARED_M];
    for (int call = 0; call < 50 && job->wrong == 0; call++)
        job->wrong = predict_everything(ctx, job->model, job->X, labels) != LINCLASS_OK ||
                     memcmp(labels, job->expected, sizeof labels) != 0;
    linclass_context_destroy(ctx);
    return NULL;
}

static void one_model_serves_four_threads(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, SHARED_N, SHARED_K, 1, 2);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, SHARED_M, SHARED_N, 4, &X);
    int64_t labels[SHARED_M];
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    pthread_t threads[4];
    shared_job jobs[4];
    for (int i = 0; i < 4; i++) {
        jobs[i] = (shared_job){model, &X, labels, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, use_shared_model, &jobs[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].wrong, 0);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

static void bits_do_not_depend_on_the_number_of_threads(void **state)
{
    (void)state;
    enum { M = 1500, N = 40, K = 12 };
    linclass_context *one = context_of(1);
    linclass_model *model = random_model(one, LINCLASS_FLOAT32, N, K, 1, 8);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_UINT8, M, N, 4, &X);
    static double expected[M * K];
    static double Z[M * K];
    assert_int_equal(linclass_model_probabilities(one, model, &X, LINCLASS_FLOAT64, expected, K),
                     LINCLASS_OK);
    static const int32_t counts[] = {2, 3, 8, 16};
    for (int i = 0; i < 4; i++) {
        linclass_context *ctx = context_of(counts[i]);
        assert_int_equal(linclass_model_probabilities(ctx, model, &X, LINCLASS_FLOAT64, Z, K),
                         LINCLASS_OK);
        assert_memory_equal(Z, expected, sizeof Z);
        linclass_context_destroy(ctx);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(one);
    free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lectures_example),
        cmocka_unit_test(rows_agree_with_the_formulas),
        cmocka_unit_test(bad_arguments_are_refused_and_outputs_untouched),
        cmocka_unit_test(non_finite_samples_and_overflow_are_told_apart),
        cmocka_unit_test(a_row_by_itself_has_the_scores_it_has_among_others),
        cmocka_unit_test(an_unusual_row_by_itself_is_predicted_like_others),
        cmocka_unit_test(a_row_by_itself_has_the_lowest_of_equal_classes),
        cmocka_unit_test(a_score_beyond_the_type_asked_for_is_numeric),
        cmocka_unit_test(nothing_is_allocated_after_the_first_call),
        cmocka_unit_test(failed_allocations_are_reported_and_a_retry_succeeds),
        cmocka_unit_test(one_model_serves_four_threads),
        cmocka_unit_test(bits_do_not_depend_on_the_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
