/* The kernels this processor can run: the beginning of a constant list, the reference first. */
#include "core/vector/usable.h"
#include "kernel/kernel.h"
#include "kernel/tables.h"

/* The reference, and the vector sets after it. */
static int usable(void)
{
    return 1 + vector_sets_usable();
}

static const kernels_f32 *const tables_f32[] = {
    &kernels_reference_f32,
#ifdef VECTOR_AVX2
    &kernels_avx2_f32,
#endif
#ifdef VECTOR_AVX512
    &kernels_avx512_f32,
#endif
};

static const kernels_f64 *const tables_f64[] = {
    &kernels_reference_f64,
#ifdef VECTOR_AVX2
    &kernels_avx2_f64,
#endif
#ifdef VECTOR_AVX512
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
