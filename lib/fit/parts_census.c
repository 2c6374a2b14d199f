#include "fit/parts_census.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "fit/fit_initial.h"
#include "sweep/losses.h"

static linclass_status check_shapes(linclass_context *ctx, const part_asker *asker,
                                    const census *found)
{
    if (found->rows == 0 || found->fewest_columns.part < 0)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the %s parts have no rows",
                            asker->name);
    if (found->fewest_columns.value != found->most_columns.value)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s part %" PRId64 ": X has %.0f columns, that of part %" PRId64
                            " has %.0f",
                            asker->name, found->fewest_columns.part, found->fewest_columns.value,
                            found->most_columns.part, found->most_columns.value);
    if (found->least_scale.value != found->greatest_scale.value)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s part %" PRId64 ": X.scale is %g, that of part %" PRId64 " is %g",
                            asker->name, found->least_scale.part, found->least_scale.value,
                            found->greatest_scale.part, found->greatest_scale.value);
    return LINCLASS_OK;
}

linclass_status fit_parts_count(linclass_context *ctx, part_asker *asker, bool check_finite,
                                fit_parts_census *self)
{
    *self = (fit_parts_census){.sums = NULL};
    part_request request = {.identity = {.kind = PART_CENSUS}, .check_finite = check_finite};
    part_node node = {.first = 0};
    linclass_status status = part_asker_ask(asker, &request, -1, &self->sums, &node.length);
    node.sums = self->sums;
    if (status == LINCLASS_OK)
        status = census_read(ctx, &node, &self->census);
    if (status == LINCLASS_OK)
        status = check_shapes(ctx, asker, &self->census);
    if (status != LINCLASS_OK)
        return status;
    self->features = (int64_t)self->census.most_columns.value;
    self->scale = self->census.least_scale.part < 0 ? 1 : self->census.least_scale.value;
    return LINCLASS_OK;
}

void fit_parts_count_end(linclass_context *ctx, fit_parts_census *self)
{
    context_release(ctx, self->sums);
    self->sums = NULL;
}

static bool is_ignored(const linclass_fit_options *options, int64_t label)
{
    return options->has_ignore_label && label == options->ignore_label;
}

/* What there is of a label; NULL: no row. */
static const census_label *find(const census *counted, int64_t label)
{
    int64_t first = 0;
    for (int64_t count = counted->label_count; count > 0;) {
        const int64_t half = count / 2;
        if (counted->labels[first + half].label < label) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    const bool found = first < counted->label_count && counted->labels[first].label == label;
    return found ? &counted->labels[first] : NULL;
}

static linclass_status check_same_targets(linclass_context *ctx, const census *found,
                                          const part_asker *asker)
{
    const census_extreme *fewest = &found->fewest_targets;
    const census_extreme *most = &found->most_targets;
    if (fewest->value == most->value)
        return LINCLASS_OK;
    if (fewest->value == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s part %" PRId64 ": target_probabilities is NULL, part %" PRId64
                            " has some",
                            asker->name, fewest->part, most->part);
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                        "%s part %" PRId64 ": target_probabilities has %.0f columns, that of part "
                        "%" PRId64 " has %.0f",
                        asker->name, fewest->part, fewest->value, most->part, most->value);
}

linclass_status fit_parts_check_targets(linclass_context *ctx, const fit_parts_census *self,
                                        const part_asker *asker,
                                        const linclass_fit_options *options)
{
    const census *found = &self->census;
    const linclass_status status = check_same_targets(ctx, found, asker);
    if (status != LINCLASS_OK || found->most_targets.value == 0)
        return status;
    if (options->loss != LINCLASS_LOSS_SOFTMAX)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the %s parts have target_probabilities: of the losses only softmax "
                            "can be fitted to probabilities",
                            asker->name);
    if (options->label_smoothing > 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.label_smoothing is given, and the %s parts have "
                            "target_probabilities",
                            asker->name);
    if (found->unlabelled && options->has_ignore_label)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "a %s part has no y: there are no labels to ignore", asker->name);
    return LINCLASS_OK;
}

static linclass_status take_labels(linclass_context *ctx, const census *counted,
                                   const linclass_fit_options *options, fit_classes *classes)
{
    void *memory;
    const linclass_status status =
        context_allocate_array(ctx, counted->label_count, sizeof(int64_t), "classes", &memory);
    if (status != LINCLASS_OK)
        return status;
    classes->labels = memory;
    for (int64_t j = 0; j < counted->label_count; j++) {
        if (!is_ignored(options, counted->labels[j].label))
            classes->labels[classes->k++] = counted->labels[j].label;
    }
    if (classes->k == 0)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "every label of the parts is %" PRId64 ", the one to ignore",
                            options->ignore_label);
    return LINCLASS_OK;
}

