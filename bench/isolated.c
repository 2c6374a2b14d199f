/* A worker that slept has to be woken, and put on a processor: where that is its caller's, the call takes
 * as long as on one thread, or longer. Medians hide that some calls do: hence the 90 % quantile. */
#include "isolated.h"

#include "company.h"
#include "statistics.h"
#include "timing.h"

#include <time.h>

enum { MAX_CALLS = 300, LEAST_CALLS = 9 };

static const struct timespec PAUSE = {.tv_nsec = 80000000};

static double time_isolated(void (*run)(void *data, int64_t call), void *data, int64_t call)
{
    (void)nanosleep(&PAUSE, NULL);
    const double begin = timing_now();
    run(data, call);
    return timing_now() - begin;
}

/* Seconds of a call, of so many in a row that they take a quarter of a second. */
static double time_in_a_row(const regime *r, void *data)
{
    const double begin = timing_now();
    int64_t calls = 0;
    while (timing_now() < begin + 0.25)
        r->run(data, calls++);
    return (timing_now() - begin) / (double)calls;
}

void isolated_report(bench *b, const regime *r, void *data, int processes, double budget)
{
    double library[MAX_CALLS];
    double bare[MAX_CALLS];
    double ratios[MAX_CALLS];
    company others;
    size_t calls = 0;
    company_begin(&others, processes);
    (void)time_in_a_row(r, data);
    const double in_a_row = time_in_a_row(r, data);
    const double deadline = timing_now() + budget;
    while (calls < MAX_CALLS && (calls < LEAST_CALLS || timing_now() < deadline)) {
        library[calls] = time_isolated(r->run, data, (int64_t)calls);
        bare[calls] = time_isolated(r->run_bare, data, (int64_t)calls);
        ratios[calls] = library[calls] / bare[calls];
        calls++;
    }
    company_end(&others);
    const double products = statistics_summarise(bare, calls).median;
    const double ratio = statistics_summarise(ratios, calls).median;
    statistics_sort(library, calls);
    const double median = statistics_quantile(library, calls, 0.5);
    report_count(b->report, "busy processes", others.count);
    report_seconds(b->report, "in a row", in_a_row);
    report_seconds(b->report, "isolated", median);
    report_seconds(b->report, "90 % below", statistics_quantile(library, calls, 0.9));
    report_ratio(b->report, "isolated/in a row", median / in_a_row);
    report_seconds(b->report, "two sgemm", products);
    report_ratio(b->report, "isolated/two sgemm", ratio);
    report_count(b->report, "calls", (int64_t)calls);
}
