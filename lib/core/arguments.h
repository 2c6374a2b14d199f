/* Checks of the arrays a caller passes: sizes, NULL, overlap. Each fails with a sentence that names
 * the argument and the value. */
#ifndef CORE_ARGUMENTS_H
#define CORE_ARGUMENTS_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

/* A caller's row-major array: rows x cols, the rows `ld` elements apart. */
typedef struct array_argument {
    const char *name;
    const void *data;
    int64_t rows;
    int64_t cols;
    const char *ld_name; /* NULL: contiguous, a vector or a scalar */
    int64_t ld;
    size_t element; /* bytes */
    bool output;
    bool optional; /* NULL means: none */
} array_argument;

/* DIMENSION when value < 0. */
linclass_status check_dimension(linclass_context *ctx, const char *name, int64_t value);

/* m, n and k. */
linclass_status check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k);

/* INVALID_ARGUMENT when one of `count` values, such as weights, is negative, infinite or NaN; NUMERIC
 * when their sum overflows. NULL passes. */
linclass_status check_nonnegative(linclass_context *ctx, const char *name, int64_t count,
                                  const double *values);

/* All the arrays of a call: leading dimensions (DIMENSION), sizes that overflow (DIMENSION), NULL
 * where there are elements (INVALID_ARGUMENT), an output that overlaps any other array
 * (INVALID_ARGUMENT). Dimensions have been checked to be >= 0. Leading dimensions and columns above
 * BLAS's 2^31 - 1 are DIMENSION errors too. */
linclass_status check_arrays(linclass_context *ctx, int count, const array_argument *arrays);

#endif
