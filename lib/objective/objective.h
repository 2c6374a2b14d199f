/* The contract between solvers and what they minimise.
 *
 *     F(parameters) = mean loss(h_i, y_i) + l1 ||theta||_1 + (l2 / 2) ||theta||_2^2
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

    /* Steps on minibatches, from `parameters`, for batches of up to max_batch rows:
     * parameters := parameters - learning_rate * gradient of F over the batch.
     * `step` takes rows[0..count-1], or first..first+count-1 where rows is NULL; `store` writes the
     * present parameters; `end` frees what `begin` took, and must be called after it. */
    linclass_status (*steps_begin)(objective *self, const double *parameters, int64_t max_batch);
    linclass_status (*step)(objective *self, const int64_t *rows, int64_t first, int64_t count,
                            double learning_rate);
    void (*steps_store)(const objective *self, double *parameters);
    void (*steps_end)(objective *self);

    /* Mean of ||x||^2 over evenly spaced samples: the scale of the curvature. */
    linclass_status (*mean_square)(objective *self, double *mean);

    void (*destroy)(objective *self);
} objective_methods;

struct objective {
    const objective_methods *methods;
    linclass_context *ctx;
    int64_t samples;    /* m */
    int64_t weights;    /* n k: the penalised parameters, which come first */
    int64_t parameters; /* all of them */
    double l1;
    double l2;
};

/* What an objective is made of; X, y outlive it. y: m labels in 0..k-1. */
typedef struct objective_data {
    const linclass_matrix *X;
    const int64_t *y;
    int64_t k;
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

#endif
