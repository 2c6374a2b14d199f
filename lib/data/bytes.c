/* For any processor, and the choice among those of bytes_tmpl.c. */
#include "data/bytes.h"

#include "core/vector/sets.h"
#include "core/vector/usable.h"

#define VERSION(set, suffix, runs) {#set, bytes_convert_##set##_##suffix},

#define DEFINE_BYTES(real, suffix) \
    static void convert_##suffix(const uint8_t *x, real scale, int64_t count, real *out) \
    { \
        for (int64_t i = 0; i < count; i++) \
            out[i] = scale * (real)x[i]; \
    } \
    static const bytes_##suffix all_##suffix[] = {{"plain", convert_##suffix}, \
                                                  VECTOR_SETS(VERSION, suffix)}; \
    const bytes_##suffix *bytes_all_##suffix(int *count) \
    { \
        *count = 1 + vector_sets_usable(); \
        return all_##suffix; \
    } \
    const bytes_##suffix *bytes_best_##suffix(void) \
    { \
        return &all_##suffix[vector_sets_usable()]; \
    }

DEFINE_BYTES(float, f32)
DEFINE_BYTES(double, f64)
