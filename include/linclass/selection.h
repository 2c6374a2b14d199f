/* Level 2, model selection: many fits that differ in one number, and the choice among them.
 *
 *     linclass_fit_path              a fit for each penalty strength of a descending list, each started
 *                                    from the previous one
 *     linclass_cross_validate        the same, repeated on the rows outside each of K folds: the loss
 *                                    on the rows left out chooses the strength
 *     linclass_search_learning_rate  a fit for each learning rate; validation rows choose
 *
 * The penalty strength lambda >= 0 sets both penalties of F, in proportions l1_ratio in 0..1 (the
 * elastic net as in Friedman, Hastie and Tibshirani: Regularization paths for generalized linear
 * models via coordinate descent, J. Stat. Software 33, 2010; docs/mathematics.md has the conversions):
 *
 *     l1 = lambda * l1_ratio,   l2 = lambda * (1 - l1_ratio)
 *
 * Results depend on the data, the options and the seeds, not on the number of threads. */
#ifndef LINCLASS_SELECTION_H
#define LINCLASS_SELECTION_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Results of the fits: one candidate per value tried. Owned by the caller
 * (linclass_selection_destroy); it may outlive the context. */
typedef struct linclass_selection linclass_selection;

/* Criterion for choosing the best candidate; smaller is better. */
enum {
    LINCLASS_SELECT_BY_LOSS = 0, /* mean loss on the rows not fitted to */
    LINCLASS_SELECT_BY_ERROR = 1 /* 0/1 error on them */
};

/* State of the work, passed to the callback after every fit. The struct is owned by the library and valid
 * during the call; read members only within `size`. */
typedef struct linclass_selection_progress {
    size_t size;
    int64_t candidate;     /* index of the completed fit, in 0..count-1 */
    int64_t count;         /* candidates in all */
    int64_t fold;          /* the fold left out, from 0; -1: the fit is to all rows */
    int64_t folds;         /* of a cross-validation, else 0 */
    double value;          /* lambda, or the learning rate */
    int64_t iterations;    /* of this fit */
    double loss;           /* mean loss on the rows fitted to; NaN: it diverged */
    double error;          /* 0/1 error on them */
    double held_out_loss;  /* on the fold left out; of a fit to all rows, on the validation rows */
    double held_out_error; /* NaN where there are none */
    double seconds;        /* since the call began */
    int32_t stopped_because; /* the status of this fit */
    int32_t reserved;        /* 0 */
} linclass_selection_progress;

/* Progress callback: return 0 to continue, anything else to stop. Called on the thread of the call; inside
 * it, every function returns LINCLASS_ERROR_BUSY for the context of the call. */
typedef int32_t (*linclass_selection_callback)(const linclass_selection_progress *progress,
                                               void *user);

typedef struct linclass_path_options {
    size_t size;
    /* Options of every fit, with l1 0 and l2 0 or automatic, which is 0 here; NULL, the default: those of
     * linclass_fit_options_init. max_seconds limits all fits together; initial is for the first fit of each path;
     * progress, called within each fit, can stop them all. */
    const linclass_fit_options *fit;
    /* count penalty strengths, finite, >= 0, in strictly descending order; NULL, the default: computed from
     * the data (see linclass_fit_path). */
    const double *lambdas;
    int64_t count; /* >= 1. Default 20 */
    /* Last computed lambda over the first, 0 < ratio < 1; 0, the default: 1e-4 max(l1_ratio, 0.01), for
     * which the last lambda is 1e-4 max |G|. */
    double ratio;
    double l1_ratio; /* 0..1. Default 0: l2 alone */

    /* Cross-validation. */
    int64_t folds; /* K >= 2, at most the number of rows of the rarest class. Default 5 */
    /* m: the fold of each row, in 0..K-1, ignored rows excepted; no class may lie in a single fold. NULL,
     * the default: linclass_folds of the rows that are not ignored, stratified. */
    const int64_t *fold;
    uint64_t seed;     /* of linclass_folds. Default 0 */
    int32_t select_by; /* LINCLASS_SELECT_BY_*. Default LOSS */
    int32_t reserved;  /* 0 */

    linclass_selection_callback progress; /* or NULL */
    void *progress_user;

    /* 1: estimate loss and error of every model on rows left out one by one (leave_one_out.h); softmax and logistic
     * losses, without smoothed labels, probabilities or bounds on the weights, else UNSUPPORTED. They choose where
     * there are neither folds nor validation rows. Default 0. */
    int32_t leave_one_out;
    int32_t reserved_2; /* 0 */
} linclass_path_options;

