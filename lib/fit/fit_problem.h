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

typedef struct fit_problem {
    linclass_context *ctx;
    const fit_parts *parts;       /* where the rows are, or NULL: here (fit/fit_parts.h) */
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
} fit_problem;

/* Read and check the arguments of linclass_fit, and make all of it; parameters are those of
 * options->initial, or zero. *self must be given to fit_problem_end whatever the status. Errors: those
 * of linclass_fit but the solver's. */
linclass_status fit_problem_begin(fit_problem *self, linclass_context *ctx,
                                  const linclass_matrix *X, const int64_t *y,
                                  const linclass_fit_options *options);
void fit_problem_end(fit_problem *self);

/* Make the objectives, and the parameters as above, of a problem that has all else. Errors: DIMENSION, MEMORY. */
linclass_status fit_problem_make_objectives(fit_problem *self);

/* Make what a fit is judged by, once; its penalties become those of self->objective. Errors: NON_FINITE,
 * DIMENSION, MEMORY. */
linclass_status fit_problem_prepare_judge(fit_problem *self);

/* Put the parameters back to where the problem began. */
void fit_problem_restart(fit_problem *self);

/* F without penalty over other rows of the problem's classes and features. Errors: DIMENSION, MEMORY. */
linclass_status fit_problem_objective(const fit_problem *self, const fit_rows *rows,
                                      objective **made);

#endif
