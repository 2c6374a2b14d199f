/* Many threads: one model used by sixteen of them, each with a context of its own; one context entered by
 * several at once, which must refuse all but one with LINCLASS_ERROR_BUSY; and callbacks that call back,
 * with the context of the call (BUSY) and with another (which works). */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"

enum { M = 300, N = 12, K = 3, THREADS = 16, ROUNDS = 20 };

static float X_data[M * N];
static int64_t y_data[M];
static linclass_model *model;
static int64_t expected[M];

static linclass_matrix view(void)
{
    linclass_matrix X;
    (void)linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, M, N, X_data, N);
    return X;
}

/* The label of the highest score, by the formula; a model has been made so that none is near a tie. */
static int64_t label_of(const float *x, const float *theta)
{
    double best = -INFINITY;
    int64_t label = 0;
    for (int c = 0; c < K; c++) {
        double score = 0;
        for (int j = 0; j < N; j++)
            score += (double)x[j] * (double)theta[j * K + c];
        if (score > best) {
            best = score;
            label = c;
        }
    }
    return label;
}

static void prepare(void)
{
    uint64_t noise = 7;
    float theta[N * K];
    for (int e = 0; e < N * K; e++)
        theta[e] = (float)noise_below(&noise, 9);
    for (int e = 0; e < M * N; e++)
        X_data[e] = (float)noise_below(&noise, 17);
    linclass_context *ctx = attack_context(1);
    if (linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, N, K, theta, K, NULL,
                              NULL, &model) != LINCLASS_OK)
        abort();
    linclass_context_destroy(ctx);
    for (int i = 0; i < M; i++) {
        expected[i] = label_of(X_data + (ptrdiff_t)i * N, theta);
        y_data[i] = i % K;
    }
}

/* What threads share. ctx: NULL for one each. */
typedef struct crowd {
    linclass_context *ctx;
    _Atomic int64_t right;
    _Atomic int64_t busy;
    _Atomic int64_t wrong;
} crowd;

static void *predict_often(void *argument)
{
    crowd *self = argument;
    linclass_context *ctx = self->ctx == NULL ? attack_context(1) : self->ctx;
    const linclass_matrix X = view();
    int64_t labels[M];
    for (int round = 0; round < ROUNDS; round++) {
        const linclass_status status = linclass_model_predict(ctx, model, &X, labels);
        if (status == LINCLASS_OK && memcmp(labels, expected, sizeof labels) == 0)
            atomic_fetch_add(&self->right, 1);
        else if (status == LINCLASS_ERROR_BUSY && self->ctx != NULL)
            atomic_fetch_add(&self->busy, 1);
        else
            atomic_fetch_add(&self->wrong, 1);
    }
    if (self->ctx == NULL)
        linclass_context_destroy(ctx);
    return NULL;
}

static void run_crowd(attack *self, linclass_context *ctx, int count)
{
    crowd shared = {.ctx = ctx};
    pthread_t threads[THREADS];
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, predict_often, &shared) != 0)
            abort();
    for (int i = 0; i < count; i++)
        (void)pthread_join(threads[i], NULL);
    if (shared.wrong > 0 || shared.right == 0 || shared.right + shared.busy != count * ROUNDS) {
        attack_wrong(self, "%ld calls of %d threads on %s: neither right nor busy",
                     (long)shared.wrong, count,
                     ctx == NULL ? "contexts of their own" : "one context");
        return;
    }
    for (int64_t i = 0; i < shared.busy; i++)
        attack_refused(self);
    for (int64_t i = 0; i < shared.right; i++)
        attack_accepted(self);
}

/* A call back into the library. */
typedef struct callback {
    linclass_context *ctx;
    linclass_status status;
    int64_t labels[M];
} callback;

static int32_t call_back(const linclass_progress *progress, void *user)
{
    (void)progress;
    callback *self = user;
    const linclass_matrix X = view();
    self->status = linclass_model_predict(self->ctx, model, &X, self->labels);
    return 0;
}

static linclass_model *fit(linclass_context *ctx, callback *called)
{
    linclass_fit_options options;
    (void)linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    options.max_iterations = 3;
    options.solver = LINCLASS_SOLVER_LBFGS;
    options.progress = called == NULL ? NULL : call_back;
    options.progress_user = called;
    const linclass_matrix X = view();
    linclass_model *made = NULL;
    (void)linclass_fit(ctx, &X, y_data, &options, NULL, &made);
    return made;
}

static bool same(const linclass_model *a, const linclass_model *b)
{
    const size_t bytes = sizeof(float) * N * K;
    return a != NULL && b != NULL &&
           memcmp(linclass_model_theta(a), linclass_model_theta(b), bytes) == 0;
}

static void run_callback(attack *self, bool own_context, int32_t threads)
{
    static callback called;
    linclass_context *ctx = attack_context(threads);
    called.ctx = own_context ? attack_context(threads) : ctx;
    called.status = LINCLASS_ERROR_INTERNAL;
    linclass_model *const plain = fit(ctx, NULL);
    linclass_model *const made = fit(ctx, &called);
    const bool answered = own_context ? called.status == LINCLASS_OK &&
                                            memcmp(called.labels, expected, sizeof expected) == 0
                                      : called.status == LINCLASS_ERROR_BUSY;
    if (!answered)
        attack_wrong(self, "a callback's call on %s context has status %d",
                     own_context ? "another" : "the same", (int)called.status);
    else if (!same(plain, made))
        attack_wrong(self, "a callback's call changed the fit");
    else if (own_context)
        attack_accepted(self);
    else
        attack_refused(self);
    linclass_model_destroy(plain);
    linclass_model_destroy(made);
    if (own_context)
        linclass_context_destroy(called.ctx);
    linclass_context_destroy(ctx);
}

static void try_one(attack *self)
{
    if (model == NULL)
        prepare();
    const int32_t threads = 1 + (int32_t)noise_below(&self->noise, 3);
    switch (self->number % 4) {
    case 0:
        run_crowd(self, NULL, THREADS);
        break;
    case 1: {
        linclass_context *ctx = attack_context(threads);
        run_crowd(self, ctx, 2 + (int)noise_below(&self->noise, THREADS - 1));
        linclass_context_destroy(ctx);
        break;
    }
    default:
        run_callback(self, self->number % 4 == 2, threads);
        break;
    }
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
