/* The functions for one width of vectors are sweeps_tmpl.c, compiled by inclusion: wider vectors than
 * the processor has would go through the stack, and measure that. */
#include "sweeps.h"

#include <string.h>

#define SWEEP_COUNT(ways) (sizeof(ways) / sizeof((ways)[0]))

/* The processor's microcode writes whole lines without reading them first. */
static uint64_t write_by_memset(char *a, int64_t bytes)
{
    memset(a, 1, (size_t)bytes);
    return 0;
}

#define NAME(name)   name##_16
#define VECTOR_BYTES 16
#define STREAM_STORE "movntps %1, %0"
#define TARGET
#include "sweeps_tmpl.c"
#undef NAME
#undef VECTOR_BYTES
#undef STREAM_STORE
#undef TARGET

#if defined(__x86_64__)
#define NAME(name)   name##_32
#define VECTOR_BYTES 32
#define STREAM_STORE "vmovntps %1, %0"
#define TARGET       __attribute__((target("avx2")))
#include "sweeps_tmpl.c"
#undef NAME
#undef VECTOR_BYTES
#undef STREAM_STORE
#undef TARGET

#define NAME(name)   name##_64
#define VECTOR_BYTES 64
#define STREAM_STORE "vmovntps %1, %0"
#define TARGET       __attribute__((target("avx512f")))
#include "sweeps_tmpl.c"

#define WIDEST(ways) \
    __builtin_cpu_supports("avx512f") ? (sweep_ways){ways##_64, SWEEP_COUNT(ways##_64)} \
    : __builtin_cpu_supports("avx2")  ? (sweep_ways){ways##_32, SWEEP_COUNT(ways##_32)} \
                                      : (sweep_ways) \
    { \
        ways##_16, SWEEP_COUNT(ways##_16) \
    }
#else
#define WIDEST(ways) \
    (sweep_ways) \
    { \
        ways##_16, SWEEP_COUNT(ways##_16) \
    }
#endif

sweep_ways sweeps_reading(void)
{
    return WIDEST(reading);
}

sweep_ways sweeps_writing(void)
{
    return WIDEST(writing);
}

sweep_ways sweeps_updating(void)
{
    return WIDEST(updating);
}
