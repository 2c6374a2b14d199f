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

/* Losses of a row's scores h and its label y; docs/mathematics.md has their derivatives. Losses
 * of two classes learn one weight vector, whose score h is that of the larger label. New losses are added at
 * the end. */
enum {
    LINCLASS_LOSS_SOFTMAX = 1,         /* cross-entropy: log sum_j exp(h_j) - h_y */
    LINCLASS_LOSS_LOGISTIC = 2,        /* two classes, y in {0, 1}: log(1 + exp(h)) - y h */
    LINCLASS_LOSS_SIGMOID_SQUARED = 3, /* two classes: (sigmoid(h) - y)^2 / 2; not convex */
    LINCLASS_LOSS_PERCEPTRON = 4,      /* sum_{j != y} max(0, h_j - h_y) */
    LINCLASS_LOSS_HINGE = 5,           /* sum_{j != y} max(0, 1 + h_j - h_y) */
    LINCLASS_LOSS_SQUARED_HINGE = 6,   /* sum_{j != y} max(0, 1 + h_j - h_y)^2 */
    LINCLASS_LOSS_CRAMMER_SINGER = 7   /* max(0, max_{j != y} 1 + h_j - h_y) */
};

/* The name of a loss for options and output, "sigmoid-squared": static text. Numbers go from 1 without a
 * gap; NULL beyond the last one this library knows, and below 1. */
LINCLASS_API const char *linclass_loss_name(int32_t loss);

/* Columns of theta that a loss needs for so many classes, and scores of a row: 1 for a loss of two classes,
 * otherwise `classes`. 0 when there is no such loss. */
LINCLASS_API int64_t linclass_loss_columns(int32_t loss, int64_t classes);

/* Penalty l2 of a fit: chosen by the library. */
#define LINCLASS_AUTOMATIC (-1.0)

/* Solvers. */
enum {
    LINCLASS_SOLVER_AUTO = 0,
    LINCLASS_SOLVER_SGD = 1,              /* minibatch stochastic gradient descent */
    LINCLASS_SOLVER_GRADIENT_DESCENT = 2, /* full batch, until the gradient's norm is small */
    LINCLASS_SOLVER_LBFGS = 3,            /* limited-memory BFGS, preconditioned */
    LINCLASS_SOLVER_NEWTON = 4,           /* the whole Hessian, factored: few parameters */
    LINCLASS_SOLVER_NEWTON_CG = 5,        /* Newton's direction by conjugate gradients */
    LINCLASS_SOLVER_ORTHANT_WISE = 6,     /* Newton over the features that matter: an l1 penalty */
    LINCLASS_SOLVER_SMOOTHING = 7,        /* Newton on smoothed losses, for those with kinks */
    LINCLASS_SOLVER_PROJECTED_NEWTON = 8, /* Newton within bounds on the weights */
    LINCLASS_SOLVER_DUAL_ASCENT = 9 /* the dual problem row by row: kinks, no bias; softmax; l2 */
};

/* The same for a solver, such as "newton-cg"; numbers go from 0, "auto". */
LINCLASS_API const char *linclass_solver_name(int32_t solver);

/* The learning rate of SGD after t epochs, starting from alpha. */
enum {
    LINCLASS_LEARNING_RATE_CONSTANT = 0,
    LINCLASS_LEARNING_RATE_STEP = 1, /* alpha * decay^floor(floor(t) / period) */
    /* alpha / (1 + decay * t), where t is a fraction that grows with every sample: the rate decreases with
     * every step, not only between epochs. */
    LINCLASS_LEARNING_RATE_INVERSE_TIME = 2
};

/* State of a fit, passed to the progress callback after every epoch (SGD) or iteration. The struct is
 * owned by the library and valid during the call; read members only within `size`. */
typedef struct linclass_progress {
    size_t size;
    int64_t iteration;       /* epochs or iterations completed, from 1 */
    int64_t max_iterations;  /* the limit in force */
    double objective;        /* F at the current parameters, over all training rows */
    double loss;             /* its first term, the mean loss */
    double error;            /* 0/1 error over the training rows */
    double gradient_norm;    /* ||grad F||_2, theta and bias together */
    double learning_rate;    /* step length of the last step */
    double validation_loss;  /* mean loss on the validation rows; NaN without them */
    double validation_error; /* 0/1 error on them; NaN without them */
    double seconds;          /* since the fit began */
    /* Largest lower bound of the minimum of F that the fit has proven so far, and objective less it; NaN before
     * the first. With intercepts the first is proven when the fit is about to end. */
    double dual_objective;
    double gap;
    /* The norm of the gradient that the solver stops by, over its norm at zero parameters, where the last step began;
     * and the options' gradient_tolerance, at or below which it stops. NaN for SGD, and where the solver stops by the
     * gap. */
    double relative_gradient;
    double gradient_tolerance;
    int32_t solver;   /* LINCLASS_SOLVER_*: the one that runs */
    int32_t reserved; /* 0 */
} linclass_progress;

