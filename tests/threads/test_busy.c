/* A context that a call is at work with refuses every other call, from a callback or from another thread,
 * and is free again afterwards. */
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

enum { M = 30, N = 2, THREADS = 4, ROUNDS = 200 };

static const linclass_model *const NO_MODEL = NULL;

typedef struct visit {
    linclass_context *ctx;
    int calls;
    linclass_status level1;
    linclass_status fit;
    linclass_model *made;
    int files_busy; /* of four functions that read models and data */
} visit;

static float samples[M * N];
static int64_t labels[M];

static linclass_context *new_context(void)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    return ctx;
}

static linclass_matrix view(void)
{
    linclass_matrix X;
    assert_int_equal(linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, M, N, samples, N),
                     LINCLASS_OK);
    return X;
}

static int32_t call_back(const linclass_progress *progress, void *user)
{
    (void)progress;
    visit *self = user;
    float row[2] = {0, 1};
    const linclass_matrix X = view();
    self->calls++;
    linclass_dataset *dataset;
    linclass_model *model;
    self->files_busy =
        (linclass_dataset_read_idx(self->ctx, "", NULL, &dataset) == LINCLASS_ERROR_BUSY) +
        (linclass_dataset_read_idx_labels(self->ctx, "", &dataset) == LINCLASS_ERROR_BUSY) +
        (linclass_model_load(self->ctx, "", &model) == LINCLASS_ERROR_BUSY) +
        (linclass_model_deserialize(self->ctx, "", 0, &model) == LINCLASS_ERROR_BUSY);
    self->level1 = linclass_softmax_f32(self->ctx, 1, 2, row, 2, row, 2);
    if (self->calls > 1)
        linclass_model_destroy(self->made);
    self->fit = linclass_fit(self->ctx, &X, labels, NULL, NULL, &self->made);
    return 0;
}

static linclass_status fit_and_call_back(linclass_context *ctx, visit *visited)
{
    const linclass_matrix X = view();
    linclass_fit_options options;
    assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
    options.solver = LINCLASS_SOLVER_LBFGS;
    options.l2 = 0.1;
    options.progress = call_back;
    options.progress_user = visited;
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, labels, &options, NULL, &model);
    linclass_model_destroy(model);
    return status;
}

static void a_callback_with_the_same_context_is_refused(void **state)
{
    (void)state;
    linclass_context *ctx = new_context();
    visit visited = {.ctx = ctx, .made = (linclass_model *)(uintptr_t)&visited};
    assert_int_equal(fit_and_call_back(ctx, &visited), LINCLASS_OK);
    assert_true(visited.calls > 0);
    assert_int_equal(visited.level1, LINCLASS_ERROR_BUSY);
    assert_int_equal(visited.fit, LINCLASS_ERROR_BUSY);
    assert_int_equal(visited.files_busy, 4);
    assert_ptr_equal(visited.made, NO_MODEL);
    assert_string_equal(linclass_context_message(ctx), "");
    float row[2] = {0, 1};
    assert_int_equal(linclass_softmax_f32(ctx, 1, 2, row, 2, row, 2), LINCLASS_OK);
    linclass_context_destroy(ctx);
}

static void a_callback_with_another_context_works(void **state)
{
    (void)state;
    linclass_context *ctx = new_context();
    visit visited = {.ctx = new_context()};
    const linclass_status status = fit_and_call_back(ctx, &visited);
    assert_int_equal(status, LINCLASS_OK);
    assert_int_equal(visited.level1, LINCLASS_OK);
    assert_true(visited.fit >= 0);
    linclass_model_destroy(visited.made);
    linclass_context_destroy(visited.ctx);
    linclass_context_destroy(ctx);
}

/* A call that fails leaves the context, too. */
static void a_context_is_free_after_an_error(void **state)
{
    (void)state;
    linclass_context *ctx = new_context();
    float row[2] = {0, 1};
    assert_int_equal(linclass_softmax_f32(ctx, -1, 2, row, 2, row, 2), LINCLASS_ERROR_DIMENSION);
    assert_int_equal(linclass_softmax_f32(ctx, 1, 2, row, 2, row, 2), LINCLASS_OK);
    linclass_context_destroy(ctx);
}

static void *call_often(void *ctx)
{
    intptr_t wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        float scores[M * N] = {0};
        const linclass_status status = linclass_softmax_f32(ctx, M, N, samples, N, scores, N);
        wrong += status != LINCLASS_OK && status != LINCLASS_ERROR_BUSY;
        wrong += status == LINCLASS_OK ? scores[0] == 0 : scores[0] != 0;
    }
    return (void *)wrong; // NOLINT(performance-no-int-to-ptr)
}

static void threads_on_one_context_are_served_or_refused(void **state)
{
    (void)state;
    linclass_context *ctx = new_context();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, ctx), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    for (int i = 0; i < M; i++) {
        labels[i] = i % 2;
        samples[(ptrdiff_t)i * N] = (float)(i % 7);
        samples[(ptrdiff_t)i * N + 1] = (float)(i % 5);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_with_the_same_context_is_refused),
        cmocka_unit_test(a_callback_with_another_context_works),
        cmocka_unit_test(a_context_is_free_after_an_error),
        cmocka_unit_test(threads_on_one_context_are_served_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
