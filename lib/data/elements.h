/* Elements of any type to reals. */
#ifndef DATA_ELEMENTS_H
#define DATA_ELEMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of an element; 0 for an unknown dtype. */
size_t element_bytes(int32_t dtype);

/* Return element `index` of an array, without a scale. */
double element_value(int32_t dtype, const void *data, int64_t index);

/* Whether a float holds every element of the type exactly. */
int element_fits_float(int32_t dtype);

/* Whether elements of the type can be infinite or NaN. */
int element_may_be_non_finite(int32_t dtype);

/* out[i] = scale times the element at data[offset + i * stride], i < count. */
void elements_convert_f32(int32_t dtype, const void *data, int64_t offset, int64_t stride,
                          double scale, int64_t count, float *out);
void elements_convert_f64(int32_t dtype, const void *data, int64_t offset, int64_t stride,
                          double scale, int64_t count, double *out);

#ifdef REAL_BITS /* in *_tmpl.c */
#define elements_convert REAL(elements_convert)
#endif

#endif
