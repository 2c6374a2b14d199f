/* The functions that are one call of linclass_mpi_drive each. */
#include <stddef.h>

#include "linclass_mpi.h"

typedef struct fit_call {
    const linclass_fit_options *options;
    linclass_fit_report *report;
    linclass_model **model;
} fit_call;

static linclass_status drive_fit(linclass_context *ctx, const linclass_parts *training,
                                 const linclass_parts *validation, void *user)
{
    const fit_call *call = user;
    return linclass_fit_parts(ctx, training, validation, call->options, call->report, call->model);
}

linclass_status linclass_mpi_fit(linclass_context *ctx, MPI_Comm comm,
                                 const linclass_mpi_rows *rows, const linclass_fit_options *options,
                                 linclass_fit_report *report, linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    fit_call call = {.options = options, .report = report, .model = model};
    const linclass_status status = linclass_mpi_drive(ctx, comm, rows, drive_fit, &call);
    if (status < 0)
        return status;
    const linclass_status shared = linclass_mpi_share_model(ctx, comm, model);
    if (shared == LINCLASS_OK)
        return status;
    if (model != NULL) {
        linclass_model_destroy(*model);
        *model = NULL;
    }
    return shared;
}

typedef struct path_call {
    const linclass_path_options *options;
    linclass_selection **selection;
} path_call;

static linclass_status drive_path(linclass_context *ctx, const linclass_parts *training,
                                  const linclass_parts *validation, void *user)
{
    const path_call *call = user;
    return linclass_fit_path_parts(ctx, training, validation, call->options, call->selection);
}

linclass_status linclass_mpi_fit_path(linclass_context *ctx, MPI_Comm comm,
                                      const linclass_mpi_rows *rows,
                                      const linclass_path_options *options,
                                      linclass_selection **selection)
{
    if (selection != NULL)
        *selection = NULL;
    path_call call = {.options = options, .selection = selection};
    return linclass_mpi_drive(ctx, comm, rows, drive_path, &call);
}

typedef struct evaluate_call {
    const linclass_model *model;
    linclass_evaluation *evaluation;
} evaluate_call;

static linclass_status drive_evaluate(linclass_context *ctx, const linclass_parts *training,
                                      const linclass_parts *validation, void *user)
{
    const evaluate_call *call = user;
    (void)validation;
    return linclass_evaluate_parts(ctx, call->model, training, call->evaluation);
}

linclass_status linclass_mpi_evaluate(linclass_context *ctx, MPI_Comm comm,
                                      const linclass_mpi_rows *rows, const linclass_model *model,
                                      linclass_evaluation *evaluation)
{
    evaluate_call call = {.model = model, .evaluation = evaluation};
    return linclass_mpi_drive(ctx, comm, rows, drive_evaluate, &call);
}
