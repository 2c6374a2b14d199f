/* Which of the instruction sets vector.h is written for this processor can run. */
#ifndef CORE_VECTOR_USABLE_H
#define CORE_VECTOR_USABLE_H

/* How many, asked of the processor at run time: each set contains the one before, so that those it can
 * run are the beginning of the list AVX2, AVX-512, as far as the compiler knew them. */
int vector_sets_usable(void);

#endif