/* Progress callback: return 0 to continue, anything else to stop. A stopped fit returns
 * STOPPED_BY_CALLBACK and the model at the current parameters. Called on the thread that called
 * linclass_fit. Inside it, every function returns LINCLASS_ERROR_BUSY for the context of the fit; other
 * contexts can be used. */
typedef int32_t (*linclass_progress_callback)(const linclass_progress *progress, void *user);

typedef struct linclass_fit_options {
    size_t size;
    int32_t loss; /* LINCLASS_LOSS_*. Default LINCLASS_LOSS_SOFTMAX */
    /* LINCLASS_SOLVER_*. Default LINCLASS_SOLVER_AUTO: projected Newton for bounds on the weights; for the hinge and
     * Crammer-Singer losses with a penalty smoothing, or, without bias, base scores and l1, dual ascent where rows are
     * sparse or at most 20000, which smoothing relieves after 1000 visits of each row; orthant-wise for an l1 penalty;
     * SGD for the perceptron and for kinks without penalty; Newton for up to 100 parameters; Newton-CG for the logistic
     * loss of sparse rows with more than 2048 and an l2 penalty; dual ascent for the softmax loss of sparse rows with
     * more than 2048 features towards labels and an l2 penalty of which the rows' squares are not hundreds of times m;
     * otherwise L-BFGS. The report names the choice. A solver that cannot minimise this loss and penalty is
     * UNSUPPORTED. */
    int32_t solver;
    /* Precision of the arithmetic and of the model: LINCLASS_FLOAT32, LINCLASS_FLOAT64, or 0, the
     * default: FLOAT64 for float64, int32 and int64 data, otherwise FLOAT32. */
    int32_t dtype;
    int32_t fit_bias; /* 1 (default): learn intercepts; 0: none */
    double l1;        /* weight of ||theta||_1, >= 0; see group_l1. Default 0 */
    /* Weight of ||theta||^2 / 2, >= 0. LINCLASS_AUTOMATIC, the default: 1 / sum w_i, as much as one row counts, which
     * is C = 1 of scikit-learn and LIBLINEAR; 0 where l1 > 0, and for the perceptron, whose F any penalty would make
     * least at theta = 0. linclass_model_l2 returns the number. */
    double l2;
    int64_t max_iterations; /* epochs or iterations, >= 1; 0, the default: depends on the solver */
    double max_seconds;     /* > 0; 0, the default: no limit. Checked after every batch of work */
    /* Every solver except SGD stops when the norm of the gradient is at most gradient_tolerance times its
     * norm at zero parameters, wherever the fit starts. >= 0; default 1e-4. Gradient descent uses the
     * 2-norm. The others scale the gradient by an approximation of the Hessian: half the square of that
     * norm estimates the gap to the minimum, so that 1e-4 leaves about 1e-8 of the possible decrease. They
     * also stop when the gradient is no larger than its rounding error. */
    double gradient_tolerance;
    int64_t batch_size; /* rows in a minibatch, >= 1. Default 100. SGD only */
    /* Step length alpha, > 0; 0, the default: chosen by the solver. Read by SGD and gradient descent
     * only, not by a solver that AUTO chose among the others. */
    double learning_rate;
    int32_t shuffle;  /* 1 (default): a new permutation of the rows each epoch; 0: row order */
    int32_t reserved; /* 0 */
    uint64_t seed;    /* of the shuffling. Default 0 */
    linclass_progress_callback progress; /* or NULL */
    void *progress_user;
    const linclass_matrix *validation_X; /* rows to report on, n columns; NULL, the default: none */
    const int64_t *validation_y;         /* their labels, each of them among the training labels */

    /* Weights of rows: w_i = sample_weight[i] * weight of its class, and 0 for rows with ignore_label.
     * Every mean is weighted: loss, objective and error, of training and validation rows. A common factor
     * changes nothing but an automatic l2; doubling a weight is the same as repeating the row. Rows of weight 0 must
     * still be finite, and their labels are classes. */
    const double *sample_weight;            /* m, finite, >= 0, not all 0; NULL (default): 1 each */
    const double *validation_sample_weight; /* the same for the rows of validation_X */
    /* k, finite, >= 0, in ascending order of the labels; NULL (default): 1 each. */
    const double *class_weight;
    int64_t class_weight_count; /* k, when class_weight is given: compared with the labels of y */
    /* 1: weight S / (k S_c) for class c instead of class_weight, where S_c is the sum of sample_weight
     * over its training rows and S the sum over all of them. Default 0. */
    int32_t class_weight_balanced;
    int32_t
        has_ignore_label; /* 1: rows with ignore_label have weight 0; it is no class. Default 0 */
    int64_t ignore_label;

    /* Model whose parameters the fit starts from; NULL, the default: zero parameters. It has n features,
     * the loss above, and intercepts only if fit_bias is set. Its labels are the classes, including those
     * that y lacks; a label of y that it lacks is an error (LABEL). Not used after the fit. */
    const linclass_model *initial;

    /* Early stopping on the validation rows, which are evaluated after every epoch or iteration. The fit
     * ends with EARLY_STOPPED after more than `patience` consecutive increases of the validation loss.
     * However the fit ends, the model returned is the one with the smallest validation loss
     * (report.best_iteration); if that is not the last one, a fit that would have returned OK returns
     * EARLY_STOPPED. >= 0; 0, the default: no early stopping. Requires validation_X. */
    int64_t patience;

    /* SGD only. */
    /* Momentum mu, 0 <= mu < 1: v := mu v - learning rate * gradient, parameters += v, with v = 0 at the
     * start. Default 0. */
    double momentum;
    int32_t learning_rate_schedule; /* LINCLASS_LEARNING_RATE_*. Default constant */
    int32_t reserved_2;             /* 0 */
    /* Decay of the schedule: 0 < decay <= 1 for step, > 0 for inverse time; 0, the default: 1/2 for step,
     * 1 for inverse time. */
    double learning_rate_decay;
    int64_t learning_rate_period; /* of the step schedule, in epochs, >= 1. Default 10 */

    /* Softmax only: probabilities to fit to instead of labels. Validation rows are always compared with
     * their labels. */
    /* Smoothing e, 0 <= e < 1: the target of a row is 1 - e for its label plus e / k for every class.
     * Default 0. */
    double label_smoothing;
    /* m x k, finite, >= 0, each row with sum 1 within 1e-3: the targets of the rows; NULL, the default:
     * none. Columns are in the order of the labels. y may then be NULL: the labels are 0..k-1 (or those
     * of `initial`), and the label of a row, which its error and class weight use, is its most probable
     * class. */
    const linclass_matrix *target_probabilities;

    /* Gap of a fit with a penalty and a convex loss: F less a lower bound of its minimum that is proven by duality,
     * as a part of F at zero parameters. Solvers except SGD go on, where need be in double precision, until it
     * is at most this, and return NOT_CONVERGED where they cannot; 1 requires nothing.
     * >= 0; 0, the default: 1e-4 for losses with kinks, else 1e-6 as long as gradient_tolerance has its default too,
     * with a limited effort: where rounding or a very small penalty lies before it, a fit that the estimate above finds
     * at the minimum is OK, and its report has the gap; with another gradient_tolerance 1. */
    double gap_tolerance;

    /* Bounds on the weights, for losses with a second derivative: F is minimised over
     * weight_min <= theta <= weight_max, and the gap is to the minimum within. The bias is free. Of losses of two
     * classes theta is what the larger label has over the other. In single precision the bounds are the nearest numbers
     * within. Needs SOLVER_AUTO or SOLVER_PROJECTED_NEWTON, rows that are not in parts, and, with an l1 penalty, one
     * bound that is 0; other fits are UNSUPPORTED. */
    int32_t has_weight_bounds; /* 1: these bounds. Default 0: none */
    int32_t reserved_3;        /* 0 */
    double weight_min;         /* <= 0; -infinity: none */
    double weight_max;         /* >= 0; infinity: none */

    /* 1: l1 is the weight of sum_j ||theta_j||_2 over the rows theta_j of theta instead: a feature has weights for all
     * classes or for none. Default 0. For losses with a second derivative, by SOLVER_AUTO or SOLVER_ORTHANT_WISE, over
     * rows that are not in parts and without bounds on the weights; other fits with l1 > 0 are UNSUPPORTED. Losses of
     * two classes have one weight a feature: both penalties are the same. */
    int32_t group_l1;
    int32_t reserved_4; /* 0 */
} linclass_fit_options;

