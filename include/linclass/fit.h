/* Level 2, training: minimise
 *
 *     F(theta, bias) = (1 / sum w_i) * sum_i w_i * loss(h_i, y_i)
 *                      + l1 * ||theta||_1 + (l2 / 2) * ||theta||_2^2,   h_i = theta^T x_i + bias
 *
 * over a matrix view and its labels. The bias is never penalised. */
#ifndef LINCLASS_FIT_H
#define LINCLASS_FIT_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

typedef struct linclass_model linclass_model;

/* Losses of a row's scores h and its label y; docs/mathematics.md has their derivatives. Those of two
 * classes learn one weight vector, whose score h speaks for the greater label. */
enum {
    LINCLASS_LOSS_SOFTMAX = 1,         /* cross-entropy: log sum_j exp(h_j) - h_y */
    LINCLASS_LOSS_LOGISTIC = 2,        /* two classes, y in {0, 1}: log(1 + exp(h)) - y h */
    LINCLASS_LOSS_SIGMOID_SQUARED = 3, /* two classes: (sigmoid(h) - y)^2 / 2; not convex */
    LINCLASS_LOSS_PERCEPTRON = 4,      /* sum_{j != y} max(0, h_j - h_y) */
    LINCLASS_LOSS_HINGE = 5,           /* sum_{j != y} max(0, 1 + h_j - h_y) */
    LINCLASS_LOSS_SQUARED_HINGE = 6    /* sum_{j != y} max(0, 1 + h_j - h_y)^2 */
};

/* The name of a loss for options and output, "sigmoid-squared": static text. Numbers go from 1 without a
 * gap; NULL beyond the last one this library knows, and below 1. */
LINCLASS_API const char *linclass_loss_name(int32_t loss);

/* Solvers. */
enum {
    LINCLASS_SOLVER_AUTO = 0,
    LINCLASS_SOLVER_SGD = 1,              /* minibatch stochastic gradient descent */
    LINCLASS_SOLVER_GRADIENT_DESCENT = 2, /* full batch, until the gradient's norm is small */
    LINCLASS_SOLVER_LBFGS = 3,            /* limited-memory BFGS, preconditioned */
    LINCLASS_SOLVER_NEWTON = 4,           /* the whole Hessian, factored: few parameters */
    LINCLASS_SOLVER_NEWTON_CG = 5,        /* Newton's direction by conjugate gradients */
    LINCLASS_SOLVER_ORTHANT_WISE = 6      /* Newton-CG within orthants: an l1 penalty */
};

/* The same of a solver, "newton-cg", from 0, "auto". */
LINCLASS_API const char *linclass_solver_name(int32_t solver);

/* How the learning rate of SGD goes on from alpha, with t the epochs gone through so far. */
enum {
    LINCLASS_LEARNING_RATE_CONSTANT = 0,
    LINCLASS_LEARNING_RATE_STEP = 1,        /* alpha * decay^floor(floor(t) / period) */
    LINCLASS_LEARNING_RATE_INVERSE_TIME = 2 /* alpha / (1 + decay * t), t counted in samples, so
                                             * that it falls with every step */
};

/* Where a fit stands, given to the progress callback after every epoch (SGD) or iteration. The
 * struct belongs to the library and is valid during the call; read members only within `size`. */
typedef struct linclass_progress {
    size_t size;
    int64_t iteration;       /* epochs or iterations finished, from 1 */
    int64_t max_iterations;  /* the limit in force */
    double objective;        /* F at the present parameters, over all training rows */
    double loss;             /* its first term, the mean loss */
    double error;            /* 0/1 error over the training rows */
    double gradient_norm;    /* ||grad F||_2, theta and bias together */
    double learning_rate;    /* step length of the last step */
    double validation_loss;  /* mean loss on the validation rows; NaN without them */
    double validation_error; /* 0/1 error on them; NaN without them */
    double seconds;          /* since the fit began */
} linclass_progress;

/* Return 0 to go on, anything else to stop: the fit ends with STOPPED_BY_CALLBACK and the model as
 * it stands. Called on the thread that called linclass_fit; with that
 * context every function returns LINCLASS_ERROR_BUSY, with another one it works. */
typedef int32_t (*linclass_progress_callback)(const linclass_progress *progress, void *user);

