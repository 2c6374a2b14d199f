/* The ranking of the classes of a row against a full sort; ties; agreement with predict. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "models.h"
#include "support/context_of.h"
#include "support/noise.h"

static const double *ranked_scores;

static int by_rank(const void *a, const void *b)
{
    const int64_t i = *(const int64_t *)a;
    const int64_t j = *(const int64_t *)b;
    if (ranked_scores[i] != ranked_scores[j])
        return ranked_scores[i] > ranked_scores[j] ? -1 : 1;
    return i < j ? -1 : 1;
}

static void check_ranking(linclass_context *ctx, int64_t k, const double *scores)
{
    int64_t *expected = malloc((size_t)k * sizeof *expected);
    int64_t *labels = malloc((size_t)k * sizeof *labels);
    double *values = malloc((size_t)k * sizeof *values);
    for (int64_t j = 0; j < k; j++)
        expected[j] = j;
    ranked_scores = scores;
    qsort(expected, (size_t)k, sizeof *expected, by_rank);
    linclass_model *model = model_of_scores(ctx, k, scores);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, 1, 0, NULL, 1);
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    assert_int_equal(labels[0], expected[0]);
    for (int64_t count = 1; count <= k; count += count < 40 ? 1 : k / 7) {
        assert_int_equal(linclass_model_top_k(ctx, model, &X, count, labels, values), LINCLASS_OK);
        assert_memory_equal(labels, expected, (size_t)count * sizeof *labels);
        for (int64_t place = 0; place < count; place++)
            assert_true(values[place] == scores[expected[place]]);
    }
    linclass_model_destroy(model);
    free(expected);
    free(labels);
    free(values);
}

static void rankings_are_in_order_and_ties_go_to_the_lowest_class(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    static const int64_t sizes[] = {1, 2, 3, 4, 7, 31, 100, 5000};
    uint64_t noise = 3;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int64_t values = 1; values <= 1000; values *= 10) {
            double *scores = malloc((size_t)sizes[s] * sizeof *scores);
            for (int64_t j = 0; j < sizes[s]; j++)
                scores[j] = (double)noise_below(&noise, values) - 5;
            check_ranking(ctx, sizes[s], scores);
            free(scores);
        }
    linclass_context_destroy(ctx);
}

static void rankings_of_many_rows_agree_with_predict(void **state)
{
    (void)state;
    enum { M = 500, N = 6, K = 9, COUNT = 4 };
    linclass_context *ctx = context_of(3);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 21);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT64, M, N, 22, &X);
    static int64_t labels[M];
    static int64_t top[M * COUNT];
    static double scores[M * COUNT];
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    assert_int_equal(linclass_model_top_k(ctx, model, &X, COUNT, top, scores), LINCLASS_OK);
    for (int64_t i = 0; i < M; i++) {
        assert_int_equal(top[i * COUNT], labels[i]);
        for (int64_t place = 0; place < COUNT; place++) {
            const int64_t class = (top[i * COUNT + place] + K) / 3;
            assert_near(scores[i * COUNT + place], (double)reference_score(model, &X, i, class),
                        1e-5);
            assert_true(place == 0 || scores[i * COUNT + place - 1] >= scores[i * COUNT + place]);
        }
    }
    static int64_t without_scores[M * COUNT];
    assert_int_equal(linclass_model_top_k(ctx, model, &X, COUNT, without_scores, NULL),
                     LINCLASS_OK);
    assert_memory_equal(top, without_scores, sizeof top);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rankings_are_in_order_and_ties_go_to_the_lowest_class),
        cmocka_unit_test(rankings_of_many_rows_agree_with_predict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
