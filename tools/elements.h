/* The numbers of a matrix view, whatever their type and layout, one row at a time. */
#ifndef TOOLS_ELEMENTS_H
#define TOOLS_ELEMENTS_H

#include <stdint.h>

#include <linclass/matrix.h>

/* Bytes of an element. */
int64_t element_bytes(int32_t dtype);

/* Number `index` of an array, without a view's scale. */
double element_load(int32_t dtype, const void *values, int64_t index);

/* The elements of a row that are kept: all columns of a strided view, those that are there of a sparse one. */
typedef struct element_row {
    const linclass_matrix *X;
    int64_t row;
    int64_t count;
} element_row;

element_row elements_of(const linclass_matrix *X, int64_t row);

/* The element at `place`, 0..count-1, without the view's scale; *column: its column. */
double element_at(const element_row *self, int64_t place, int64_t *column);

/* Elements other than 0. */
int64_t elements_count_nonzero(const linclass_matrix *X);

#endif
