/* The two products with sparse rows, row by row. What block_products.h does with a block of them, and the
 * sweep of sparse rows with a part of the columns. For *_tmpl.c. */
#ifndef SWEEP_SPARSE_PRODUCTS_H
#define SWEEP_SPARSE_PRODUCTS_H

#include "core/real.h"
#include "data/row_block.h"
#include "sweep/linear_map.h"

#define sparse_row_scores REAL(sparse_row_scores) /* sparse_row_scores_f32, sparse_row_scores_f64 */
#define sparse_row_update REAL(sparse_row_update) /* sparse_row_update_f32, sparse_row_update_f64 */

/* h += x theta, x the elements of the range; h: k. */
void sparse_row_scores(const linclass_matrix *view, sparse_range range, const linear_map *map,
                       real *h);

/* G += alpha x^T r, x the elements of the range; r: k; G: cols x k, ldg >= k. */
void sparse_row_update(const linclass_matrix *view, sparse_range range, int64_t k, real alpha,
                       const real *r, real *G, int64_t ldg);

#endif
