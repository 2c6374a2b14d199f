/* The frame of every benchmark program: options, time and memory budgets, shapes, report.
 *
 *     bench b;
 *     bench_begin(&b, &description, argc, argv);
 *     for (size_t i = 0; i < b.shape_count; i++)
 *         measure(&b, &b.shapes[i], bench_share(&b, b.shape_count - i));
 *     return bench_end(&b);
 *
 * A benchmark checks an answer before it times it; what cannot be measured is a problem in the
 * report, and the rest still runs. Exit status: 0; 1 when a check failed or the document could not
 * be written; 2 wrong usage; 3 when something was skipped; 4 when a time was shorter than a limit of the
 * machine allows, so that the limit is wrong. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "load.h"
#include "report.h"
#include "shapes.h"

#include <linclass/linclass.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bench_description {
    const char *name;
    const char *purpose; /* for --help */
    const char *shapes;  /* file name under bench/shapes; NULL: the program has none */
    double seconds;      /* default time budget */
} bench_description;

typedef struct bench {
    report *report;
    shape *shapes;
    size_t shape_count;
    const char *shapes_path;
    double seconds;  /* time budget of the whole program */
    double deadline; /* on the clock of timing_now */
    int64_t memory;  /* bytes that the program may take */
    int threads;     /* the largest number to measure with */
    int checks_failed;
    int limits_wrong;
    load_clock begun;
} bench;

/* Options --shapes F, --seconds S, --memory SIZE (such as 500M, 6G), --threads T, --json F. Ends the
 * program for --help and for wrong usage. */
void bench_begin(bench *b, const bench_description *description, int argc, char **argv);

int bench_end(bench *b);

/* Seconds for the next of `parts` equal parts of what is left of the budget. */
double bench_share(const bench *b, size_t parts);

/* The numbers of threads to measure with, 1 and b->threads: how many of them, and the i-th. */
int bench_thread_counts(const bench *b);
int bench_thread_count(const bench *b, int i);

/* Whether `bytes` fit the memory budget, and the shape is not begun at more than twice the time
 * budget; a problem naming the shape when not. */
int bench_fits(bench *b, const shape *s, double bytes);

/* Whether other processes used the machine: during an interval long enough to tell, or since the
 * program began. */
int bench_machine_busy(const bench *b, load during);

/* Compare an answer: relative error must be below the tolerance; a problem when not. Returns whether
 * it is. */
int bench_check(bench *b, const shape *s, const char *what, double error, double tolerance);

/* Memory for arrays of `count` elements, at the start of a cache line, in huge pages where the
 * system has them. Ends the program when there is none. Never NULL. Released by free(). */
void *bench_allocate(int64_t count, size_t element);

/* A context with that many threads. Ends the program with the library's reason when there is none. */
linclass_context *bench_context(int threads);

/* End the program when a call of the library failed. */
void bench_require(const linclass_context *ctx, linclass_status status);

#endif
