/* A fit over parts: what the census of its parts says, and what its objectives are made of. */
#ifndef FIT_FIT_PARTS_H
#define FIT_FIT_PARTS_H

#include <linclass/parts.h>

#include "fit/fit_problem.h"
#include "parts/parts_objective.h"

struct fit_parts {
    part_asker training;
    part_asker validating;
    bool validates;
    bool with_sample_weight;
    double scale;        /* of the views */
    parts_data working;  /* the training parts, in the working precision */
    parts_data exact;    /* the same in double */
    parts_data held_out; /* the validation parts */
};

/* Make a problem over parts: fit_problem_begin for rows that are not here. problem->training is then k rows without
 * columns, a row for each class with the weight of all of its rows. validation: NULL for none. *self and *problem must
 * outlive each other; both are ended by fit_problem_end, whatever the status. Errors: those of linclass_fit_parts but
 * the solver's. */
linclass_status fit_parts_begin(fit_parts *self, fit_problem *problem, linclass_context *ctx,
                                const linclass_parts *training, const linclass_parts *validation,
                                const linclass_fit_options *options);
/* The same parts, whose columns are left away, in double: what the null model is made of. False where classes and their
 * weights say all of it. *made: not to be ended. */
bool fit_parts_without_columns(const fit_parts *self, fit_parts *made);
void fit_parts_end(fit_parts *self);

#endif
