/* Level 2, the certificate of a fit: its figures recomputed from the data.
 *
 * A fit reports the objective, its gradient and the rows they were computed from (linclass_fit_report), and a
 * model's file keeps that report. linclass_model_verify recomputes these figures from the parameters and the
 * data by independent code, row by row in double, by the formulas of docs/mathematics.md: no vector kernel,
 * no BLAS, no blocks, no threads. Whether the model is at a minimum of F is judged separately, by the code
 * whose check every fit must pass before it returns OK. The rows of the fit must be given; the loss, the
 * penalties, the class weights, the label to ignore and the smoothing of labels are those of the model. */
#ifndef LINCLASS_CERTIFICATE_H
#define LINCLASS_CERTIFICATE_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/model.h>

LINCLASS_BEGIN_DECLS

/* Figures of the report that are wrong: bits of linclass_certificate.differs. */
enum {
    LINCLASS_DIFFERS_SAMPLES = 1,   /* samples */
    LINCLASS_DIFFERS_WEIGHT = 2,    /* total_weight, by more than 1e-9 of it */
    LINCLASS_DIFFERS_OBJECTIVE = 4, /* objective or loss, by more than objective_tolerance */
    LINCLASS_DIFFERS_GRADIENT = 8,  /* an infinity norm of the gradient, by more than
                                     * gradient_tolerance */
    LINCLASS_DIFFERS_GAP = 16       /* gap from objective less dual_objective, by more than
                                     * objective_tolerance */
};

typedef struct linclass_certificate {
    size_t size;
    /* Input. */
    const double
        *sample_weight; /* m, finite, >= 0, not all 0, as in the fit; NULL (default): 1 each */
    const linclass_matrix *target_probabilities; /* m x k, as in the fit; NULL (default): none */

    /* Output. */
    int64_t samples;     /* m, ignored rows included */
    double total_weight; /* sum w_i */
    double objective;    /* F */
    double loss;         /* its first term, the mean loss */
    /* Norms of the subgradient of F of smallest norm, theta and bias together: without an l1 penalty, of its
     * gradient. If the loss is convex and smooth, F is at a minimum if and only if they are 0.
     *   not convex    (sigmoid squared) 0 at any stationary point
     *   with kinks    (perceptron, hinge) at a kink of the loss, where a violation is exactly 0, one
     *                 subgradient is taken: a hinge there counts as not violated, a tie of the perceptron
     *                 as violated. Norms of 0 prove a minimum, but most minima are at kinks, where the
     *                 norms need not be 0. */
    double gradient_norm;                 /* 2-norm */
    double gradient_infinity_norm;        /* largest absolute value */
    double smooth_gradient_infinity_norm; /* the same of the gradient without the l1 term */
    /* Largest difference between these figures and those of the report that rounding in the precision of the
     * fit can cause: a bound that allows 4 + sqrt(N) / 2 rounding errors for a sum of N terms. */
    double objective_tolerance; /* of objective and loss */
    double gradient_tolerance;  /* of the infinity norms */

    int32_t compared; /* 1: the model has the report of a fit; 0: it has none */
    int32_t differs;  /* sum of LINCLASS_DIFFERS_*; 0: the report is correct */

    /* Distance of the model from the minimum, independent of its report: an estimate of F minus its minimum,
     * by conjugate gradients on the Hessian at the model, in double precision; at most F and what duality_gap proves,
     * and too small where the model is far from the minimum. NaN, like gap_allowed, for losses whose gradient has
     * jumps, and for features that a fit would refuse as too large or too small. */
    double gap;
    /* The gap that a fit with the default gradient_tolerance of 1e-4 may leave when it returns OK: 1e-7 of
     * the possible decrease from zero parameters. */
    double gap_allowed;
    /* 1: gap <= gap_allowed; 0: not; -1: gap is NaN. For a loss that is not convex (sigmoid squared) any
     * stationary point counts as a minimum. */
    int32_t at_minimum;
    int32_t reserved; /* 0 */

    /* A lower bound of the minimum of F that duality proves from the model, and objective less it, >= 0: no parameters
     * have an F that is lower by more. Row by row in double, by the conjugates of the losses; for the hinge and
     * the perceptron from the best of several smoothed forms. What is proven holds up to rounding in double
     * precision. Far from the minimum, and with intercepts for more than 1024 classes, the bound is 0. A fit may have
     * proven more, by numbers that a model does not keep: the gap of its report is then not confirmed. NaN without a
     * penalty, and for a loss that is not convex. (gap is estimated, in the curvature of F, and mostly far smaller;
     * where it is not, it is duality_gap.) */
    double dual_objective;
    double duality_gap;
} linclass_certificate;

/* Clear the struct. size: sizeof *certificate.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_certificate_init(linclass_certificate *certificate,
                                                       size_t size);

/* Recompute the figures over m >= 1 rows X and labels y (m, each a label of the model or the one that its fit
 * ignored; NULL only with target_probabilities), and compare them with the model's report, if it has one.
 * The scale of the view must be automatic, or that of the fit (linclass_model_scale). A model made by
 * linclass_model_create has no penalties. Differences are not errors. After an error nothing is written.
 * Errors: those of prediction; LABEL; INVALID_ARGUMENT also for a model that was fitted to probabilities
 * when none are given; DIMENSION (no rows; probabilities of another shape); NUMERIC (the objective
 * overflows); STRUCT_SIZE. Time: 4 m n k multiplications on one thread, and those of the gap's
 * sweeps, 8 or more, on all; 4 m n k more for the lower bound, for the hinge and the perceptron 20 m n k. Memory:
 * 14 n k doubles, 24 m bytes, 2 k^2 doubles up to k = 1024. */
LINCLASS_API linclass_status linclass_model_verify(linclass_context *ctx,
                                                   const linclass_model *model,
                                                   const linclass_matrix *X, const int64_t *y,
                                                   linclass_certificate *certificate);

LINCLASS_END_DECLS

#endif
