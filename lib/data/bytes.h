/* Bytes to reals: the conversion of images, in the inner loop of training. */
#ifndef DATA_BYTES_H
#define DATA_BYTES_H

#include <stdint.h>

#define DECLARE_BYTES(real, suffix) \
    /* out[i] = scale x[i], i < count, rounded once: the same bits on every processor. out and x do    \
     * not overlap. */ \
    typedef struct bytes_##suffix { \
        const char *name; \
        void (*convert)(const uint8_t *x, real scale, int64_t count, real *out); \
    } bytes_##suffix; \
    /* Those this processor can run, from slow to fast; *count >= 1. */ \
    const bytes_##suffix *bytes_all_##suffix(int *count); \
    const bytes_##suffix *bytes_best_##suffix(void); \
    void bytes_convert_avx2_##suffix(const uint8_t *x, real scale, int64_t count, real *out); \
    void bytes_convert_avx512_##suffix(const uint8_t *x, real scale, int64_t count, real *out);

DECLARE_BYTES(float, f32)
DECLARE_BYTES(double, f64)

#endif
