/* The choice among those of bytes_tmpl.c. */
#include "data/bytes.h"

#include "core/vector/sets.h"
#include "core/vector/usable.h"

#define VERSION(set, suffix, runs) {#set, bytes_convert_##set##_##suffix},

#define DEFINE_BYTES(suffix) \
    static const bytes_##suffix all_##suffix[] = {VECTOR_SETS(VERSION, suffix)}; \
    const bytes_##suffix *bytes_all_##suffix(int *count) \
    { \
        *count = vector_sets_usable(); \
        return all_##suffix; \
    } \
    const bytes_##suffix *bytes_best_##suffix(void) \
    { \
        return &all_##suffix[vector_sets_usable() - 1]; \
    }

DEFINE_BYTES(f32)
DEFINE_BYTES(f64)
