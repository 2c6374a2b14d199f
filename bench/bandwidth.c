/* Each thread sweeps over memory of its own that it touched first. Threads start a batch of sweeps
 * together, and the time is that of the last to finish. The sums are kept in many accumulators, so
 * that the loop waits for memory and not for additions. */
#include "bandwidth.h"

#include "bench.h"
#include "machine.h"
#include "timing.h"

#include <pthread.h>
#include <stdlib.h>

enum { MAX_THREADS = 64, LANES = 16, ROWS = 8, STRIDE = LANES * ROWS };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

typedef struct sweeper {
    bandwidth_access access;
    int64_t count; /* floats in the working set, a multiple of STRIDE */
    int64_t sweeps;
    pthread_barrier_t *barrier;
    double begin;
    double end;
    float sum; /* so that the reads are not left out */
} sweeper;

#if defined(__x86_64__)
#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

FOR_EACH_CPU static void read_sweep(const float *a, int64_t count, lanes *sums)
{
    lanes s[ROWS] = {{0}};
    for (int64_t i = 0; i < count; i += STRIDE)
        for (int64_t row = 0; row < ROWS; row++)
            s[row] += *(const lanes *)(a + i + row * LANES);
    for (int64_t row = 0; row < ROWS; row++)
        *sums += s[row];
}

FOR_EACH_CPU static void write_sweep(float *a, int64_t count, float value)
{
    const lanes v = (lanes){0} + value;
    for (int64_t i = 0; i < count; i += LANES)
        *(lanes *)(a + i) = v;
}

/* The three arrays are the thirds of the working set. */
FOR_EACH_CPU static void triad_sweep(float *a, int64_t count, float scale)
{
    const int64_t third = count / 3 / LANES * LANES;
    const float *const b = a + third;
    const float *const c = b + third;
    for (int64_t i = 0; i < third; i += LANES)
        *(lanes *)(a + i) = *(const lanes *)(b + i) + scale * *(const lanes *)(c + i);
}

static void sweep(sweeper *s, float *a)
{
    lanes sums = {0};
    for (int64_t i = 0; i < s->sweeps; i++) {
        if (s->access == BANDWIDTH_READ)
            read_sweep(a, s->count, &sums);
        else if (s->access == BANDWIDTH_WRITE)
            write_sweep(a, s->count, (float)i);
        else
            triad_sweep(a, s->count, 0.5f);
        __asm__ volatile("" ::: "memory");
    }
    for (int lane = 0; lane < LANES; lane++)
        s->sum += sums[lane];
}

static void *thread_main(void *argument)
{
    sweeper *const s = argument;
    float *const a = bench_allocate(s->count, sizeof *a);
    for (int64_t i = 0; i < s->count; i++)
        a[i] = 0;
    pthread_barrier_wait(s->barrier);
    s->begin = timing_now();
    sweep(s, a);
    s->end = timing_now();
    free(a);
    return NULL;
}

/* Seconds of `sweeps` sweeps by all threads together. */
static double run(sweeper prototype, int threads, int64_t sweeps)
{
    sweeper sweepers[MAX_THREADS];
    pthread_t handles[MAX_THREADS];
    pthread_barrier_t barrier;
    double begin = 0;
    double end = 0;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    prototype.sweeps = sweeps;
    prototype.barrier = &barrier;
    for (int i = 0; i < threads; i++) {
        sweepers[i] = prototype;
        if (pthread_create(&handles[i], NULL, thread_main, &sweepers[i]) != 0)
            abort();
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(handles[i], NULL);
        if (i == 0 || sweepers[i].begin < begin)
            begin = sweepers[i].begin;
        if (i == 0 || sweepers[i].end > end)
            end = sweepers[i].end;
    }
    pthread_barrier_destroy(&barrier);
    return end - begin;
}

double bandwidth_measure(bandwidth_access access, int64_t bytes, int threads, double seconds)
{
    const int team = threads < MAX_THREADS ? threads : MAX_THREADS;
    const int64_t largest = bandwidth_beyond_caches();
    const int64_t strides = (bytes < largest ? bytes : largest) / 4 / STRIDE / team;
    const sweeper prototype = {.access = access, .count = (strides > 3 ? strides : 3) * STRIDE};
    const double moved = 4.0 * (double)prototype.count * team;
    const double deadline = timing_now() + seconds;
    int64_t sweeps = 1;
    double best = 0;
    do {
        const double elapsed = run(prototype, team, sweeps);
        if (elapsed > 0 && moved * (double)sweeps / elapsed > best)
            best = moved * (double)sweeps / elapsed;
        if (elapsed < 0.05 * seconds)
            sweeps *= 2;
    } while (timing_now() < deadline);
    return best;
}

int64_t bandwidth_beyond_caches(void)
{
    const int64_t caches = 4 * machine_cache(3);
    return caches > 400000000 ? caches : 400000000;
}
