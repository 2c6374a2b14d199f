/* How far each regime of the library is from what the machine can do: the peak and the bandwidths are
 * measured first, in the same run; then the time of each shape, its bound
 *
 *     max(operations / peak, bytes / bandwidth)       (bounds.h; the formula stands in each row)
 *
 * and the time of the bare products it contains. The verdict is withheld when other processes used the
 * machine meanwhile. No time may be shorter than its bound: where one is, by more than 3 %, and the limits
 * are no higher when they are measured again, a limit is wrong, and the program ends with status 4. */
#include "bandwidth.h"
#include "bench.h"
#include "bounds.h"
#include "latency.h"
#include "load.h"
#include "machine.h"
#include "regimes.h"
#include "timing.h"
#include "verdict.h"

#include <string.h>

typedef struct outcome {
    double seconds;
    double p99;  /* of single calls; 0: not measured so */
    double bare; /* seconds of the bare products */
    double ratio;
    int64_t repeats;
} outcome;

typedef struct subject {
    const regime *regime;
    void *data;
} subject;

static void run_library(void *argument)
{
    const subject *const s = argument;
    s->regime->run(s->data, 0);
}

static void run_bare(void *argument)
{
    const subject *const s = argument;
    s->regime->run_bare(s->data, 0);
}

static outcome race(subject *s, double budget)
{
    contestant both[2] = {{.run = run_library, .argument = s}, {.run = run_bare, .argument = s}};
    timing_run(both, 2, budget);
    return (outcome){.seconds = both[0].time.median,
                     .bare = both[1].time.median,
                     .ratio = timing_ratio(&both[0], &both[1]),
                     .repeats = (int64_t)both[0].repeats};
}

static outcome race_single_calls(const subject *s, double budget)
{
    latency latencies[2];
    const latency_subject both[2] = {{s->regime->run, s->data}, {s->regime->run_bare, s->data}};
    latency_measure(both, 2, 100000, budget, latencies);
    return (outcome){.seconds = latencies[0].median,
                     .p99 = latencies[0].p99,
                     .bare = latencies[1].median,
                     .ratio = latencies[0].median / latencies[1].median,
                     .repeats = latencies[0].calls};
}

/* Returns 0 when the answer was wrong, which is reported. A prediction of one row takes about as long as ten
 * readings of the clock. */
static int measure_regime(bench *b, const regime *r, const shape *s, int threads, double budget,
                          outcome *result)
{
    subject both = {r, r->create(s, threads)};
    const int right = bench_check(b, s, r->function, r->error(both.data), r->tolerance);
    if (right)
        *result = strcmp(r->name, "predict") == 0 && s->m == 1 ? race_single_calls(&both, budget)
                                                               : race(&both, budget);
    r->destroy(both.data);
    return right;
}

static void report_verdict(bench *b, const shape *s, double share, double ratio, load l)
{
    if (bench_machine_busy(b, l) && !verdict_impossible(share))
        report_none(b->report, "verdict", "none: machine busy");
    else
        report_text(b->report, "verdict", verdict_of(share, s->k, ratio));
    report_percent(b->report, "others' load", l.others + l.steal);
}

static void report_outcome(bench *b, const shape *s, const work *w, bound limit, const outcome *o,
                           load l)
{
    const double share = limit.seconds / o->seconds;
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
    report_percent(b->report, "of bound", share);
    report_seconds(b->report, "bare products", o->bare);
    report_ratio(b->report, "linclass/bare", o->ratio);
    report_verdict(b, s, share, o->ratio, l);
}

/* The bound, measured again, some times, where the time is impossible. */
static bound bound_of(bench *b, limits *l, const shape *s, int threads, const work *w,
                      double seconds)
{
    bound limit = limits_bound(l, threads, w);
    for (int trial = 0; trial < 4 && verdict_impossible(limit.seconds / seconds); trial++) {
        limits_measure_again(l, threads, w);
        limit = limits_bound(l, threads, w);
    }
    if (verdict_impossible(limit.seconds / seconds)) {
        report_problem(b->report,
                       "%s:%d: %s, %d threads: the time is shorter than its bound by %s allows "
                       "(%.0f %%): that limit is wrong",
                       b->shapes_path, s->line, s->name, threads, limit.limited_by,
                       100 * limit.seconds / seconds);
        b->limits_wrong = 1;
    }
    return limit;
}

