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

#include <math.h>
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

/* A point, and what duality proves of the minimum. */
typedef struct duality {
    double objective;      /* F */
    double dual_objective; /* a lower bound of the minimum of F */
    double gap;            /* the first less the second, >= 0 */
    double loss;           /* the first term of F, by the same sums */
} duality;

/* Of F, what its sums over samples may be off by in double precision. */
#define DUALITY_ROUNDING 1e-13

/* Set a point whose gap has been computed. The difference of two large numbers is rounding: the bound is less by
 * that, and at least 0, below which no F is. */
static inline void duality_set(duality *self, double loss, double penalty, double gap)
{
    const double F = loss + penalty;
    const double bound = F - gap - DUALITY_ROUNDING * F;
    self->loss = loss;
    self->objective = F;
    self->gap = bound > 0 ? F - bound : F;
    self->dual_objective = F - self->gap;
}

/* Some of the samples: those of these numbers, or first..first+count-1 where there are none. count >= 1. */
typedef struct sample_batch {
    const int64_t *numbers; /* `count` of them and `following`, or NULL */
    int64_t first;
    int64_t count;
    int64_t following; /* of a step: so many samples after these are those of the next steps */
} sample_batch;

/* Sums over samples, for each of N features, of which the 1 of the intercept, if any, is the last. Sums
 * over parts of the samples can be merged. */
typedef struct feature_sums {
    double weight;    /* sum of w */
    double *square;   /* N: sums of w x^2 */
    double *shift;    /* N: what distances are measured from: the first of the samples */
    double *distance; /* N: sums of w (x - shift) */
    double *spread;   /* N: sums of w (x - shift)^2 */
} feature_sums;

/* Of the features, the 1 of the intercept last: what sums over evenly spaced samples make of them. */
typedef struct feature_moments {
    double *square;   /* N: mean squares */
    double *mean;     /* N */
    double *variance; /* N */
} feature_moments;

