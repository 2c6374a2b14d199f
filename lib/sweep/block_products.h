/* The two products with a block of rows. No sweep, solver or prediction multiplies by samples in another way;
 * the diagnostics, which check their results, multiply for themselves. For *_tmpl.c. */
#ifndef SWEEP_BLOCK_PRODUCTS_H
#define SWEEP_BLOCK_PRODUCTS_H

#include <stdbool.h>

#include "core/real.h"
#include "data/row_block.h"
#include "sweep/linear_map.h"

#define scores_block   REAL(scores_block)   /* scores_block_f32, scores_block_f64 */
#define scores_row     REAL(scores_row)     /* scores_row_f32, scores_row_f64 */
#define gradient_block REAL(gradient_block) /* gradient_block_f32, gradient_block_f64 */

/* scores_block_in_panels_f32, scores_block_in_panels_f64 */
#define scores_block_in_panels REAL(scores_block_in_panels)

/* gradient_block_in_panels_f32, gradient_block_in_panels_f64 */
#define gradient_block_in_panels REAL(gradient_block_in_panels)

/* gradient_block_by_class_f32, gradient_block_by_class_f64 */
#define gradient_block_by_class REAL(gradient_block_by_class)

/* H = X theta + bias; H: rows x k, ldh >= k. Sparse blocks are multiplied with map->theta, never with
 * theta_by_class. */
void scores_block(const linear_map *map, const row_block *block, real *H, int64_t ldh);

/* The same of one row: h = x theta + bias, k of them. False, and nothing written, where BLAS would be called. */
bool scores_row(const linear_map *map, const real *x, real *h);

/* The same of a dense block, by the products of linalg/panel; work: PANEL_WORK reals. */
void scores_block_in_panels(const linear_map *map, const row_block *block, real *H, int64_t ldh,
                            real *work);

/* G = keep G + scale X^T R; R: rows x k, ldr >= k; G: cols x k, ldg >= k, not read where keep is 0. set: of vectors, as
 * in linear_map.h. */
void gradient_block(int32_t set, const row_block *block, int64_t k, real scale, const real *R,
                    int64_t ldr, real keep, real *G, int64_t ldg);

/* The same of a dense block, by the products of linalg/panel; work: PANEL_WORK reals. */
void gradient_block_in_panels(int32_t set, const row_block *block, int64_t k, real scale,
                              const real *R, int64_t ldr, real keep, real *G, int64_t ldg,
                              real *work);

/* The same with G by class: k x cols, ldg = cols; for dense blocks. */
void gradient_block_by_class(int32_t set, const row_block *block, int64_t k, real scale,
                             const real *R, int64_t ldr, real keep, real *G);

#endif
