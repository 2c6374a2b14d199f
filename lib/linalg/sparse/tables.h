/* The tables select.c chooses from: plain C, and one for each vector set. */
#ifndef LINALG_SPARSE_TABLES_H
#define LINALG_SPARSE_TABLES_H

#include "core/vector/sets.h"
#include "linalg/sparse/sparse.h"

extern const sparse_functions_f32 sparse_plain_f32;
extern const sparse_functions_f64 sparse_plain_f64;

#define DECLARE_SPARSE_TABLE(set, suffix, runs) \
    extern const sparse_functions_##suffix sparse_##set##_##suffix;

VECTOR_SETS_KNOWN(DECLARE_SPARSE_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_SPARSE_TABLE, f64)

#ifdef REAL_BITS /* in *_tmpl.c */
#define sparse_plain REAL(sparse_plain)
#endif

#endif
