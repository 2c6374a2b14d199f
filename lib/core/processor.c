/* A thread moves by forbidding itself the processor for a moment: the scheduler puts it elsewhere at
 * once, and has no reason to bring it back when the mask is restored. */
#include "core/processor.h"

#include <sched.h>

int processor_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count;
}

int processor_current(void)
{
    return sched_getcpu();
}

void processor_leave(int processor)
{
    cpu_set_t before;
    if (processor < 0 || processor >= CPU_SETSIZE ||
        sched_getaffinity(0, sizeof before, &before) != 0 || !CPU_ISSET(processor, &before) ||
        CPU_COUNT(&before) < 2)
        return;
    cpu_set_t others = before;
    CPU_CLR(processor, &others);
    if (sched_setaffinity(0, sizeof others, &others) == 0)
        (void)sched_setaffinity(0, sizeof before, &before);
}

/* A sleeper that woke too late to join anything sleeps on under its ban: the next waker's processor takes
 * the place of the last one's. */
void processor_forbid(processor_ban *self, pthread_t thread, int processor)
{
    cpu_set_t now;
    if (processor < 0 || processor >= CPU_SETSIZE ||
        pthread_getaffinity_np(thread, sizeof now, &now) != 0)
        return;
    if (!self->active || !CPU_EQUAL(&now, &self->during))
        self->before = now;
    self->during = self->before;
    if (CPU_COUNT(&self->before) > 1)
        CPU_CLR(processor, &self->during);
    if (CPU_EQUAL(&now, &self->during))
        return;
    if (pthread_setaffinity_np(thread, sizeof self->during, &self->during) == 0)
        self->active = true;
    else
        self->during = now;
}

void processor_lift(processor_ban *self)
{
    cpu_set_t now;
    if (!self->active)
        return;
    self->active = false;
    if (sched_getaffinity(0, sizeof now, &now) == 0 && CPU_EQUAL(&now, &self->during))
        (void)sched_setaffinity(0, sizeof self->before, &self->before);
}
