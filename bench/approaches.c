/* Memory. Approach 1 writes its result over the Jacobian, so that it needs its factors and nothing
 * else: B (k^2 n + k) numbers. Approach 2 needs its result, n k numbers; the residual comes to it as
 * an input. A process counts its memory in pages and takes some tens of kilobytes for its own
 * purposes, so as many gradients as fill 96 MB are computed and kept side by side, each with a
 * context of its own, and the sum is divided by their number. */
#include "approaches.h"

#include "peak_memory.h"
#include "naive.h"
#include "synthetic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double measured_bytes = 96e6;

void approaches_inputs(approaches *a)
{
    int64_t *const y = bench_allocate(a->B, sizeof *y);
    a->X = bench_allocate(a->B * a->n, sizeof *a->X);
    a->R = bench_allocate(a->B * a->k, sizeof *a->R);
    synthetic_fill(a->X, a->B * a->n, 1, 0, 1);
    synthetic_fill(a->R, a->B * a->k, 2, -1, 1);
    synthetic_labels(y, a->B, 3, a->k);
    bench_require(NULL, linclass_softmax_residual_f32(NULL, a->B, a->k, a->R, a->k, y, NULL));
    for (int64_t i = 0; i < a->B * a->k; i++)
        a->R[i] /= (float)a->B;
    free(y);
}

void approaches_free_inputs(approaches *a)
{
    free(a->X);
    free(a->R);
}

void approaches_build_jacobian(void *argument)
{
    const approaches *const a = argument;
    naive_jacobian_f32(a->B, a->n, a->k, a->X, a->n, a->J);
}

void approaches_multiply(void *argument)
{
    const approaches *const a = argument;
    naive_product_f32(a->B, a->n, a->k, a->R, a->J, a->G_naive);
}

void approaches_build_and_multiply(void *argument)
{
    approaches_build_jacobian(argument);
    approaches_multiply(argument);
}

void approaches_use_structure(void *argument)
{
    const approaches *const a = argument;
    bench_require(a->ctx, linclass_gradient_f32(a->ctx, a->B, a->n, a->k, a->X, a->n, a->R, a->k,
                                                1.0f, a->G, a->k, NULL));
}

double approaches_predicted_numbers(const shape *s, int approach)
{
    const double n = (double)s->n;
    const double k = (double)s->k;
    return approach == 1 ? (double)s->m * (k * n * k + k) : n * k;
}

typedef struct memory_trial {
    approaches approaches;
    int64_t instances;
} memory_trial;

/* Inputs first; then one small gradient of each kind, for what BLAS takes once in a process. */
static void setup(void *argument)
{
    approaches *const a = &((memory_trial *)argument)->approaches;
    approaches small = {.B = a->B < 2 ? a->B : 2, .n = 8, .k = 8};
    approaches_inputs(&small);
    small.J = bench_allocate(small.B * 8 * 64, sizeof *small.J);
    small.G_naive = small.J;
    small.G = bench_allocate(64, sizeof *small.G);
    approaches_build_and_multiply(&small);
    approaches_use_structure(&small);
    approaches_inputs(a);
}

static float *allocate(int64_t count)
{
    float *const array = malloc((size_t)count * sizeof *array);
    if (array == NULL)
        abort();
    return array;
}

static void run_1(void *argument)
{
    const memory_trial *const t = argument;
    for (int64_t i = 0; i < t->instances; i++) {
        approaches a = t->approaches;
        a.R = allocate(a.B * a.k);
        memcpy(a.R, t->approaches.R, (size_t)(a.B * a.k) * sizeof *a.R);
        a.J = allocate(a.B * a.k * a.n * a.k);
        a.G_naive = a.J;
        approaches_build_and_multiply(&a);
    }
}

static void run_2(void *argument)
{
    const memory_trial *const t = argument;
    for (int64_t i = 0; i < t->instances; i++) {
        approaches a = t->approaches;
        a.ctx = bench_context(1);
        a.G = allocate(a.n * a.k);
        approaches_use_structure(&a);
    }
}

double approaches_memory(bench *b, const shape *s, int approach)
{
    char message[200];
    peak_memory peak;
    memory_trial t = {.approaches = {.B = s->m, .n = s->n, .k = s->k}};
    const peak_memory_work work = {setup, approach == 1 ? run_1 : run_2, &t};
    t.instances = (int64_t)ceil(measured_bytes / (4 * approaches_predicted_numbers(s, approach)));
    if (peak_memory_measure(&work, &peak, message, sizeof message) == 0)
        return (double)peak.of_run / (double)t.instances;
    report_problem(b->report, "%s:%d: %s: memory not measured: %s", b->shapes_path, s->line,
                   s->name, message);
    return NAN;
}
