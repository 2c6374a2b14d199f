/* Gradient steps on minibatches: parameters in the working precision, updated in place.
 *
 *     theta := (1 - decay) theta - (learning_rate / B) X_b^T R_b
 *     bias  := bias              - (learning_rate / B) 1^T R_b
 *
 * decay = learning_rate * l2 makes it a step on the L2-penalised objective. With momentum mu, the same
 * step is added to a velocity, which begins at zero, and the velocity to the parameters (Polyak 1964):
 *
 *     v := mu v - decay theta - (learning_rate / B) X_b^T R_b,   theta := theta + v
 *
 * For *_tmpl.c. */
#ifndef SWEEP_STEP_H
#define SWEEP_STEP_H

#include "sweep/residuals.h"
#include "sweep/sweep.h"

/* minibatch_stepper_f32, minibatch_stepper_f64 */
#define minibatch_stepper REAL(minibatch_stepper)

#define stepper_begin REAL(stepper_begin) /* stepper_begin_f32, stepper_begin_f64 */
#define stepper_step  REAL(stepper_step)  /* stepper_step_f32, stepper_step_f64 */
#define stepper_store REAL(stepper_store) /* stepper_store_f32, stepper_store_f64 */
#define stepper_end   REAL(stepper_end)   /* stepper_end_f32, stepper_end_f64 */

typedef struct minibatch_stepper {
    sweep_input sweep; /* X, targets, n, k and kernel are the caller's; the rest is a step's */
    real momentum;     /* mu, 0 <= mu < 1: the caller's */
    bool by_class;     /* theta is k x n, where steps are fastest; else n x k */
    bool with_bias;
    bool sparse; /* X is */
    real factor; /* sparse rows without momentum: theta is this factor times the array `theta` */
    bool sweeps; /* there may be batches of more than direct_rows */
    real *theta;
    real *bias;          /* k, or NULL: no intercepts */
    real *velocity;      /* with momentum: as theta */
    real *bias_velocity; /* k */
    int64_t direct_rows; /* batches of up to so many rows are one update by one thread */
    real *samples;       /* direct_rows x n, where they are converted or gathered */
    real *residuals;     /* direct_rows x k */
    row_buffers rows;    /* direct_rows */
    real *gradient;      /* n x k, for larger batches */
    real *bias_gradient; /* k */
    void *memory;
} minibatch_stepper;

/* Prepare for batches of up to max_batch rows. Copies theta (n x k, ldtheta) and bias (k, or NULL).
 * Errors: DIMENSION, MEMORY. */
linclass_status stepper_begin(linclass_context *ctx, minibatch_stepper *self, int64_t max_batch,
                              const real *theta, int64_t ldtheta, const real *bias);

/* One step on rows[0..count-1] of X, or first..first+count-1 where rows is NULL; count >= 1.
 * Errors: NON_FINITE (X), NUMERIC, MEMORY. */
linclass_status stepper_step(linclass_context *ctx, minibatch_stepper *self, const int64_t *rows,
                             int64_t first, int64_t count, real learning_rate, real decay);

/* Write the parameters out: theta n x k, ldtheta; bias k, when there is one. */
void stepper_store(const minibatch_stepper *self, real *theta, int64_t ldtheta, real *bias);

void stepper_end(linclass_context *ctx, minibatch_stepper *self);

#endif
