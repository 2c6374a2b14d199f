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
