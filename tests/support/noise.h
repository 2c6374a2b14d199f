/* Reproducible numbers for tests: splitmix64 (Steele, Lea, Flood 2014). */
#ifndef SUPPORT_NOISE_H
#define SUPPORT_NOISE_H

#include <stdint.h>

static inline uint64_t noise_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform in [-1, 1). */
static inline double noise_uniform(uint64_t *state)
{
    return (double)(noise_bits(state) >> 11) * 0x1p-52 - 1;
}

/* About normal, of mean 0 and variance 1. */
static inline double noise_normal(uint64_t *state)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += noise_uniform(state) / 2;
    return sum;
}

/* Uniform in 0..bound-1, bound >= 1 and small beside 2^64. */
static inline int64_t noise_below(uint64_t *state, int64_t bound)
{
    return (int64_t)(noise_bits(state) % (uint64_t)bound);
}

#endif
