#include "parts/part_model.h"

#include <string.h>

#include "core/context.h"

linclass_status part_model_describe(linclass_context *ctx, const linclass_model *model,
                                    part_fit *described)
{
    if (model->k < 2 || model->n > PART_MOST_FEATURES)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model has %lld classes and %lld features: parts take 2 classes or "
                            "more, and up to 2^31 - 1 features",
                            (long long)model->k, (long long)model->n);
    const linclass_fit_report *report = &model->report;
    *described = (part_fit){
        .loss = model->loss,
        .dtype = model->dtype,
        .with_bias = model->bias != NULL,
        .n = model->n,
        .k = model->k,
        .samples = 1,
        .weighted = 1,
        .has_ignore_label = model->has_report && report->has_ignore_label,
        .ignore_label = model->has_report ? report->ignore_label : 0,
        .with_class_weights = model->class_weights != NULL,
        .smoothing = model->has_report ? report->label_smoothing : 0,
        .total_weight = 1,
        .scale = model->scale,
        .labels = model->labels,
        .class_weights = model->class_weights,
    };
    return LINCLASS_OK;
}

linclass_status part_model_parameters(linclass_context *ctx, const linclass_model *model,
                                      double **parameters)
{
    const int64_t weights = model->n * model->k;
    const int64_t biases = model->bias != NULL ? model->k : 0;
    const linclass_status status =
        context_allocate_doubles(ctx, weights + biases, "parameters", parameters);
    for (int64_t e = 0; status == LINCLASS_OK && e < weights; e++)
        (*parameters)[e] = model_value(model->dtype, model->theta, e);
    for (int64_t e = 0; status == LINCLASS_OK && e < biases; e++)
        (*parameters)[weights + e] = model_value(model->dtype, model->bias, e);
    return status;
}

static void copy_values(int32_t dtype, int64_t count, const double *from, void *to)
{
    for (int64_t e = 0; e < count; e++) {
        if (dtype == LINCLASS_FLOAT32)
            ((float *)to)[e] = (float)from[e];
        else
            ((double *)to)[e] = from[e];
    }
}

linclass_status part_model_make(linclass_context *ctx, const part_request *request,
                                linclass_model **model)
{
    const part_fit *fit = &request->fit;
    const model_shape shape = {
        .dtype = (int32_t)fit->dtype,
        .n = fit->n,
        .k = fit->k,
        .with_bias = fit->with_bias != 0,
        .with_class_weights = fit->with_class_weights != 0,
    };
    const linclass_status status = model_new(ctx, (int32_t)fit->loss, &shape, model);
    if (status != LINCLASS_OK)
        return status;
    linclass_model *made = *model;
    copy_values(made->dtype, made->n * made->k, request->parameters, made->theta);
    if (made->bias != NULL)
        copy_values(made->dtype, made->k, request->parameters + made->n * made->k, made->bias);
    memcpy(made->labels, fit->labels, (size_t)made->k * sizeof *made->labels);
    if (made->class_weights != NULL)
        memcpy(made->class_weights, fit->class_weights,
               (size_t)made->k * sizeof *made->class_weights);
    made->has_report = true;
    made->report = (linclass_fit_report){
        .size = sizeof made->report,
        .dtype = made->dtype,
        .has_ignore_label = (int32_t)fit->has_ignore_label,
        .ignore_label = fit->ignore_label,
        .label_smoothing = fit->smoothing,
    };
    made->scale = fit->scale;
    model_finish(made);
    if (model_find_non_finite(made->dtype, made->n * made->k, made->theta) < 0 &&
        (made->bias == NULL || model_find_non_finite(made->dtype, made->k, made->bias) < 0))
        return LINCLASS_OK;
    linclass_model_destroy(made);
    *model = NULL;
    return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "a parameter of the model is not finite");
}
