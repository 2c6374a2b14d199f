/* linclass_model_leave_one_out: what the caller passes, checked; diagnostics/left_out.c does the work. */
#include <linclass/leave_one_out.h>

#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "diagnostics/left_out.h"
#include "sweep/losses.h"

static const linclass_leave_one_out DEFAULTS = {.size = sizeof(linclass_leave_one_out)};

linclass_status linclass_leave_one_out_init(linclass_leave_one_out *result, size_t size)
{
    return versioned_init(result, size, &DEFAULTS, sizeof DEFAULTS, FIRST_LEAVE_ONE_OUT);
}

static linclass_status check_model(linclass_context *ctx, const linclass_model *model)
{
    const linclass_fit_report *report = &model->report;
    if (!loss_is_likelihood(model->loss))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "rows are left out of softmax and logistic fits, not of the %s loss",
                            loss_name(model->loss));
    if (model->has_report && (report->label_smoothing > 0 || report->with_target_probabilities))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted to %s: rows are left out of fits to labels",
                            report->label_smoothing > 0 ? "smoothed labels" : "probabilities");
    if (model_is_bounded(model))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted within bounds on the weights: rows are left out "
                            "of fits without");
    if (model->group_l1)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the l1 penalty of the model is of the rows of theta: rows are left "
                            "out of fits where it is of single weights");
    return LINCLASS_OK;
}

/* The result without outputs; `scores`: m x k, or NULL. */
static linclass_status find(linclass_context *ctx, const linclass_model *model,
                            const given_rows *given, linclass_leave_one_out *found)
{
    known_rows rows;
    double *scores = NULL;
    linclass_status status = known_rows_begin(ctx, model, given, &rows);
    if (status == LINCLASS_OK && found->scores != NULL) {
        array_argument output = array_output(
            array_given("result.scores", found->scores, rows.X.rows, model->k, sizeof(double)));
        status = check_arrays(ctx, 1, &output);
    }
    if (status == LINCLASS_OK && found->scores != NULL)
        status = context_allocate_doubles(ctx, rows.X.rows * model->k, "scores", &scores);
    if (status == LINCLASS_OK)
        status = left_out_estimate(ctx, &rows, found, scores);
    if (status == LINCLASS_OK && scores != NULL)
        memcpy(found->scores, scores, (size_t)(rows.X.rows * model->k) * sizeof *scores);
    context_release(ctx, scores);
    known_rows_end(ctx, &rows);
    return status;
}

linclass_status linclass_model_leave_one_out(linclass_context *ctx, const linclass_model *model,
                                             const linclass_matrix *X, const int64_t *y,
                                             linclass_leave_one_out *result)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"result", result}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_leave_one_out found;
    linclass_status status = versioned_read(ctx, "result", result, &found, &DEFAULTS,
                                            sizeof DEFAULTS, FIRST_LEAVE_ONE_OUT);
    if (status == LINCLASS_OK)
        status = check_model(ctx, model);
    if (status != LINCLASS_OK)
        return status;
    const given_rows given = {
        .X = X,
        .y = y,
        .sample_weight = found.sample_weight,
        .sample_weight_name = "result.sample_weight",
    };
    status = find(ctx, model, &given, &found);
    if (status != LINCLASS_OK)
        return status;
    return versioned_write(ctx, "result", result, &found, sizeof found, FIRST_LEAVE_ONE_OUT);
}
