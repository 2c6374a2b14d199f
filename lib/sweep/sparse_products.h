/* The two products with sparse rows, of which each is a range of the elements of a view. What block_products.h
 * does with a sparse block, and the sweep of sparse rows with a part of the columns. For *_tmpl.c. */
#ifndef SWEEP_SPARSE_PRODUCTS_H
#define SWEEP_SPARSE_PRODUCTS_H

#include "core/real.h"
#include "data/row_block.h"
#include "sweep/linear_map.h"

#define sparse_scores  REAL(sparse_scores)  /* sparse_scores_f32, sparse_scores_f64 */
#define sparse_update  REAL(sparse_update)  /* sparse_update_f32, sparse_update_f64 */
#define sparse_add_one REAL(sparse_add_one) /* sparse_add_one_f32, sparse_add_one_f64 */

/* Rows of elements of a view: those of row i are ranges[i * stride]. */
typedef struct sparse_ranges {
    const linclass_matrix *view;
    int64_t rows;
    const element_range *ranges;
    int64_t stride;
} sparse_ranges;

/* H = X theta + bias; H: rows x k, ldh >= k. */
void sparse_scores(const sparse_ranges *X, const linear_map *map, real *H, int64_t ldh);

/* G += alpha X^T R; R: rows x k, ldr >= k; G: cols x k, ldg >= k. set: as in linear_map.h. */
void sparse_update(int32_t set, const sparse_ranges *X, int64_t k, real alpha, const real *R,
                   int64_t ldr, real *G, int64_t ldg);

/* sums += X^T R in double, one class; R: rows, ldr >= 1; sums: cols. */
void sparse_add_one(int32_t set, const sparse_ranges *X, const real *R, int64_t ldr, double *sums);

#endif
