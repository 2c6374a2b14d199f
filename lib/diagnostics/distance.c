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
    if (status == LINCLASS_OK) {
        self->objective->methods->set_penalties(self->objective, model->l1, model->l2);
        objective_set_grouped(self->objective, model->group_l1 != 0);
        objective_set_bounds(self->objective, model->weight_min, model->weight_max);
    }
    return status;
}

static linclass_status prepare(distance *self)
{
    linclass_status status =
        space_lay_out(self->ctx, lay_out, self, "the distance from the minimum", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    copy_rows(self);
    status = make_objective(self);
    if (status == LINCLASS_OK)
        status = column_statistics_begin(&self->statistics, self->ctx, &self->rows->X,
                                         self->sample_weights);
    return status;
}

void distance_unknown(linclass_certificate *found)
{
    found->gap = NAN;
    found->gap_allowed = NAN;
    found->at_minimum = -1;
}

linclass_status distance_measure(const linclass_model *model, objective *F,
                                 const column_statistics *columns, linclass_certificate *found)
{
    distance_unknown(found);
    if (optimality_check_scale(F, columns) != LINCLASS_OK) { /* too large or too small */
        context_clear(F->ctx);
        return LINCLASS_OK;
    }
    const int32_t dtype = model->has_report ? model->report.dtype : model->dtype;
    const optimality_case of = {
        .exact = F,
        .products = F,
        .columns = columns,
        .epsilon = dtype == LINCLASS_FLOAT32 ? FLT_EPSILON : DBL_EPSILON,
        .tolerance = TOLERANCE,
    };
    double *parameters;
    linclass_status status =
        context_allocate_doubles(F->ctx, F->parameters, "parameters", &parameters);
    if (status != LINCLASS_OK)
        return status;
    model_copy_parameters(model, F->columns, parameters);
    optimality measured = {.gap = NAN, .allowed = NAN};
    status = optimality_measure(&of, parameters, &measured);
    context_release(F->ctx, parameters);
    if (status != LINCLASS_OK)
        return status;
    found->gap = measured.gap;
    found->gap_allowed = measured.allowed;
    found->at_minimum = isnan(measured.gap) ? -1 : optimality_is_reached(&measured);
    return LINCLASS_OK;
}

linclass_status distance_from_minimum(linclass_context *ctx, const known_rows *rows,
                                      linclass_certificate *found)
{
    const linclass_model *model = rows->model;
    distance_unknown(found);
    if (!loss_is_smooth(model->loss))
        return LINCLASS_OK;
    distance self = {
        .ctx = ctx,
        .rows = rows,
        .columns = loss_has_one_score(model->loss) ? 1 : model->k,
    };
    linclass_status status = prepare(&self);
    if (status == LINCLASS_OK)
        status = distance_measure(model, self.objective, &self.statistics, found);
    column_statistics_end(&self.statistics, ctx);
    if (self.objective != NULL)
        self.objective->methods->destroy(self.objective);
    context_release(ctx, self.memory);
    return status;
}
