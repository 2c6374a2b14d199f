/* Bytes to reals: the conversion of images, in the inner loop of training. */
#ifndef DATA_BYTES_H
#define DATA_BYTES_H

#include <stdint.h>

/* out[i] = scale x[i], i < count, rounded once: the same bits on every processor. out and x do
 * not overlap. */
typedef struct bytes_f32 {
    const char *name;
    void (*convert)(const uint8_t *x, float scale, int64_t count, float *out);
} bytes_f32;

typedef struct bytes_f64 {
    const char *name;
    void (*convert)(const uint8_t *x, double scale, int64_t count, double *out);
} bytes_f64;

/* Those this processor can run, from slow to fast; *count >= 1. */
const bytes_f32 *bytes_all_f32(int *count);
const bytes_f64 *bytes_all_f64(int *count);
const bytes_f32 *bytes_best_f32(void);
const bytes_f64 *bytes_best_f64(void);

/* The versions of each vector set. */
void bytes_convert_portable_f32(const uint8_t *x, float scale, int64_t count, float *out);
void bytes_convert_portable_f64(const uint8_t *x, double scale, int64_t count, double *out);
void bytes_convert_avx2_f32(const uint8_t *x, float scale, int64_t count, float *out);
void bytes_convert_avx2_f64(const uint8_t *x, double scale, int64_t count, double *out);
void bytes_convert_avx512_f32(const uint8_t *x, float scale, int64_t count, float *out);
void bytes_convert_avx512_f64(const uint8_t *x, double scale, int64_t count, double *out);

#ifdef REAL_BITS /* in *_tmpl.c */
#define bytes_best REAL(bytes_best)
#endif

#endif