/* Set all members to their defaults. size: sizeof of the struct.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_path_options_init(linclass_path_options *options,
                                                        size_t size);

/* Fit for each lambda in turn, every fit starting from the parameters of the previous one. The first starts
 * from options.fit->initial or, without it, from the null model: theta = 0 and, for smooth losses, the
 * best intercepts.
 *
 * Without options.lambdas, they are spaced evenly in their logarithms from
 *
 *     lambda_max = max_ij |G_ij| / max(l1_ratio, 0.01)     G: gradient at the null model
 *
 * down to ratio * lambda_max. For l1_ratio >= 0.01, lambda_max is the smallest strength at which every
 * weight is 0.
 *
 * ctx, X, y: as for linclass_fit. options: may be NULL. *selection: one candidate per lambda, in order, and
 * the best of them if options.fit has validation rows, or else by options.leave_one_out; NULL after an error. A fit
 * that diverges gives a candidate without a model (stopped_because LINCLASS_ERROR_NUMERIC, its figures NaN); the next
 * fit starts from the same parameters.
 *
 * Returns LINCLASS_OK; TIME_LIMIT or STOPPED_BY_CALLBACK with the candidates completed, possibly none.
 * Errors: those of linclass_fit; INVALID_ARGUMENT (an option out of range, with its index), UNSUPPORTED,
 * NUMERIC (every fit diverged; or the gradient at the null model is 0, so that lambda_max is undefined).
 * Memory: that of a fit, n k + k doubles, and a model for each lambda. */
LINCLASS_API linclass_status linclass_fit_path(linclass_context *ctx, const linclass_matrix *X,
                                               const int64_t *y,
                                               const linclass_path_options *options,
                                               linclass_selection **selection);

/* Run linclass_fit_path on all rows, which gives the lambdas and the models; then for each fold the same
 * path on the rows outside it, with loss and error of every fit on the rows of the fold.
 *
 * Weights apply as in linclass_fit; balanced class weights are those of all rows. With L_f, the mean loss
 * on the rows of fold f, and W_f, the sum of their weights, every candidate has
 *
 *     mean            M = sum_f W_f L_f / sum_f W_f
 *     standard error  sqrt( sum_f W_f (L_f - M)^2 / sum_f W_f / (K - 1) )
 *
 * and likewise for the error. The best candidate has the smallest mean. The one-standard-error rule takes
 * the first candidate, with the largest lambda, whose mean is at most the best mean plus its standard
 * error (Breiman, Friedman, Olshen and Stone: Classification and regression trees, 1984).
 *
 * Returns and errors as linclass_fit_path, and LABEL (a class lies in a single fold). After TIME_LIMIT or
 * STOPPED_BY_CALLBACK, means are over the folds completed; with fewer than two there are none.
 * Memory: in addition a copy of X in its own type, split into a fold's rows and the others, and 8 m bytes
 * each for folds, labels, and weights. */
LINCLASS_API linclass_status linclass_cross_validate(linclass_context *ctx,
                                                     const linclass_matrix *X, const int64_t *y,
                                                     const linclass_path_options *options,
                                                     linclass_selection **selection);

typedef struct linclass_learning_rate_options {
    size_t size;
    /* Options of every fit: with validation rows, learning_rate 0, and solver auto (SGD here), SGD or
     * gradient descent. max_seconds limits all fits together. */
    const linclass_fit_options *fit;
    /* count learning rates, finite, > 0, in strictly ascending order; NULL, the default: spaced evenly in
     * their logarithms from lowest to highest. */
    const double *rates;
    int64_t count;                        /* >= 1. Default 11 */
    double lowest;                        /* > 0. Default 1e-4 */
    double highest;                       /* > lowest. Default 10 */
    int32_t select_by;                    /* LINCLASS_SELECT_BY_*. Default LOSS */
    int32_t reserved;                     /* 0 */
    linclass_selection_callback progress; /* or NULL */
    void *progress_user;
} linclass_learning_rate_options;

