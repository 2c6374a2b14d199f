/* Bytes to reals: the conversion of images, in the inner loop of training. */
#ifndef DATA_BYTES_H
#define DATA_BYTES_H

#include <stdint.h>

#include "core/vector/sets.h"

#define DECLARE_BYTES(real, suffix) \
    /* out[i] = scale x[i], i < count, rounded once: the same bits on every processor. out and x do    \
     * not overlap. */ \
    typedef void bytes_conversion_##suffix(const uint8_t *x, real scale, int64_t count, \
                                           real *out); \
    typedef struct bytes_##suffix { \
        const char *name; \
        bytes_conversion_##suffix *convert; \
    } bytes_##suffix; \
    /* Those this processor can run, from slow to fast; *count >= 1. */ \
    const bytes_##suffix *bytes_all_##suffix(int *count); \
    const bytes_##suffix *bytes_best_##suffix(void); \
    VECTOR_SETS_KNOWN(DECLARE_CONVERSION, suffix)

#define DECLARE_CONVERSION(set, suffix, runs) \
    bytes_conversion_##suffix bytes_convert_##set##_##suffix;

DECLARE_BYTES(float, f32)
DECLARE_BYTES(double, f64)

#endif
