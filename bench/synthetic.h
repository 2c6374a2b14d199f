/* Reproducible numbers to compute with. */
#ifndef BENCH_SYNTHETIC_H
#define BENCH_SYNTHETIC_H

#include <stdint.h>

/* Uniform in [low, high); the i-th depends on seed and i alone. */
void synthetic_fill(float *values, int64_t count, uint64_t seed, float low, float high);

/* Labels 0..k-1. */
void synthetic_labels(int64_t *labels, int64_t count, uint64_t seed, int64_t k);

#endif
