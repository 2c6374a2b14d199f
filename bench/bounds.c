/* bound = max(flops / peak, streamed / bandwidth(stream_set) , reused / bandwidth(reused_set)):
 * each term overlaps with the others at best, so the largest alone is a bound.
 * Bandwidths are those of reading: what is written is counted as if it were read, which no machine
 * does faster. */
#include "bounds.h"

#include "bandwidth.h"
#include "machine.h"
#include "peak.h"

#include <stdlib.h>

enum { CAPACITY = 64 };

typedef struct measured {
    int threads;
    int64_t bytes; /* 0: the peak */
    double rate;
} measured;

struct limits {
    double seconds;
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

static double recall_or_measure(limits *l, int threads, int64_t bytes)
{
    for (int i = 0; i < l->count; i++)
        if (l->known[i].threads == threads && l->known[i].bytes == bytes)
            return l->known[i].rate;
    const double rate = bytes == 0 ? peak_measure(threads, l->seconds)
                                   : bandwidth_measure(BANDWIDTH_READ, bytes, threads, l->seconds);
    if (l->count < CAPACITY)
        l->known[l->count++] = (measured){threads, bytes, rate};
    return rate;
}

double limits_peak(limits *l, int threads)
{
    return recall_or_measure(l, threads, 0);
}

double limits_bandwidth(limits *l, int threads, int64_t bytes)
{
    const int64_t largest = bandwidth_beyond_caches();
    return recall_or_measure(l, threads, bytes < largest ? bytes : largest);
}

bound limits_bound(limits *l, int threads, const work *w)
{
    bound b = {w->flops / limits_peak(l, threads), "arithmetic"};
    if (w->streamed > 0) {
        const double seconds = w->streamed / limits_bandwidth(l, threads, w->stream_set);
        if (seconds > b.seconds)
            b = (bound){seconds, machine_level(w->stream_set)};
    }
    if (w->reused > 0) {
        const double seconds = w->reused / limits_bandwidth(l, threads, w->reused_set);
        if (seconds > b.seconds)
            b = (bound){seconds, machine_level(w->reused_set)};
    }
    return b;
}