typedef struct linclass_fit_options {
    size_t size;
    int32_t loss;     /* LINCLASS_LOSS_*. Default LINCLASS_LOSS_SOFTMAX */
    int32_t solver;   /* LINCLASS_SOLVER_*. Default LINCLASS_SOLVER_AUTO: orthant-wise for an l1
                        * penalty; SGD for losses with kinks, and for more than 2^24 elements of X
                        * without penalty; Newton for up to 100 parameters; else L-BFGS. The report
                        * says which. A loss and penalty the solver cannot minimise: UNSUPPORTED */
    int32_t dtype;    /* precision of the arithmetic and of the model: LINCLASS_FLOAT32 or
                        * LINCLASS_FLOAT64; 0, the default: FLOAT64 for float64 data, else FLOAT32 */
    int32_t fit_bias; /* 1 (default): learn intercepts; 0: none */
    double l1;        /* weight of ||theta||_1, >= 0. Default 0 */
    double l2;        /* weight of ||theta||^2 / 2, >= 0. Default 0 */
    int64_t max_iterations; /* epochs or iterations, >= 1; 0, the default: the solver's own */
    double max_seconds;     /* > 0; 0, the default: no limit. Checked after every batch of work */
    /* How small the gradient must be, >= 0; default 1e-4. All but SGD stop when its norm is at most
     * so many times that at zero parameters; for gradient descent the 2-norm, against at least 1; for
     * the others a norm scaled by an approximation of the Hessian, half of whose square is about the
     * gap to the optimum: 1e-4 leaves about 1e-8 of what there was to gain. A gradient that is rounding
     * error ends a fit by any solver of this second kind with 0, whatever the tolerance. */
    double gradient_tolerance;
    int64_t batch_size;   /* rows in a minibatch, >= 1. Default 100. SGD only */
    double learning_rate; /* step alpha, > 0; 0, the default: the solver chooses. SGD and gradient
                           * descent only: the others, AUTO's choice among them, do not read it */
    int32_t shuffle;      /* 1 (default): a new permutation of the rows each epoch; 0: row order */
    int32_t reserved;     /* 0 */
    uint64_t seed;        /* of the shuffling. Default 0 */
    linclass_progress_callback progress; /* or NULL */
    void *progress_user;
    const linclass_matrix *validation_X; /* rows to report on, n columns; NULL, the default: none */
    const int64_t *validation_y;         /* their labels, each of them among the training labels */

    /* What a row counts: w_i = sample_weight[i] * weight of its class, and 0 when its label is to
     * be ignored. Every mean is weighted: loss, objective and error, of training and validation
     * rows. A common factor changes nothing; doubling a weight is repeating the row. Samples of
     * weight 0 must be finite all the same, and their labels are classes. */
    const double *sample_weight;            /* m, finite, >= 0, not all 0; NULL (default): 1 each */
    const double *validation_sample_weight; /* the same for the rows of validation_X */
    const double *class_weight;    /* k, finite, >= 0, in the order of the ascending labels; NULL
                                 * (default): 1 each */
    int64_t class_weight_count;    /* k, when class_weight is given: held against the labels of y */
    int32_t class_weight_balanced; /* 1: instead of class_weight, S / (k S_c) for class c: S_c is
                                    * the sum of sample_weight over its training rows, S over all.
                                    * Default 0 */
    int32_t has_ignore_label;      /* 1: rows whose label is ignore_label count nothing, and the
                                    * label is no class. Default 0 */
    int64_t ignore_label;

    const linclass_model
        *initial; /* start from its parameters; NULL, the default: from zero. It has
                                    * n features, the loss above, and intercepts only if fit_bias; its
                                    * labels are the classes, also those y lacks (a label of y it lacks:
                                    * LABEL). Not used after the fit */

    /* Early stopping on the validation rows: they are measured after every epoch or iteration, and
     * the fit ends with EARLY_STOPPED when the validation loss has increased, each time over the
     * measurement before, for more than `patience` consecutive measurements. Whatever ends the fit,
     * the model is the one with the least validation loss measured (report.best_iteration); when
     * that is an earlier one than the last and the fit would have returned OK, it returns
     * EARLY_STOPPED. >= 0; 0, the default: no early stopping. Needs validation_X. */
    int64_t patience;

    /* SGD only. */
    double momentum; /* mu, 0 <= mu < 1: v := mu v - learning rate * gradient, parameters += v, with
                      * v = 0 at the start. Default 0 */
    int32_t learning_rate_schedule; /* LINCLASS_LEARNING_RATE_*. Default constant */
    int32_t reserved_2;             /* 0 */
    double learning_rate_decay;   /* of the schedule: 0 < decay <= 1 for step, > 0 for inverse time;
                                 * 0, the default: 1/2 for step, 1 for inverse time */
    int64_t learning_rate_period; /* of the step schedule, in epochs, >= 1. Default 10 */

    /* Softmax only: probabilities to fit to in the place of labels. Validation rows are measured
     * against their labels all the same. */
    double label_smoothing; /* e, 0 <= e < 1: a row is fitted to its label with probability 1 - e,
                             * and to every class with e / k more. Default 0 */
    const linclass_matrix
        *target_probabilities; /* m x k, finite, >= 0, rows of sum 1 within 1e-3: a
                                                  * row is fitted to these. Columns in the order of
                                                  * the labels; y may then be NULL: the labels are
                                                  * 0..k-1 (or those of `initial`), and a row's own,
                                                  * which its error and class weight go by, is its
                                                  * most probable. NULL, the default: none */
} linclass_fit_options;

