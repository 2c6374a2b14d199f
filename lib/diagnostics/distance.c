/* The judge of fits (judge/optimality.h) asked again, for a model and rows that were given: F in double
 * precision over the rows, with the penalties, class weights and smoothing of the model. */
#include "diagnostics/distance.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/column_statistics.h"
#include "judge/optimality.h"
#include "objective/objective.h"
#include "sweep/losses.h"

static const double TOLERANCE = 1e-4; /* the default of linclass_fit_options.gradient_tolerance */

typedef struct distance {
    linclass_context *ctx;
    const known_rows *rows;
    int64_t columns;        /* of theta: k, or 1 for two classes told apart by one score */
    int64_t *y;             /* m; a row that was ignored has class 0 and weight 0 */
    double *sample_weights; /* m */
    double *parameters;     /* as objective.h orders them */
    column_statistics statistics;
    objective *objective;
    void *memory;
} distance;

static void lay_out(void *owner, space_plan *plan)
{
    distance *self = owner;
    const int64_t m = self->rows->X.rows;
    self->y = space_next(plan, m, 1, sizeof(int64_t));
    self->sample_weights = space_doubles(plan, m, 1);
    self->parameters = space_doubles(plan, self->rows->model->n + 1, self->columns);
}

static void copy_rows(distance *self)
{
    for (int64_t i = 0; i < self->rows->X.rows; i++) {
        self->y[i] = self->rows->y[i] < 0 ? 0 : self->rows->y[i];
        self->sample_weights[i] = known_rows_weight(self->rows, i);
    }
}

static linclass_status make_objective(distance *self)
{
    const known_rows *rows = self->rows;
    const linclass_model *model = rows->model;
    const objective_data data = {
        .X = &rows->X,
        .targets = {.y = self->y,
                    .weights = self->sample_weights,
                    .smoothing = model->has_report ? model->report.label_smoothing : 0,
                    .probabilities = rows->with_probabilities ? &rows->probabilities : NULL},
        .total_weight = rows->total_weight,
        .columns = self->columns,
        .loss = model->loss,
        .with_bias = model->bias != NULL,
    };
    const linclass_status status = objective_create_f64(self->ctx, &data, &self->objective);
    if (status == LINCLASS_OK)
        self->objective->methods->set_penalties(self->objective, model->l1, model->l2);
    return status;
}

/* Where the features are too large or too small to be judged *found is left as it is. */
static linclass_status measure(distance *self, optimality *found)
{
    const linclass_model *model = self->rows->model;
    linclass_status status =
        space_lay_out(self->ctx, lay_out, self, "the distance from the minimum", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    copy_rows(self);
    model_copy_parameters(model, self->columns, self->parameters);
    status = make_objective(self);
    if (status == LINCLASS_OK)
        status = column_statistics_begin(&self->statistics, self->ctx, &self->rows->X,
                                         self->sample_weights);
    if (status != LINCLASS_OK)
        return status;
    if (optimality_check_scale(self->objective, &self->statistics) != LINCLASS_OK) {
        context_clear(self->ctx);
        return LINCLASS_OK;
    }
    const int32_t dtype = model->has_report ? model->report.dtype : model->dtype;
    const optimality_case of = {
        .exact = self->objective,
        .products = self->objective,
        .columns = &self->statistics,
        .epsilon = dtype == LINCLASS_FLOAT32 ? FLT_EPSILON : DBL_EPSILON,
        .tolerance = TOLERANCE,
    };
    return optimality_measure(&of, self->parameters, found);
}

linclass_status distance_from_minimum(linclass_context *ctx, const known_rows *rows,
                                      linclass_certificate *found)
{
    const linclass_model *model = rows->model;
    found->gap = NAN;
    found->gap_allowed = NAN;
    found->at_minimum = -1;
    if (!loss_is_smooth(model->loss))
        return LINCLASS_OK;
    distance self = {
        .ctx = ctx,
        .rows = rows,
        .columns = loss_has_one_score(model->loss) ? 1 : model->k,
    };
    optimality measured = {.gap = NAN, .allowed = NAN};
    const linclass_status status = measure(&self, &measured);
    column_statistics_end(&self.statistics, ctx);
    if (self.objective != NULL)
        self.objective->methods->destroy(self.objective);
    context_release(ctx, self.memory);
    if (status != LINCLASS_OK)
        return status;
    found->gap = measured.gap;
    found->gap_allowed = measured.allowed;
    found->at_minimum = isnan(measured.gap) ? -1 : optimality_is_reached(&measured);
    return LINCLASS_OK;
}
