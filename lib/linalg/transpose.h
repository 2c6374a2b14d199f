/* Out-of-place transpose. */
#ifndef LINALG_TRANSPOSE_H
#define LINALG_TRANSPOSE_H

#include <stdint.h>

/* B = A^T. A: rows x cols, lda >= cols. B: cols x rows, ldb >= rows. */
void transpose_f32(int64_t rows, int64_t cols, const float *A, int64_t lda, float *B, int64_t ldb);
void transpose_f64(int64_t rows, int64_t cols, const double *A, int64_t lda, double *B,
                   int64_t ldb);

#ifdef REAL_BITS /* in *_tmpl.c */
#define transpose REAL(transpose)
#endif

#endif
