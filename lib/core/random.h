/* Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers:
 * as easy as 1, 2, 3; SC 2011). A number is a function of (key, counter): no state, the same on
 * every machine and for any number of threads. */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <stdint.h>

/* The block function: four 32-bit words of counter and two of key give four words. */
void random_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* A number drawn uniformly from 0..bound-1, bound >= 1; a function of the arguments alone. */
uint64_t random_below(uint64_t seed, uint64_t stream, uint64_t bound);

/* order := a permutation of 0..count-1 drawn uniformly: Fisher-Yates, with bounded draws by
 * multiplication and rejection (Lemire 2019). A function of (seed, stream, count) alone. */
void random_permutation(uint64_t seed, uint64_t stream, int64_t count, int64_t *order);

#endif
