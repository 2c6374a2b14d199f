/* What an iteration of L-BFGS costs beside the evaluation of F and its gradient in it. */
#ifndef BENCH_ITERATION_H
#define BENCH_ITERATION_H

#include "bench.h"
#include "images.h"

/* One row a number of threads: softmax regression on `name`, l2 = 1e-4, float32 from uint8. budget:
 * seconds. */
void iteration_report(bench *b, const char *name, double budget);

#endif
