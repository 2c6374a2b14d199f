/* bound = max(flops / peak, bytes / bandwidth(access, set) of each array)
 *
 * Each term overlaps with the others at best, so the largest alone is a bound. Arrays are not added
 * up, even where they share a memory: it may read and write at the same time. */
#include "bounds.h"

#include "machine.h"

#include <math.h>
#include <stdlib.h>

enum { CAPACITY = 128, PEAKS = 8 };

typedef struct measured {
    bandwidth_access access;
    int threads;
    int64_t bytes;
    double rate;
} measured;

struct limits {
    double seconds;
    int peaks;
    int peak_threads[PEAKS];
    peak peak[PEAKS];
    int count;
    measured known[CAPACITY];
};

limits *limits_create(double seconds)
{
    limits *const l = calloc(1, sizeof *l);
    if (l == NULL)
        abort();
    l->seconds = seconds;
    return l;
}

void limits_destroy(limits *l)
{
    free(l);
}

static peak *find_peak(limits *l, int threads)
{
    for (int i = 0; i < l->peaks; i++)
        if (l->peak_threads[i] == threads)
            return &l->peak[i];
    const int place = l->peaks < PEAKS ? l->peaks++ : PEAKS - 1;
    l->peak_threads[place] = threads;
    peak *const p = &l->peak[place];
    *p = peak_measure(threads, l->seconds);
    for (int trial = 0; trial < 4 && !peak_is_plausible(p); trial++)
        *p = peak_measure(threads, l->seconds);
    return p;
}

const peak *limits_peak(limits *l, int threads)
{
    return find_peak(l, threads);
}

static measured *find_bandwidth(limits *l, bandwidth_access access, int threads, int64_t bytes)
{
    const int64_t largest = bandwidth_beyond_caches();
    const int64_t set = bytes < largest ? bytes : largest;
    for (int i = 0; i < l->count; i++) {
        measured *const m = &l->known[i];
        if (m->access == access && m->threads == threads && m->bytes == set)
            return m;
    }
    measured *const next = &l->known[l->count < CAPACITY ? l->count++ : CAPACITY - 1];
    *next = (measured){access, threads, set, bandwidth_measure(access, set, threads, l->seconds)};
    return next;
}

double limits_bandwidth(limits *l, bandwidth_access access, int threads, int64_t bytes)
{
    return find_bandwidth(l, access, threads, bytes)->rate;
}

static void bound_by(bound *b, limits *l, int threads, bandwidth_access access, traffic t)
{
    if (t.bytes <= 0)
        return;
    const double seconds = t.bytes / limits_bandwidth(l, access, threads, t.set);
    if (seconds > b->seconds)
        *b = (bound){seconds, machine_level_of_threads(t.set, threads)};
}

bound limits_bound(limits *l, int threads, const work *w)
{
    const double rate = limits_peak(l, threads)->flops / (w->double_width ? 2 : 1);
    bound b = {w->flops / rate, "arithmetic"};
    for (int i = 0; i < 2; i++)
        bound_by(&b, l, threads, BANDWIDTH_READ, w->reads[i]);
    bound_by(&b, l, threads, BANDWIDTH_WRITE, w->writes);
    bound_by(&b, l, threads, BANDWIDTH_UPDATE, w->updates);
    return b;
}

static void measure_again(limits *l, int threads, bandwidth_access access, traffic t)
{
    if (t.bytes <= 0)
        return;
    measured *const m = find_bandwidth(l, access, threads, t.set);
    m->rate = fmax(m->rate, bandwidth_measure(access, m->bytes, threads, l->seconds));
}

void limits_measure_again(limits *l, int threads, const work *w)
{
    peak *const known = find_peak(l, threads);
    const peak now = peak_measure(threads, l->seconds);
    if (now.flops > known->flops)
        *known = now;
    for (int i = 0; i < 2; i++)
        measure_again(l, threads, BANDWIDTH_READ, w->reads[i]);
    measure_again(l, threads, BANDWIDTH_WRITE, w->writes);
    measure_again(l, threads, BANDWIDTH_UPDATE, w->updates);
}
