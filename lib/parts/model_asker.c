#include "parts/model_asker.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"

static linclass_status take_census(model_asker *self, bool check_finite)
{
    part_request request = {.identity = {.kind = PART_CENSUS}, .check_finite = check_finite};
    part_node node = {.first = 0};
    linclass_status status = part_asker_ask(&self->parts, &request, -1, &self->sums, &node.length);
    node.sums = self->sums;
    if (status == LINCLASS_OK)
        status = census_read(self->ctx, &node, &self->census);
    if (status == LINCLASS_OK && self->census.rows == 0)
        status = context_fail(self->ctx, LINCLASS_ERROR_DIMENSION, "the %s parts have no rows",
                              self->parts.name);
    return status;
}

linclass_status model_asker_begin(model_asker *self, linclass_context *ctx, const char *name,
                                  const linclass_model *model, const linclass_parts *parts,
                                  bool check_finite)
{
    *self = (model_asker){.ctx = ctx, .model = model};
    linclass_status status = part_asker_begin(&self->parts, ctx, name, parts);
    if (status == LINCLASS_OK)
        status = part_model_describe(ctx, model, &self->request.fit);
    if (status == LINCLASS_OK)
        status = part_model_parameters(ctx, model, &self->parameters);
    self->request.parameters = self->parameters;
    return status == LINCLASS_OK ? take_census(self, check_finite) : status;
}

void model_asker_end(model_asker *self)
{
    context_release(self->ctx, self->sums);
    context_release(self->ctx, self->parameters);
    part_asker_end(&self->parts);
}

linclass_status model_asker_ask(model_asker *self, int64_t kind, int64_t length, double *sums)
{
    double *answer;
    self->request.identity.kind = kind;
    const linclass_status status =
        part_asker_ask(&self->parts, &self->request, length, &answer, NULL);
    if (status == LINCLASS_OK)
        memcpy(sums, answer, (size_t)length * sizeof *sums);
    context_release(self->ctx, answer);
    return status;
}

/* What a row of a label counts for each unit of its own weight; 0: the label is the one to ignore. *class: where to go
 * on looking, as labels ascend. */
static double weight_of_label(const linclass_model *model, int64_t label, int64_t *class)
{
    while (*class < model->k && model->labels[*class] < label)
        (*class)++;
    if (*class == model->k || model->labels[*class] != label)
        return 0;
    return model->class_weights == NULL ? 1 : model->class_weights[*class];
}

double model_asker_weight(const model_asker *self)
{
    double sum = 0;
    int64_t c = 0;
    for (int64_t j = 0; j < self->census.label_count; j++) {
        const census_label *label = &self->census.labels[j];
        sum += weight_of_label(self->model, label->label, &c) * label->weight;
    }
    return sum;
}

static double largest_weight(const model_asker *self)
{
    double largest = 0;
    int64_t c = 0;
    for (int64_t j = 0; j < self->census.label_count; j++) {
        const census_label *label = &self->census.labels[j];
        largest = fmax(largest, weight_of_label(self->model, label->label, &c) * label->largest);
    }
    return largest;
}

parts_data model_asker_data(model_asker *self, double total_weight)
{
    parts_data data = {
        .asker = &self->parts,
        .fit = self->request.fit,
        .elements = self->census.elements,
        .largest_weight = largest_weight(self) * (double)self->census.rows / total_weight,
    };
    data.fit.dtype = LINCLASS_FLOAT64;
    data.fit.samples = self->census.rows;
    data.fit.total_weight = total_weight;
    data.fit.with_probabilities = self->census.most_targets.value > 0;
    data.fit.with_offset = self->census.with_offset;
    return data;
}
