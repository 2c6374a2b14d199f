/* Two threads that the scheduler has put on one processor measure half of what the machine can do,
 * often for a whole run: hence the pinning. */
#include "team.h"

#include "timing.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

typedef struct member {
    const team_work *work;
    int number;
    pthread_barrier_t *barrier;
    double begin;
    double end;
} member;

/* The number-th processor of the mask, modulo their count. */
static void pin(int number)
{
    cpu_set_t allowed;
    cpu_set_t one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) == 0)
        return;
    int left = number % CPU_COUNT(&allowed);
    int processor = 0;
    while (!CPU_ISSET(processor, &allowed) || left-- > 0)
        processor++;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
}

static void *thread_main(void *argument)
{
    member *const self = argument;
    const team_work *const work = self->work;
    pin(self->number);
    if (work->prepare != NULL)
        work->prepare(work->argument, self->number);
    pthread_barrier_wait(self->barrier);
    self->begin = timing_now();
    work->run(work->argument, self->number);
    self->end = timing_now();
    if (work->finish != NULL)
        work->finish(work->argument, self->number);
    return NULL;
}

double team_run(const team_work *work, int threads)
{
    member members[TEAM_MAX_THREADS];
    pthread_t handles[TEAM_MAX_THREADS];
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        members[i] = (member){.work = work, .number = i, .barrier = &barrier};
        if (pthread_create(&handles[i], NULL, thread_main, &members[i]) != 0)
            abort();
    }
    double begin = 0;
    double end = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(handles[i], NULL);
        begin = i == 0 || members[i].begin < begin ? members[i].begin : begin;
        end = i == 0 || members[i].end > end ? members[i].end : end;
    }
    pthread_barrier_destroy(&barrier);
    return end - begin;
}
