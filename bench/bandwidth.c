/* Each thread sweeps over memory of its own that it touched first, in each of the ways of sweeps.h in
 * turn. Threads start a batch of sweeps together, and the time is that of the last to finish; a batch
 * takes a few milliseconds, so that the clock does not matter. */
#include "bandwidth.h"

#include "bench.h"
#include "machine.h"
#include "sweeps.h"
#include "team.h"
#include "timing.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 400, TRIAD_BYTES = 3 * SWEEP_BYTES };

static const double batch_seconds = 4e-3;

/* The three arrays are the thirds of the working set. */
static uint64_t triad(char *set, int64_t bytes)
{
    const int64_t third = bytes / 3;
    float *const a = (float *)set;
    const float *const b = (const float *)(set + third);
    const float *const c = (const float *)(set + 2 * third);
    for (int64_t i = 0; i < third / (int64_t)sizeof *a; i++)
        a[i] = b[i] + 0.5f * c[i];
    return 0;
}

static sweep_ways ways_of(bandwidth_access access)
{
    static const sweep_function triads[] = {triad};
    switch (access) {
    case BANDWIDTH_READ:
        return sweeps_reading();
    case BANDWIDTH_WRITE:
        return sweeps_writing();
    case BANDWIDTH_UPDATE:
        return sweeps_updating();
    case BANDWIDTH_TRIAD:
        break;
    }
    return (sweep_ways){triads, 1};
}

/* A sweep of each kind goes over the whole set, and moves each byte so many times. */
static double accesses(bandwidth_access access)
{
    return access == BANDWIDTH_UPDATE ? 2 : 1;
}

typedef struct sweepers {
    sweep_ways ways;
    int64_t bytes; /* of each member */
    int members;
    double deadline;
    pthread_barrier_t barrier;
    char *sets[TEAM_MAX_THREADS];
    double begins[TEAM_MAX_THREADS];
    double ends[TEAM_MAX_THREADS];
    uint64_t words[TEAM_MAX_THREADS]; /* so that the reads are not left out */

    /* Set by member 0 between two batches. */
    int64_t sweeps; /* in a batch */
    size_t way;
    double shortest; /* seconds of one sweep by all members */
    int done;
} sweepers;

static void prepare(void *argument, int member)
{
    sweepers *const s = argument;
    s->sets[member] = bench_allocate(s->bytes, 1);
    memset(s->sets[member], 0, (size_t)s->bytes);
}

static void finish(void *argument, int member)
{
    sweepers *const s = argument;
    free(s->sets[member]);
}

static void sweep(sweepers *s, int member)
{
    const sweep_function way = s->ways.ways[s->way];
    s->begins[member] = timing_now();
    for (int64_t i = 0; i < s->sweeps; i++) {
        s->words[member] ^= way(s->sets[member], s->bytes);
        __asm__ volatile("" ::: "memory");
    }
    s->ends[member] = timing_now();
}

/* Seconds of the batch, from the first beginning to the last end. */
static double batch_time(const sweepers *s)
{
    double begin = s->begins[0];
    double end = s->ends[0];
    for (int i = 1; i < s->members; i++) {
        begin = s->begins[i] < begin ? s->begins[i] : begin;
        end = s->ends[i] > end ? s->ends[i] : end;
    }
    return end - begin;
}

/* The first batches find how many sweeps make one. */
static void plan_next(sweepers *s, int batch)
{
    const double seconds = batch_time(s);
    const double one = seconds / (double)s->sweeps;
    s->shortest = s->shortest == 0 || one < s->shortest ? one : s->shortest;
    if (seconds < batch_seconds)
        s->sweeps *= 2;
    else
        s->way = (s->way + 1) % s->ways.count;
    s->done = batch + 1 >= BATCHES || (timing_now() > s->deadline && s->way == 0);
}

static void run(void *argument, int member)
{
    sweepers *const s = argument;
    for (int batch = 0; !s->done; batch++) {
        pthread_barrier_wait(&s->barrier);
        sweep(s, member);
        pthread_barrier_wait(&s->barrier);
        if (member == 0)
            plan_next(s, batch);
        pthread_barrier_wait(&s->barrier);
    }
}

double bandwidth_measure(bandwidth_access access, int64_t bytes, int threads, double seconds)
{
    const int members = threads < TEAM_MAX_THREADS ? threads : TEAM_MAX_THREADS;
    const int64_t largest = bandwidth_beyond_caches();
    const int64_t granule = access == BANDWIDTH_TRIAD ? TRIAD_BYTES : SWEEP_BYTES;
    const int64_t granules = (bytes < largest ? bytes : largest) / members / granule;
    sweepers s = {.ways = ways_of(access),
                  .bytes = (granules > 1 ? granules : 1) * granule,
                  .members = members,
                  .deadline = timing_now() + seconds,
                  .sweeps = 1};
    const team_work work = {prepare, run, finish, &s};
    pthread_barrier_init(&s.barrier, NULL, (unsigned)members);
    (void)team_run(&work, members);
    pthread_barrier_destroy(&s.barrier);
    return accesses(access) * (double)s.bytes * members / s.shortest;
}

int64_t bandwidth_beyond_caches(void)
{
    const int64_t caches = 2 * machine_cache(3);
    return caches > 400000000 ? caches : 400000000;
}
