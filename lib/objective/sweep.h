/* One sweep over rows of a design matrix: scores, loss kernel, gradient.
 *
 *     H = X theta + bias;  (loss, R) = kernel(H, y);  G = keep G + scale X^T R;  g_bias = scale 1^T R
 *
 * Blocks or tiles of rows (blocks.h); never m x k. The loss is summed in double, row by row within a
 * slice and slice by slice. The same bits for any number of threads. */
#ifndef OBJECTIVE_SWEEP_H
#define OBJECTIVE_SWEEP_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

#include "kernel/kernel.h"
#include "objective/scores.h"

/* What a sweep adds up over its rows. */
typedef struct sweep_sums {
    double loss;
    int64_t wrong; /* rows with a score higher than their label's, or as high for a lower class */
} sweep_sums;

#define DECLARE_SWEEP(real, suffix)                                                                                   \
    typedef struct sweep_##suffix {                                                                                   \
        const linclass_matrix *X; /* has n columns */                                                                 \
        const int64_t *rows;      /* of X, `count` of them; NULL: first..first+count-1 */                             \
        int64_t first;                                                                                                \
        int64_t count;                                                                                                \
        const int64_t *y;        /* label of each row of X, in 0..k-1 */                                              \
        linear_map_##suffix map; /* n, k, theta, bias */                                                              \
        const loss_kernel_##suffix *kernel;                                                                           \
        /* Residuals that are given, of rows 0..count-1, instead of y, theta and kernel; or NULL. */                  \
        const real *R;                                                                                                \
        int64_t ldr;                                                                                                  \
        real scale;                                                                                                   \
        real                                                                                                          \
            keep; /* 0: G is written without being read. G may be theta when keep is not 0, n k   \
                    * is large and count <= blocks_tiles().chunk_rows */                   \
        bool count_wrong;                                                                                             \
    } sweep_##suffix;                                                                                                 \
    /* sums: of the rows; `wrong` only with count_wrong. G: n x k, ldg; g_bias: k, or NULL. Takes the context's     \
     * scratch. Errors: NON_FINITE (X), NUMERIC (scores or a loss overflow), MEMORY. */ \
    linclass_status sweep_loss_gradient_##suffix(linclass_context *ctx,                                               \
                                                 const sweep_##suffix *sweep, sweep_sums *sums,                       \
                                                 real *G, int64_t ldg, real *g_bias);                                 \
    /* The two ways it goes, for n k small and large. */                                                              \
    linclass_status sweep_blocks_##suffix(linclass_context *ctx, const sweep_##suffix *sweep,                         \
                                          sweep_sums *sums, real *G, int64_t ldg, real *g_bias);                      \
    linclass_status sweep_tiles_##suffix(linclass_context *ctx, const sweep_##suffix *sweep,                          \
                                         sweep_sums *sums, real *G, int64_t ldg, real *g_bias);                       \
    /* Samples and labels of the sweep's rows from..from+count-1: where they lie, or gathered into  \
     * the buffers (count x n; count). */                 \
    const real *sweep_samples_##suffix(const sweep_##suffix *sweep, int64_t from, int64_t count,                      \
                                       real *buffer, int64_t *ld);                                                    \
    const int64_t *sweep_labels_##suffix(const sweep_##suffix *sweep, int64_t from, int64_t count,                    \
                                         int64_t *buffer);                                                            \
    /* Rows of scores whose prediction is wrong. */                                                                   \
    int64_t sweep_wrong_##suffix(int64_t count, int64_t k, const real *H, int64_t ldh,                                \
                                 const int64_t *y);                                                                   \
    /* Losses and errors of the sweep's rows without a gradient (rows == NULL, first = 0, count =   \
     * rows of X). */                 \
    linclass_status sweep_loss_##suffix(linclass_context *ctx, const sweep_##suffix *sweep,                           \
                                        sweep_sums *sums);                                                            \
    /* Whether sweep_samples needs no buffer. */                                                                      \
    int sweep_in_place_##suffix(const sweep_##suffix *sweep);                                                         \
    /* The sentence for row `row` of the sweep, whose scores or loss are not usable. */                               \
    linclass_status sweep_unusable_##suffix(linclass_context *ctx, const sweep_##suffix *sweep,                       \
                                            int64_t row);

DECLARE_SWEEP(float, f32)
DECLARE_SWEEP(double, f64)

#endif
