/* Each with its data, and the answer of the library checked against one in double. */
#include "regimes.h"

#include "approaches.h"
#include "double_problem.h"
#include "machine.h"
#include "prediction.h"
#include "problem.h"
#include "reference.h"
#include "sgd_epoch.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t bytes)
{
    void *const memory = calloc(1, bytes);
    if (memory == NULL)
        abort();
    return memory;
}

static double step_bytes(const shape *s)
{
    return problem_bytes(s, 1) + 20 * (double)s->n * (double)s->k;
}

static work work_of_step(const shape *s, double element)
{
    const double X = element * (double)(s->m * s->n);
    const double theta = element * (double)(s->n * s->k);
    return (work){.flops = 4 * (double)(s->m * s->n) * (double)s->k,
                  .double_width = element == 8,
                  .reads = {{X, (int64_t)X}, {theta, (int64_t)theta}},
                  .writes = {theta, (int64_t)theta},
                  .formula = element == 8
                                 ? "max(4mnk/peak, 8mn/read, 8nk/read(theta), 8nk/write(G))"
                                 : "max(4mnk/peak, 4mn/read, 4nk/read(theta), 4nk/write(G))"};
}

static work step_work(const shape *s)
{
    return work_of_step(s, 4);
}

static void *step_create(const shape *s, int threads)
{
    problem *const p = allocate(sizeof *p);
    problem_create(p, s, 1);
    p->ctx = bench_context(threads);
    p->blas_threads = threads;
    return p;
}

static void step_destroy(void *data)
{
    problem *const p = data;
    linclass_context_destroy(p->ctx);
    problem_destroy(p);
    free(p);
}

static void step_run(void *data, int64_t call)
{
    (void)call;
    problem_run_library(data);
}

static void step_run_bare(void *data, int64_t call)
{
    (void)call;
    problem_run_bare_products(data);
}

static double step_error(void *data)
{
    problem *const p = data;
    double loss;
    double *const G = bench_allocate(p->n * p->k, sizeof *G);
    reference_loss_gradient(p->m, p->n, p->k, p->X, p->y, p->theta, &loss, G);
    problem_run_library(p);
    const double error = problem_error(p, loss, G);
    free(G);
    return error;
}

/* The problem in float64, and the one in float32 that it was widened from. */
typedef struct both_widths {
    problem *narrow;
    double_problem wide;
} both_widths;

static double step_f64_bytes(const shape *s)
{
    return step_bytes(s) + double_problem_bytes(s);
}

static work step_f64_work(const shape *s)
{
    return work_of_step(s, 8);
}

static void *step_f64_create(const shape *s, int threads)
{
    both_widths *const b = allocate(sizeof *b);
    b->narrow = step_create(s, threads);
    double_problem_create(&b->wide, b->narrow);
    return b;
}

static void step_f64_destroy(void *data)
{
    both_widths *const b = data;
    double_problem_destroy(&b->wide);
    step_destroy(b->narrow);
    free(b);
}

static void step_f64_run(void *data, int64_t call)
{
    both_widths *const b = data;
    (void)call;
    double_problem_run_library(&b->wide);
}

static void step_f64_run_bare(void *data, int64_t call)
{
    both_widths *const b = data;
    (void)call;
    double_problem_run_bare_products(&b->wide);
}

static double step_f64_error(void *data)
{
    both_widths *const b = data;
    const problem *const p = b->narrow;
    double loss;
    double *const G = bench_allocate(p->n * p->k, sizeof *G);
    reference_loss_gradient(p->m, p->n, p->k, p->X, p->y, p->theta, &loss, G);
    double_problem_run_library(&b->wide);
    const double error = double_problem_error(&b->wide, loss, G);
    free(G);
    return error;
}

static void *sgd_create(const shape *s, int threads)
{
    sgd_epoch *const e = allocate(sizeof *e);
    sgd_epoch_create(e, s);
    e->ctx = bench_context(threads);
    e->blas_threads = threads;
    return e;
}

static void sgd_destroy(void *data)
{
    sgd_epoch *const e = data;
    linclass_context_destroy(e->ctx);
    sgd_epoch_destroy(e);
    free(e);
}

static void sgd_run(void *data, int64_t call)
{
    (void)call;
    sgd_epoch_run_library(data);
}

