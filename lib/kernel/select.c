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

const kernels_f32 *kernels_best_f32(void)
{
    return tables_f32[usable() - 1];
}

const kernels_f64 *kernels_best_f64(void)
{
    return tables_f64[usable() - 1];
}