static linclass_status check_classes(linclass_context *ctx, const linclass_fit_options *options,
                                     const fit_classes *classes)
{
    if (classes->k < 2)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "the parts hold one class only (label %" PRId64
                            "): a classifier needs at least two",
                            classes->labels[0]);
    if (loss_has_one_score(options->loss) && classes->k != 2)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "the parts have %" PRId64
                            " distinct labels; options.loss is %s, a loss for two classes",
                            classes->k, loss_name(options->loss));
    return LINCLASS_OK;
}

static void balance(const census *counted, fit_classes *classes)
{
    double all = 0;
    for (int64_t c = 0; c < classes->k; c++) {
        const census_label *label = find(counted, classes->labels[c]);
        classes->class_weights[c] = label == NULL ? 0 : label->weight;
        all += classes->class_weights[c];
    }
    for (int64_t c = 0; c < classes->k; c++) {
        const double of_class = classes->class_weights[c];
        classes->class_weights[c] = of_class > 0 ? all / ((double)classes->k * of_class) : 0;
    }
}

static linclass_status weigh_classes(linclass_context *ctx, const census *counted,
                                     const linclass_fit_options *options, fit_classes *classes)
{
    if (options->class_weight == NULL && !options->class_weight_balanced)
        return LINCLASS_OK;
    if (options->class_weight != NULL && options->class_weight_count != classes->k)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "options.class_weight_count is %" PRId64 ", there are %" PRId64
                            " classes",
                            options->class_weight_count, classes->k);
    linclass_status status =
        check_weights(ctx, "options.class_weight", options->class_weight == NULL ? 0 : classes->k,
                      options->class_weight);
    if (status == LINCLASS_OK)
        status =
            context_allocate_doubles(ctx, classes->k, "class weights", &classes->class_weights);
    if (status != LINCLASS_OK)
        return status;
    if (options->class_weight != NULL)
        memcpy(classes->class_weights, options->class_weight, (size_t)classes->k * sizeof(double));
    else
        balance(counted, classes);
    return LINCLASS_OK;
}

linclass_status fit_parts_classes(linclass_context *ctx, const fit_parts_census *self,
                                  const linclass_fit_options *options, fit_classes *classes)
{
    linclass_status status = options->initial != NULL
                                 ? fit_initial_classes(ctx, options->initial, classes)
                                 : take_labels(ctx, &self->census, options, classes);
    if (status == LINCLASS_OK)
        status = check_classes(ctx, options, classes);
    if (status == LINCLASS_OK && options->initial != NULL)
        status = fit_parts_check_labels(ctx, self, NULL, options, classes);
    return status == LINCLASS_OK ? weigh_classes(ctx, &self->census, options, classes) : status;
}

linclass_status fit_parts_check_labels(linclass_context *ctx, const fit_parts_census *self,
                                       const part_asker *asker, const linclass_fit_options *options,
                                       const fit_classes *classes)
{
    int64_t c = 0;
    for (int64_t j = 0; j < self->census.label_count; j++) {
        const int64_t label = self->census.labels[j].label;
        while (c < classes->k && classes->labels[c] < label)
            c++;
        if (is_ignored(options, label) || (c < classes->k && classes->labels[c] == label))
            continue;
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "a %s part has the label %" PRId64 ", none of the %" PRId64 " classes",
                            asker == NULL ? "training" : asker->name, label, classes->k);
    }
    return LINCLASS_OK;
}

static double weight_of_class(const fit_classes *classes, int64_t c)
{
    return classes->class_weights == NULL ? 1 : classes->class_weights[c];
}

double fit_parts_class_weight(const fit_parts_census *self, const fit_classes *classes, int64_t c)
{
    const census_label *label = find(&self->census, classes->labels[c]);
    return label == NULL ? 0 : weight_of_class(classes, c) * label->weight;
}

linclass_status fit_parts_weigh(linclass_context *ctx, fit_parts_census *self,
                                const part_asker *asker, const fit_classes *classes)
{
    self->total_weight = (double)self->census.rows;
    self->largest_weight = 1;
    if (!self->weighted)
        return LINCLASS_OK;
    double largest = 0;
    for (int64_t c = 0; c < classes->k; c++) {
        const census_label *label = find(&self->census, classes->labels[c]);
        largest = fmax(largest, label == NULL ? 0 : weight_of_class(classes, c) * label->largest);
    }
    if (!isfinite(largest))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "the weight of a row of the %s parts times that of its class overflows",
                            asker->name);
    if (largest == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "the weights of the %s rows are all 0", asker->name);
    int exponent;
    (void)frexp(largest, &exponent);
    self->exponent = exponent;
    self->largest_weight = ldexp(largest, -exponent);
    self->total_weight = 0;
    for (int64_t c = 0; c < classes->k; c++)
        self->total_weight += ldexp(fit_parts_class_weight(self, classes, c), -exponent);
    if (isfinite(self->total_weight))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "the sum of the weights of the %s rows overflows", asker->name);
}
