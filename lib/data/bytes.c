/* For any processor, and the choice among those of bytes_tmpl.c. */
#include "data/bytes.h"

#include "core/vector/usable.h"

#ifdef VECTOR_AVX2
#define AVX2(suffix) {"avx2", bytes_convert_avx2_##suffix},
#else
#define AVX2(suffix)
#endif
#ifdef VECTOR_AVX512
#define AVX512(suffix) {"avx512", bytes_convert_avx512_##suffix},
#else
#define AVX512(suffix)
#endif

#define DEFINE_BYTES(real, suffix) \
    static void convert_##suffix(const uint8_t *x, real scale, int64_t count, real *out) \
    { \
        for (int64_t i = 0; i < count; i++) \
            out[i] = scale * (real)x[i]; \
    } \
    static const bytes_##suffix all_##suffix[] = {{"plain", convert_##suffix}, \
                                                  AVX2(suffix) AVX512(suffix)}; \
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
