/* Which of the vector sets that vector.h is written for this processor can run. A set is a number,
 * LINCLASS_VECTOR_SET_* of linclass/context.h, its place in the list of core/vector/sets.h, from 1 on. */
#ifndef CORE_VECTOR_USABLE_H
#define CORE_VECTOR_USABLE_H

#include <stdbool.h>
#include <stdint.h>

/* How many, >= 1, asked of the processor at run time: those it can run are the beginning of the list, as far
 * as the compiler knew them. Their number is that of the best. */
int32_t vector_sets_usable(void);

/* Whether fused multiply-adds in this set, which is usable, are instructions, on this processor. Where they are
 * not, each is a call of the C library, with the same result. */
bool vector_set_fuses(int32_t set);

#endif
