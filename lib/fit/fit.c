/* linclass_fit: a problem made of the arguments, a solver run on it, a model of its result. */
#include <linclass/fit.h>
#include <linclass/model.h>

#include "core/context.h"
#include "fit/fit_outcome.h"
#include "fit/fit_problem.h"
#include "fit/fit_run.h"
#include "model/model.h"
#include "model/report.h"

static linclass_status fit(fit_problem *problem, linclass_fit_report *report,
                           linclass_model **model)
{
    linclass_fit_report made;
    linclass_status status = fit_problem_penalise(problem);
    if (status != LINCLASS_OK)
        return status;
    const linclass_status stopped = fit_run(problem, &made);
    if (stopped < 0)
        return stopped;
    status = fit_run_model(problem, &made, model);
    if (status == LINCLASS_OK && report != NULL)
        status = report_write(problem->ctx, &made, report);
    return status == LINCLASS_OK ? stopped : status;
}

linclass_status fit_outcome(fit_problem *problem, linclass_status made, linclass_fit_report *report,
                            linclass_model **model)
{
    const linclass_status status = made == LINCLASS_OK ? fit(problem, report, model) : made;
    fit_problem_end(problem);
    if (status < 0) {
        linclass_model_destroy(*model);
        *model = NULL;
    }
    return status;
}

linclass_status linclass_fit(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                             const linclass_fit_options *options, linclass_fit_report *report,
                             linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    CONTEXT_ENTER(ctx);
    if (!model_given(ctx, model))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    fit_problem problem;
    const linclass_status status = fit_problem_begin(&problem, ctx, X, y, options);
    return fit_outcome(&problem, status, report, model);
}
