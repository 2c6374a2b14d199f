/* What several threads gain on a machine at rest, and what they lose on one that is not: the same work
 * on one thread and on all of them, in turns, alone and beside processes that do nothing but compute,
 * two for each processor.
 *
 * Threads that wait for each other can be slower than one thread where each of them has to wait for a
 * processor too. The ratio of the two times says whether they are; `worst` is the largest of the turns.
 * Beside other processes a turn is long enough for many time slices of the scheduler.
 *
 * And calls with pauses between them (isolated.c), alone and beside a process for each processor. */
#include "bench.h"
#include "company.h"
#include "isolated.h"
#include "load.h"
#include "machine.h"
#include "problem.h"
#include "reference.h"
#include "regimes.h"
#include "sgd_epoch.h"
#include "statistics.h"
#include "timing.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TURNS = 100 };

static const double turn_seconds = 0.3;
static const double tolerance = 1e-4; /* float32 sums of up to 1e5 terms */

typedef union job {
    problem problem;
    sgd_epoch epoch;
} job;

typedef struct kind {
    const char *name;
    double (*bytes)(const shape *s);
    void (*create)(job *j, const shape *s);
    void (*destroy)(job *j);
    void (*run)(job *j, linclass_context *ctx);
    double (*error)(job *j, linclass_context *ctx); /* NULL: what it computes is tested elsewhere */
} kind;

static double step_bytes(const shape *s)
{
    return problem_bytes(s, 0) + 12 * (double)s->n * (double)s->k;
}

static void create_problem(job *j, const shape *s)
{
    problem_create(&j->problem, s, 0);
}

static void destroy_problem(job *j)
{
    problem_destroy(&j->problem);
}

static void run_step(job *j, linclass_context *ctx)
{
    j->problem.ctx = ctx;
    problem_run_library(&j->problem);
}

static double step_error(job *j, linclass_context *ctx)
{
    problem *const p = &j->problem;
    double loss;
    double *const G = bench_allocate(p->n * p->k, sizeof *G);
    reference_loss_gradient(p->m, p->n, p->k, p->X, p->y, p->theta, &loss, G);
    run_step(j, ctx);
    const double error = problem_error(p, loss, G);
    free(G);
    return error;
}

static void create_epoch(job *j, const shape *s)
{
    sgd_epoch_create(&j->epoch, s);
}

static void destroy_epoch(job *j)
{
    sgd_epoch_destroy(&j->epoch);
}

static void run_epoch(job *j, linclass_context *ctx)
{
    j->epoch.ctx = ctx;
    sgd_epoch_run_library(&j->epoch);
}

static double epoch_error(job *j, linclass_context *ctx)
{
    j->epoch.ctx = ctx;
    return sgd_epoch_error(&j->epoch);
}

/* Labels that the samples say nothing of: the optimum is near zero, and the way there is short. */
static void run_fit(job *j, linclass_context *ctx)
{
    const problem *const p = &j->problem;
    linclass_fit_options options;
    linclass_model *model;
    linclass_matrix X;
    bench_require(ctx, linclass_fit_options_init(&options, sizeof options));
    bench_require(ctx,
                  linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, p->m, p->n, p->X, p->n));
    options.l2 = 1e-4;
    bench_require(ctx, linclass_fit(ctx, &X, p->y, &options, NULL, &model));
    linclass_model_destroy(model);
}

static const kind kinds[] = {
    {"step", step_bytes, create_problem, destroy_problem, run_step, step_error},
    {"sgd", sgd_epoch_bytes, create_epoch, destroy_epoch, run_epoch, epoch_error},
    {"fit", step_bytes, create_problem, destroy_problem, run_fit, NULL},
};

static const kind *find_kind(bench *b, const shape *s)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(s->name, kinds[i].name) == 0)
            return &kinds[i];
    report_problem(b->report, "%s:%d: \"%s\" is none of step, sgd, fit, isolated", b->shapes_path,
                   s->line, s->name);
    return NULL;
}

typedef struct pair {
    const kind *kind;
    job *job;
    linclass_context *contexts[2]; /* of one thread, of all */
    int64_t calls;                 /* in a turn */
} pair;

static double time_turn(const pair *p, int which)
{
    const double start = timing_now();
    for (int64_t i = 0; i < p->calls; i++)
        p->kind->run(p->job, p->contexts[which]);
    return (timing_now() - start) / (double)p->calls;
}

