/* The sets in the order of their list, up to the first that the processor lacks. */
#include "core/vector/usable.h"

#include "core/vector/sets.h"

#define COUNT_SET(set, suffix, runs) \
    if (!(runs)) \
        return count; \
    count++;

int vector_sets_usable(void)
{
    int count = 0;
    VECTOR_SETS(COUNT_SET, )
    return count;
}
