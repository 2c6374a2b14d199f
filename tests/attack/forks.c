/* A process that forks between calls, or while another of its threads fits, and whose child forks again:
 * parent, child and grandchild go on computing, with the bits there would be without a fork. Which build
 * of OpenBLAS computes is the loader's choice (forks.py). */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum { M = 200, N = 30, MOST = 100, PATIENCE = 30, ENOUGH = 3 };

static float X_data[M * N];
static int64_t y_data[M];

typedef struct gradient {
    double loss;
    float G[N * MOST];
} gradient;

static bool compute(linclass_context *ctx, int64_t k, gradient *found)
{
    static const float theta[N * MOST];
    memset(found, 0, sizeof *found);
    return linclass_softmax_loss_gradient_f32(ctx, M, N, k, X_data, N, y_data, theta, k, NULL,
                                              &found->loss, found->G, k, NULL) == LINCLASS_OK;
}

static bool right(linclass_context *ctx, int64_t k, const gradient *expected)
{
    gradient found;
    return compute(ctx, k, &found) && memcmp(&found, expected, sizeof found) == 0;
}

/* Without atexit handlers: instruments would look for leaks among what belongs to the parent's threads. */
static int child_of(attack *self, linclass_context *ctx, int64_t k, const gradient *expected,
                    int generations)
{
    const pid_t child = fork();
    if (child < 0)
        return 0;
    if (child == 0) {
        linclass_context *const own = ctx == NULL ? attack_context(2) : ctx;
        const bool well = right(own, k, expected) && right(own, k, expected);
        int status = 0;
        if (well && generations > 1)
            status = child_of(self, ctx == NULL ? NULL : own, k, expected, generations - 1);
        _exit(!well ? 1 : status == 0 ? 0 : ENOUGH);
    }
    return attack_wait(child, PATIENCE);
}

static void judge(attack *self, int status, bool parent, const char *when)
{
    if (status == -1)
        attack_hung(self, "the child of a fork %s", when);
    else if (WIFSIGNALED(status))
        attack_crashed(self, "the child of a fork %s: signal %d", when, WTERMSIG(status));
    else if (status != 0 || !parent)
        attack_wrong(self, "after a fork %s: %s", when, parent ? "the child" : "the parent");
    else
        attack_accepted(self);
}

static _Atomic bool stop;

static void *fit_until_stopped(void *argument)
{
    (void)argument;
    linclass_context *ctx = attack_context(2);
    linclass_matrix X;
    (void)linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, M, N, X_data, N);
    while (!atomic_load(&stop)) {
        linclass_model *model = NULL;
        (void)linclass_fit(ctx, &X, y_data, NULL, NULL, &model);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    return NULL;
}

static void fork_beside_a_fit(attack *self, int64_t k, const gradient *expected, int generations)
{
    pthread_t thread;
    atomic_store(&stop, false);
    if (pthread_create(&thread, NULL, fit_until_stopped, NULL) != 0)
        abort();
    linclass_context *ctx = attack_context(2);
    for (int round = 0; round < 4; round++) {
        const int status = child_of(self, NULL, k, expected, generations);
        judge(self, status, right(ctx, k, expected), "beside a fit");
    }
    linclass_context_destroy(ctx);
    atomic_store(&stop, true);
    (void)pthread_join(thread, NULL);
}

static void try_one(attack *self)
{
    const int64_t k = noise_below(&self->noise, 2) == 0 ? 10 : MOST;
    for (int e = 0; e < M * N; e++)
        X_data[e] = (float)noise_uniform(&self->noise);
    for (int i = 0; i < M; i++)
        y_data[i] = i % 10;
    gradient expected;
    if (!compute(NULL, k, &expected))
        abort();
    const int generations = 1 + (int)noise_below(&self->noise, 2);
    if (self->number % 4 == 3) {
        fork_beside_a_fit(self, k, &expected, generations);
        return;
    }
    linclass_context *ctx = attack_context(1 + (int32_t)noise_below(&self->noise, 3));
    const bool used = noise_below(&self->noise, 3) == 0 || right(ctx, k, &expected);
    const int status = child_of(self, ctx, k, &expected, generations);
    judge(self, status, used && right(ctx, k, &expected), "between calls");
    linclass_context_destroy(ctx);
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
