/* The tables that stored_vectors.c chooses from: plain C, and one for each vector set. */
#ifndef SOLVER_STORED_TABLES_H
#define SOLVER_STORED_TABLES_H

#include "core/vector/sets.h"
#include "solver/stored_vectors.h"

extern const stored_functions stored_plain_f32;
extern const stored_functions stored_plain_f64;

#define DECLARE_STORED_TABLE(set, suffix, runs) \
    extern const stored_functions stored_##set##_##suffix;

VECTOR_SETS_KNOWN(DECLARE_STORED_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_STORED_TABLE, f64)

#endif