static void measure_on(bench *b, limits *l, const regime *r, const shape *s, int threads,
                       double budget)
{
    const work w = r->work(s);
    outcome o;
    report_progress(b->report, "%s, m = %lld, n = %lld, k = %lld, %d threads", s->name,
                    (long long)s->m, (long long)s->n, (long long)s->k, threads);
    const load_clock clock = load_begin();
    (void)limits_bound(l, threads, &w);
    if (!measure_regime(b, r, s, threads, budget, &o))
        return;
    const bound limit = bound_of(b, l, s, threads, &w, o.seconds);
    report_text(b->report, "regime", s->name);
    report_count(b->report, "m", s->m);
    report_count(b->report, "n", s->n);
    report_count(b->report, "k", s->k);
    report_count(b->report, "threads", threads);
    report_outcome(b, s, &w, limit, &o, load_end(clock));
    report_row(b->report);
}

static void measure(bench *b, limits *l, const shape *s, double budget)
{
    const regime *const r = regime_find(s->name);
    if (r == NULL) {
        report_problem(b->report, "%s:%d: \"%s\" is not a regime: %s", b->shapes_path, s->line,
                       s->name, regime_names());
        return;
    }
    if (!bench_fits(b, s, r->bytes(s)))
        return;
    const int counts = s->m <= r->alone ? 1 : bench_thread_counts(b);
    for (int i = 0; i < counts; i++)
        measure_on(b, l, r, s, bench_thread_count(b, i), budget / counts);
}

static void report_peak(bench *b, const peak *p, int threads)
{
    report_flops(b->report, "peak", p->flops);
    if (p->clock > 0) {
        report_frequency(b->report, "clock", p->clock);
        report_ratio(b->report, "FMA a cycle", p->fmas);
    } else {
        report_none(b->report, "clock", "unknown");
        report_none(b->report, "FMA a cycle", "unknown");
    }
    if (!peak_is_plausible(p))
        report_problem(b->report,
                       "%d threads: %.2f multiply-adds a cycle by the clock, no whole number: the "
                       "machine was busy, or the peak is wrong",
                       threads, p->fmas);
}

static void measure_limits(bench *b, limits *l)
{
    const int64_t L1 = machine_cache(1) / 2;
    const int64_t L2 = machine_cache(2) / 2;
    const int64_t L3 = machine_cache(3) / 4;
    const int64_t beyond = bandwidth_beyond_caches();
    report_table_begin(b->report, "limits", "What the machine can do, float32");
    for (int i = 0; i < bench_thread_counts(b); i++) {
        const int threads = bench_thread_count(b, i);
        const load_clock clock = load_begin();
        report_progress(b->report, "limits, %d threads", threads);
        report_count(b->report, "threads", threads);
        report_peak(b, limits_peak(l, threads), threads);
        const struct {
            const char *name;
            bandwidth_access access;
            int64_t bytes;
        } columns[] = {{"reading L1", BANDWIDTH_READ, L1 * threads},
                       {"reading L2", BANDWIDTH_READ, L2 * threads},
                       {"reading L3", BANDWIDTH_READ, L3},
                       {"reading memory", BANDWIDTH_READ, beyond},
                       {"writing L2", BANDWIDTH_WRITE, L2 * threads},
                       {"writing memory", BANDWIDTH_WRITE, beyond},
                       {"triad", BANDWIDTH_TRIAD, beyond}};
        for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++)
            report_bandwidth(b->report, columns[c].name,
                             limits_bandwidth(l, columns[c].access, threads, columns[c].bytes));
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
    limits *const l = limits_create(b.seconds / 1000);
    measure_limits(&b, l);
    report_table_begin(b.report, "roofline", "Time against the bound");
    for (size_t i = 0; i < b.shape_count; i++)
        measure(&b, l, &b.shapes[i], bench_share(&b, b.shape_count - i));
    report_table_end(b.report);
    limits_destroy(l);
    return bench_end(&b);
}
