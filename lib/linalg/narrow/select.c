/* The narrow products this processor can run: the beginning of a constant list. */
#include <stddef.h>

#include "core/vector/sets.h"
#include "core/vector/usable.h"
#include "linalg/narrow/narrow.h"
#include "linalg/narrow/tables.h"

#define DEFINE_CHOICE(suffix) \
    const narrow_##suffix *const *narrow_all_##suffix(int *count) \
    { \
        *count = vector_sets_usable(); \
        return tables_##suffix; \
    } \
    const narrow_##suffix *narrow_of_##suffix(int32_t set) \
    { \
        return vector_set_fuses(set) ? tables_##suffix[set - 1] : NULL; \
    }

#define TABLE(set, suffix, runs) &narrow_##set##_##suffix,

static const narrow_f32 *const tables_f32[] = {VECTOR_SETS(TABLE, f32)};
static const narrow_f64 *const tables_f64[] = {VECTOR_SETS(TABLE, f64)};

DEFINE_CHOICE(f32)
DEFINE_CHOICE(f64)