static void report_turns(bench *b, const pair *p, int processes, double budget)
{
    double seconds[2][MAX_TURNS];
    double ratios[MAX_TURNS];
    company others;
    size_t turns = 0;
    company_begin(&others, processes);
    if (others.count < processes)
        report_problem(b->report, "only %d of %d processes", others.count, processes);
    (void)time_turn(p, 1); /* threads are placed among the others */
    const double deadline = timing_now() + budget;
    do {
        for (int which = 0; which < 2; which++)
            seconds[which][turns] = time_turn(p, which);
        ratios[turns] = seconds[1][turns] / seconds[0][turns];
        turns++;
    } while (turns < MAX_TURNS && (turns < 3 || timing_now() < deadline));
    company_end(&others);
    statistics_sort(ratios, turns);
    report_count(b->report, "busy processes", processes);
    report_count(b->report, "threads", linclass_context_threads(p->contexts[1]));
    report_seconds(b->report, "one thread", statistics_summarise(seconds[0], turns).median);
    report_seconds(b->report, "all threads", statistics_summarise(seconds[1], turns).median);
    report_ratio(b->report, "all/one", statistics_quantile(ratios, turns, 0.5));
    report_ratio(b->report, "worst", ratios[turns - 1]);
    report_count(b->report, "turns", (int64_t)turns);
}

/* So many calls that one thread takes a turn's time. */
static void set_calls(pair *p)
{
    p->calls = 1;
    (void)time_turn(p, 1);
    (void)time_turn(p, 0);
    const double seconds = time_turn(p, 0);
    p->calls = seconds < turn_seconds ? (int64_t)(turn_seconds / seconds) + 1 : 1;
}

static void measure(bench *b, const shape *s, double budget)
{
    const kind *const what = find_kind(b, s);
    if (what == NULL || !bench_fits(b, s, what->bytes(s)))
        return;
    job data;
    what->create(&data, s);
    pair p = {what, &data, {bench_context(1), bench_context(b->threads)}, 1};
    if (what->error == NULL ||
        bench_check(b, s, what->name, what->error(&data, p.contexts[1]), tolerance)) {
        set_calls(&p);
        for (int busy = 0; busy < 2; busy++) {
            const int processes = busy ? 2 * machine_threads() : 0;
            report_progress(b->report, "%s, %d busy processes", s->name, processes);
            report_text(b->report, "what", s->name);
            report_count(b->report, "m", s->m);
            report_count(b->report, "n", s->n);
            report_count(b->report, "k", s->k);
            report_turns(b, &p, processes < COMPANY_MAX ? processes : COMPANY_MAX, budget / 2);
            report_row(b->report);
        }
    }
    for (int i = 0; i < 2; i++)
        linclass_context_destroy(p.contexts[i]);
    what->destroy(&data);
}

static int is_isolated(const shape *s)
{
    return strcmp(s->name, "isolated") == 0;
}

static void measure_isolated(bench *b, const shape *s, double budget)
{
    const regime *const step = regime_find("step");
    if (!bench_fits(b, s, step->bytes(s)))
        return;
    void *const data = step->create(s, b->threads);
    if (bench_check(b, s, step->function, step->error(data), step->tolerance)) {
        for (int busy = 0; busy < 2; busy++) {
            const int processes = busy ? machine_threads() : 0;
            report_progress(b->report, "isolated calls, %d busy processes", processes);
            report_count(b->report, "m", s->m);
            report_count(b->report, "n", s->n);
            report_count(b->report, "k", s->k);
            report_count(b->report, "threads", b->threads);
            isolated_report(b, step, data, processes, budget / 2);
            report_row(b->report);
        }
    }
    step->destroy(data);
}

int main(int argc, char **argv)
{
    static const bench_description description = {
        .name = "busy",
        .purpose = "All threads against one, on a machine at rest and beside busy processes.",
        .shapes = "busy.txt",
        .seconds = 60};
    bench b;
    bench_begin(&b, &description, argc, argv);
    report_table_begin(b.report, "isolated",
                       "Loss and gradient called after pauses of 80 ms, and the two products in it "
                       "called so, float32");
    for (size_t i = 0; i < b.shape_count; i++)
        if (is_isolated(&b.shapes[i]))
            measure_isolated(&b, &b.shapes[i], bench_share(&b, 4));
    report_table_end(b.report);
    report_table_begin(b.report, "busy",
                       "The same work on one thread and on all of them, alone and beside processes "
                       "that compute, float32");
    for (size_t i = 0; i < b.shape_count; i++)
        if (!is_isolated(&b.shapes[i]))
            measure(&b, &b.shapes[i], bench_share(&b, b.shape_count - i));
    report_table_end(b.report);
    return bench_end(&b);
}