/* Report of a fit, also written when the fit returns a positive status. */
typedef struct linclass_fit_report {
    size_t size;
    /* Status that linclass_fit returned; LINCLASS_OK: it converged, or ran the requested epochs. */
    int32_t stopped_because;
    int32_t solver; /* solver that ran */
    int32_t dtype;  /* precision it ran in */
    int32_t reserved;
    int64_t iterations;  /* epochs or iterations */
    int64_t evaluations; /* sweeps over all the rows for F and its gradient */
    double objective;    /* F of the model returned; in double precision where there is a gap */
    double loss;         /* its mean loss; likewise */
    double error;        /* its 0/1 error on the training rows */
    /* 2-norm of grad F; with an l1 penalty, of the subgradient of F of smallest norm, which is 0 only at
     * a minimum. */
    double gradient_norm;
    double gradient_infinity_norm; /* largest absolute value of its elements */
    double learning_rate;          /* length of the last step */
    double validation_loss;        /* NaN without validation rows */
    double validation_error;
    double seconds; /* wall-clock time of the fit; NaN for a loaded model: files do not store it */
    /* Epoch or iteration whose parameters the model has; without patience the last, `iterations`. */
    int64_t best_iteration;

    /* Together with objective, loss and the norms of the gradient, the certificate of the fit: how close
     * the model is to a minimum of F and, with its loss, penalties and class weights, which F that is.
     * linclass_model_verify recomputes it. */
    /* Largest absolute value in the gradient of F without its l1 term; equal to gradient_infinity_norm
     * when l1 = 0. */
    double smooth_gradient_infinity_norm;
    int64_t samples;            /* m, ignored rows included */
    double total_weight;        /* sum w_i; infinite on overflow. m when every row has weight 1 */
    double label_smoothing;     /* of the options */
    int64_t ignore_label;       /* of the options... */
    int32_t has_ignore_label;   /* ...when this is 1 */
    int32_t with_sample_weight; /* 1: options.sample_weight was given */
    int32_t with_target_probabilities; /* 1: options.target_probabilities was given */
    int32_t reserved_2;                /* 0 */
    /* A lower bound of the minimum of F, proven by duality: the largest that the fit has found; and the gap, F of the
     * model less it, >= 0: no parameters have an F that is lower by more. Computed in double precision, F of
     * the gap too. NaN without a penalty, where nothing above 0 can be proven, for a loss that is not convex
     * (sigmoid squared), and in models that were fitted before release 0.4. */
    double dual_objective;
    double gap;
} linclass_fit_report;

