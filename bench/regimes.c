/* Each is checked against a result in double before it is timed in turns with the bare products. */
#include "regimes.h"

#include "approaches.h"
#include "double_problem.h"
#include "latency.h"
#include "machine.h"
#include "prediction.h"
#include "problem.h"
#include "reference.h"
#include "sgd_epoch.h"
#include "timing.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

static const double tolerance = 1e-4; /* float32 sums of up to 1e5 terms */
static const double double_tolerance = 1e-12;

static void race(void (*library)(void *), void (*bare)(void *), void *argument, double budget,
                 outcome *result)
{
    contestant both[2] = {{.run = library, .argument = argument},
                          {.run = bare, .argument = argument}};
    timing_run(both, 2, budget);
    *result = (outcome){.seconds = both[0].time.median,
                        .bare = both[1].time.median,
                        .ratio = timing_ratio(&both[0], &both[1]),
                        .repeats = (int64_t)both[0].repeats};
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

static int step_measure(bench *b, const shape *s, int threads, double budget, outcome *result)
{
    problem p;
    double loss;
    problem_create(&p, s, 1);
    p.ctx = bench_context(threads);
    p.blas_threads = threads;
    double *const G = bench_allocate(s->n * s->k, sizeof *G);
    reference_loss_gradient(s->m, s->n, s->k, p.X, p.y, p.theta, &loss, G);
    problem_run_library(&p);
    const int right = bench_check(b, s, "linclass_softmax_loss_gradient_f32",
                                  problem_error(&p, loss, G), tolerance);
    free(G);
    if (right)
        race(problem_run_library, problem_run_bare_products, &p, budget, result);
    linclass_context_destroy(p.ctx);
    problem_destroy(&p);
    return right;
}

static double step_f64_bytes(const shape *s)
{
    return step_bytes(s) + double_problem_bytes(s);
}

static work step_f64_work(const shape *s)
{
    return work_of_step(s, 8);
}

static int step_f64_measure(bench *b, const shape *s, int threads, double budget, outcome *result)
{
    problem p;
    double_problem wide;
    double loss;
    problem_create(&p, s, 1);
    p.ctx = bench_context(threads);
    p.blas_threads = threads;
    double_problem_create(&wide, &p);
    double *const G = bench_allocate(s->n * s->k, sizeof *G);
    reference_loss_gradient(s->m, s->n, s->k, p.X, p.y, p.theta, &loss, G);
    double_problem_run_library(&wide);
    const int right = bench_check(b, s, "linclass_softmax_loss_gradient_f64",
                                  double_problem_error(&wide, loss, G), double_tolerance);
    free(G);
    if (right)
        race(double_problem_run_library, double_problem_run_bare_products, &wide, budget, result);
    double_problem_destroy(&wide);
    linclass_context_destroy(p.ctx);
    problem_destroy(&p);
    return right;
}

static int sgd_measure(bench *b, const shape *s, int threads, double budget, outcome *result)
{
    sgd_epoch e;
    sgd_epoch_create(&e, s);
    e.ctx = bench_context(threads);
    e.blas_threads = threads;
    const int right =
        bench_check(b, s, "linclass_softmax_sgd_epoch_f32", sgd_epoch_error(&e), tolerance);
    if (right)
        race(sgd_epoch_run_library, sgd_epoch_run_bare_products, &e, budget, result);
    linclass_context_destroy(e.ctx);
    sgd_epoch_destroy(&e);
    return right;
}

static void run_first_prediction(void *argument)
{
    prediction_run_library(argument, 0);
}

static void run_first_bare_product(void *argument)
{
    prediction_run_bare_product(argument, 0);
}

static void race_single_calls(prediction *p, double budget, outcome *result)
{
    latency latencies[2];
    const latency_subject subjects[2] = {{prediction_run_library, p},
                                         {prediction_run_bare_product, p}};
    latency_measure(subjects, 2, 100000, budget, latencies);
    *result = (outcome){.seconds = latencies[0].p50,
                        .p99 = latencies[0].p99,
                        .bare = latencies[1].p50,
                        .ratio = latencies[0].p50 / latencies[1].p50,
                        .repeats = latencies[0].calls};
}

static int predict_measure(bench *b, const shape *s, int threads, double budget, outcome *result)
{
    prediction p;
    linclass_context *const ctx = bench_context(threads);
    prediction_create(&p, s, ctx);
    machine_set_blas_threads(threads);
    const int right = bench_check(b, s, "linclass_model_predict", prediction_error(&p), 1e-9);
    if (right && s->m == 1)
        race_single_calls(&p, budget, result);
    else if (right)
        race(run_first_prediction, run_first_bare_product, &p, budget, result);
    prediction_destroy(&p);
    linclass_context_destroy(ctx);
    return right;
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

static void run_bare_product(void *argument)
{
    const approaches *const a = argument;
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)a->n, (int)a->k, (int)a->B, 1.0f,
                a->X, (int)a->n, a->R, (int)a->k, 0.0f, a->G, (int)a->k);
}

/* Against plain loops in double, sum_i x_ij r_ic. */
static double gradient_error(approaches *a)
{
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

static int gradient_measure(bench *b, const shape *s, int threads, double budget, outcome *result)
{
    approaches a = {.B = s->m, .n = s->n, .k = s->k, .ctx = bench_context(threads)};
    machine_set_blas_threads(threads);
    approaches_inputs(&a);
    a.G = bench_allocate(a.n * a.k, sizeof *a.G);
    const int right = bench_check(b, s, "linclass_gradient_f32", gradient_error(&a), tolerance);
    if (right)
        race(approaches_use_structure, run_bare_product, &a, budget, result);
    linclass_context_destroy(a.ctx);
    approaches_free_inputs(&a);
    free(a.G);
    return right;
}

static const regime regimes[] = {
    {"step", 0, step_bytes, step_work, step_measure},
    {"step-f64", 0, step_f64_bytes, step_f64_work, step_f64_measure},
    {"sgd", 256, sgd_epoch_bytes, sgd_epoch_work, sgd_measure},
    {"predict", 1, prediction_bytes, prediction_work, predict_measure},
    {"gradient", 256, gradient_bytes, gradient_work, gradient_measure},
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
