/* acc := acc a + b in as many independent accumulators as hide the latency of the multiply-add (4
 * cycles, up to two a cycle) and still fit the registers. a < 1 and b > 0 keep the numbers normal.
 * This file is compiled with contraction, so that the multiplication and addition fuse.
 *
 * The compiler knows none of the numbers: a chain that begins where a x + b = x would be a constant
 * to it, and left out though it is counted.
 *
 * The clock comes from integer multiplications each of which waits for the one before: 3 cycles on
 * every x86-64 processor of the last decade. They stand among the same multiply-adds, as processors run slower
 * while wide vectors are at work, and are so many that a round waits for them alone: 24 cycles, of which the
 * multiply-adds need 8 where two begin in a cycle, and 16 where one does, as on Zen 4 with 512 bits (15 cycles of
 * multiplications were hidden behind those). */
#include "peak.h"

#include "team.h"
#include "timing.h"

#include <math.h>
#include <stdint.h>

enum { ROUNDS = 500000, CLOCK_ROUNDS = 100000, MULTIPLICATION_CYCLES = 3, MULTIPLICATIONS = 8 };

typedef float lanes16 __attribute__((vector_size(64)));
typedef float lanes8 __attribute__((vector_size(32)));
typedef float lanes4 __attribute__((vector_size(16)));

#if defined(__x86_64__)
#define TARGET(name) __attribute__((target(name)))
#else
#define TARGET(name)
#endif

static volatile float start = 0.5f;
static volatile float factor = 0.999f;
static volatile float summand = 0.001f;

/* A chain of integer multiplications, one after another. */
#if defined(__x86_64__)
#define MULTIPLY(product) \
    __asm__ volatile(".rept %c1\n\timul %0, %0\n\t.endr" : "+r"(product) : "i"(MULTIPLICATIONS))
#else
#define MULTIPLY(product) (void)(product)
#endif

typedef struct chains {
    int accumulators;
    int lanes;
    /* The sum of the accumulators after so many rounds, so that the work is not left out; and the same
     * with MULTIPLICATIONS multiplications in each round. */
    float (*run)(int64_t rounds);
    float (*run_with_multiplications)(int64_t rounds);
} chains;

#define DEFINE_RUN(name, vector, accumulators, target, with_each_round) \
    target static float name(int64_t rounds) \
    { \
        const vector a = (vector){0} + factor; \
        const vector b = (vector){0} + summand; \
        vector acc[accumulators]; \
        uint32_t product = 3; \
        (void)product; \
        _Pragma("GCC unroll 16") for (int i = 0; i < (accumulators); i++) acc[i] = \
            (vector){0} + start * (float)(i + 1); \
        for (int64_t round = 0; round < rounds; round++) { \
            with_each_round; \
            _Pragma("GCC unroll 16") for (int i = 0; i < (accumulators); i++) acc[i] = \
                acc[i] * a + b; \
        } \
        _Pragma("GCC unroll 16") for (int i = 1; i < (accumulators); i++) acc[0] += acc[i]; \
        return acc[0][0]; \
    }

#define DEFINE_CHAINS(name, vector, accumulators, target) \
    DEFINE_RUN(run_##name, vector, accumulators, target, (void)0) \
    DEFINE_RUN(clock_##name, vector, accumulators, target, MULTIPLY(product)) \
    static const chains name = {accumulators, (int)(sizeof(vector) / sizeof(float)), run_##name, \
                                clock_##name};

#if defined(__x86_64__)
DEFINE_CHAINS(with_avx512, lanes16, 16, TARGET("avx512f"))
DEFINE_CHAINS(with_fma, lanes8, 12, TARGET("avx2,fma"))
#endif
DEFINE_CHAINS(baseline, lanes4, 10, )

static const chains *widest(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return &with_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &with_fma;
#endif
    return &baseline;
}

typedef struct runners {
    const chains *chains;
    double clocks[TEAM_MAX_THREADS];
    float results[TEAM_MAX_THREADS];
} runners;

static void read_clock(void *argument, int member)
{
    runners *const r = argument;
    const double begin = timing_now();
    r->results[member] = r->chains->run_with_multiplications(CLOCK_ROUNDS);
    r->clocks[member] = fmax(r->clocks[member], (double)CLOCK_ROUNDS * MULTIPLICATIONS *
                                                    MULTIPLICATION_CYCLES / (timing_now() - begin));
}

static void run_member(void *argument, int member)
{
    runners *const r = argument;
    r->results[member] = r->chains->run(ROUNDS);
}

peak peak_measure(int threads, double seconds)
{
    const int members = threads < TEAM_MAX_THREADS ? threads : TEAM_MAX_THREADS;
    runners r = {.chains = widest()};
    const team_work work = {read_clock, run_member, read_clock, &r};
    const double fmas = (double)ROUNDS * r.chains->accumulators * members;
    const double deadline = timing_now() + seconds;
    peak p = {.lanes = r.chains->lanes};
    do {
        const double rate = fmas / team_run(&work, members);
        p.flops = fmax(p.flops, 2 * p.lanes * rate);
    } while (timing_now() < deadline);
#if defined(__x86_64__)
    for (int i = 0; i < members; i++)
        p.clock += r.clocks[i] / members;
    const double one_a_cycle = 2 * p.lanes * p.clock * members;
    p.fmas = p.flops / one_a_cycle;
    if (peak_is_plausible(&p))
        p.flops = fmax(p.flops, round(p.fmas) * one_a_cycle);
#endif
    return p;
}

int peak_is_plausible(const peak *p)
{
    const double whole = fmax(1, round(p->fmas));
    return p->clock == 0 || (p->fmas > 0.75 * whole && p->fmas < 1.03 * whole);
}