/* Set all members to their defaults. size: sizeof of the struct.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status
linclass_learning_rate_options_init(linclass_learning_rate_options *options, size_t size);

/* Fit with each learning rate, always from the same start. The best candidate has the smallest validation
 * loss (or error), of equals the smallest rate. A rate with which the fit diverges is not an error: it
 * gives a candidate without a model, as in linclass_fit_path.
 * Arguments, returns and errors as linclass_fit_path; options.fit must have validation rows. */
LINCLASS_API linclass_status linclass_search_learning_rate(
    linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
    const linclass_learning_rate_options *options, linclass_selection **selection);

/* A value tried and its results. The figures of folds are NaN without folds, validation figures without
 * validation rows. */
typedef struct linclass_candidate {
    size_t size;
    double value; /* lambda, or the learning rate */
    double l1;    /* penalties of the fit */
    double l2;
    int32_t stopped_because; /* the status of the fit; LINCLASS_ERROR_NUMERIC: it diverged */
    int32_t solver;          /* the solver that ran */
    int64_t iterations;      /* epochs or iterations */
    int64_t nonzero;         /* weights, of theta, that are not 0 */
    double objective;        /* F over all rows */
    double loss;             /* mean loss over them */
    double error;            /* 0/1 error over them */
    double validation_loss;
    double validation_error;
    double mean_loss; /* over the folds, of the rows left out */
    double loss_standard_error;
    double mean_error;
    double error_standard_error;
    double seconds; /* of the fit to all rows */
    /* Estimates on rows left out one by one, and their standard errors; NaN without them, and where the Hessian
     * is singular. */
    double left_out_loss;
    double left_out_loss_standard_error;
    double left_out_error;
    double left_out_error_standard_error;
} linclass_candidate;

/* Clear the struct. size: sizeof *candidate. */
LINCLASS_API linclass_status linclass_candidate_init(linclass_candidate *candidate, size_t size);

/* Return the number of completed candidates, whose indices are 0..count-1 in the order of their fits. */
LINCLASS_API int64_t linclass_selection_count(const linclass_selection *selection);

/* Write the candidate at `index` to *candidate.
 * Errors: INVALID_ARGUMENT (NULL, an index out of range), STRUCT_SIZE. */
LINCLASS_API linclass_status linclass_selection_candidate(const linclass_selection *selection,
                                                          int64_t index,
                                                          linclass_candidate *candidate);

/* Return the model of a candidate, fitted to all rows, with the report of the fit; valid as long as the
 * selection. NULL if the fit diverged, the model has been taken, or the index is out of range. */
LINCLASS_API const linclass_model *linclass_selection_model(const linclass_selection *selection,
                                                            int64_t index);

/* Return the same model and pass its ownership to the caller (linclass_model_destroy). */
LINCLASS_API linclass_model *linclass_selection_take_model(linclass_selection *selection,
                                                           int64_t index);

/* Return the index of the best candidate, of equals the first; -1 if there is nothing to choose by: neither
 * folds nor validation rows nor estimates on rows left out. */
LINCLASS_API int64_t linclass_selection_best(const linclass_selection *selection);

/* Return the index chosen by the one-standard-error rule; -1 where the choice is by neither folds nor rows left out one
 * by one. */
LINCLASS_API int64_t linclass_selection_one_standard_error(const linclass_selection *selection);

/* Return the number of folds K; 0 without a cross-validation. */
LINCLASS_API int64_t linclass_selection_folds(const linclass_selection *selection);

/* Return the mean losses, or 0/1 errors, on the folds: count x K, that of candidate i on the rows of fold
 * f at [i * K + f]; NaN if that fit diverged or was not reached. NULL without a cross-validation. Valid as
 * long as the selection. */
LINCLASS_API const double *linclass_selection_fold_losses(const linclass_selection *selection);
LINCLASS_API const double *linclass_selection_fold_errors(const linclass_selection *selection);

/* Free the selection and the models not taken. It may be NULL. */
LINCLASS_API void linclass_selection_destroy(linclass_selection *selection);

LINCLASS_END_DECLS

#endif
