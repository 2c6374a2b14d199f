/* Products with many classes in the library's own vectors: for processors that the BLAS in use does not know, where
 * its vectors are narrower than the processor's (linalg/blas_name.h) and half of the speed is lost, and for AMD's
 * with AVX-512, on which they are a little faster.
 *
 * The factors are packed, a panel of rows and a strip of columns at a time, into memory of the caller's. The
 * results do not depend on the vector set. */
#ifndef LINALG_PANEL_PANEL_H
#define LINALG_PANEL_PANEL_H

#include <stdbool.h>
#include <stdint.h>

#include "linalg/narrow/narrow.h"

enum { PANEL_ROWS = 256, PANEL_DEPTH = 512, PANEL_MOST_COLUMNS = 48 };

/* Reals that a product needs for packing. */
enum { PANEL_WORK = PANEL_DEPTH * (PANEL_ROWS + PANEL_MOST_COLUMNS) };

/* C = alpha op(A) B + beta C: op(A) m x n, B n x k, C m x k; n, k >= 1; C is not read when beta = 0.
 * work: PANEL_WORK reals on a 64-byte boundary.
 *
 * plain        op(A) = A
 * transposed   op(A) = A^T, A: n x m */
typedef struct panel_f32 {
    void (*plain)(const narrow_product_f32 *product, float *work);
    void (*transposed)(const narrow_product_f32 *product, float *work);
} panel_f32;

typedef struct panel_f64 {
    void (*plain)(const narrow_product_f64 *product, double *work);
    void (*transposed)(const narrow_product_f64 *product, double *work);
} panel_f64;

/* Those of a vector set (core/vector/usable.h). */
const panel_f32 *panel_of_f32(int32_t set);
const panel_f64 *panel_of_f64(int32_t set);

/* Whether they are faster than the BLAS in use: its kernels have narrower vectors than this set, or are those of
 * another processor's AVX-512. rows: of the sweep; packing for few of them takes longer than they do. */
bool panel_is_faster(int32_t set, int64_t rows, int64_t k);

#ifdef REAL_BITS /* in *_tmpl.c */
#define panel    REAL(panel)
#define panel_of REAL(panel_of)
#endif

#endif
