/* A model on sparse rows: scores against long double sums, all else against the same rows dense. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/csr.h"
#include "support/noise.h"

#include <linclass/linclass.h>

enum { M = 700, N = 30, MOST = 40 };

static const double scale = 0.25;

typedef struct fixture {
    double X[M * N];
    int64_t y[M];
    double weights[M];
    linclass_matrix dense;
    double theta[N * MOST];
    double bias[MOST];
} fixture;

static linclass_context *ctx;
static fixture *f;

static int begin(void **state)
{
    (void)state;
    linclass_context_options options;
    f = calloc(1, sizeof *f);
    if (f == NULL || linclass_context_options_init(&options, sizeof options) != LINCLASS_OK)
        return 1;
    options.threads = 3;
    uint64_t noise = 9;
    csr_fill(M, N, 20, scale, 8, f->X);
    for (int i = 0; i < N * MOST; i++)
        f->theta[i] = (double)(float)noise_uniform(&noise);
    for (int i = 0; i < MOST; i++)
        f->bias[i] = (double)(float)noise_uniform(&noise);
    for (int i = 0; i < M; i++)
        f->weights[i] = (double)noise_below(&noise, 3);
    return linclass_matrix_init(&f->dense, sizeof f->dense, LINCLASS_FLOAT64, M, N, f->X, N) ||
           linclass_context_create(&options, &ctx);
}

static int end(void **state)
{
    (void)state;
    free(f);
    linclass_context_destroy(ctx);
    return 0;
}

static linclass_model *model_of(int32_t loss, int32_t dtype, int64_t k, bool with_bias)
{
    float theta[N * MOST];
    float bias[MOST];
    for (int64_t i = 0; i < N * k; i++)
        theta[i] = (float)f->theta[i];
    for (int64_t i = 0; i < k; i++)
        bias[i] = (float)f->bias[i];
    const bool single = dtype == LINCLASS_FLOAT32;
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, loss, dtype, N, k,
                                           single ? (void *)theta : (void *)f->theta, k,
                                           !with_bias ? NULL
                                           : single   ? (void *)bias
                                                      : (void *)f->bias,
                                           NULL, &model),
                     LINCLASS_OK);
    return model;
}

static void assert_scores(const double *H, int64_t k, bool with_bias, double unit)
{
    for (int64_t i = 0; i < M; i++) {
        for (int64_t c = 0; c < k; c++) {
            long double sum = with_bias ? f->bias[c] : 0;
            long double size = fabsl(sum);
            for (int64_t j = 0; j < N; j++) {
                const long double term = (long double)f->X[i * N + j] * f->theta[j * k + c];
                sum += term;
                size += fabsl(term);
            }
            if (!(fabsl(H[i * k + c] - sum) <= (N + 3) * unit * size))
                fail_msg("k = %d: score (%d, %d) is %g, not %Lg", (int)k, (int)i, (int)c,
                         H[i * k + c], sum);
        }
    }
}

static void assert_close(const char *what, const double *a, const double *b, int64_t count)
{
    for (int64_t e = 0; e < count; e++) {
        if (!(fabs(a[e] - b[e]) <= 1e-12 * (1 + fabs(b[e])) || (isnan(a[e]) && isnan(b[e]))))
            fail_msg("%s: number %d is %g of sparse rows, %g of dense ones", what, (int)e, a[e],
                     b[e]);
    }
}

/* k = 10 has a transposed copy of theta, which dense rows are multiplied by. */
static const int64_t classes[] = {1, 2, 3, 10, 17, 40};
enum { CLASSES = sizeof classes / sizeof *classes };

static void test_scores(void **state)
{
    (void)state;
    static double H[M * MOST];
    for (int c = 0; c < CLASSES; c++) {
        for (int form = 1; form < 11; form++) {
            const bool with_bias = form % 2 == 0;
            csr X = csr_new(M, N, f->X,
                            (csr_form){form, form % 3 ? LINCLASS_INT32 : LINCLASS_INT64, scale, 2});
            for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
                const int64_t k = classes[c];
                linclass_model *model = model_of(LINCLASS_LOSS_SOFTMAX, dtype, k, with_bias);
                assert_int_equal(linclass_model_scores(ctx, model, &X.view, LINCLASS_FLOAT64, H, k),
                                 LINCLASS_OK);
                assert_scores(H, k, with_bias, dtype == LINCLASS_FLOAT32 ? 0x1p-24 : 0x1p-53);
                linclass_model_destroy(model);
            }
            csr_free(&X);
        }
    }
}