typedef struct objective_methods {
    /* Set the penalties: l1 >= 0, l2 >= 0. They are 0 at first. */
    void (*set_penalties)(objective *self, double l1, double l2);

    /* Round the kinks of the loss off over a width mu > 0 (objectives that can_smooth), or, with 0, do not, as at
     * first. Until it is set again F, its derivatives and what is said of them below are those of the smoothed loss;
     * but what lower_bound finds is of the loss itself, whose dual points the residuals of the smoothed one are too. */
    void (*set_smoothing)(objective *self, double mu);

    /* F and, when gradient is not NULL, its gradient (the l1 term has none: it is left out).
     * batch: the samples it is taken over, instead of all of them, or NULL; the mean loss is then
     * (m / (B W)) sum w_i loss_i over the B samples of the batch, an estimate of that over all m, whose
     * weights sum to W; the error likewise.
     * Errors: NON_FINITE (X), NUMERIC (overflow), MEMORY. */
    linclass_status (*evaluate)(objective *self, const sample_batch *batch,
                                const double *parameters, objective_value *value, double *gradient);

    /* A lower bound of the minimum of F, proven by duality, from the residuals at `parameters`: a pass over the
     * scores and a sweep, or, without intercepts, the sweep alone. It is at least 0, and as good as the point: F
     * less it is of second order in the distance to the minimum where F has an l2 penalty, of first order where it has
     * an l1 penalty alone. Without penalty it is 0, unless the gradient is. What is proven holds up to
     * rounding: of sums over the samples in double, and, relative to F, or, where the columns are known, to their own
     * size, of the samples' products in the working precision. UNSUPPORTED for losses that are not convex; other
     * errors as evaluate. */
    linclass_status (*lower_bound)(objective *self, const double *parameters, duality *found);

    /* product = Hessian of F at `parameters` times direction. UNSUPPORTED where the loss has no second
     * derivative; other errors as evaluate. */
    linclass_status (*hessian_product)(objective *self, const double *parameters,
                                       const double *direction, double *product);

    /* Prepare products with the Hessian at `parameters`, several of them (objectives that can_hold), mostly of those
     * rows that make most of it: rows whose curvatures together are at most `share` of all may count as if they had
     * none, so what products are of is at most the Hessian. Costs little where F and its gradient were evaluated there
     * last.
     * Errors: NON_FINITE (X), NUMERIC, MEMORY. */
    linclass_status (*hold)(objective *self, const double *parameters, double share);

    /* A product with what is held. Errors: those of evaluate. */
    linclass_status (*held_product)(objective *self, const double *direction, double *product);

    /* hessian := the Hessian of F at `parameters` in those that are chosen, chosen[0..count-1], ascending, or in
     * all P where chosen is NULL: count x count or P x P, in the coordinates in which features are about
     * `means` (solver/moments.h; N of them, N = parameters / columns). twice_differentiable objectives of few such
     * parameters: one pass over the rows, of m count^2 / 2 operations, and up to 64 MiB beside. Errors: those of
     * evaluate. */
    linclass_status (*hessian)(objective *self, const double *parameters, const double *means,
                               const int64_t *chosen, int64_t count, double *hessian);

    /* Sum of w u u^T over at most max_rows evenly spaced samples x, u_j = (x_j - means_j) units_j; both x and means
     * with a 1 and a 0 appended where there are intercepts. means, units: N = parameters / columns, units > 0, such
     * that the variances of u are near 1. gram: N x N, row-major; its lower triangle is written.
     * w is the sample's weight: curvature_bound times the mean of x x^T over all samples bounds the Hessian of the mean
     * loss, for every column of theta. Or it is the sample's of row_weights, as many as samples are looked at, where
     * that is not NULL. *weight: of the samples that were looked at, their own. */
    linclass_status (*gram)(objective *self, int64_t max_rows, const double *row_weights,
                            const double *means, const double *units, double *gram, double *weight);

    /* The curvature of the loss at `parameters` in scores 0..columns-1, times the sample's weight, of the samples that
     * gram looks at with the same max_rows, *rows <= max_rows of them: columns x *rows. As row_weights of gram, those
     * of a column make the mean over all samples that column's diagonal block of the Hessian (twice_differentiable
     * objectives). A negative curvature, which only a loss that is not convex has, counts as 0. Errors: NON_FINITE (X),
     * NUMERIC, MEMORY. */
    linclass_status (*curvatures)(objective *self, int64_t max_rows, const double *parameters,
                                  int64_t columns, double *curvatures, int64_t *rows);

    /* Sums over at most max_rows evenly spaced samples, into the arrays of `sums`. */
    linclass_status (*moments)(objective *self, int64_t max_rows, feature_sums *sums);

    /* *made: F over some of the features, features[0..count-1], ascending, with a copy of their columns. Its parameters
     * are the rows of theta of these features, and bias; samples, targets, weights and penalties are the same, and the
     * arrays that the objective is made of must outlive it too. For at most m count elements and 9 n + 9 m bytes of
     * memory; one pass over the rows. NULL where the samples are in parts. Errors: DIMENSION, MEMORY. */
    linclass_status (*restricted)(objective *self, const int64_t *features, int64_t count,
                                  objective **made);

    /* Steps on minibatches, from `parameters`, for batches of up to max_batch rows, with a velocity
     * that begins at zero and 0 <= momentum < 1:
     *     velocity   := momentum * velocity - learning_rate * gradient of F over the batch,
     *     parameters := parameters + velocity.
     * A solver with an update of its own takes the gradient from `evaluate`. `store` writes the present
     * parameters; `end` frees what `begin` took, and must be called after it. */
    linclass_status (*steps_begin)(objective *self, const double *parameters, int64_t max_batch,
                                   double momentum);
    linclass_status (*step)(objective *self, const sample_batch *batch, double learning_rate);
    void (*steps_store)(objective *self, double *parameters);
    void (*steps_end)(objective *self);

    /* Ascent of the dual problem of F by its coordinates, row by row, from the point where all rows of the dual are 0,
     * of objectives that can_ascend: `pass` maximises over the dual rows of the samples that take part, one after
     * another in a random order that seed and number decide, with parameters that follow. What is held at an end takes
     * part no more until `restore`, which comes after `store`. *violation: the largest of the conditions of the
     * maximum, as they were met; *left: samples that still take part. Of objectives that ascend in rounds a pass over
     * all samples is followed by passes over those with the largest gaps; *violation: the sum of the gaps in the
     * last pass over all, as they were met, which is about that of F; *left: 0 where a round has ended.
     * `store` writes the parameters of the present point, and what it proves: a lower bound of the minimum of F, with
     * sums in double precision. `end` frees what `begin` took, and must be called after it.
     * Memory: 5 m k bytes in single precision, 9 in double, and 24 m (in rounds 4, 8 and 32); theta, and 8 n k.
     * Errors: NON_FINITE (X), NUMERIC, MEMORY. */
    linclass_status (*ascent_begin)(objective *self);
    linclass_status (*ascent_pass)(objective *self, uint64_t seed, int64_t number,
                                   double *violation, int64_t *left);
    void (*ascent_restore)(objective *self);
    void (*ascent_store)(objective *self, double *parameters, double *bound);
    void (*ascent_end)(objective *self);

    /* The same of a smooth loss, of objectives that can_ascend_smoothly, from the dual point of `parameters`, or, where
     * they are NULL, from theta = 0: `pass` maximises over the dual rows of all samples, and takes a step of the
     * intercepts after it. `store` writes the parameters of the present point, which proves nothing by itself: where it
     * is the maximum, the gradient of F is 0. row_curvature: the mean of s ||x||^2 / l2 over the samples, of which a
     * pass gets the nearer to the maximum the less there is.
     * Memory: m k and n k reals, 16 m. Errors: NON_FINITE (X), NUMERIC, MEMORY. */
    double (*row_curvature)(objective *self);
    linclass_status (*probabilities_begin)(objective *self, const double *parameters);
    linclass_status (*probabilities_pass)(objective *self, uint64_t seed, int64_t number);
    void (*probabilities_store)(objective *self, double *parameters);
    void (*probabilities_end)(objective *self);

    void (*destroy)(objective *self);
} objective_methods;

