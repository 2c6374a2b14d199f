/* Level 1 for sparse rows: the functions of linear.h, softmax.h and losses.h whose X is a CSR view
 * (linclass_matrix_init_csr). Conventions and errors as there; besides, INVALID_ARGUMENT for a view that is
 * not CSR or breaks the rules of matrix.h, DIMENSION where its sizes do, which each call checks: one pass
 * over the columns. Outputs overlap no array of the view.
 *
 * Values of X are of any dtype, or none (all 1); theta, H, R and G are in the precision of the function. Time
 * is in proportion to the elements of X times k, and a few passes over G. */
#ifndef LINCLASS_CSR_H
#define LINCLASS_CSR_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Compute the scores H = X theta + bias.
 * X: m x n, CSR. theta: n x k, ldtheta >= k. bias: k, or NULL for none.
 * H: m x k, ldh >= k, output. */
LINCLASS_API linclass_status linclass_logits_csr_f32(linclass_context *ctx,
                                                     const linclass_matrix *X, int64_t k,
                                                     const float *theta, int64_t ldtheta,
                                                     const float *bias, float *H, int64_t ldh);
LINCLASS_API linclass_status linclass_logits_csr_f64(linclass_context *ctx,
                                                     const linclass_matrix *X, int64_t k,
                                                     const double *theta, int64_t ldtheta,
                                                     const double *bias, double *H, int64_t ldh);

/* Compute G = scale X^T R and g_bias = scale * column sums of R.
 * X: m x n, CSR. R: m x k, ldr >= k. G: n x k, ldg >= k, output. g_bias: k, output, or NULL.
 * All of R is finite, also where a row of X has no elements. */
LINCLASS_API linclass_status linclass_gradient_csr_f32(linclass_context *ctx,
                                                       const linclass_matrix *X, int64_t k,
                                                       const float *R, int64_t ldr, float scale,
                                                       float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_gradient_csr_f64(linclass_context *ctx,
                                                       const linclass_matrix *X, int64_t k,
                                                       const double *R, int64_t ldr, double scale,
                                                       double *G, int64_t ldg, double *g_bias);

/* Compute the mean loss of the rows and its gradient in one sweep over X, never m x k numbers.
 * loss_number: a LINCLASS_LOSS_*. X: m x n, CSR. y: m labels in 0..k-1 (0 and 1 for a loss with one score,
 * whose k is 1). theta: n x k, ldtheta >= k. bias: k, or NULL. *loss: output. G: n x k, ldg >= k, output.
 * g_bias: k, output, or NULL. m = 0 gives zeros. */
LINCLASS_API linclass_status linclass_loss_gradient_csr_f32(
    linclass_context *ctx, int32_t loss_number, const linclass_matrix *X, int64_t k,
    const int64_t *y, const float *theta, int64_t ldtheta, const float *bias, double *loss,
    float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_loss_gradient_csr_f64(
    linclass_context *ctx, int32_t loss_number, const linclass_matrix *X, int64_t k,
    const int64_t *y, const double *theta, int64_t ldtheta, const double *bias, double *loss,
    double *G, int64_t ldg, double *g_bias);

/* The same for the cross-entropy of the softmax. */
LINCLASS_API linclass_status linclass_softmax_loss_gradient_csr_f32(
    linclass_context *ctx, const linclass_matrix *X, int64_t k, const int64_t *y,
    const float *theta, int64_t ldtheta, const float *bias, double *loss, float *G, int64_t ldg,
    float *g_bias);
LINCLASS_API linclass_status linclass_softmax_loss_gradient_csr_f64(
    linclass_context *ctx, const linclass_matrix *X, int64_t k, const int64_t *y,
    const double *theta, int64_t ldtheta, const double *bias, double *loss, double *G, int64_t ldg,
    double *g_bias);

LINCLASS_END_DECLS

#endif
