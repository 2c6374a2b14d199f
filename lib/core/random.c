/* Philox4x32-10. A round multiplies two words of the counter by constants to 64 bits, crosses the
 * halves and mixes in the key, which takes a Weyl step between rounds; ten rounds pass every
 * statistical battery. Chosen over a generator with state because draw number i is computed from
 * (seed, stream, i) alone: a shuffle is the same on every machine and for any number of threads.
 *
 * Bounded draws: the high word of (uniform 64-bit u) * bound is uniform on 0..bound-1 once the
 * 2^64 mod bound values of u are rejected whose low word marks the uneven remainder; the division
 * that computes that threshold is needed only when the low word is below bound. */
#include "core/random.h"

#include <assert.h>

enum { ROUNDS = 10, WORDS = 4 };

__extension__ typedef unsigned __int128 uint128;

void random_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0];
    uint32_t c1 = counter[1];
    uint32_t c2 = counter[2];
    uint32_t c3 = counter[3];
    uint32_t k0 = key[0];
    uint32_t k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t p0 = (uint64_t)UINT32_C(0xD2511F53) * c0;
        const uint64_t p1 = (uint64_t)UINT32_C(0xCD9E8D57) * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The words of (seed, stream) in order: block b has counter (b, stream), 64 bits each. */
typedef struct word_sequence {
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t words[WORDS];
    int used;
} word_sequence;

static word_sequence sequence_begin(uint64_t seed, uint64_t stream)
{
    return (word_sequence){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                           .counter = {0, 0, (uint32_t)stream, (uint32_t)(stream >> 32)},
                           .used = WORDS};
}

static uint64_t next_uint64(word_sequence *sequence)
{
    if (sequence->used == WORDS) {
        random_philox4x32(sequence->counter, sequence->key, sequence->words);
        if (++sequence->counter[0] == 0)
            ++sequence->counter[1];
        sequence->used = 0;
    }
    const uint64_t low = sequence->words[sequence->used];
    const uint64_t high = sequence->words[sequence->used + 1];
    sequence->used += 2;
    return high << 32 | low;
}

/* Uniform on 0..bound-1, bound >= 1. */
static uint64_t next_below(word_sequence *sequence, uint64_t bound)
{
    uint128 product = (uint128)next_uint64(sequence) * bound;
    if ((uint64_t)product < bound) {
        const uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold)
            product = (uint128)next_uint64(sequence) * bound;
    }
    return (uint64_t)(product >> 64);
}

uint64_t random_below(uint64_t seed, uint64_t stream, uint64_t bound)
{
    assert(bound >= 1);
    word_sequence sequence = sequence_begin(seed, stream);
    return next_below(&sequence, bound);
}

void random_permutation(uint64_t seed, uint64_t stream, int64_t count, int64_t *order)
{
    assert(count >= 0);
    word_sequence sequence = sequence_begin(seed, stream);
    for (int64_t i = 0; i < count; i++)
        order[i] = i;
    for (int64_t i = count - 1; i > 0; i--) {
        const int64_t j = (int64_t)next_below(&sequence, (uint64_t)i + 1);
        const int64_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}
