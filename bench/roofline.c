/* How far each regime of the library is from what the machine can do: the fp32 peak and the memory
 * bandwidths are measured first, in the same run; then the time of each shape, its bound
 *
 *     max(operations / peak, bytes / bandwidth)       (bounds.h; the formula stands in each row)
 *
 * and the time of the bare sgemm calls it contains. The verdict is withheld when other processes
 * used the machine meanwhile. */
#include "bandwidth.h"
#include "bench.h"
#include "latency.h"
#include "bounds.h"
#include "load.h"
#include "machine.h"
#include "prediction.h"
#include "problem.h"
#include "reference.h"
#include "sgd_epoch.h"
#include "timing.h"

#include <stdlib.h>
#include <string.h>

typedef struct outcome {
    double seconds;
    double p99;  /* of single calls; 0: not measured so */
    double bare; /* seconds of the bare products */
    double ratio;
    double threads_used;
    int64_t repeats;
} outcome;

/* How to measure one regime. Returns 0 when the answer was wrong. */
typedef struct regime {
    const char *name;
    double (*bytes)(const shape *s);
    work (*work)(const shape *s);
    int (*measure)(bench *b, const shape *s, int threads, double budget, outcome *result);
} regime;

static void race(contestant *library, contestant *bare, double budget, outcome *result)
{
    contestant both[2] = {*library, *bare};
    timing_run(both, 2, budget);
    *result = (outcome){.seconds = both[0].time.median,
                        .bare = both[1].time.median,
                        .ratio = timing_ratio(&both[0], &both[1]),
                        .threads_used = both[0].threads_used,
                        .repeats = (int64_t)both[0].repeats};
}

static double step_bytes(const shape *s)
{
    return problem_bytes(s, 1) + 20 * (double)s->n * (double)s->k;
}

static work step_work(const shape *s)
{
    const double X = 4.0 * (double)(s->m * s->n);
    const double theta = 4.0 * (double)(s->n * s->k);
    return (work){.flops = X * (double)s->k,
                  .streamed = X + 2 * theta,
                  .stream_set = (int64_t)(X + 2 * theta),
                  .formula = "max(4mnk/peak, 4(mn+2nk)/bw)"};
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
    const int right =
        bench_check(b, s, "linclass_softmax_loss_gradient_f32", problem_error(&p, loss, G), 1e-4);
    free(G);
    if (right) {
        contestant library = {.run = problem_run_library, .argument = &p};
        contestant bare = {.run = problem_run_bare_products, .argument = &p};
        race(&library, &bare, budget, result);
    }
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
        bench_check(b, s, "linclass_softmax_sgd_epoch_f32", sgd_epoch_error(&e), 1e-4);
    if (right) {
        contestant library = {.run = sgd_epoch_run_library, .argument = &e};
        contestant bare = {.run = sgd_epoch_run_bare_products, .argument = &e};
        race(&library, &bare, budget, result);
    }
    linclass_context_destroy(e.ctx);
    sgd_epoch_destroy(&e);
    return right;
}

static int predict_measure(bench *b, const shape *s, int threads, double budget, outcome *result)
{
    prediction p;
    latency latencies[2];
    linclass_context *const ctx = bench_context(threads);
    prediction_create(&p, s, ctx);
    machine_set_blas_threads(threads);
    const int right = bench_check(b, s, "linclass_model_predict", prediction_error(&p), 1e-9);
    if (right) {
        const latency_subject subjects[2] = {{prediction_run_library, &p},
                                             {prediction_run_bare_product, &p}};
        latency_measure(subjects, 2, 100000, budget, latencies);
        *result = (outcome){.seconds = latencies[0].p50,
                            .p99 = latencies[0].p99,
                            .bare = latencies[1].p50,
                            .ratio = latencies[0].p50 / latencies[1].p50,
                            .repeats = latencies[0].calls};
    }
    prediction_destroy(&p);
    linclass_context_destroy(ctx);
    return right;
}

static const regime regimes[] = {
    {"step", step_bytes, step_work, step_measure},
    {"sgd", sgd_epoch_bytes, sgd_epoch_work, sgd_measure},
    {"predict", prediction_bytes, prediction_work, predict_measure},
};

