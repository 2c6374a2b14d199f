/* The vector kernels of one instruction set and precision, for its table. The contracts are those of
 * kernel/kernel.h. */
#ifndef KERNEL_VECTOR_KERNELS_H
#define KERNEL_VECTOR_KERNELS_H

#include "kernel/vector/vector.h"

int64_t VECTOR_NAME(softmax)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z,
                             int64_t ldz);
int64_t VECTOR_NAME(cross_entropy_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, double *row_loss);
int64_t VECTOR_NAME(cross_entropy_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                            const int64_t *y, double *row_loss);

#endif
