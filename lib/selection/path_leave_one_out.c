#include "selection/path_leave_one_out.h"

#include <math.h>

#include "core/context.h"
#include "diagnostics/left_out.h"
#include "sweep/losses.h"

linclass_status leave_one_out_check(linclass_context *ctx, const linclass_fit_options *fit)
{
    if (!loss_is_likelihood(fit->loss))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "options.leave_one_out: rows are left out of softmax and logistic "
                            "fits, not of the %s loss",
                            loss_name(fit->loss));
    if (fit->label_smoothing > 0 || fit->target_probabilities != NULL)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "options.leave_one_out: rows are left out of fits to labels, not to %s",
                            fit->label_smoothing > 0 ? "smoothed labels" : "probabilities");
    if (fit->has_weight_bounds)
        return context_fail(
            ctx, LINCLASS_ERROR_UNSUPPORTED,
            "options.leave_one_out: rows are left out of fits without bounds on the weights");
    if (fit->group_l1)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "options.leave_one_out: rows are left out of fits whose l1 penalty is "
                            "of single weights");
    return LINCLASS_OK;
}

linclass_status leave_one_out_candidate(const path_start *path, int64_t index)
{
    linclass_context *ctx = path->problem.ctx;
    linclass_candidate *candidate = &path->selection->candidates[index];
    const linclass_model *model = path->selection->models[index];
    linclass_leave_one_out found = {.size = sizeof found};
    const given_rows given = {
        .X = path->X,
        .y = path->y,
        .sample_weight = path->problem.options.sample_weight,
        .sample_weight_name = "options.fit->sample_weight",
    };
    linclass_status status = LINCLASS_ERROR_NUMERIC;
    if (model != NULL) {
        known_rows rows;
        status = known_rows_begin(ctx, model, &given, &rows);
        if (status == LINCLASS_OK)
            status = left_out_estimate(ctx, &rows, &found, NULL);
        known_rows_end(ctx, &rows);
    }
    const bool estimated = status == LINCLASS_OK;
    candidate->left_out_loss = estimated ? found.loss : NAN;
    candidate->left_out_loss_standard_error = estimated ? found.loss_standard_error : NAN;
    candidate->left_out_error = estimated ? found.error : NAN;
    candidate->left_out_error_standard_error = estimated ? found.error_standard_error : NAN;
    return status == LINCLASS_ERROR_NUMERIC ? LINCLASS_OK : status;
}
