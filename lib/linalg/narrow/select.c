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
    const narrow_##suffix *narrow_best_##suffix(void) \
    { \
        const int usable = vector_sets_usable(); \
        return usable == 0 ? NULL : tables_##suffix[usable - 1]; \
    }

#define TABLE(set, suffix, runs) &narrow_##set##_##suffix,

static const narrow_f32 *const tables_f32[] = {VECTOR_SETS(TABLE, f32) NULL};
static const narrow_f64 *const tables_f64[] = {VECTOR_SETS(TABLE, f64) NULL};

DEFINE_CHOICE(f32)
DEFINE_CHOICE(f64)
