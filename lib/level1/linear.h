/* The linear maps of level 1 in both precisions. Arguments, errors and what is written when: as linear.h of the
 * public headers promises. */
#ifndef LEVEL1_LINEAR_H
#define LEVEL1_LINEAR_H

#include <linclass/context.h>
#include <linclass/status.h>

#define DECLARE_LEVEL1_LINEAR(real, suffix) \
    linclass_status level1_logits_##suffix( \
        linclass_context *ctx, int64_t m, int64_t n, int64_t k, const real *X, int64_t ldx, \
        const real *theta, int64_t ldtheta, const real *bias, real *H, int64_t ldh); \
    linclass_status level1_gradient_##suffix( \
        linclass_context *ctx, int64_t m, int64_t n, int64_t k, const real *X, int64_t ldx, \
        const real *R, int64_t ldr, real scale, real *G, int64_t ldg, real *g_bias);

DECLARE_LEVEL1_LINEAR(float, f32)
DECLARE_LEVEL1_LINEAR(double, f64)

#endif
