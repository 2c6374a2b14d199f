/* A model of standardised columns, x'_j = (x_j - mean_j) factor_j, as one of the columns x_j, and back.
 *
 *     theta_j = factor_j theta'_j,    bias = bias' - sum_j mean_j theta_j
 *
 * Hazard: far from zero, mean_j theta_j is large beside bias', and the sum has lost its last digits. So the model keeps
 * the intercepts of the fit beside the means and factors; its weights come back within two roundings. */
#include "model/standardization.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"

static void set_value(int32_t dtype, void *values, int64_t index, double value)
{
    if (dtype == LINCLASS_FLOAT32)
        ((float *)values)[index] = (float)value;
    else
        ((double *)values)[index] = value;
}

static linclass_status check_column(linclass_context *ctx, const linclass_model *model, int64_t j,
                                    double mean, double factor)
{
    if (!isfinite(mean) || (mean != 0 && model->bias == NULL))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "mean[%" PRId64 "] is %g, %s", j,
                            mean,
                            isfinite(mean) ? "and the model has no intercepts" : "not finite");
    if (!isfinite(factor) || factor == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "factor[%" PRId64 "] is %g, not finite and other than 0", j, factor);
    return LINCLASS_OK;
}

static linclass_status check(linclass_context *ctx, const linclass_model *model, const double *mean,
                             const double *factor)
{
    if (model->column_factor != NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "the model is one of standardised columns already");
    linclass_status status = LINCLASS_OK;
    for (int64_t j = 0; status == LINCLASS_OK && j < model->n; j++)
        status = check_column(ctx, model, j, mean == NULL ? 0 : mean[j], factor[j]);
    return status;
}

/* Weights and intercepts for the columns as they are. Errors: NUMERIC. */
static linclass_status fold(linclass_context *ctx, linclass_model *made)
{
    for (int64_t c = 0; c < made->k; c++) {
        double bias = made->bias == NULL ? 0 : made->fitted_bias[c];
        for (int64_t j = 0; j < made->n; j++) {
            const double weight =
                made->column_factor[j] * model_value(made->dtype, made->theta, j * made->k + c);
            bias -= made->column_mean[j] * weight;
            set_value(made->dtype, made->theta, j * made->k + c, weight);
        }
        if (made->bias != NULL)
            set_value(made->dtype, made->bias, c, bias);
    }
    if (model_find_non_finite(made->dtype, made->n * made->k, made->theta) >= 0 ||
        (made->bias != NULL && model_find_non_finite(made->dtype, made->k, made->bias) >= 0))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                            "a weight for the columns as they are overflows");
    return LINCLASS_OK;
}

linclass_status linclass_model_with_standardization(linclass_context *ctx,
                                                    const linclass_model *model, const double *mean,
                                                    const double *factor, linclass_model **changed)
{
    if (changed != NULL)
        *changed = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"changed", changed}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    const int64_t n = model->n;
    if (factor == NULL && n > 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "factor is NULL");
    linclass_status status = check(ctx, model, mean, factor);
    linclass_model *made = NULL;
    if (status == LINCLASS_OK)
        status = model_copy_as(ctx, model, model->set_rows, true, &made);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t j = 0; j < n; j++) {
        made->column_mean[j] = mean == NULL ? 0 : mean[j];
        made->column_factor[j] = factor[j];
    }
    for (int64_t c = 0; made->bias != NULL && c < made->k; c++)
        made->fitted_bias[c] = model_value(made->dtype, made->bias, c);
    status = fold(ctx, made);
    if (status != LINCLASS_OK) {
        linclass_model_destroy(made);
        return status;
    }
    model_finish(made);
    *changed = made;
    return LINCLASS_OK;
}

linclass_status standardization_fitted(linclass_context *ctx, const linclass_model *model,
                                       linclass_model **fitted)
{
    const linclass_status status = model_copy_without_texts(ctx, model, 0, 0, fitted);
    if (status != LINCLASS_OK)
        return status;
    linclass_model *made = *fitted;
    for (int64_t i = 0; i < made->n * made->k; i++) {
        const double factor = model->column_factor[i / made->k];
        set_value(made->dtype, made->theta, i, model_value(made->dtype, made->theta, i) / factor);
    }
    for (int64_t c = 0; made->bias != NULL && c < made->k; c++)
        set_value(made->dtype, made->bias, c, model->fitted_bias[c]);
    model_finish(made);
    return LINCLASS_OK;
}

const double *linclass_model_column_means(const linclass_model *model)
{
    return model->column_mean;
}

const double *linclass_model_column_factors(const linclass_model *model)
{
    return model->column_factor;
}
