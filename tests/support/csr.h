/* The CSR form of a dense matrix, in arrays that end at a page which may not be touched. */
#ifndef SUPPORT_CSR_H
#define SUPPORT_CSR_H

#include <stdint.h>

#include <linclass/matrix.h>

#include "support/guarded.h"

typedef struct csr_form {
    int32_t dtype;        /* of the values; 0: there are none, each element is `scale` */
    int32_t column_dtype; /* LINCLASS_INT32 or LINCLASS_INT64 */
    double scale;
    int64_t spare; /* row_starts[0]: so many elements of bytes 0xff come first */
} csr_form;

typedef struct csr {
    guarded row_starts;
    guarded columns;
    guarded values;
    linclass_matrix view;
} csr;

/* The elements of X (m x n, row-major) that are not 0, each divided by the scale: a number the type holds.
 * csr_new_with_zeros stores all of them, the zeros too. */
csr csr_new(int64_t m, int64_t n, const double *X, csr_form form);
csr csr_new_with_zeros(int64_t m, int64_t n, const double *X, csr_form form);
void csr_free(csr *self);

/* Write value to element `index` of an array of the type, which holds it. */
void csr_put(int32_t dtype, void *array, int64_t index, double value);

/* X: m x n, output. About `percent` of the elements are not 0: whole numbers 1..15 times scale, or numbers of
 * [-1, 1) where scale is 0, each a float. Every fifth row is empty, and one of 7 is full. */
void csr_fill(int64_t m, int64_t n, int64_t percent, double scale, uint64_t seed, double *X);

#endif
