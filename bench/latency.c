/* Subjects alternate in groups of a hundred calls: in a group the caches belong to one of them, as
 * they would in a program that serves predictions. A group is timed twice: as a whole, which gives the time of a call
 * among others, and call by call, which tells the slow ones. Reading the clock costs about 30 ns, in these alone. */
#include "latency.h"

#include "bench.h"
#include "statistics.h"
#include "timing.h"

#include <stdlib.h>

enum { GROUP = 100 };

static double group_seconds(const latency_subject *s, int64_t first)
{
    const double start = timing_now();
    for (int64_t i = first; i < first + GROUP; i++)
        s->run(s->argument, i);
    return (timing_now() - start) / GROUP;
}

static void call_seconds(const latency_subject *s, int64_t first, double *seconds)
{
    for (int64_t i = first; i < first + GROUP; i++) {
        const double start = timing_now();
        s->run(s->argument, i);
        seconds[i] = timing_now() - start;
    }
}

void latency_measure(const latency_subject *subjects, int count, int64_t calls, double budget,
                     latency *results)
{
    const int64_t groups = calls / GROUP;
    double *const single = bench_allocate(count * calls, sizeof *single);
    double *const mean = bench_allocate(count * groups, sizeof *mean);
    const double deadline = timing_now() + budget;
    int64_t done = 0;
    for (int s = 0; s < count; s++)
        (void)group_seconds(&subjects[s], 0);
    while (done < groups && (done == 0 || timing_now() < deadline)) {
        for (int s = 0; s < count; s++) {
            mean[s * groups + done] = group_seconds(&subjects[s], done * GROUP);
            call_seconds(&subjects[s], done * GROUP, single + s * calls);
        }
        done++;
    }
    for (int s = 0; s < count; s++) {
        const size_t measured = (size_t)(done * GROUP);
        statistics_sort(single + s * calls, measured);
        statistics_sort(mean + s * groups, (size_t)done);
        results[s] =
            (latency){done * GROUP, statistics_quantile(mean + s * groups, (size_t)done, 0.5),
                      statistics_quantile(single + s * calls, measured, 0.99)};
    }
    free(single);
    free(mean);
}
