/* What the share of its bound says of a regime. */
#ifndef BENCH_VERDICT_H
#define BENCH_VERDICT_H

#include <stdint.h>

/* A measured time may be so much shorter than its bound: the spread of both. */
static const double verdict_tolerance = 1.03;

/* Whether a share of the bound (bound / time) shows that the bound is none. */
int verdict_impossible(double share);

/* The verdict as text. From 64 classes on the products are BLAS's: `ratio` is the time divided by that of the
 * bare products. */
const char *verdict_of(double share, int64_t k, double ratio);

#endif
