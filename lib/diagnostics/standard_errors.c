/* linclass_model_standard_errors: what the caller passes, checked; diagnostics/coefficient_errors.c does the work. */
#include <linclass/standard_errors.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "diagnostics/coefficient_errors.h"
#include "sweep/losses.h"

static const linclass_standard_errors DEFAULTS = {.size = sizeof(linclass_standard_errors)};

linclass_status linclass_standard_errors_init(linclass_standard_errors *errors, size_t size)
{
    return versioned_init(errors, size, &DEFAULTS, sizeof DEFAULTS, FIRST_STANDARD_ERRORS);
}

static linclass_status check_model(linclass_context *ctx, const linclass_model *model)
{
    const linclass_fit_report *report = &model->report;
    if (!loss_is_likelihood(model->loss))
        return context_fail(
            ctx, LINCLASS_ERROR_UNSUPPORTED,
            "the %s loss is no likelihood: of softmax and logistic fits alone there "
            "are standard errors",
            loss_name(model->loss));
    if (model->l1 > 0 || model->l2 > 0)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted with the penalties l1 = %g, l2 = %g: only of "
                            "unpenalised fits there are standard errors",
                            model->l1, model->l2);
    if (model->has_report && (report->label_smoothing > 0 || report->with_target_probabilities))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted to %s: only of fits to labels there are standard "
                            "errors",
                            report->label_smoothing > 0 ? "smoothed labels" : "probabilities");
    if (model_is_bounded(model))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted within bounds on the weights: only of fits "
                            "without there are standard errors");
    return LINCLASS_OK;
}

static linclass_status check_outputs(linclass_context *ctx, const linclass_model *model,
                                     const linclass_standard_errors *wanted)
{
    const int64_t n = model->n;
    const int64_t k = model->k;
    const int64_t P = (k - 1) * (n + (model->bias != NULL));
    array_argument arrays[] = {
        array_given("errors.theta", wanted->theta, n, k, sizeof(double)),
        array_given("errors.theta_error", wanted->theta_error, n, k, sizeof(double)),
        array_given("errors.bias", wanted->bias, 1, k, sizeof(double)),
        array_given("errors.bias_error", wanted->bias_error, 1, k, sizeof(double)),
        array_given("errors.covariance", wanted->covariance, P, P, sizeof(double)),
    };
    enum { COUNT = sizeof arrays / sizeof *arrays };
    for (int i = 0; i < COUNT; i++)
        arrays[i] = array_output(array_optional(arrays[i]));
    return check_arrays(ctx, COUNT, arrays);
}

linclass_status standard_errors_read(linclass_context *ctx, const linclass_model *model,
                                     const linclass_standard_errors *errors,
                                     linclass_standard_errors *found)
{
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"errors", errors}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_status status = versioned_read(ctx, "errors", errors, found, &DEFAULTS,
                                            sizeof DEFAULTS, FIRST_STANDARD_ERRORS);
    if (status == LINCLASS_OK)
        status = check_model(ctx, model);
    return status == LINCLASS_OK ? check_outputs(ctx, model, found) : status;
}

static linclass_status make(void *owner, information_matrix *self)
{
    (void)owner;
    return information_matrix_make(self);
}

static linclass_status score_change(void *owner, information_matrix *self, const double *direction,
                                    double *largest)
{
    (void)owner;
    *largest = information_matrix_score_change(self, direction);
    return LINCLASS_OK;
}

static linclass_status find_errors(linclass_context *ctx, const known_rows *rows,
                                   linclass_standard_errors *found)
{
    const information_source here = {.make = make, .score_change = score_change};
    information_matrix self;
    linclass_status status = information_matrix_begin(ctx, rows, true, &self);
    if (status == LINCLASS_OK)
        status = coefficient_errors(&self, &here, found);
    information_matrix_end(&self);
    return status;
}

linclass_status linclass_model_standard_errors(linclass_context *ctx, const linclass_model *model,
                                               const linclass_matrix *X, const int64_t *y,
                                               linclass_standard_errors *errors)
{
    CONTEXT_ENTER(ctx);
    linclass_standard_errors found;
    linclass_status status = standard_errors_read(ctx, model, errors, &found);
    if (status != LINCLASS_OK)
        return status;
    const given_rows given = {
        .X = X,
        .y = y,
        .sample_weight = found.sample_weight,
        .sample_weight_name = "errors.sample_weight",
        /* Without a penalty the coefficients are those of a fit to the columns as they are. */
        .as_they_are = true,
    };
    known_rows rows;
    status = known_rows_begin(ctx, model, &given, &rows);
    if (status == LINCLASS_OK)
        status = find_errors(ctx, &rows, &found);
    known_rows_end(ctx, &rows);
    if (status != LINCLASS_OK)
        return status;
    return versioned_write(ctx, "errors", errors, &found, sizeof found, FIRST_STANDARD_ERRORS);
}
