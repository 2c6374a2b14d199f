/* What a fit minimises, and from where: rows, classes, objectives and parameters, made of the caller's
 * arguments once. A path minimises one problem again and again, under other penalties. */
#ifndef FIT_FIT_PROBLEM_H
#define FIT_FIT_PROBLEM_H

#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>

#include "data/column_statistics.h"
#include "fit/fit_rows.h"
#include "objective/objective.h"

typedef struct fit_parts fit_parts;
typedef struct warm_state warm_state;

typedef struct fit_problem {
    linclass_context *ctx;
    fit_parts *parts;             /* where the rows are, or NULL: here (fit/fit_parts.h) */
    linclass_fit_options options; /* read and checked */
    int32_t dtype;                /* working precision */
    fit_classes classes;
    fit_rows training;
    fit_rows validating;
    objective *objective;  /* over the training rows; its l1 and l2 may be changed between fits */
    objective *validation; /* F without penalty over the validation rows, or NULL */
    objective *exact; /* F in double precision, to judge by: `objective` itself where that is */
    column_statistics columns; /* of the training rows, for the judge */
    double *parameters;        /* objective->parameters of them: start and result of a fit */
    double *gradient;          /* as many */
    double *lowest;            /* likewise: where F has been lowest */
    warm_state *warm;          /* of the path that the fits are of, or NULL */
} fit_problem;

/* Read and check the arguments of linclass_fit, and make all of it; parameters are those of
 * options->initial, or zero; penalties are 0. *self must be given to fit_problem_end whatever the status. Errors: those
 * of linclass_fit but the solver's. */
linclass_status fit_problem_begin(fit_problem *self, linclass_context *ctx,
                                  const linclass_matrix *X, const int64_t *y,
                                  const linclass_fit_options *options);
void fit_problem_end(fit_problem *self);

/* Make the objectives, without penalties, and the parameters as above, of a problem that has all else. Errors:
 * DIMENSION, MEMORY. */
linclass_status fit_problem_make_objectives(fit_problem *self);

/* The first of them alone: over the training rows, without penalties. */
linclass_status fit_problem_make_training(fit_problem *self);

/* Set the penalties of the objective to those of the options: an automatic l2 is one over the sum of the weights, or 0
 * with an l1 penalty, and for a loss that it would leave without weights. Errors: INVALID_ARGUMENT. */
linclass_status fit_problem_penalise(fit_problem *self);

/* Make self->exact, once; its penalties become those of self->objective. Errors: DIMENSION, MEMORY. */
linclass_status fit_problem_make_exact(fit_problem *self);

/* Make what a fit is judged by, once; its penalties become those of self->objective. Errors: NON_FINITE,
 * DIMENSION, MEMORY. */
linclass_status fit_problem_prepare_judge(fit_problem *self);

/* Let the fits that follow, under other penalties, take over what those before them knew, until the end of
 * sharing. A loss that is minimised by smoothing it is another function for each width: its fits share nothing. Errors:
 * MEMORY. */
linclass_status fit_problem_share(fit_problem *self);
void fit_problem_end_sharing(fit_problem *self);

/* Put the parameters back to where the problem began. */
void fit_problem_restart(fit_problem *self);

/* F without penalty over other rows of the problem's classes and features. Errors: DIMENSION, MEMORY. */
linclass_status fit_problem_objective(const fit_problem *self, const fit_rows *rows,
                                      objective **made);

#endif
