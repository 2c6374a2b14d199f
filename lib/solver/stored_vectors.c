/* The functions of each vector set. */
#include "solver/stored_vectors.h"

#include "solver/stored_tables.h"

#define TABLE(set, suffix, runs) &stored_##set##_##suffix,

static const stored_functions *const tables_f32[] = {VECTOR_SETS(TABLE, f32)};
static const stored_functions *const tables_f64[] = {VECTOR_SETS(TABLE, f64)};

const stored_functions *stored_functions_f32(int32_t set)
{
    return tables_f32[set - 1];
}

const stored_functions *stored_functions_f64(int32_t set)
{
    return tables_f64[set - 1];
}
