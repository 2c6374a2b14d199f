/* Which processor a thread runs on, and a move to another. */
#ifndef CORE_PROCESSOR_H
#define CORE_PROCESSOR_H

/* Processors this process may run on: the affinity mask, not the machine. */
int processor_count(void);

/* The calling thread's, now; -1 when unknown. */
int processor_current(void);

/* Move the calling thread to another processor of its affinity mask, if there is one; the mask is what
 * it was. Takes some 10 us, and as long as the other processor lets it wait. */
void processor_leave(int processor);

#endif
