/* The tables select.c chooses from, one for each vector set. */
#ifndef LINALG_SPARSE_TABLES_H
#define LINALG_SPARSE_TABLES_H

#include "core/vector/sets.h"
#include "linalg/sparse/sparse.h"

#define DECLARE_SPARSE_TABLE(set, suffix, runs) \
    extern const sparse_functions_##suffix sparse_##set##_##suffix;

VECTOR_SETS_KNOWN(DECLARE_SPARSE_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_SPARSE_TABLE, f64)

#endif
