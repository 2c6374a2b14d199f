/* What is done to the parameters of a model in their own precision. */
#ifndef MODEL_PARAMETERS_H
#define MODEL_PARAMETERS_H

#include <stdint.h>

/* Index of the first NaN or infinity among `count` values, or -1. */
int64_t parameters_find_non_finite_f32(int64_t count, const float *values);
int64_t parameters_find_non_finite_f64(int64_t count, const double *values);

#ifdef REAL_BITS /* in *_tmpl.c */
#define parameters_find_non_finite REAL(parameters_find_non_finite)
#endif

#endif
