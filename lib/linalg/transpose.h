/* Out-of-place transpose. */
#ifndef LINALG_TRANSPOSE_H
#define LINALG_TRANSPOSE_H

#include <stdint.h>

#define DECLARE_TRANSPOSE(real, suffix) \
    /* B = A^T. A: rows x cols, lda >= cols. B: cols x rows, ldb >= rows. */ \
    void transpose_##suffix(int64_t rows, int64_t cols, const real *A, int64_t lda, real *B, \
                            int64_t ldb);

DECLARE_TRANSPOSE(float, f32)
DECLARE_TRANSPOSE(double, f64)

#endif