static void test_probabilities_labels_and_the_best_few(void **state)
{
    (void)state;
    static double Z[2][M * MOST];
    static double scores[2][M * MOST];
    static int64_t labels[2][M];
    static int64_t best[2][M * MOST];
    csr X = csr_new(M, N, f->X, (csr_form){LINCLASS_INT8, LINCLASS_INT32, scale, 0});
    const linclass_matrix *const views[2] = {&X.view, &f->dense};
    for (int c = 0; c < CLASSES; c++) {
        const int64_t k = classes[c];
        const int64_t few = k < 4 ? k : 4;
        linclass_model *model = model_of(LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, k, true);
        for (int v = 0; v < 2; v++) {
            assert_int_equal(
                linclass_model_probabilities(ctx, model, views[v], LINCLASS_FLOAT64, Z[v], k),
                LINCLASS_OK);
            assert_int_equal(linclass_model_predict(ctx, model, views[v], labels[v]), LINCLASS_OK);
            assert_int_equal(linclass_model_top_k(ctx, model, views[v], few, best[v], scores[v]),
                             LINCLASS_OK);
        }
        assert_close("probabilities", Z[0], Z[1], M * k);
        assert_close("scores", scores[0], scores[1], M * few);
        assert_memory_equal(labels[0], labels[1], sizeof labels[0]);
        assert_memory_equal(best[0], best[1], (size_t)(M * few) * sizeof(int64_t));
        linclass_model_destroy(model);
    }
    csr_free(&X);
}

static void test_evaluation(void **state)
{
    (void)state;
    csr X = csr_new(M, N, f->X, (csr_form){LINCLASS_FLOAT32, LINCLASS_INT64, scale, 6});
    const linclass_matrix *const views[2] = {&X.view, &f->dense};
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        const int64_t k =
            loss == LINCLASS_LOSS_LOGISTIC || loss == LINCLASS_LOSS_SIGMOID_SQUARED ? 2 : 3 + loss;
        linclass_model *model = model_of(loss, LINCLASS_FLOAT64, k, true);
        linclass_evaluation found[2];
        for (int i = 0; i < M; i++)
            f->y[i] = i % k;
        for (int v = 0; v < 2; v++) {
            assert_int_equal(linclass_evaluation_init(&found[v], sizeof found[v]), LINCLASS_OK);
            found[v].sample_weight = f->weights;
            found[v].has_ignore_label = 1;
            found[v].ignore_label = 0;
            found[v].with_averages = 1;
            found[v].with_roc_auc = k == 2;
            assert_int_equal(linclass_model_evaluate(ctx, model, views[v], f->y, &found[v]),
                             LINCLASS_OK);
        }
        assert_close("loss", &found[0].loss, &found[1].loss, 1);
        assert_close("error", &found[0].error, &found[1].error, 1);
        assert_close("macro F1", &found[0].macro_f1, &found[1].macro_f1, 1);
        assert_close("ROC AUC", &found[0].roc_auc, &found[1].roc_auc, 1);
        linclass_model_destroy(model);
    }
    csr_free(&X);
}

static void test_wrong_rows(void **state)
{
    (void)state;
    int64_t labels[M];
    csr X = csr_new(M, N, f->X, (csr_form){LINCLASS_FLOAT32, LINCLASS_INT32, scale, 0});
    linclass_model *model = model_of(LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 3, true);
    X.view.cols = N + 1;
    assert_int_equal(linclass_model_predict(ctx, model, &X.view, labels), LINCLASS_ERROR_DIMENSION);
    X.view.cols = N;
    ((float *)X.values.data)[100] = INFINITY;
    assert_refused(ctx, linclass_model_predict(ctx, model, &X.view, labels),
                   LINCLASS_ERROR_NON_FINITE, "is inf");
    X.view.rows = 0;
    X.view.row_starts = NULL;
    assert_int_equal(linclass_model_predict(ctx, model, &X.view, labels), LINCLASS_OK);
    linclass_model_destroy(model);
    csr_free(&X);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_probabilities_labels_and_the_best_few),
        cmocka_unit_test(test_evaluation),
        cmocka_unit_test(test_wrong_rows),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
