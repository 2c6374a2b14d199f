/* Checks of the arrays that a caller passes: sizes, NULL, overlap. The error message names the argument
 * and the value. */
#ifndef CORE_ARGUMENTS_H
#define CORE_ARGUMENTS_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/context.h"

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

/* A pointer that the caller must give. */
typedef struct required_pointer {
    const char *name;
    const void *value;
} required_pointer;

/* Whether none of them is NULL. If one is, the error message names the first; return INVALID_ARGUMENT then.
 * ctx may be NULL, and one of them. Here, so that checkers of a function's body see what follows for it. */
static inline bool all_given(linclass_context *ctx, int count, const required_pointer *pointers)
{
    for (int i = 0; i < count; i++) {
        if (pointers[i].value == NULL) {
            (void)context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL",
                               pointers[i].name);
            return false;
        }
    }
    return true;
}

/* A contiguous array of the caller's, and the same with one more property. */
array_argument array_given(const char *name, const void *data, int64_t rows, int64_t cols,
                           size_t element);
array_argument array_optional(array_argument array);
array_argument array_output(array_argument array);

/* Fail with DIMENSION if value < 0. */
linclass_status check_dimension(linclass_context *ctx, const char *name, int64_t value);

/* m, n and k. */
linclass_status check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k);

/* Check `count` weights, which may be NULL. Errors: INVALID_ARGUMENT (one is negative, infinite or NaN). */
linclass_status check_weights(linclass_context *ctx, const char *name, int64_t count,
                              const double *weights);

/* The same of any values, and of their sum. Errors: also NUMERIC (it overflows). */
linclass_status check_nonnegative(linclass_context *ctx, const char *name, int64_t count,
                                  const double *values);

/* Fail with INVALID_ARGUMENT: "options.<option> is <value>, not <range>". */
linclass_status refuse_option(linclass_context *ctx, const char *option, double value,
                              const char *range);
linclass_status refuse_integer_option(linclass_context *ctx, const char *option, int64_t value,
                                      const char *range);

/* Check all arrays of a call, at most 16, whose dimensions are known to be >= 0.
 * Errors: DIMENSION (a leading dimension that is too small, a size that overflows, leading dimensions or
 * columns above 2^31 - 1, the limit of BLAS), INVALID_ARGUMENT (NULL for an array with elements, an output
 * that overlaps another array). */
linclass_status check_arrays(linclass_context *ctx, int count, const array_argument *arrays);

#endif
