/* Cycles a row and an element of every kernel of every table: the least of several runs. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkasm.h"
#include "core/real.h"
#include "kernel/kernel.h"
#include "scores.h"

typedef REAL(kernels) kernels;

typedef struct workload {
    int64_t m;
    int64_t k;
    real *H;
    real *work;  /* m x k, H before each run; overwritten by it */
    real *other; /* m x k, directions or targets */
    int64_t *y;
    double *loss;
} workload;

typedef void (*timed)(const kernels *table, const workload *w);

static void run_exp(const kernels *table, const workload *w)
{
    table->exp(w->m * w->k, w->H, w->work);
}

static void run_softmax(const kernels *table, const workload *w)
{
    table->softmax(w->m, w->k, w->H, w->k, w->work, w->k);
}

static void run_loss(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_SOFTMAX].loss(w->m, w->k, w->H, w->k, w->y, w->loss);
}

static void run_residual(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_SOFTMAX].residual(w->m, w->k, w->work, w->k, w->y, w->loss);
}

static void run_sigmoid(const kernels *table, const workload *w)
{
    table->sigmoid(w->m, w->k, w->H, w->k, w->work, w->k);
}

static void run_curvature(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_SOFTMAX].curvature(w->m, w->k, w->H, w->k, w->y, w->work, w->k);
}

static void run_soft_residual(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_SOFTMAX].soft_residual(w->m, w->k, w->work, w->k, w->other, w->k,
                                                       w->loss);
}

static void run_hinge(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_HINGE].residual(w->m, w->k, w->work, w->k, w->y, w->loss);
}

static void run_squared_hinge(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_SQUARED_HINGE].residual(w->m, w->k, w->work, w->k, w->y, w->loss);
}

static void run_logistic(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_LOGISTIC].residual(w->m, w->k, w->work, w->k, w->y, w->loss);
}

static void run_sigmoid_squared(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_SIGMOID_SQUARED].residual(w->m, w->k, w->work, w->k, w->y, w->loss);
}

static void run_logistic_curvature(const kernels *table, const workload *w)
{
    table->losses[LINCLASS_LOSS_LOGISTIC].curvature(w->m, w->k, w->H, w->k, w->y, w->work, w->k);
}

static const struct {
    const char *name;
    timed run;
    bool one_column;
} runs[] = {
    {"exp", run_exp, false},
    {"softmax", run_softmax, false},
    {"cross_entropy loss", run_loss, false},
    {"cross_entropy residual", run_residual, false},
    {"cross_entropy soft", run_soft_residual, false},
    {"cross_entropy curvature", run_curvature, false},
    {"hinge residual", run_hinge, false},
    {"squared_hinge residual", run_squared_hinge, false},
    {"sigmoid", run_sigmoid, true},
    {"logistic residual", run_logistic, true},
    {"logistic curvature", run_logistic_curvature, true},
    {"sigmoid_squared residual", run_sigmoid_squared, true},
};

static double least_cycles(timed run, const kernels *table, const workload *w)
{
    double least = 0.0;
    for (int round = 0; round < 50; round++) {
        memcpy(w->work, w->H, (size_t)(w->m * w->k) * sizeof(real));
        const double begin = bench_cycles();
        run(table, w);
        const double cycles = bench_cycles() - begin;
        least = round == 0 || cycles < least ? cycles : least;
    }
    return least;
}

static void bench_shape(const workload *w)
{
    int count;
    const kernels *const *tables = REAL(kernels_all)(&count);
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        for (int set = 0; set < count && runs[i].one_column == (w->k == 1); set++) {
            const double cycles = least_cycles(runs[i].run, tables[set], w);
            printf("f%d %-24s %-10s %5lld x %-5lld %9.1f cycles/row %7.2f cycles/element\n",
                   REAL_BITS, runs[i].name, tables[set]->name, (long long)w->m, (long long)w->k,
                   cycles / (double)w->m, cycles / (double)(w->m * w->k));
        }
    }
}

void REAL(bench_kernels)(void)
{
    static const int64_t shapes[][2] = {{64, 10}, {64, 100}, {64, 1000}, {8, 10000}, {4096, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int64_t m = shapes[i][0];
        const int64_t k = shapes[i][1];
        const size_t elements = (size_t)(m * k);
        workload w = {.m = m,
                      .k = k,
                      .H = malloc(elements * sizeof(real)),
                      .work = malloc(elements * sizeof(real)),
                      .other = calloc(elements, sizeof(real)),
                      .y = malloc((size_t)m * sizeof(int64_t)),
                      .loss = malloc((size_t)m * sizeof(double))};
        if (w.H != NULL && w.work != NULL && w.other != NULL && w.y != NULL && w.loss != NULL) {
            REAL(scores_fill)(SCORES_ORDINARY, m, k, k == 1 ? 2 : k, 1, w.H, w.y);
            bench_shape(&w);
        }
        free(w.loss);
        free(w.y);
        free(w.other);
        free(w.work);
        free(w.H);
    }
}
