/* The linear maps of level 1 in both precisions. Arguments, errors and what is written when: as linear.h of the
 * public headers promises. */
#ifndef LEVEL1_LINEAR_H
#define LEVEL1_LINEAR_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

linclass_status level1_logits_f32(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                  const float *X, int64_t ldx, const float *theta, int64_t ldtheta,
                                  const float *bias, float *H, int64_t ldh);
linclass_status level1_logits_f64(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                  const double *X, int64_t ldx, const double *theta,
                                  int64_t ldtheta, const double *bias, double *H, int64_t ldh);

linclass_status level1_gradient_f32(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                    const float *X, int64_t ldx, const float *R, int64_t ldr,
                                    float scale, float *G, int64_t ldg, float *g_bias);
linclass_status level1_gradient_f64(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                    const double *X, int64_t ldx, const double *R, int64_t ldr,
                                    double scale, double *G, int64_t ldg, double *g_bias);

/* The same with sparse rows, as csr.h of the public headers promises. */
linclass_status level1_logits_csr_f32(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                      const float *theta, int64_t ldtheta, const float *bias,
                                      float *H, int64_t ldh);
linclass_status level1_logits_csr_f64(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                      const double *theta, int64_t ldtheta, const double *bias,
                                      double *H, int64_t ldh);

linclass_status level1_gradient_csr_f32(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                        const float *R, int64_t ldr, float scale, float *G,
                                        int64_t ldg, float *g_bias);
linclass_status level1_gradient_csr_f64(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                        const double *R, int64_t ldr, double scale, double *G,
                                        int64_t ldg, double *g_bias);

#ifdef REAL_BITS /* in *_tmpl.c */
#define level1_logits       REAL(level1_logits)
#define level1_gradient     REAL(level1_gradient)
#define level1_logits_csr   REAL(level1_logits_csr)
#define level1_gradient_csr REAL(level1_gradient_csr)
#endif

#endif
