/* acc := acc a + b in as many independent accumulators as hide the latency of the multiply-add (4
 * cycles, up to two a cycle) and still fit the registers. a < 1 and b > 0 keep the numbers normal.
 * This file is compiled with contraction, so that the multiplication and addition fuse. */
#include "peak.h"

#include "timing.h"

#include <pthread.h>
#include <stdlib.h>

enum { MAX_THREADS = 64 };

typedef float lanes16 __attribute__((vector_size(64)));
typedef float lanes8 __attribute__((vector_size(32)));
typedef float lanes4 __attribute__((vector_size(16)));

#if defined(__x86_64__)
#define TARGET(name) __attribute__((target(name)))
#else
#define TARGET(name)
#endif

/* Floating-point operations done in `rounds` rounds. */
#define DEFINE_CHAIN(name, lanes, accumulators, target) \
    target static double name(long rounds, float *result) \
    { \
        const lanes a = (lanes){0} + 0.999f; \
        const lanes b = (lanes){0} + 0.001f; \
        lanes acc[accumulators]; \
        for (int i = 0; i < accumulators; i++) \
            acc[i] = (lanes){0} + (float)i; \
        for (long round = 0; round < rounds; round++) \
            for (int i = 0; i < accumulators; i++) \
                acc[i] = acc[i] * a + b; \
        for (int i = 1; i < accumulators; i++) \
            acc[0] += acc[i]; \
        *result = acc[0][0]; \
        return 2.0 * (double)rounds * accumulators * (double)(sizeof(lanes) / sizeof(float)); \
    }

#if defined(__x86_64__)
DEFINE_CHAIN(chain_avx512, lanes16, 16, TARGET("avx512f"))
DEFINE_CHAIN(chain_fma, lanes8, 12, TARGET("avx2,fma"))
#endif
DEFINE_CHAIN(chain_baseline, lanes4, 10, )

static double chain(long rounds, float *result)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return chain_avx512(rounds, result);
    if (__builtin_cpu_supports("fma"))
        return chain_fma(rounds, result);
#endif
    return chain_baseline(rounds, result);
}

typedef struct runner {
    pthread_barrier_t *barrier;
    double flops;
    double seconds;
    float result; /* so that the work is not left out */
} runner;

static void *thread_main(void *argument)
{
    runner *const r = argument;
    pthread_barrier_wait(r->barrier);
    const double start = timing_now();
    r->flops = chain(1000000, &r->result);
    r->seconds = timing_now() - start;
    return NULL;
}

/* FLOP/s of all threads in one run of about ten milliseconds. */
static double run(int threads)
{
    runner runners[MAX_THREADS];
    pthread_t handles[MAX_THREADS];
    pthread_barrier_t barrier;
    double sum = 0;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        runners[i].barrier = &barrier;
        if (pthread_create(&handles[i], NULL, thread_main, &runners[i]) != 0)
            abort();
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(handles[i], NULL);
        sum += runners[i].flops / runners[i].seconds;
    }
    pthread_barrier_destroy(&barrier);
    return sum;
}

double peak_measure(int threads, double seconds)
{
    const double deadline = timing_now() + seconds;
    double best = 0;
    do {
        const double rate = run(threads < MAX_THREADS ? threads : MAX_THREADS);
        best = rate > best ? rate : best;
    } while (timing_now() < deadline);
    return best;
}
