/* Level 2, model selection: many fits that differ in one number, and which of them to take.
 *
 *     linclass_fit_path              a fit for each penalty strength of a descending list, each started
 *                                    from the one before
 *     linclass_cross_validate        the same, and again on the rows outside each of K folds: the loss
 *                                    on the rows left out says which strength to take
 *     linclass_search_learning_rate  a fit for each learning rate; validation rows say which
 *
 * The penalty strength lambda >= 0 stands for both penalties of F, divided by l1_ratio in 0..1 (the
 * elastic net as in Friedman, Hastie and Tibshirani: Regularization paths for generalized linear
 * models via coordinate descent, J. Stat. Software 33, 2010; docs/mathematics.md has the conversions):
 *
 *     l1 = lambda * l1_ratio,   l2 = lambda * (1 - l1_ratio)
 *
 * What comes out depends on the data, the options and the seeds, never on the number of threads. */
#ifndef LINCLASS_SELECTION_H
#define LINCLASS_SELECTION_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* What the fits came to: a candidate for each number tried. Owned by the caller
 * (linclass_selection_destroy); it may outlive the context. */
typedef struct linclass_selection linclass_selection;

/* By what the best candidate is told; the lesser is the better. */
enum {
    LINCLASS_SELECT_BY_LOSS = 0, /* mean loss on the rows not fitted to */
    LINCLASS_SELECT_BY_ERROR = 1 /* 0/1 error on them */
};

/* Where the work stands, given to the callback after every fit. The struct belongs to the library and
 * is valid during the call; read members only within `size`. */
typedef struct linclass_selection_progress {
    size_t size;
    int64_t candidate;     /* index of the fit that has ended, in 0..count-1 */
    int64_t count;         /* candidates there are to be */
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

/* Return 0 to go on, anything else to stop. Called on the thread of the call; with that
 * context every function returns LINCLASS_ERROR_BUSY. */
typedef int32_t (*linclass_selection_callback)(const linclass_selection_progress *progress,
                                               void *user);

typedef struct linclass_path_options {
    size_t size;
    const linclass_fit_options *fit; /* of every fit, its l1 and l2 0; NULL, the default: those of
                                      * linclass_fit_options_init. max_seconds is for all fits
                                      * together, initial for the first of each path; progress, which
                                      * is called within each fit, can stop them all */
    const double *lambdas; /* count penalty strengths, finite, >= 0, each less than the one
                                      * before; NULL, the default: made from the data, below */
    int64_t count;         /* >= 1. Default 20 */
    double ratio;          /* of those made, the last over the first: 0 < ratio < 1; 0, the
                                      * default: 1e-4 max(l1_ratio, 0.01), which makes the last
                                      * 1e-4 max |G| */
    double l1_ratio;       /* 0..1. Default 0: l2 alone */

    /* Cross-validation. */
    int64_t folds;       /* K >= 2, at most the rows of the rarest class. Default 5 */
    const int64_t *fold; /* m: the fold, in 0..K-1, of each row; ignored rows may have any. No class
                           * lies in one fold alone. NULL, the default: linclass_folds of the rows
                           * that are not ignored, stratified */
    uint64_t seed;       /* of linclass_folds. Default 0 */
    int32_t select_by;   /* LINCLASS_SELECT_BY_*. Default LOSS */
    int32_t reserved;    /* 0 */

    linclass_selection_callback progress; /* or NULL */
    void *progress_user;
} linclass_path_options;

/* Fill with the defaults; size: sizeof of the struct. INVALID_ARGUMENT for NULL or too small a size. */
LINCLASS_API linclass_status linclass_path_options_init(linclass_path_options *options,
                                                        size_t size);

/* Fit for each lambda in turn, every fit started from the parameters of the one before it; the first
 * from options.fit->initial or, without, from the null model: theta = 0 and, for smooth losses, the best
 * intercepts.
 *
 * Without options.lambdas they are spaced evenly in their logarithms from
 *
 *     lambda_max = max_ij |G_ij| / max(l1_ratio, 0.01)     G: gradient at the null model
 *
 * down to ratio * lambda_max. Where l1_ratio >= 0.01, lambda_max is the least strength at which every
 * weight is 0.
 *
 * ctx, X, y: as for linclass_fit. options may be NULL. *selection: a candidate for each lambda, in
 * order; with validation rows in options.fit, the best of them. A fit that diverges leaves a candidate
 * without a model (stopped_because LINCLASS_ERROR_NUMERIC, its figures NaN) and the next starts where
 * it started.
 * Returns LINCLASS_OK, or TIME_LIMIT or STOPPED_BY_CALLBACK with the candidates finished; these may be
 * none. Errors (*selection is then NULL): those of linclass_fit; INVALID_ARGUMENT (an option out of
 * range, with its index), UNSUPPORTED, NUMERIC (every fit diverged; or the gradient at the null model
 * is 0, so that there is no lambda_max).
 * Memory: that of a fit, n k + k doubles, and a model for each lambda. */
LINCLASS_API linclass_status linclass_fit_path(linclass_context *ctx, const linclass_matrix *X,
                                               const int64_t *y,
                                               const linclass_path_options *options,
                                               linclass_selection **selection);

/* linclass_fit_path, which the models and the lambdas are from; then for each fold the same path on the
 * rows outside it, and loss and error of every fit on the rows of the fold.
 *
 * Weights count as in linclass_fit; balanced class weights are those of all rows. Of L_f, the mean loss
 * on the rows of fold f, and W_f, the sum of their weights, every candidate has
 *
 *     mean            M = sum_f W_f L_f / sum_f W_f
 *     standard error  sqrt( sum_f W_f (L_f - M)^2 / sum_f W_f / (K - 1) )
 *
 * and so for the error. The best candidate has the least mean; the one of the one-standard-error rule is
 * the first, with the largest lambda, whose mean is at most the best mean and its standard error
 * (Breiman, Friedman, Olshen and Stone: Classification and regression trees, 1984).
 *
 * Returns and errors as linclass_fit_path, and LABEL (a class lies in one fold alone). After TIME_LIMIT
 * or STOPPED_BY_CALLBACK means are over the folds finished; with fewer than two there are none.
 * Memory: in addition a copy of X in its own type, a fold's rows and the others, and 8 m bytes for
 * folds, labels, and weights each. */
LINCLASS_API linclass_status linclass_cross_validate(linclass_context *ctx,
                                                     const linclass_matrix *X, const int64_t *y,
                                                     const linclass_path_options *options,
                                                     linclass_selection **selection);

typedef struct linclass_learning_rate_options {
    size_t size;
    const linclass_fit_options *fit; /* of every fit: with validation rows, its learning_rate 0, its
                                      * solver auto (which is sgd here), sgd or gradient descent.
                                      * max_seconds is for all fits together */
    const double *rates;             /* count learning rates, finite, > 0, each greater than the one
                                      * before; NULL, the default: made, evenly in their logarithms */
    int64_t count;                   /* >= 1. Default 11 */
    double lowest;                   /* of those made, > 0. Default 1e-4 */
    double highest;                  /* > lowest. Default 10 */
    int32_t select_by;               /* LINCLASS_SELECT_BY_*. Default LOSS */
    int32_t reserved;                /* 0 */
    linclass_selection_callback progress; /* or NULL */
    void *progress_user;
} linclass_learning_rate_options;

/* Fill with the defaults; size: sizeof of the struct. INVALID_ARGUMENT for NULL or too small a size. */
LINCLASS_API linclass_status
linclass_learning_rate_options_init(linclass_learning_rate_options *options, size_t size);

/* Fit with each learning rate, always from the same start; the best is the one with the least
 * validation loss (or error), among equals the least rate. A rate with which the fit diverges is no
 * error but a candidate without a model, as in linclass_fit_path.
 * Arguments, returns and errors as linclass_fit_path; options.fit must have validation rows. */
LINCLASS_API linclass_status linclass_search_learning_rate(
    linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
    const linclass_learning_rate_options *options, linclass_selection **selection);

/* A number tried and what came of it. Without folds their figures are NaN, as are validation figures
 * without validation rows. */
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
} linclass_candidate;

