/* The tables select.c chooses from: the reference, and one for each vector set. */
#ifndef KERNEL_TABLES_H
#define KERNEL_TABLES_H

#include "core/vector/sets.h"
#include "kernel/kernel.h"

#define DECLARE_TABLE(set, suffix, runs) extern const kernels_##suffix kernels_##set##_##suffix;

DECLARE_TABLE(reference, f32, true)
DECLARE_TABLE(reference, f64, true)
VECTOR_SETS_KNOWN(DECLARE_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_TABLE, f64)

#endif
