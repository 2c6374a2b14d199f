#include "fit/fit_problem.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "data/column_panel.h"
#include "data/matrix.h"
#include "fit/fit_initial.h"
#include "fit/fit_parts.h"
#include "fit/fit_options.h"
#include "model/model.h"
#include "solver/warm_state.h"
#include "sweep/losses.h"

void fit_problem_end(fit_problem *self)
{
    linclass_context *ctx = self->ctx;
    if (self->exact != NULL && self->exact != self->objective)
        self->exact->methods->destroy(self->exact);
    column_statistics_end(&self->columns, ctx);
    if (self->objective != NULL)
        self->objective->methods->destroy(self->objective);
    if (self->validation != NULL)
        self->validation->methods->destroy(self->validation);
    context_release(ctx, self->parameters);
    fit_rows_end(ctx, &self->validating);
    fit_rows_end(ctx, &self->training);
    fit_classes_end(ctx, &self->classes);
    if (self->parts != NULL)
        fit_parts_end(self->parts);
}

static linclass_status make_objective(const fit_problem *self, const fit_rows *rows, int32_t dtype,
                                      objective **made)
{
    const objective_data data = {
        .X = &rows->X,
        .targets = {.y = rows->y,
                    .weights = rows->sample_weights,
                    .smoothing = rows->smoothing,
                    .probabilities = rows->with_probabilities ? &rows->probabilities : NULL},
        .total_weight = rows->total_weight,
        .columns = loss_has_one_score(self->options.loss) ? 1 : self->classes.k,
        .loss = self->options.loss,
        .with_bias = self->options.fit_bias != 0,
    };
    if (dtype == LINCLASS_FLOAT32)
        return objective_create_f32(self->ctx, &data, made);
    return objective_create_f64(self->ctx, &data, made);
}

linclass_status fit_problem_objective(const fit_problem *self, const fit_rows *rows,
                                      objective **made)
{
    const linclass_status status = make_objective(self, rows, self->dtype, made);
    if (status == LINCLASS_OK && self->options.has_weight_bounds)
        objective_set_bounds(*made, self->options.weight_min, self->options.weight_max);
    if (status == LINCLASS_OK)
        objective_set_grouped(*made, self->options.group_l1 != 0);
    return status;
}

/* Whether the elements are few, and read in double precision so often that a copy is worth its memory. */
static bool copies_exact(const fit_problem *self)
{
    const linclass_matrix *X = &self->training.X;
    return self->warm != NULL && !matrix_is_sparse(X) && X->dtype != LINCLASS_FLOAT64 &&
           X->cols > 0 && X->rows <= COLUMN_PANEL_SMALL / X->cols;
}

/* self->exact := the same over its own copy of the samples, which is in double precision. */
static linclass_status copy_exact(fit_problem *self)
{
    const int64_t n = self->training.X.cols;
    void *memory;
    linclass_status status =
        context_allocate(self->ctx, (size_t)n * sizeof(int64_t), "columns to copy", &memory);
    if (status != LINCLASS_OK)
        return status;
    int64_t *columns = memory;
    for (int64_t j = 0; j < n; j++)
        columns[j] = j;
    objective *copy;
    status = self->exact->methods->restricted(self->exact, columns, n, &copy);
    context_release(self->ctx, memory);
    if (status != LINCLASS_OK)
        return status;
    self->exact->methods->destroy(self->exact);
    self->exact = copy;
    return LINCLASS_OK;
}

static linclass_status make_exact(fit_problem *self)
{
    if (self->parts != NULL)
        return parts_objective_create(self->ctx, &self->parts->exact, &self->exact);
    const linclass_status status =
        make_objective(self, &self->training, LINCLASS_FLOAT64, &self->exact);
    return status == LINCLASS_OK && copies_exact(self) ? copy_exact(self) : status;
}

static linclass_status measure_columns(fit_problem *self)
{
    if (self->parts != NULL)
        return parts_statistics(self->ctx, &self->parts->working, &self->columns);
    return column_statistics_begin(&self->columns, self->ctx, &self->training.X,
                                   self->training.sample_weights);
}

linclass_status fit_problem_make_exact(fit_problem *self)
{
    linclass_status status = LINCLASS_OK;
    if (self->exact == NULL && self->dtype == LINCLASS_FLOAT64)
        self->exact = self->objective;
    if (self->exact == NULL)
        status = make_exact(self);
    if (status != LINCLASS_OK)
        return status;
    self->exact->methods->set_penalties(self->exact, self->objective->l1, self->objective->l2);
    objective_set_bounds(self->exact, self->objective->lower, self->objective->upper);
    objective_set_grouped(self->exact, self->objective->grouped);
    return LINCLASS_OK;
}

