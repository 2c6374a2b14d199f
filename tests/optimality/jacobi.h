/* Singular values by rotations of pairs of columns (Hestenes 1958; de Rijk 1989): small ones come out as
 * accurate as large ones where columns differ in scale alone. */
#ifndef OPTIMALITY_JACOBI_H
#define OPTIMALITY_JACOBI_H

#include <stdint.h>

/* B: n columns of m numbers, one after another, becomes B V with orthogonal columns. V: n x n, row-major,
 * V[j * n + l], output. */
void jacobi_rotate(int64_t m, int64_t n, long double *B, long double *V);

#endif
