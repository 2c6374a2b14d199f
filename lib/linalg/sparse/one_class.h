/* The sparse products with one class, for the functions of a vector set: as in sparse.h, with k = 1. */
#ifndef LINALG_SPARSE_ONE_CLASS_H
#define LINALG_SPARSE_ONE_CLASS_H

#include "core/vector/vector.h"
#include "linalg/sparse/sparse.h"

/* scores_one_class_avx2_f32 and so on */
void VECTOR_NAME(scores_one_class)(const sparse_block *block, const real *theta, int64_t ld,
                                   real *H, int64_t ldh);

/* update_one_class_avx2_f32 and so on */
void VECTOR_NAME(update_one_class)(const sparse_block *block, real alpha, const real *R,
                                   int64_t ldr, real *G, int64_t ld);

/* add_one_class_avx2_f32 and so on */
void VECTOR_NAME(add_one_class)(const sparse_block *block, const real *R, int64_t ldr,
                                double *sums);

#endif
