/* The kernels this processor can run, asked of it at run time.
 *
 * Each table's instruction set contains that of the one before, so that what can be run is the
 * beginning of a constant list. */
#include "kernel/kernel.h"
#include "kernel/tables.h"

/* Wherever one of the lists below has an entry more, so has this one: its instruction set. */
static int usable(void)
{
    int count = 1;
#ifdef KERNEL_AVX2
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return count;
    count++;
#endif
#ifdef KERNEL_AVX512
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl"))
        return count;
    count++;
#endif
    return count;
}

static const kernels_f32 *const tables_f32[] = {
    &kernels_reference_f32,
#ifdef KERNEL_AVX2
    &kernels_avx2_f32,
#endif
#ifdef KERNEL_AVX512
    &kernels_avx512_f32,
#endif
};

static const kernels_f64 *const tables_f64[] = {
    &kernels_reference_f64,
#ifdef KERNEL_AVX2
    &kernels_avx2_f64,
#endif
#ifdef KERNEL_AVX512
    &kernels_avx512_f64,
#endif
};

const kernels_f32 *const *kernels_all_f32(int *count)
{
    *count = usable();
    return tables_f32;
}

const kernels_f64 *const *kernels_all_f64(int *count)
{
    *count = usable();
    return tables_f64;
}

const kernels_f32 *kernels_best_f32(void)
{
    return tables_f32[usable() - 1];
}

const kernels_f64 *kernels_best_f64(void)
{
    return tables_f64[usable() - 1];
}