static const regime *find_regime(bench *b, const shape *s)
{
    for (size_t i = 0; i < sizeof regimes / sizeof regimes[0]; i++)
        if (strcmp(s->name, regimes[i].name) == 0)
            return &regimes[i];
    report_problem(b->report, "%s:%d: \"%s\" is not a regime: step, sgd or predict", b->shapes_path,
                   s->line, s->name);
    return NULL;
}

static void report_verdict(bench *b, double share, load l)
{
    if (bench_machine_busy(b, l))
        report_none(b->report, "verdict", "none: machine busy");
    else
        report_text(b->report, "verdict",
                    share > 0.8   ? "at the limit"
                    : share > 0.5 ? "near the limit"
                                  : "far from it");
    report_percent(b->report, "others' load", l.others + l.steal);
}

static void report_outcome(bench *b, const work *w, bound limit, const outcome *o, load l)
{
    report_seconds(b->report, "time", o->seconds);
    if (o->p99 > 0)
        report_seconds(b->report, "p99", o->p99);
    else
        report_none(b->report, "p99", "");
    report_count(b->report, "repeats", o->repeats);
    report_flops(b->report, "speed", w->flops / o->seconds);
    report_text(b->report, "bound", w->formula);
    report_seconds(b->report, "bound is", limit.seconds);
    report_text(b->report, "by", limit.limited_by);
    report_percent(b->report, "of bound", limit.seconds / o->seconds);
    report_seconds(b->report, "bare sgemm", o->bare);
    report_ratio(b->report, "linclass/bare", o->ratio);
    report_verdict(b, limit.seconds / o->seconds, l);
}

static void measure(bench *b, limits *l, const shape *s, double budget)
{
    const regime *const r = find_regime(b, s);
    if (r == NULL || !bench_fits(b, s, r->bytes(s)))
        return;
    for (int i = 0; i < bench_thread_counts(b); i++) {
        const int threads = bench_thread_count(b, i);
        const work w = r->work(s);
        outcome o;
        report_progress(b->report, "%s, m = %lld, n = %lld, k = %lld, %d threads", s->name,
                        (long long)s->m, (long long)s->n, (long long)s->k, threads);
        const load_clock clock = load_begin();
        const bound limit = limits_bound(l, threads, &w);
        if (!r->measure(b, s, threads, budget / bench_thread_counts(b), &o))
            continue;
        report_text(b->report, "regime", s->name);
        report_count(b->report, "m", s->m);
        report_count(b->report, "n", s->n);
        report_count(b->report, "k", s->k);
        report_count(b->report, "threads", threads);
        report_outcome(b, &w, limit, &o, load_end(clock));
        report_row(b->report);
    }
}

static void measure_limits(bench *b, limits *l)
{
    const int64_t beyond = bandwidth_beyond_caches();
    report_table_begin(b->report, "limits", "What the machine can do, float32");
    for (int i = 0; i < bench_thread_counts(b); i++) {
        const int threads = bench_thread_count(b, i);
        const load_clock clock = load_begin();
        report_progress(b->report, "limits, %d threads", threads);
        report_count(b->report, "threads", threads);
        report_flops(b->report, "peak", limits_peak(l, threads));
        report_bandwidth(b->report, "reading memory", limits_bandwidth(l, threads, beyond));
        report_bandwidth(b->report, "triad",
                         bandwidth_measure(BANDWIDTH_TRIAD, beyond, threads, b->seconds / 200));
        report_bandwidth(b->report, "reading L2",
                         limits_bandwidth(l, threads, machine_cache(2) / 2));
        report_bandwidth(b->report, "reading L3",
                         limits_bandwidth(l, threads, machine_cache(3) / 4));
        const load others = load_end(clock);
        report_percent(b->report, "others' load", others.others + others.steal);
        report_row(b->report);
    }
    report_table_end(b->report);
}

int main(int argc, char **argv)
{
    static const bench_description description = {
        .name = "roofline",
        .purpose = "Time of each regime of the library against what the machine can do.",
        .shapes = "roofline.txt",
        .seconds = 180};
    bench b;
    bench_begin(&b, &description, argc, argv);
    limits *const l = limits_create(b.seconds / 200);
    measure_limits(&b, l);
    report_table_begin(b.report, "roofline", "Time against the bound");
    for (size_t i = 0; i < b.shape_count; i++)
        measure(&b, l, &b.shapes[i], bench_share(&b, b.shape_count - i));
    report_table_end(b.report);
    limits_destroy(l);
    return bench_end(&b);
}