static void sgd_run_bare(void *data, int64_t call)
{
    (void)call;
    sgd_epoch_run_bare_products(data);
}

static double sgd_error(void *data)
{
    return sgd_epoch_error(data);
}

static void *predict_create(const shape *s, int threads)
{
    prediction *const p = allocate(sizeof *p);
    prediction_create(p, s, bench_context(threads));
    machine_set_blas_threads(threads);
    return p;
}

static void predict_destroy(void *data)
{
    prediction *const p = data;
    linclass_context *const ctx = p->ctx;
    prediction_destroy(p);
    linclass_context_destroy(ctx);
    free(p);
}

static double predict_error(void *data)
{
    return prediction_error(data);
}

static double gradient_bytes(const shape *s)
{
    return 4 * (double)s->m * (double)(s->n + s->k) + 16 * (double)s->n * (double)s->k;
}

static work gradient_work(const shape *s)
{
    const double G = 4.0 * (double)(s->n * s->k);
    return (work){.flops = (double)s->m * G / 2,
                  .writes = {G, (int64_t)G},
                  .formula = "max(2mnk/peak, 4nk/write(G))"};
}

static void *gradient_create(const shape *s, int threads)
{
    approaches *const a = allocate(sizeof *a);
    *a = (approaches){.B = s->m, .n = s->n, .k = s->k, .ctx = bench_context(threads)};
    machine_set_blas_threads(threads);
    approaches_inputs(a);
    a->G = bench_allocate(a->n * a->k, sizeof *a->G);
    return a;
}

static void gradient_destroy(void *data)
{
    approaches *const a = data;
    linclass_context_destroy(a->ctx);
    approaches_free_inputs(a);
    free(a->G);
    free(a);
}

static void gradient_run(void *data, int64_t call)
{
    (void)call;
    approaches_use_structure(data);
}

static void gradient_run_bare(void *data, int64_t call)
{
    const approaches *const a = data;
    (void)call;
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)a->n, (int)a->k, (int)a->B, 1.0f,
                a->X, (int)a->n, a->R, (int)a->k, 0.0f, a->G, (int)a->k);
}

/* Against plain loops in double, sum_i x_ij r_ic. */
static double gradient_error(void *data)
{
    approaches *const a = data;
    double *const G = bench_allocate(a->n * a->k, sizeof *G);
    memset(G, 0, (size_t)(a->n * a->k) * sizeof *G);
    for (int64_t i = 0; i < a->B; i++)
        for (int64_t j = 0; j < a->n; j++)
            for (int64_t c = 0; c < a->k; c++)
                G[j * a->k + c] += (double)a->X[i * a->n + j] * a->R[i * a->k + c];
    approaches_use_structure(a);
    const double error = reference_error(a->G, G, a->n * a->k);
    free(G);
    return error;
}

/* Tolerances: float32 sums of up to 1e5 terms; float64 sums; labels, of which none may be wrong. */
static const regime regimes[] = {
    {"step", 0, step_bytes, step_work, step_create, step_destroy, step_run, step_run_bare,
     "linclass_softmax_loss_gradient_f32", step_error, 1e-4},
    {"step-f64", 0, step_f64_bytes, step_f64_work, step_f64_create, step_f64_destroy, step_f64_run,
     step_f64_run_bare, "linclass_softmax_loss_gradient_f64", step_f64_error, 1e-12},
    {"sgd", 256, sgd_epoch_bytes, sgd_epoch_work, sgd_create, sgd_destroy, sgd_run, sgd_run_bare,
     "linclass_softmax_sgd_epoch_f32", sgd_error, 1e-4},
    {"predict", 1, prediction_bytes, prediction_work, predict_create, predict_destroy,
     prediction_run_library, prediction_run_bare_product, "linclass_model_predict", predict_error,
     1e-9},
    {"gradient", 256, gradient_bytes, gradient_work, gradient_create, gradient_destroy,
     gradient_run, gradient_run_bare, "linclass_gradient_f32", gradient_error, 1e-4},
};

const regime *regime_find(const char *name)
{
    for (size_t i = 0; i < sizeof regimes / sizeof regimes[0]; i++)
        if (strcmp(name, regimes[i].name) == 0)
            return &regimes[i];
    return NULL;
}

const char *regime_names(void)
{
    return "step, step-f64, sgd, predict or gradient";
}
