/* Subjects alternate in groups of a hundred calls: in a group the caches belong to one of them, as
 * they would in a program that serves predictions. Reading the clock costs about 30 ns, which is in
 * every figure. */
#include "latency.h"

#include "bench.h"
#include "statistics.h"
#include "timing.h"

#include <stdlib.h>

enum { GROUP = 100 };

void latency_measure(const latency_subject *subjects, int count, int64_t calls, double budget,
                     latency *results)
{
    double *const seconds = bench_allocate(count * calls, sizeof *seconds);
    const double deadline = timing_now() + budget;
    int64_t done = 0;
    for (int s = 0; s < count; s++)
        for (int64_t i = 0; i < GROUP; i++)
            subjects[s].run(subjects[s].argument, i);
    while (done + GROUP <= calls && (done == 0 || timing_now() < deadline)) {
        for (int s = 0; s < count; s++)
            for (int64_t i = done; i < done + GROUP; i++) {
                const double start = timing_now();
                subjects[s].run(subjects[s].argument, i);
                seconds[s * calls + i] = timing_now() - start;
            }
        done += GROUP;
    }
    for (int s = 0; s < count; s++) {
        statistics_sort(seconds + s * calls, (size_t)done);
        results[s] = (latency){done, statistics_quantile(seconds + s * calls, (size_t)done, 0.5),
                               statistics_quantile(seconds + s * calls, (size_t)done, 0.99)};
    }
    free(seconds);
}
