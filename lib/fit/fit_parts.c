/* linclass_fit_parts: a census of the parts, a problem over them, a solver run on it.
 *
 * What a row counts is that of fit_rows.c; here it is known for each label only:
 *
 *     weight of class c = class_weight_c * sum of sample_weight over its rows
 *     balanced: class_weight_c = S / (k S_c) */
#include "fit/fit_parts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "fit/fit_initial.h"
#include "fit/fit_options.h"
#include "fit/fit_outcome.h"
#include "fit/parts_census.h"
#include "model/model.h"
#include "sweep/losses.h"

static linclass_status check_row_options(linclass_context *ctx, const linclass_fit_options *options)
{
    const required_pointer of_rows[] = {
        {"sample_weight", options->sample_weight},
        {"validation_X", options->validation_X},
        {"validation_y", options->validation_y},
        {"validation_sample_weight", options->validation_sample_weight},
        {"target_probabilities", options->target_probabilities},
    };
    for (size_t i = 0; i < sizeof of_rows / sizeof *of_rows; i++) {
        if (of_rows[i].value != NULL)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.%s is given: the parts bring their rows and weights",
                                of_rows[i].name);
    }
    return LINCLASS_OK;
}

static bool is_weighted(const fit_parts_census *counted, const fit_problem *problem)
{
    return counted->census.weighted || problem->classes.class_weights != NULL ||
           problem->options.has_ignore_label;
}

/* The rows of the problem: one for each class, with the weight of all its rows, and no columns. */
static linclass_status set_class_rows(fit_problem *problem, const fit_parts_census *counted)
{
    const int64_t k = problem->classes.k;
    fit_rows *rows = &problem->training;
    void *memory;
    linclass_status status =
        context_allocate_array(problem->ctx, k, sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    rows->y = memory;
    status =
        context_allocate_doubles(problem->ctx, k, "weights of the classes", &rows->sample_weights);
    if (status != LINCLASS_OK)
        return status;
    (void)linclass_matrix_init(&rows->X, sizeof rows->X, LINCLASS_FLOAT64, k, 0, NULL, 0);
    rows->X.scale = counted->scale;
    rows->smoothing = problem->options.label_smoothing;
    for (int64_t c = 0; c < k; c++) {
        rows->y[c] = c;
        rows->sample_weights[c] =
            ldexp(fit_parts_class_weight(counted, &problem->classes, c), (int)-counted->exponent);
        rows->total_weight += rows->sample_weights[c];
    }
    rows->weight_sum = ldexp(rows->total_weight, (int)counted->exponent);
    return LINCLASS_OK;
}

/* What the requests of a fit say of it. */
static parts_data describe(part_asker *asker, const fit_problem *problem,
                           const fit_parts_census *counted, int32_t dtype)
{
    const fit_classes *classes = &problem->classes;
    const linclass_fit_options *options = &problem->options;
    const double rows = (double)counted->census.rows;
    return (parts_data){
        .asker = asker,
        .fit =
            {
                .loss = options->loss,
                .dtype = dtype,
                .with_bias = options->fit_bias,
                .n = counted->features,
                .k = classes->k,
                .samples = counted->census.rows,
                .weighted = counted->weighted,
                .exponent = counted->exponent,
                .has_ignore_label = options->has_ignore_label,
                .ignore_label = options->ignore_label,
                .with_class_weights = classes->class_weights != NULL,
                .with_probabilities = counted->census.most_targets.value > 0,
                .with_offset = counted->census.with_offset,
                .total_weight = counted->total_weight,
                .scale = counted->scale,
                .labels = classes->labels,
                .class_weights = classes->class_weights,
            },
        .elements = counted->census.elements,
        .largest_weight =
            counted->weighted ? counted->largest_weight * rows / counted->total_weight : 1,
    };
}

static linclass_status check_probabilities(linclass_context *ctx, const fit_parts_census *counted,
                                           const fit_classes *classes)
{
    const double columns = counted->census.most_targets.value;
    if (columns == 0 || columns == (double)classes->k)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                        "target_probabilities of the parts has %.0f columns for %" PRId64
                        " classes",
                        columns, classes->k);
}

