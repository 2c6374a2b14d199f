/* The contract between solvers and what they minimise.
 *
 *     F(parameters) = (1 / sum w_i) sum w_i loss(h_i, y_i) + l1 ||theta||_1 + (l2 / 2) ||theta||_2^2
 *
 * Parameters are one vector of doubles: theta row by row (n k), then, with intercepts, bias (k). A
 * solver sees vectors, values and gradients; never a loss, a matrix of samples or a precision. The
 * objective rounds parameters to its working precision and computes there, with sums in double; what
 * it evaluates is exactly the rounded parameters, which is what a model keeps. */
#ifndef OBJECTIVE_OBJECTIVE_H
#define OBJECTIVE_OBJECTIVE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

#include "sweep/targets.h"

typedef struct objective objective;

typedef struct objective_value {
    double objective; /* F */
    double loss;      /* its first term */
    double error;     /* share of samples whose highest score is not their label's */
} objective_value;

typedef struct objective_methods {
    /* F and, when gradient is not NULL, its gradient (the l1 term has none: it is left out).
     * Errors: NON_FINITE (X), NUMERIC (overflow), MEMORY. */
    linclass_status (*evaluate)(objective *self, const double *parameters, objective_value *value,
                                double *gradient);

    /* product = Hessian of F at `parameters` times direction. UNSUPPORTED where the loss has no second
     * derivative; other errors as evaluate. */
    linclass_status (*hessian_product)(objective *self, const double *parameters,
                                       const double *direction, double *product);

    /* Mean of w x x^T over at most max_rows evenly spaced samples, x with a 1 appended where there are
     * intercepts. gram: N x N, N = parameters / columns, row-major; its lower triangle is written.
     * With parameters == NULL w is the sample's weight: curvature_bound times the mean over all
     * samples bounds the Hessian of the mean loss, for every column of theta. With parameters, w is
     * also times the curvature of the loss there in score number `column`: the mean over all samples is
     * that column's diagonal block of the Hessian (twice_differentiable objectives). A negative curvature,
     * which only a loss that is not convex has, counts as 0.
     * means: N, taken off the features first, or NULL. units: N, > 0, or NULL; the product is made of
     * features times their unit, which should have variances near 1, and is divided by the units in
     * the end. */
    linclass_status (*gram)(objective *self, int64_t max_rows, const double *parameters,
                            int64_t column, const double *means, const double *units, double *gram);

    /* The weighted mean squares, means, and variances (about those means) of the samples' features and
     * of that 1 over at most max_rows evenly spaced samples: N each. means and variances may be NULL. */
    linclass_status (*moments)(objective *self, int64_t max_rows, double *squares, double *means,
                               double *variances);

    /* Steps on minibatches, from `parameters`, for batches of up to max_batch rows, with a velocity
     * that begins at zero and 0 <= momentum < 1:
     *     velocity   := momentum * velocity - learning_rate * gradient of F over the batch,
     *     parameters := parameters + velocity.
     * `step` takes rows[0..count-1], or first..first+count-1 where rows is NULL; `store` writes the
     * present parameters; `end` frees what `begin` took, and must be called after it. */
    linclass_status (*steps_begin)(objective *self, const double *parameters, int64_t max_batch,
                                   double momentum);
    linclass_status (*step)(objective *self, const int64_t *rows, int64_t first, int64_t count,
                            double learning_rate);
    void (*steps_store)(const objective *self, double *parameters);
    void (*steps_end)(objective *self);

    void (*destroy)(objective *self);
} objective_methods;

struct objective {
    const objective_methods *methods;
    linclass_context *ctx;
    int64_t samples;    /* m */
    int64_t columns;    /* of theta: k, or 1 for two classes told apart by one score */
    int64_t weights;    /* n * columns: the penalised parameters, which come first */
    int64_t parameters; /* all of them: weights, then, with intercepts, one for each column */
    bool smooth;        /* its gradient, but for the l1 term's, has no jumps */
    bool twice_differentiable; /* hessian_product works */
    bool curvature_jumps;      /* its second derivative has jumps */
    double epsilon;            /* unit in the last place of 1 in the working precision */
    double curvature_bound;    /* largest eigenvalue of a row's loss'' in its scores */
    double step_curvature;     /* what a step with a fixed rate has to allow for of it */
    double largest_weight; /* of a sample, over the mean weight; 1 where they are all the same */
    double l1;
    double l2;
};

/* What an objective is made of; the arrays outlive it. */
typedef struct objective_data {
    const linclass_matrix *X;
    fit_targets targets; /* of the rows of X */
    double total_weight; /* sum of the weights, m where there are none; > 0 */
    int64_t columns;
    int32_t loss; /* LINCLASS_LOSS_* */
    bool with_bias;
    double l1;
    double l2;
} objective_data;

/* One in each working precision. Errors: DIMENSION, MEMORY. */
linclass_status objective_create_f32(linclass_context *ctx, const objective_data *data,
                                     objective **made);
linclass_status objective_create_f64(linclass_context *ctx, const objective_data *data,
                                     objective **made);

#ifdef REAL_BITS /* in *_tmpl.c */
#define objective_create REAL(objective_create)
#endif

#endif
