/* The kernels this processor can run: the beginning of a constant list, the reference first. */
#include "core/vector/sets.h"
#include "core/vector/usable.h"
#include "kernel/kernel.h"
#include "kernel/tables.h"

/* The reference, and the vector sets after it. */
static int usable(void)
{
    return 1 + vector_sets_usable();
}

#define TABLE(set, suffix, runs) &kernels_##set##_##suffix,

static const kernels_f32 *const tables_f32[] = {&kernels_reference_f32, VECTOR_SETS(TABLE, f32)};
static const kernels_f64 *const tables_f64[] = {&kernels_reference_f64, VECTOR_SETS(TABLE, f64)};

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

const kernels_f32 *kernels_of_f32(int32_t set)
{
    return tables_f32[set];
}

const kernels_f64 *kernels_of_f64(int32_t set)
{
    return tables_f64[set];
}
