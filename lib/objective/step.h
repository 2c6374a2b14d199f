/* Gradient steps on minibatches: parameters in the working precision, updated in place.
 *
 *     theta := keep theta - (learning_rate / B) X_b^T R_b
 *     bias  := bias       - (learning_rate / B) 1^T R_b
 *
 * keep = 1 - learning_rate * l2 makes it a step on the L2-penalised objective. */
#ifndef OBJECTIVE_STEP_H
#define OBJECTIVE_STEP_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

#include "kernel/kernel.h"

#define DECLARE_STEP(real, suffix)                                                                   \
    typedef struct stepper_##suffix {                                                                \
        const linclass_matrix *X;                                                                    \
        const int64_t *y; /* label of each row of X, in 0..k-1 */                                    \
        const loss_kernel_##suffix *kernel;                                                          \
        int64_t k;                                                                                   \
        bool by_class; /* theta is k x n, where steps are fastest; else n x k */                     \
        real *theta;                                                                                 \
        real *bias;          /* k, or NULL: no intercepts */                                         \
        int64_t direct_rows; /* batches of up to so many rows are one update by one thread */        \
        real *samples;       /* direct_rows x n, where they are converted or gathered */             \
        real *residuals;     /* direct_rows x k */                                                   \
        int64_t *labels;     /* direct_rows */                                                       \
        double *row_loss;    /* direct_rows */                                                       \
        real *gradient;      /* n x k, for larger batches; NULL when none is larger */               \
        real *bias_gradient; /* k */                                                                 \
        void *memory;                                                                                \
    } stepper_##suffix;                                                                              \
    /* Prepare for batches of up to max_batch rows; self->X, y, kernel, k are set. Copies theta    \
     * (n x k, ldtheta) and bias (k, or NULL). Errors: DIMENSION, MEMORY. */ \
    linclass_status stepper_begin_##suffix(linclass_context *ctx, stepper_##suffix *self,            \
                                           int64_t max_batch, const real *theta, int64_t ldtheta,    \
                                           const real *bias);                                        \
    /* One step on rows[0..count-1] of X, or first..first+count-1 where rows is NULL. Adds the     \
     * losses of the rows before the step to *loss. Errors: NON_FINITE (X), NUMERIC. */ \
    linclass_status stepper_step_##suffix(linclass_context *ctx, stepper_##suffix *self,             \
                                          const int64_t *rows, int64_t first, int64_t count,         \
                                          real learning_rate, real keep, double *loss);              \
    /* Write the parameters out: theta n x k, ldtheta; bias k, when there is one. */                 \
    void stepper_store_##suffix(const stepper_##suffix *self, real *theta, int64_t ldtheta,          \
                                real *bias);                                                         \
    void stepper_end_##suffix(linclass_context *ctx, stepper_##suffix *self);

DECLARE_STEP(float, f32)
DECLARE_STEP(double, f64)

#endif
