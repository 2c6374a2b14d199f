/* The narrow products this processor can run: the beginning of a constant list. */
#include <stddef.h>

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

static const narrow_f32 *const tables_f32[] = {
#ifdef VECTOR_AVX2
    &narrow_avx2_f32,
#endif
#ifdef VECTOR_AVX512
    &narrow_avx512_f32,
#endif
    NULL,
};

static const narrow_f64 *const tables_f64[] = {
#ifdef VECTOR_AVX2
    &narrow_avx2_f64,
#endif
#ifdef VECTOR_AVX512
    &narrow_avx512_f64,
#endif
    NULL,
};

DEFINE_CHOICE(f32)
DEFINE_CHOICE(f64)