static linclass_status begin_training(fit_parts *self, fit_problem *problem,
                                      const linclass_parts *given)
{
    linclass_context *ctx = problem->ctx;
    fit_parts_census counted;
    linclass_status status = part_asker_begin(&self->training, ctx, "training", given);
    if (status != LINCLASS_OK)
        return status;
    status = fit_parts_count(ctx, &self->training, false, &counted);
    if (status == LINCLASS_OK)
        status = fit_parts_check_targets(ctx, &counted, &self->training, &problem->options);
    if (status == LINCLASS_OK)
        status = fit_parts_classes(ctx, &counted, &problem->options, &problem->classes);
    if (status == LINCLASS_OK)
        status = check_probabilities(ctx, &counted, &problem->classes);
    if (status == LINCLASS_OK)
        status = fit_initial_check(ctx, &problem->options, counted.features);
    counted.weighted = status == LINCLASS_OK && is_weighted(&counted, problem);
    if (status == LINCLASS_OK)
        status = fit_parts_weigh(ctx, &counted, &self->training, &problem->classes);
    if (status == LINCLASS_OK)
        status = set_class_rows(problem, &counted);
    if (status == LINCLASS_OK) {
        problem->dtype = fit_options_dtype(
            &problem->options, counted.census.wide ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32);
        self->with_sample_weight = counted.census.weighted;
        self->scale = counted.scale;
        self->working = describe(&self->training, problem, &counted, problem->dtype);
        self->working.fit.smoothing = problem->options.label_smoothing;
        self->exact = self->working;
        self->exact.fit.dtype = LINCLASS_FLOAT64;
    }
    fit_parts_count_end(ctx, &counted);
    return status;
}

static linclass_status begin_validation(fit_parts *self, fit_problem *problem,
                                        const linclass_parts *given)
{
    linclass_context *ctx = problem->ctx;
    fit_parts_census counted;
    if (given == NULL)
        return LINCLASS_OK;
    linclass_status status = part_asker_begin(&self->validating, ctx, "validation", given);
    if (status != LINCLASS_OK)
        return status;
    status = fit_parts_count(ctx, &self->validating, true, &counted);
    if (status == LINCLASS_OK && counted.features != self->working.fit.n)
        status = context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                              "validation parts have %" PRId64 " columns, training parts %" PRId64,
                              counted.features, self->working.fit.n);
    if (status == LINCLASS_OK && counted.census.most_targets.value > 0)
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "validation part %" PRId64
                              ": target_probabilities is given, validation is by labels",
                              counted.census.most_targets.part);
    if (status == LINCLASS_OK && counted.census.automatic && counted.census.least_scale.part >= 0 &&
        counted.scale != self->scale)
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "the validation parts leave X.scale to the fit, and their elements "
                              "say %g: that of the training parts is %g; give both",
                              counted.scale, self->scale);
    if (status == LINCLASS_OK)
        status = fit_parts_check_labels(ctx, &counted, &self->validating, &problem->options,
                                        &problem->classes);
    counted.weighted = status == LINCLASS_OK && is_weighted(&counted, problem);
    if (status == LINCLASS_OK)
        status = fit_parts_weigh(ctx, &counted, &self->validating, &problem->classes);
    if (status == LINCLASS_OK) {
        self->held_out = describe(&self->validating, problem, &counted, problem->dtype);
        self->held_out.fit.scale = self->scale;
        self->validates = true;
    }
    fit_parts_count_end(ctx, &counted);
    return status;
}

linclass_status fit_parts_begin(fit_parts *self, fit_problem *problem, linclass_context *ctx,
                                const linclass_parts *training, const linclass_parts *validation,
                                const linclass_fit_options *options)
{
    *self = (fit_parts){.validates = false};
    *problem = (fit_problem){.ctx = ctx, .parts = self};
    linclass_status status =
        fit_options_read_for_parts(ctx, options, validation != NULL, &problem->options);
    if (status == LINCLASS_OK)
        status = check_row_options(ctx, &problem->options);
    if (status == LINCLASS_OK)
        status = begin_training(self, problem, training);
    if (status == LINCLASS_OK)
        status = begin_validation(self, problem, validation);
    return status == LINCLASS_OK ? fit_problem_make_objectives(problem) : status;
}

bool fit_parts_without_columns(const fit_parts *self, fit_parts *made)
{
    if (!self->exact.fit.with_probabilities && !self->exact.fit.with_offset)
        return false;
    *made = (fit_parts){.with_sample_weight = self->with_sample_weight, .scale = self->scale};
    made->exact = self->exact;
    made->exact.fit.n = 0;
    made->exact.fit.intercepts_alone = 1;
    made->exact.elements = 0;
    made->working = made->exact;
    return true;
}

void fit_parts_end(fit_parts *self)
{
    part_asker_end(&self->training);
    part_asker_end(&self->validating);
}

linclass_status linclass_fit_parts(linclass_context *ctx, const linclass_parts *training,
                                   const linclass_parts *validation,
                                   const linclass_fit_options *options, linclass_fit_report *report,
                                   linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    CONTEXT_ENTER(ctx);
    if (!model_given(ctx, model))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    fit_parts parts;
    fit_problem problem;
    const linclass_status status =
        fit_parts_begin(&parts, &problem, ctx, training, validation, options);
    return fit_outcome(&problem, status, report, model);
}
