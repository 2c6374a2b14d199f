/* The null model, and the penalty that leads to it.
 *
 *     theta = 0 is a minimum of F iff |G_ij| <= l1 for every weight (the subgradient of l1 |theta_ij| at 0
 *     is [-l1, l1]), G the gradient of the mean loss at theta = 0 and the best intercepts; hence
 *
 *     lambda_max = max_ij |G_ij| / l1_ratio,    max_i ||G_i||_2 / l1_ratio for an l1 penalty of the rows
 *
 * The intercepts are those of a fit without features, in double whatever the precision of the problem. */
#include "selection/lambdas.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "fit/fit_parts.h"
#include "fit/fit_run.h"

static const double INTERCEPT_TOLERANCE = 1e-10;

double effective_l1_ratio(double l1_ratio)
{
    return fmax(l1_ratio, 0.01);
}

/* Whether rows without features differ in their labels and weights alone. */
static bool has_labels_alone(const fit_problem *problem)
{
    return problem->parts == NULL && !problem->training.with_probabilities &&
           problem->training.X.offset == NULL;
}

typedef struct class_rows {
    int64_t k;
    int64_t *y;
    double *weights;
} class_rows;

static void lay_out_classes(void *owner, space_plan *plan)
{
    class_rows *self = owner;
    self->y = space_next(plan, self->k, 1, sizeof *self->y);
    self->weights = space_doubles(plan, self->k, 1);
}

/* A row of each class takes the place of all of its rows, with their weight. The Hessians of many rows and classes
 * would take longer than a fit to the features (63666 rows, 58 classes: 10 s). */
static linclass_status take_one_row_a_class(const fit_problem *problem, fit_rows *rows,
                                            void **memory)
{
    class_rows made = {.k = problem->classes.k};
    const linclass_status status =
        space_lay_out(problem->ctx, lay_out_classes, &made, "a row of each class", memory);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t c = 0; c < made.k; c++) {
        made.y[c] = c;
        made.weights[c] = 0;
    }
    for (int64_t i = 0; i < rows->X.rows; i++)
        made.weights[rows->y[i]] += rows->sample_weights == NULL ? 1 : rows->sample_weights[i];
    rows->X.rows = made.k;
    rows->y = made.y;
    rows->sample_weights = made.weights;
    return LINCLASS_OK;
}

linclass_status null_model(fit_problem *problem)
{
    const objective *whole = problem->objective;
    memset(problem->parameters, 0, (size_t)whole->parameters * sizeof(double));
    if (!whole->smooth || whole->parameters == whole->weights)
        return LINCLASS_OK;
    fit_problem null = *problem;
    null.dtype = LINCLASS_FLOAT64;
    null.training.X.layout =
        LINCLASS_LAYOUT_STRIDED; /* of no columns: sparse rows have elements in them */
    null.training.X.row_stride = 0;
    null.training.X.col_stride = 1;
    null.training.X.cols = 0;
    fit_parts without_columns;
    null.parts = NULL;
    if (problem->parts != NULL && fit_parts_without_columns(problem->parts, &without_columns))
        null.parts = &without_columns;
    null.validation = NULL;
    null.exact = NULL;
    null.warm = NULL;
    null.columns = (column_statistics){0};
    null.options = (linclass_fit_options){
        .size = sizeof null.options,
        .loss = problem->options.loss,
        .fit_bias = 1,
        .gradient_tolerance = INTERCEPT_TOLERANCE,
        .max_seconds = problem->options.max_seconds,
    };
    null.parameters = problem->parameters + whole->weights;
    null.gradient = problem->gradient + whole->weights;
    void *memory = NULL;
    linclass_status status = LINCLASS_OK;
    if (has_labels_alone(problem))
        status = take_one_row_a_class(problem, &null.training, &memory);
    if (status == LINCLASS_OK)
        status = fit_problem_make_training(&null);
    if (status != LINCLASS_OK) {
        context_release(null.ctx, memory);
        return status;
    }
    linclass_fit_report report;
    status = fit_run(&null, &report);
    null.objective->methods->destroy(null.objective);
    column_statistics_end(&null.columns, null.ctx);
    context_release(null.ctx, memory);
    return status < 0 ? status : LINCLASS_OK;
}

linclass_status lambda_max(fit_problem *problem, double l1_ratio, double *largest)
{
    objective *whole = problem->objective;
    linclass_status status = null_model(problem);
    objective_value value;
    if (status == LINCLASS_OK)
        status =
            whole->methods->evaluate(whole, NULL, problem->parameters, &value, problem->gradient);
    if (status != LINCLASS_OK)
        return status;
    const double gradient = objective_dual_norm(whole, problem->gradient);
    if (gradient == 0)
        return context_fail(problem->ctx, LINCLASS_ERROR_NUMERIC,
                            "the gradient at the null model is 0: no feature says anything of the "
                            "labels, and there is no largest lambda; give options.lambdas");
    *largest = gradient / effective_l1_ratio(l1_ratio);
    return LINCLASS_OK;
}
