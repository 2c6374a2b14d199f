/* What is done to the parameters of a model in their own precision. */
#ifndef MODEL_PARAMETERS_H
#define MODEL_PARAMETERS_H

#include <stdint.h>

#define DECLARE_PARAMETERS(real, suffix) \
    /* to (cols x rows, ld = rows) := the transpose of from (rows x cols, ld = cols). */ \
    void parameters_transpose_##suffix(int64_t rows, int64_t cols, const real *from, real *to); \
    /* Index of the first NaN or infinity among `count` values, or -1. */ \
    int64_t parameters_find_non_finite_##suffix(int64_t count, const real *values);

DECLARE_PARAMETERS(float, f32)
DECLARE_PARAMETERS(double, f64)

#endif
