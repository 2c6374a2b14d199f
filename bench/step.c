/* One full-batch step, linclass_softmax_loss_gradient_f32, against the two products it consists of:
 *
 *     plain   H = X theta, softmax by a plain loop, G = X^T R / m: whole sgemm calls with BLAS's own
 *             threads, m x k scores in memory, as one would write it
 *     bare    the two sgemm calls alone
 *
 * For few classes the products are limited by memory, and passing over X once instead of twice is
 * what there is to gain; for many they are limited by arithmetic, and everything else should vanish
 * beside them. */
#include "bench.h"
#include "load.h"
#include "peak_memory.h"
#include "problem.h"
#include "reference.h"
#include "timing.h"

#include <stdlib.h>

static const double tolerance = 1e-4; /* float32 sums of up to 1e5 terms */

static void step_memory_setup(void *argument)
{
    problem *const p = argument;
    const shape whole = {.m = p->m, .n = p->n, .k = p->k};
    const shape small = {.m = 300, .n = 300, .k = 300};
    linclass_context *const ctx = p->ctx;
    problem warm;
    problem_create(&warm, &small, 0);
    warm.ctx = bench_context(linclass_context_threads(ctx));
    problem_run_library(&warm);
    linclass_context_destroy(warm.ctx);
    problem_destroy(&warm);
    problem_create(p, &whole, 0);
    p->ctx = ctx;
}

/* What the library takes beyond the arrays given to it. */
static void measure_memory(bench *b, const shape *s, int threads)
{
    char message[200];
    peak_memory peak;
    problem p = {.m = s->m, .n = s->n, .k = s->k, .ctx = bench_context(threads)};
    const peak_memory_work work = {step_memory_setup, problem_run_library, &p};
    if (peak_memory_measure(&work, &peak, message, sizeof message) == 0) {
        report_bytes(b->report, "peak RSS", (double)peak.whole);
        report_bytes(b->report, "beyond arrays", (double)peak.of_run);
        report_ratio(b->report, "in rows of H", (double)peak.of_run / (4 * (double)s->k));
    } else {
        report_problem(b->report, "%s: %s", s->name, message);
        report_none(b->report, "peak RSS", "unknown");
        report_none(b->report, "beyond arrays", "unknown");
        report_none(b->report, "in rows of H", "unknown");
    }
    linclass_context_destroy(p.ctx);
}

enum { LIBRARY, PLAIN, BARE, CONTESTANTS };

static int answers_right(bench *b, const shape *s, problem *p)
{
    double loss;
    double *const G = bench_allocate(p->n * p->k, sizeof *G);
    reference_loss_gradient(p->m, p->n, p->k, p->X, p->y, p->theta, &loss, G);
    problem_run_library(p);
    const double library_error = problem_error(p, loss, G);
    problem_run_two_products(p);
    const double plain_error = problem_error(p, loss, G);
    free(G);
    report_scientific(b->report, "error", library_error);
    return bench_check(b, s, "linclass_softmax_loss_gradient_f32", library_error, tolerance) &&
           bench_check(b, s, "two sgemm and a plain softmax", plain_error, tolerance);
}

static void report_times(bench *b, problem *p, double budget)
{
    contestant contestants[CONTESTANTS] = {
        [LIBRARY] = {.run = problem_run_library, .argument = p},
        [PLAIN] = {.run = problem_run_two_products, .argument = p},
        [BARE] = {.run = problem_run_bare_products, .argument = p},
    };
    const load_clock clock = load_begin();
    timing_run(contestants, CONTESTANTS, budget);
    const load l = load_end(clock);
    const double flops = 4 * (double)p->m * (double)p->n * (double)p->k;
    report_seconds(b->report, "linclass", contestants[LIBRARY].time.median);
    report_percent(b->report, "spread", contestants[LIBRARY].time.spread);
    report_flops(b->report, "speed", flops / contestants[LIBRARY].time.median);
    report_ratio(b->report, "CPUs used", contestants[LIBRARY].threads_used);
    report_seconds(b->report, "plain", contestants[PLAIN].time.median);
    report_seconds(b->report, "bare", contestants[BARE].time.median);
    report_ratio(b->report, "plain/linclass",
                 timing_ratio(&contestants[PLAIN], &contestants[LIBRARY]));
    report_ratio(b->report, "linclass/bare",
                 timing_ratio(&contestants[LIBRARY], &contestants[BARE]));
    report_count(b->report, "repeats", (int64_t)contestants[LIBRARY].repeats);
    report_percent(b->report, "others' load", l.others + l.steal);
}

static void measure(bench *b, const shape *s, double budget)
{
    problem p;
    if (!bench_fits(b, s, problem_bytes(s, 1) + 20 * (double)s->n * (double)s->k))
        return;
    for (int i = 0; i < bench_thread_counts(b); i++) {
        const int threads = bench_thread_count(b, i);
        report_progress(b->report, "%s, %d threads", s->name, threads);
        report_text(b->report, "shape", s->name);
        report_count(b->report, "m", s->m);
        report_count(b->report, "n", s->n);
        report_count(b->report, "k", s->k);
        report_count(b->report, "threads", threads);
        measure_memory(b, s, threads);
        problem_create(&p, s, 1);
        p.ctx = bench_context(threads);
        p.blas_threads = threads;
        if (answers_right(b, s, &p))
            report_times(b, &p, budget / bench_thread_counts(b));
        report_row(b->report);
        linclass_context_destroy(p.ctx);
        problem_destroy(&p);
    }
}

int main(int argc, char **argv)
{
    static const bench_description description = {
        .name = "step",
        .purpose = "One loss-and-gradient evaluation against the two matrix products in it.",
        .shapes = "step.txt",
        .seconds = 120};
    bench b;
    bench_begin(&b, &description, argc, argv);
    report_table_begin(b.report, "step",
                       "Loss and gradient of softmax regression, float32: the library, two sgemm "
                       "with a plain softmax between, two bare sgemm");
    for (size_t i = 0; i < b.shape_count; i++)
        measure(&b, &b.shapes[i], bench_share(&b, b.shape_count - i));
    report_table_end(b.report);
    return bench_end(&b);
}
