/* splitmix64 of seed and index: every element on its own, so that any part of an array can be made
 * again elsewhere. */
#include "synthetic.h"

static uint64_t mix(uint64_t seed, int64_t i)
{
    uint64_t z = seed * 0xd1342543de82ef95u + ((uint64_t)i + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void synthetic_fill(float *values, int64_t count, uint64_t seed, float low, float high)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = low + (high - low) * ((float)(mix(seed, i) >> 40) * 0x1p-24f);
}

void synthetic_labels(int64_t *labels, int64_t count, uint64_t seed, int64_t k)
{
    for (int64_t i = 0; i < count; i++)
        labels[i] = (int64_t)(mix(seed, i) % (uint64_t)k);
}
