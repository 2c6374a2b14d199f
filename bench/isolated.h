/* Calls with pauses between them, as those of a program that has other things to do. */
#ifndef BENCH_ISOLATED_H
#define BENCH_ISOLATED_H

#include "bench.h"
#include "regimes.h"

/* The columns of one row: calls of `r` on b->threads threads after 80 ms of sleep each, beside so many processes that
 * compute, for about `budget` seconds; beside them the bare products by BLAS's own threads, called in the same
 * way in turns, and the library's calls in a row. */
void isolated_report(bench *b, const regime *r, void *data, int processes, double budget);

#endif
