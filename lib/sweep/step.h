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
 * Where all batches are single rows and there is no momentum, two rows that follow each other are a pair, from the
 * first step on and after one that no row follows (single_row_tmpl.c). Bits depend on the pairs, not on when the
 * parameters are stored.
 *
 * For *_tmpl.c. */
#ifndef SWEEP_STEP_H
#define SWEEP_STEP_H

#include "linalg/narrow/narrow.h"
#include "sweep/residuals.h"
#include "sweep/sweep.h"

/* minibatch_stepper_f32, minibatch_stepper_f64 */
#define minibatch_stepper REAL(minibatch_stepper)

#define pending_steps REAL(pending_steps) /* pending_steps_f32, pending_steps_f64 */
#define pair_second   REAL(pair_second)   /* pair_second_f32, pair_second_f64 */

#define stepper_begin REAL(stepper_begin) /* stepper_begin_f32, stepper_begin_f64 */
#define stepper_step  REAL(stepper_step)  /* stepper_step_f32, stepper_step_f64 */
#define stepper_store REAL(stepper_store) /* stepper_store_f32, stepper_store_f64 */
#define stepper_end   REAL(stepper_end)   /* stepper_end_f32, stepper_end_f64 */

#define stepper_moved     REAL(stepper_moved)     /* stepper_moved_f32, stepper_moved_f64 */
#define stepper_step_bias REAL(stepper_step_bias) /* stepper_step_bias_f32, stepper_step_bias_f64 */
#define stepper_finish    REAL(stepper_finish)    /* stepper_finish_f32, stepper_finish_f64 */

/* stepper_add_velocity_f32, stepper_add_velocity_f64 */
#define stepper_add_velocity REAL(stepper_add_velocity)
/* stepper_single_row_f32, stepper_single_row_f64 */
#define stepper_single_row REAL(stepper_single_row)

enum { SINGLE_ROWS = 4 }; /* those of two passes */

/* Updates by one or two single rows, made when the next are there, in one pass with their scores. */
typedef struct pending_steps {
    int count;
    const real *x[2];
    const real *residuals; /* count x k, scaled: of the stepper's */
    real keep[2];
    real decay; /* with momentum, of one row */
} pending_steps;

/* The second row of a pair while the step on the first is made. */
typedef struct pair_second {
    const real *x; /* NULL: none */
    real product;  /* of both rows */
    real keep;     /* of the first row's step */
} pair_second;

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
    real *samples; /* direct_rows x n, at least SINGLE_ROWS, where they are converted or gathered */
    real *residuals;        /* direct_rows x k, at least 2 */
    row_buffers rows;       /* direct_rows */
    real *gradient;         /* n x k, for larger batches */
    real *bias_gradient;    /* k */
    int64_t following;      /* rows that come after those of the step */
    const narrow *products; /* of single rows; NULL: they are as other batches */
    bool pairs;             /* single rows go by in pairs */
    row_block in_place;     /* all rows, for single ones, or X NULL: they are converted */
    pending_steps pending;
    pair_second second;
    real *unused_scores; /* k */
    int64_t turn;        /* which of SINGLE_ROWS rows of `samples` a single row is converted to */
    void *memory;
} minibatch_stepper;

/* Prepare for batches of up to max_batch rows. Copies theta (n x k, ldtheta) and bias (k, or NULL).
 * Errors: DIMENSION, MEMORY. */
linclass_status stepper_begin(linclass_context *ctx, minibatch_stepper *self, int64_t max_batch,
                              const real *theta, int64_t ldtheta, const real *bias);

/* One step on rows[0..count-1] of X, or first..first+count-1 where rows is NULL; count >= 1. The `following` rows
 * after these, in the same order, are those of the next steps: they are asked for from memory. X stays as it is
 * until stepper_store.
 * Errors: NON_FINITE (X), NUMERIC, MEMORY. */
linclass_status stepper_step(linclass_context *ctx, minibatch_stepper *self, const int64_t *rows,
                             int64_t first, int64_t count, int64_t following, real learning_rate,
                             real decay);

/* Write the parameters out: theta n x k, ldtheta; bias k, when there is one. */
void stepper_store(minibatch_stepper *self, real *theta, int64_t ldtheta, real *bias);

void stepper_end(linclass_context *ctx, minibatch_stepper *self);

/* What a step is added to: theta, or with momentum the velocity. */
real *stepper_moved(const minibatch_stepper *self);

/* The step of the bias, by the residuals of `count` rows. */
void stepper_step_bias(minibatch_stepper *self, const real *residuals, int64_t count);

/* v := v - decay theta, theta := theta + v. */
void stepper_add_velocity(minibatch_stepper *self, real decay);

/* A step on the one row of the sweep, whose update becomes pending, where `products` are not NULL. */
linclass_status stepper_single_row(linclass_context *ctx, minibatch_stepper *self,
                                   int64_t following, real decay);

/* Make the updates that are pending. */
void stepper_finish(minibatch_stepper *self);

#endif
