/* The sparse products this processor can run: the beginning of a constant list. */
#include "core/vector/sets.h"
#include "core/vector/usable.h"
#include "linalg/sparse/sparse.h"
#include "linalg/sparse/tables.h"

#define DEFINE_CHOICE(suffix) \
    const sparse_functions_##suffix *const *sparse_all_##suffix(int *count) \
    { \
        *count = vector_sets_usable(); \
        return tables_##suffix; \
    } \
    const sparse_functions_##suffix *sparse_of_##suffix(int32_t set) \
    { \
        return tables_##suffix[set - 1]; \
    }

#define TABLE(set, suffix, runs) &sparse_##set##_##suffix,

static const sparse_functions_f32 *const tables_f32[] = {VECTOR_SETS(TABLE, f32)};
static const sparse_functions_f64 *const tables_f64[] = {VECTOR_SETS(TABLE, f64)};

DEFINE_CHOICE(f32)
DEFINE_CHOICE(f64)