struct objective {
    const objective_methods *methods;
    linclass_context *ctx;
    int64_t samples;    /* m */
    int64_t columns;    /* of theta: k, or 1 for two classes told apart by one score */
    int64_t weights;    /* n * columns: the penalised parameters, which come first */
    int64_t parameters; /* all of them: weights, then, with intercepts, one for each column */
    bool convex;
    bool smooth;               /* its gradient, but for the l1 term's, has no jumps */
    bool twice_differentiable; /* hessian_product works */
    bool can_smooth;           /* set_smoothing works */
    bool can_hold;             /* hold works */
    bool ascends_in_rounds;    /* of the dual problem */
    bool can_ascend;           /* ascent_begin works, where there is an l2 penalty and no other */
    bool can_ascend_smoothly;  /* probabilities_begin works, likewise */
    bool curvature_jumps;      /* its second derivative has jumps */
    double epsilon;            /* unit in the last place of 1 in the working precision */
    double curvature_bound;    /* largest eigenvalue of a row's loss'' in its scores */
    double step_curvature;     /* what a step with a fixed rate has to allow for of it */
    double elements;           /* of all samples: m n, or those that sparse rows have */
    double largest_weight; /* of a sample, over the mean weight; 1 where they are all the same */
    bool in_parts;         /* the samples are not here: no batches, no steps */
    const feature_moments *known;  /* moments that need not be measured again, or NULL */
    const double *column_mean;     /* n, of the samples, and */
    const double *column_variance; /* n, or NULL: not known */
    double l1;                     /* penalties, by set_penalties */
    double l2;
    double mu; /* by set_smoothing */
    bool
        grouped; /* the l1 term is l1 sum ||theta_j||_2 over the rows of theta, by objective_set_grouped */
    double lower; /* <= 0, of the weights, by objective_set_bounds */
    double upper; /* >= 0 */
};

/* Let the l1 term be l1 sum ||theta_j||_2 over the rows of theta, or, as at first, l1 ||theta||_1, which is the same
 * where theta has one column. */
void objective_set_grouped(objective *self, bool grouped);

static inline bool objective_is_grouped(const objective *self)
{
    return self->grouped && self->l1 > 0;
}

/* Whether the rows are so sparse that products of their elements are few. */
static inline bool objective_is_sparse(const objective *self)
{
    enum { SPARSE = 8 }; /* elements of dense rows for each that is there */
    const double n = (double)self->weights / (double)self->columns;
    return self->elements * SPARSE <= (double)self->samples * n;
}

/* The largest |G_ij| of the weights, or, where the l1 term is of rows, ||G_i||_2: at most l1 at theta = 0 if that
 * is a minimum, G the gradient. */
double objective_dual_norm(const objective *F, const double *gradient);

/* l1 times the norms of the rows, or the absolute values, of `weights` parameters, and the l2 term. */
double objective_penalty(const objective *F, const double *parameters);

/* Bounds on the weights, -infinity and infinity at first, of which single precision keeps the nearest numbers within.
 * F and its gradient stay what they are; lower bounds and gaps are those of the minimum within. */
void objective_set_bounds(objective *self, double lower, double upper);

static inline bool objective_is_bounded(const objective *self)
{
    return self->lower > -INFINITY || self->upper < INFINITY;
}

/* The number of the sample that is looked at in place `place` of `rows` evenly spaced ones. */
static inline int64_t objective_sampled_row(int64_t samples, int64_t rows, int64_t place)
{
    return (int64_t)((double)place * ((double)samples / (double)rows));
}

/* The gap that the gradient at a point proves, of which the mean loss is known: no pass over the samples. What free
 * intercepts may still gain is left out (it is little near the best ones), but for smoothed losses, where the gradient
 * in the intercepts is counted for a way of 1, or for as far as they have come. */
double objective_gap_of_gradient(const objective *F, const double *parameters, double loss,
                                 const double *gradient);

/* What an objective is made of; the arrays outlive it. */
typedef struct objective_data {
    const linclass_matrix *X;
    fit_targets targets; /* of the rows of X */
    double total_weight; /* sum of the weights, m where there are none; > 0 */
    int64_t columns;
    int32_t loss; /* LINCLASS_LOSS_* */
    bool with_bias;
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
