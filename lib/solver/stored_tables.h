/* The tables that stored_vectors.c chooses from: one for each vector set. */
#ifndef SOLVER_STORED_TABLES_H
#define SOLVER_STORED_TABLES_H

#include "core/vector/sets.h"
#include "solver/stored_vectors.h"

#define DECLARE_STORED_TABLE(set, suffix, runs) \
    extern const stored_functions stored_##set##_##suffix;

VECTOR_SETS_KNOWN(DECLARE_STORED_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_STORED_TABLE, f64)

#endif
