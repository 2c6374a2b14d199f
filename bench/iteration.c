/* The evaluation is an iteration of gradient descent, which does nothing besides but a step along the
 * gradient. Both solvers run in turn; the seconds of an iteration are those between two calls of the
 * progress callback, the median of all after the first few. A whole fit is to the default tolerance:
 * everything in it beside evaluations, preconditioners and line searches included, is its seconds over
 * those of its evaluations. */
#include "iteration.h"

#include "load.h"
#include "peak_memory.h"
#include "timing.h"

#include <math.h>
#include <stdlib.h>

enum { SKIPPED = 10, ITERATIONS = 60, MAX_DIFFERENCES = 2000 };

typedef struct run {
    double previous; /* seconds at the last call */
    size_t count;
    double seconds[MAX_DIFFERENCES]; /* of an iteration */
} run;

static int32_t note(const linclass_progress *progress, void *user)
{
    run *const r = user;
    if (progress->iteration > SKIPPED && r->count < MAX_DIFFERENCES)
        r->seconds[r->count++] = progress->seconds - r->previous;
    r->previous = progress->seconds;
    return 0;
}

/* A fit with the solver; r, when given, notes its iterations, of which there are then ITERATIONS. */
static linclass_fit_report fit(linclass_context *ctx, const images *set, int32_t solver, run *r)
{
    linclass_fit_options options;
    linclass_fit_report outcome;
    linclass_model *model;
    bench_require(ctx, linclass_fit_options_init(&options, sizeof options));
    bench_require(ctx, linclass_fit_report_init(&outcome, sizeof outcome));
    options.solver = solver;
    options.l2 = 1e-4;
    if (r != NULL) {
        options.max_iterations = ITERATIONS;
        options.gradient_tolerance = 0;
        options.progress = note;
        options.progress_user = r;
    }
    bench_require(ctx, linclass_fit(ctx, &set->train_X, set->train_y, &options, &outcome, &model));
    linclass_model_destroy(model);
    return outcome;
}

typedef struct own_process {
    const char *directory;
    int threads;
} own_process;

static void read_and_fit(void *argument)
{
    const own_process *const what = argument;
    char message[200];
    images set;
    linclass_context *const ctx = bench_context(what->threads);
    if (images_read(ctx, what->directory, &set, message, sizeof message) == 0)
        (void)fit(ctx, &set, LINCLASS_SOLVER_LBFGS, NULL);
}

/* Before the parent has read the data. */
static double memory_of_a_fit(bench *b, const char *name, int threads)
{
    own_process what = {images_directory(name), threads};
    char message[200];
    peak_memory peak;
    const peak_memory_work work = {NULL, read_and_fit, &what};
    if (peak_memory_measure(&work, &peak, message, sizeof message) == 0)
        return (double)peak.whole;
    report_problem(b->report, "%s: memory not measured: %s", name, message);
    return NAN;
}

static void report_threads(bench *b, const char *name, const images *set, int threads,
                           double memory, double budget)
{
    run *const runs = calloc(2, sizeof *runs);
    linclass_context *const ctx = bench_context(threads);
    if (runs == NULL)
        abort();
    report_progress(b->report, "%s, iterations of L-BFGS, %d threads", name, threads);
    const load_clock clock = load_begin();
    const linclass_fit_report whole = fit(ctx, set, LINCLASS_SOLVER_LBFGS, NULL);
    const double deadline = timing_now() + budget;
    do {
        (void)fit(ctx, set, LINCLASS_SOLVER_GRADIENT_DESCENT, &runs[0]);
        (void)fit(ctx, set, LINCLASS_SOLVER_LBFGS, &runs[1]);
    } while (timing_now() < deadline);
    const load l = load_end(clock);
    const double evaluation = statistics_summarise(runs[0].seconds, runs[0].count).median;
    const double iteration = statistics_summarise(runs[1].seconds, runs[1].count).median;
    report_text(b->report, "data", name);
    report_count(b->report, "threads", threads);
    report_seconds(b->report, "evaluation", evaluation);
    report_seconds(b->report, "iteration", iteration);
    report_ratio(b->report, "iteration/evaluation", iteration / evaluation);
    report_seconds(b->report, "whole fit", whole.seconds);
    report_count(b->report, "iterations", whole.iterations);
    report_count(b->report, "evaluations", whole.evaluations);
    report_ratio(b->report, "fit/its evaluations",
                 whole.seconds / ((double)whole.evaluations * evaluation));
    report_bytes(b->report, "data held", (double)(set->train_X.rows * set->train_X.cols));
    report_bytes(b->report, "peak RSS", memory);
    report_percent(b->report, "others' load", l.others + l.steal);
    report_row(b->report);
    linclass_context_destroy(ctx);
    free(runs);
}

void iteration_report(bench *b, const char *name, double budget)
{
    const int counts = bench_thread_counts(b);
    double memory[2];
    char message[200];
    images set;
    for (int i = 0; i < counts; i++)
        memory[i] = memory_of_a_fit(b, name, bench_thread_count(b, i));
    linclass_context *const ctx = bench_context(1);
    if (images_read(ctx, images_directory(name), &set, message, sizeof message) == 0) {
        for (int i = 0; i < counts; i++)
            report_threads(b, name, &set, bench_thread_count(b, i), memory[i], budget / counts);
        images_destroy(&set);
    }
    linclass_context_destroy(ctx);
}
