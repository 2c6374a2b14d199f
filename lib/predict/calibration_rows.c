#include "predict/calibration_rows.h"

#include "core/arguments.h"
#include "core/context.h"
#include "data/labels.h"
#include "sweep/losses.h"

linclass_status calibration_refuse_margins(linclass_context *ctx, const linclass_model *model)
{
    if (loss_gives_probabilities(model->loss))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                        "the %s loss gives scores but no probabilities to calibrate",
                        loss_name(model->loss));
}

linclass_status calibration_check_rows(linclass_context *ctx, const linclass_model *model,
                                       int64_t m, const int64_t *y)
{
    linclass_status status = calibration_refuse_margins(ctx, model);
    const array_argument labels = array_given("y", y, m, 1, sizeof *y);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 1, &labels);
    if (status == LINCLASS_OK)
        status = labels_encode(ctx, "y", m, y, model->k, model->labels, NULL);
    return status;
}
