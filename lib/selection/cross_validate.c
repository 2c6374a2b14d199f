/* linclass_cross_validate: a path over all rows, then one for each fold over the rows outside it.
 *
 * All rows come first: their path makes the lambdas and the models, and finds what is wrong with the
 * data while row numbers are the caller's. The folds only measure. */
#include <math.h>

#include "core/context.h"
#include "selection/choose.h"
#include "selection/fold_rows.h"
#include "selection/penalty_path.h"

typedef struct held_out {
    objective *objective; /* over the rows of the fold */
    int64_t reached;      /* candidates measured */
} held_out;

static linclass_status measure(series *fits, fit_problem *problem, int64_t index,
                               const linclass_fit_report *report, void *user)
{
    held_out *rows = user;
    objective_value value = {.loss = NAN, .error = NAN};
    if (report->stopped_because != LINCLASS_ERROR_NUMERIC) {
        const linclass_status status = rows->objective->methods->evaluate(
            rows->objective, NULL, problem->parameters, &value, NULL);
        if (status == LINCLASS_ERROR_NUMERIC)
            value = (objective_value){.loss = NAN, .error = NAN};
        else if (status != LINCLASS_OK)
            return status;
    }
    linclass_selection *selection = fits->selection;
    const int64_t place = index * selection->folds + fits->fold;
    selection->fold_losses[place] = value.loss;
    selection->fold_errors[place] = value.error;
    rows->reached++;
    return series_tell(fits, index, report, value.loss, value.error);
}

/* The path outside a fold, on a problem that has been begun. */
static linclass_status fit_outside(path_start *path, fit_problem *problem, const fold_views *views,
                                   int64_t *reached)
{
    fit_rows rows = {0};
    held_out fold = {0};
    linclass_status status =
        fit_rows_validation(problem->ctx, &views->held_out, &problem->classes, &views->X, &rows);
    if (status == LINCLASS_OK)
        status = fit_problem_objective(problem, &rows, &fold.objective);
    if (status == LINCLASS_OK) {
        status = path_fit(&path->series, problem, path->options.l1_ratio, path->selection->count,
                          measure, &fold);
        fold.objective->methods->destroy(fold.objective);
    }
    fit_rows_end(problem->ctx, &rows);
    *reached = fold.reached;
    return status;
}

/* *finished: folds all of whose candidates are measured. */
static linclass_status fit_folds(path_start *path, fold_rows *rows, int64_t *finished)
{
    linclass_context *ctx = path->problem.ctx;
    *finished = 0;
    linclass_status status = LINCLASS_OK;
    while (status == LINCLASS_OK && *finished < rows->folds) {
        fold_views views;
        fold_rows_separate(rows, *finished, &views);
        path->series.fold = *finished;
        fit_problem problem;
        int64_t reached = 0;
        status = fit_problem_begin(&problem, ctx, &views.X, views.y, &views.fit);
        if (status == LINCLASS_OK)
            status = fit_outside(path, &problem, &views, &reached);
        fit_problem_end(&problem);
        *finished += reached == path->selection->count;
    }
    return status;
}

static linclass_status fit_all_and_folds(path_start *path, fold_rows *rows)
{
    const linclass_path_options *options = &path->options;
    linclass_status status = fold_rows_begin(rows, &path->problem, path->y, options->folds,
                                             options->fold, options->seed);
    if (status != LINCLASS_OK)
        return status;
    linclass_status stopped = path_fit_all(path, options->folds);
    if (stopped < 0)
        return stopped;
    int64_t finished = 0;
    status = fold_rows_weigh(rows, path->selection->fold_weights);
    if (status == LINCLASS_OK && stopped == LINCLASS_OK)
        stopped = fit_folds(path, rows, &finished);
    if (status < 0 || stopped < 0)
        return status < 0 ? status : stopped;
    status = choose_by_folds(rows->ctx, path->selection, options->select_by, finished);
    return status < 0 ? status : stopped;
}

static linclass_status fit_and_choose(path_start *path)
{
    fold_rows rows = {.ctx = path->problem.ctx};
    const linclass_status status = fit_all_and_folds(path, &rows);
    fold_rows_end(&rows);
    return status;
}

linclass_status linclass_cross_validate(linclass_context *ctx, const linclass_matrix *X,
                                        const int64_t *y, const linclass_path_options *options,
                                        linclass_selection **selection)
{
    return path_select(ctx, X, y, options, selection, fit_and_choose);
}
