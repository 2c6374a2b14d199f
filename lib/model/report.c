#include "model/report.h"

#include "core/versioned.h"
#include "model/model.h"

/* Size of the struct in the first release, the least a program may have been compiled with. */
static const linclass_fit_report EMPTY_REPORT = {.size = sizeof(linclass_fit_report)};

linclass_status linclass_fit_report_init(linclass_fit_report *report, size_t size)
{
    return versioned_init(report, size, &EMPTY_REPORT, sizeof EMPTY_REPORT, FIRST_FIT_REPORT);
}

linclass_status report_write(linclass_context *ctx, const linclass_fit_report *made,
                             linclass_fit_report *report)
{
    return versioned_write(ctx, "report", report, made, sizeof *made, FIRST_FIT_REPORT);
}

linclass_status linclass_model_report(const linclass_model *model, linclass_fit_report *report)
{
    if (model == NULL || report == NULL || !model->has_report)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    return report_write(NULL, &model->report, report);
}
