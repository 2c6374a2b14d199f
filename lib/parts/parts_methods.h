/* The objective over parts, as its methods see it. */
#ifndef PARTS_PARTS_METHODS_H
#define PARTS_PARTS_METHODS_H

#include "parts/parts_objective.h"
#include "parts/sampled_rows.h"

typedef struct parts_objective {
    objective base;
    const parts_data *data;
    objective *sample;    /* over evenly spaced rows of all parts, which are here; NULL: not yet */
    linclass_matrix rows; /* of the sample, of `max_rows` at most */
    int64_t max_rows;
    sampled_rows sampled;
} parts_objective;

/* A parameter as the parts see it. */
double parts_round(const objective *F, double value);

/* The penalties at parameters that are rounded so. */
double parts_penalty(const objective *F, const double *parameters);

/* Ask for the sums of a request, `length` of them. *sums: to be released. Errors: those of part_asker_ask. */
linclass_status parts_ask(const parts_objective *self, part_request *request, int64_t kind,
                          int64_t length, double **sums);

/* The methods written elsewhere. */
linclass_status parts_gram(objective *base, int64_t max_rows, const double *row_weights,
                           const double *means, const double *units, double *gram, double *weight);
linclass_status parts_curvatures(objective *base, int64_t max_rows, const double *parameters,
                                 int64_t columns, double *curvatures, int64_t *rows);
linclass_status parts_lower_bound(objective *base, const double *parameters, duality *found);

/* Release the sample of parts_gram. */
void parts_forget_sample(parts_objective *self);

#endif