/* What the fit did. Written even when the fit ends for a positive reason. */
typedef struct linclass_fit_report {
    size_t size;
    int32_t stopped_because; /* the status linclass_fit returned: LINCLASS_OK when it converged or
                               * ran the epochs asked for */
    int32_t solver;          /* the solver that ran */
    int32_t dtype;           /* the precision it ran in */
    int32_t reserved;
    int64_t iterations;            /* epochs or iterations */
    int64_t evaluations;           /* sweeps over all the rows for F and its gradient */
    double objective;              /* F of the model returned */
    double loss;                   /* its mean loss */
    double error;                  /* its 0/1 error on the training rows */
    double gradient_norm;          /* 2-norm of grad F; with an l1 penalty, of the subgradient of F
                                    * of least norm, which is 0 at a minimum alone */
    double gradient_infinity_norm; /* the largest absolute value in it */
    double learning_rate;          /* step length of the last step */
    double validation_loss;        /* NaN without validation rows */
    double validation_error;
    double seconds;         /* wall-clock time of the fit; NaN in the report of a model that was
                               * loaded: files do not keep it */
    int64_t best_iteration; /* with patience: the epoch or iteration the model is that of;
                               * without: `iterations` */

    /* With objective, loss and the gradient's norms, the certificate of the fit: how near the model is to
     * a minimum of F, and, with its loss, penalties and class weights, which F that is. What
     * linclass_model_verify recomputes. */
    double
        smooth_gradient_infinity_norm; /* largest absolute value in the gradient of F without its l1
                                           * term; equal to gradient_infinity_norm when l1 = 0 */
    int64_t samples;                   /* m, ignored rows included */
    double total_weight;      /* sum w_i; infinite where it overflows. m when every row counts 1 */
    double label_smoothing;   /* of the options */
    int64_t ignore_label;     /* of the options... */
    int32_t has_ignore_label; /* ...when this is 1 */
    int32_t with_sample_weight;        /* 1: options.sample_weight was given */
    int32_t with_target_probabilities; /* 1: options.target_probabilities was given */
    int32_t reserved_2;                /* 0 */
} linclass_fit_report;

/* Fill with the defaults; size: sizeof of the struct. INVALID_ARGUMENT for NULL or too small a size. */
LINCLASS_API linclass_status linclass_fit_options_init(linclass_fit_options *options, size_t size);
LINCLASS_API linclass_status linclass_fit_report_init(linclass_fit_report *report, size_t size);

/* Train a model.
 * X: m x n view, m >= 1. y: m labels, any integers; their distinct values in ascending order are
 * the model's classes, unless options.initial gives them; there must be two or more. NULL only with
 * target_probabilities, whose columns are then the classes. options, report: may be NULL. *model:
 * owned by the caller (linclass_model_destroy); NULL after an error, the fitted model after 0 or a
 * positive status.
 * Errors: INVALID_ARGUMENT (an option out of range, named), DIMENSION, NON_FINITE (row, column and
 * value), LABEL (one class only; a validation label the training rows lack), UNSUPPORTED, NUMERIC
 * (diverged: the learning rate is too large; or the samples are too large for sgd to choose one),
 * MEMORY, STRUCT_SIZE.
 * Memory beyond the caller's: O(threads (n k + rows-in-a-block * (n + k))), and m * 8 bytes for the
 * classes and the permutation. */
LINCLASS_API linclass_status linclass_fit(linclass_context *ctx, const linclass_matrix *X,
                                          const int64_t *y, const linclass_fit_options *options,
                                          linclass_fit_report *report, linclass_model **model);

LINCLASS_END_DECLS

#endif
