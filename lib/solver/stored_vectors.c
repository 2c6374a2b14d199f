/* The functions of the widest vectors that this processor has. */
#include "solver/stored_vectors.h"

#include "core/vector/usable.h"
#include "solver/stored_tables.h"

#define TABLE(set, suffix, runs) , &stored_##set##_##suffix

static const stored_functions *const tables_f32[] = {&stored_plain_f32 VECTOR_SETS(TABLE, f32)};
static const stored_functions *const tables_f64[] = {&stored_plain_f64 VECTOR_SETS(TABLE, f64)};

const stored_functions *stored_functions_f32(void)
{
    return tables_f32[vector_sets_usable()];
}

const stored_functions *stored_functions_f64(void)
{
    return tables_f64[vector_sets_usable()];
}