linclass_status fit_problem_prepare_judge(fit_problem *self)
{
    linclass_status status = fit_problem_make_exact(self);
    if (status == LINCLASS_OK && self->columns.mean == NULL)
        status = measure_columns(self);
    if (status != LINCLASS_OK)
        return status;
    self->exact->column_mean = self->columns.mean;
    self->exact->column_variance = self->columns.variance;
    return LINCLASS_OK;
}

linclass_status fit_problem_make_training(fit_problem *self)
{
    if (self->parts != NULL)
        return parts_objective_create(self->ctx, &self->parts->working, &self->objective);
    return fit_problem_objective(self, &self->training, &self->objective);
}

static linclass_status make_validation(fit_problem *self)
{
    if (self->parts != NULL && self->parts->validates)
        return parts_objective_create(self->ctx, &self->parts->held_out, &self->validation);
    if (self->validating.y != NULL)
        return fit_problem_objective(self, &self->validating, &self->validation);
    return LINCLASS_OK;
}

linclass_status fit_problem_make_objectives(fit_problem *self)
{
    linclass_status status = fit_problem_make_training(self);
    if (status == LINCLASS_OK)
        status = make_validation(self);
    if (status != LINCLASS_OK)
        return status;
    size_t bytes;
    if (!checked_bytes(self->objective->parameters, 3, sizeof(double), &bytes))
        return context_fail(self->ctx, LINCLASS_ERROR_DIMENSION, "the size of theta overflows");
    void *memory;
    status = context_allocate(self->ctx, bytes, "parameters and gradient", &memory);
    if (status != LINCLASS_OK)
        return status;
    self->parameters = memory;
    self->gradient = self->parameters + self->objective->parameters;
    self->lowest = self->gradient + self->objective->parameters;
    fit_problem_restart(self);
    return LINCLASS_OK;
}

linclass_status fit_problem_penalise(fit_problem *self)
{
    const linclass_fit_options *options = &self->options;
    const double sum = self->training.weight_sum;
    const bool none = options->l1 > 0 || loss_is_least_at_zero(options->loss);
    double l2 = options->l2;
    if (l2 == LINCLASS_AUTOMATIC)
        l2 = none ? 0 : 1 / sum;
    if (options->l2 == LINCLASS_AUTOMATIC && !none && !(l2 > 0 && isfinite(l2)))
        return context_fail(self->ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.l2 is LINCLASS_AUTOMATIC, one over the sum of the weights, "
                            "which is %g: give options.l2",
                            sum);
    self->objective->methods->set_penalties(self->objective, options->l1, l2);
    return LINCLASS_OK;
}

linclass_status fit_problem_share(fit_problem *self)
{
    if (!self->objective->smooth)
        return LINCLASS_OK;
    void *memory;
    const linclass_status status =
        context_allocate(self->ctx, sizeof *self->warm, "what fits share", &memory);
    if (status != LINCLASS_OK)
        return status;
    self->warm = memory;
    return warm_state_begin(self->warm, self->objective);
}

void fit_problem_end_sharing(fit_problem *self)
{
    if (self->warm == NULL)
        return;
    warm_state_end(self->warm);
    context_release(self->ctx, self->warm);
    self->warm = NULL;
}

void fit_problem_restart(fit_problem *self)
{
    memset(self->parameters, 0, (size_t)self->objective->parameters * sizeof(double));
    if (self->options.initial != NULL)
        model_copy_parameters(self->options.initial, self->objective->columns, self->parameters);
}

static linclass_status check_offsets(const fit_problem *self, const char *name,
                                     const linclass_matrix *view)
{
    const bool one_score = loss_has_one_score(self->options.loss);
    return matrix_check_offset(self->ctx, name, view, one_score ? 1 : self->classes.k);
}

linclass_status fit_problem_begin(fit_problem *self, linclass_context *ctx,
                                  const linclass_matrix *X, const int64_t *y,
                                  const linclass_fit_options *options)
{
    *self = (fit_problem){.ctx = ctx};
    linclass_status status = fit_options_read(ctx, options, &self->options);
    if (status == LINCLASS_OK)
        status = fit_rows_training(ctx, X, y, &self->options, &self->training, &self->classes);
    if (status == LINCLASS_OK)
        status = check_offsets(self, "X", &self->training.X);
    if (status == LINCLASS_OK)
        status = fit_initial_check(ctx, &self->options, self->training.X.cols);
    if (status == LINCLASS_OK)
        status = fit_rows_validation(ctx, &self->options, &self->classes, &self->training.X,
                                     &self->validating);
    if (status == LINCLASS_OK)
        status = check_offsets(self, "validation_X", &self->validating.X);
    if (status != LINCLASS_OK)
        return status;
    if (loss_has_one_score(self->options.loss) && self->classes.k != 2)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "y has %" PRId64
                            " distinct labels; options.loss is %s, a loss for two classes",
                            self->classes.k, loss_name(self->options.loss));
    self->dtype = fit_options_dtype(&self->options, self->training.X.dtype);
    return fit_problem_make_objectives(self);
}