/* Clear, with sizeof *candidate. */
LINCLASS_API linclass_status linclass_candidate_init(linclass_candidate *candidate, size_t size);

/* How many candidates are finished: their index is 0..count-1, in the order they were tried. */
LINCLASS_API int64_t linclass_selection_count(const linclass_selection *selection);

/* Candidate number `index`. INVALID_ARGUMENT for NULL or an index out of range, STRUCT_SIZE. */
LINCLASS_API linclass_status linclass_selection_candidate(const linclass_selection *selection,
                                                          int64_t index,
                                                          linclass_candidate *candidate);

/* Its model, fitted to all rows, with the report of the fit; it lives as long as the selection. NULL
 * when the fit diverged, the model has been taken, or the index is out of range. */
LINCLASS_API const linclass_model *linclass_selection_model(const linclass_selection *selection,
                                                            int64_t index);

/* The same; it is the caller's from now on (linclass_model_destroy) and no longer the selection's. */
LINCLASS_API linclass_model *linclass_selection_take_model(linclass_selection *selection,
                                                           int64_t index);

/* The index of the best candidate; -1 when nothing tells it: no folds and no validation rows. Among
 * equals the first. */
LINCLASS_API int64_t linclass_selection_best(const linclass_selection *selection);

/* The index by the one-standard-error rule; -1 without a cross-validation. */
LINCLASS_API int64_t linclass_selection_one_standard_error(const linclass_selection *selection);

/* K; 0 without a cross-validation. */
LINCLASS_API int64_t linclass_selection_folds(const linclass_selection *selection);

/* count x K: mean loss, and 0/1 error, of candidate i on the rows of fold f at [i * K + f]; NaN where
 * that fit diverged or was not reached. NULL without a cross-validation. They live as long as the
 * selection. */
LINCLASS_API const double *linclass_selection_fold_losses(const linclass_selection *selection);
LINCLASS_API const double *linclass_selection_fold_errors(const linclass_selection *selection);

/* Free the selection and the models not taken. NULL is allowed. */
LINCLASS_API void linclass_selection_destroy(linclass_selection *selection);

LINCLASS_END_DECLS

#endif
