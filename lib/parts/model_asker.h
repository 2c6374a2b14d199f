/* What parts are asked of a model: the requests have its parameters in common. */
#ifndef PARTS_MODEL_ASKER_H
#define PARTS_MODEL_ASKER_H

#include "parts/asker.h"
#include "parts/census.h"
#include "parts/part_model.h"
#include "parts/parts_objective.h"

typedef struct model_asker {
    linclass_context *ctx;
    const linclass_model *model;
    part_asker parts;
    part_request request; /* says all of the model */
    double *parameters;
    double *sums; /* what the labels of the census lie in */
    census census;
} model_asker;

/* Read the caller's parts, and ask for their census. name: of the parts, "verified". To be ended whatever the status.
 * Errors: DIMENSION (no rows), those of part_asker_begin, part_model_describe and part_asker_ask. */
linclass_status model_asker_begin(model_asker *self, linclass_context *ctx, const char *name,
                                  const linclass_model *model, const linclass_parts *parts,
                                  bool check_finite);
void model_asker_end(model_asker *self);

/* Add the answers to a request of that kind, of the length, to zeros. Errors: those of part_asker_ask. */
linclass_status model_asker_ask(model_asker *self, int64_t kind, int64_t length, double *sums);

/* What all rows count together, by the census. */
double model_asker_weight(const model_asker *self);

/* What an objective over the same parts is made of, whose weights sum to total_weight. */
parts_data model_asker_data(model_asker *self, double total_weight);

#endif
