/* The objective over parts, and what else a fit asks them. */
#ifndef PARTS_PARTS_OBJECTIVE_H
#define PARTS_PARTS_OBJECTIVE_H

#include "data/column_statistics.h"
#include "objective/objective.h"
#include "parts/asker.h"

/* What an objective over parts is made of; all of it outlives it. */
typedef struct parts_data {
    part_asker *asker;
    part_fit fit;          /* its dtype is the objective's working precision */
    double elements;       /* of all samples */
    double largest_weight; /* of a sample, over the mean weight */
} parts_data;

/* It has no steps on minibatches, nor any batch of the samples. Errors: DIMENSION, MEMORY. */
linclass_status parts_objective_create(linclass_context *ctx, const parts_data *data,
                                       objective **made);

/* The statistics of the columns over all parts: to be ended as those over a matrix. Errors: those of the parts. */
linclass_status parts_statistics(linclass_context *ctx, const parts_data *data,
                                 column_statistics *made);

#endif
