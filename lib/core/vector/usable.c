/* The sets in the order of their list, up to the first that the processor lacks. */
#include "core/vector/usable.h"

#include <stddef.h>

#include <linclass/context.h>

#include "core/context.h"
#include "core/vector/sets.h"

#define COUNT_SET(set, suffix, runs) \
    if (!(runs)) \
        return count; \
    count++;

int32_t vector_sets_usable(void)
{
    int32_t count = 0;
    VECTOR_SETS(COUNT_SET, )
    return count;
}

/* Of x86-64 the oldest processors have none, and the portable set, compiled for all, calls the library. */
bool vector_set_fuses(int32_t set)
{
#if defined(__x86_64__)
    return set > LINCLASS_VECTOR_SET_PORTABLE || __builtin_cpu_supports("fma");
#else
    (void)set;
    return true;
#endif
}

#define NAME_OF_SET(set, suffix, runs) #set,

const char *linclass_vector_set_name(int32_t set)
{
    static const char *const names[] = {VECTOR_SETS_KNOWN(NAME_OF_SET, )};
    const int32_t count = (int32_t)(sizeof names / sizeof *names);
    return set >= 1 && set <= count ? names[set - 1] : NULL;
}

int32_t linclass_context_vector_set(const linclass_context *ctx)
{
    return ctx == NULL ? vector_sets_usable() : ctx->vector_set;
}