/* Set all members to their defaults. size: sizeof of the struct.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_fit_options_init(linclass_fit_options *options, size_t size);
LINCLASS_API linclass_status linclass_fit_report_init(linclass_fit_report *report, size_t size);

/* Train a model.
 *
 * X: m x n view, m >= 1. y: m labels, any integers; NULL only with target_probabilities, whose columns are
 * then the classes. The distinct labels in ascending order, two or more, are the classes of the model,
 * unless options.initial gives them. options, report: may be NULL. *model: owned by the caller
 * (linclass_model_destroy); the fitted model when the status is 0 or positive, NULL after an error.
 *
 * Errors: INVALID_ARGUMENT (names the option out of range), DIMENSION, NON_FINITE (names row, column and
 * value), LABEL (a single class; a validation label that the training rows lack), UNSUPPORTED, NUMERIC
 * (divergence: the learning rate is too large; or samples so large that SGD finds no learning rate),
 * MEMORY, STRUCT_SIZE.
 * Memory: O(threads * (n k + block rows * (n + k))), of sparse rows O(n k), and 8 m bytes each for the
 * classes and, with SGD, the permutation. Losses with kinks that are smoothed take 8 m bytes more, and m k numbers in
 * the working precision of dense rows with n >= 8 k; the logistic loss of sparse rows with an l2 penalty 2 m numbers
 * and up to half of the elements once more; dual ascent m k and n k numbers, 24 m bytes, and of losses with kinks
 * m k bytes and n k doubles. */
LINCLASS_API linclass_status linclass_fit(linclass_context *ctx, const linclass_matrix *X,
                                          const int64_t *y, const linclass_fit_options *options,
                                          linclass_fit_report *report, linclass_model **model);

LINCLASS_END_DECLS

#endif
