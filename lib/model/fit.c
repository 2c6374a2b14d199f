/* linclass_fit: options and labels checked, an objective made, a solver run, a model of its result. */
#include <linclass/fit.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "model/fit_initial.h"
#include "model/fit_options.h"
#include "model/fit_rows.h"
#include "model/model.h"
#include "objective/losses.h"
#include "solver/orthant_wise.h"
#include "solver/solver.h"
#include "solver/vector.h"

/* Everything a fit takes and must give back. */
typedef struct fit {
    linclass_context *ctx;
    linclass_fit_options options;
    const solver *solver;
    int32_t dtype;
    fit_classes classes;
    fit_rows training;
    fit_rows validating;
    objective *objective;
    objective *validation;
    double *parameters;
    double *gradient;
    monitor monitor;
    solver_run run;
    double smooth_gradient_infinity_norm;
} fit;

static void fit_end(fit *self)
{
    linclass_context *ctx = self->ctx;
    if (self->monitor.ctx != NULL)
        monitor_end(&self->monitor);
    if (self->objective != NULL)
        self->objective->methods->destroy(self->objective);
    if (self->validation != NULL)
        self->validation->methods->destroy(self->validation);
    context_release(ctx, self->parameters);
    fit_rows_end(ctx, &self->validating);
    fit_rows_end(ctx, &self->training);
    fit_classes_end(ctx, &self->classes);
}

static linclass_status make_objective(fit *self, const fit_rows *rows, double l1, double l2,
                                      objective **made)
{
    const objective_data data = {
        .X = &rows->X,
        .targets = {.y = rows->y,
                    .weights = rows->weights,
                    .smoothing = rows->smoothing,
                    .probabilities = rows->with_probabilities ? &rows->probabilities : NULL},
        .total_weight = rows->total_weight,
        .columns = loss_has_one_score(self->options.loss) ? 1 : self->classes.k,
        .loss = self->options.loss,
        .with_bias = self->options.fit_bias != 0,
        .l1 = l1,
        .l2 = l2,
    };
    if (self->dtype == LINCLASS_FLOAT32)
        return objective_create_f32(self->ctx, &data, made);
    return objective_create_f64(self->ctx, &data, made);
}

static linclass_status make_objectives(fit *self)
{
    linclass_status status =
        make_objective(self, &self->training, self->options.l1, self->options.l2, &self->objective);
    if (status == LINCLASS_OK && self->validating.y != NULL)
        status = make_objective(self, &self->validating, 0, 0, &self->validation);
    if (status != LINCLASS_OK)
        return status;
    size_t bytes;
    if (!checked_bytes(self->objective->parameters, 2, sizeof(double), &bytes))
        return context_fail(self->ctx, LINCLASS_ERROR_DIMENSION, "the size of theta overflows");
    void *memory;
    status = context_allocate(self->ctx, bytes, "parameters and gradient", &memory);
    if (status != LINCLASS_OK)
        return status;
    memset(memory, 0, bytes);
    self->parameters = memory;
    if (self->options.initial != NULL)
        fit_initial_copy(self->options.initial, self->objective->columns, self->parameters);
    self->gradient = self->parameters + self->objective->parameters;
    return LINCLASS_OK;
}

/* The solver has ended: with early stopping, its result may give way to an earlier one. */
static linclass_status finish(fit *self, linclass_status stopped)
{
    bool replaced;
    const linclass_status status =
        monitor_finish(&self->monitor, self->run.iterations, self->parameters, &replaced);
    if (status != LINCLASS_OK || !replaced)
        return status == LINCLASS_OK ? stopped : status;
    const linclass_status evaluated = solver_evaluate(&self->run);
    if (evaluated != LINCLASS_OK)
        return evaluated;
    return stopped == LINCLASS_OK ? LINCLASS_EARLY_STOPPED : stopped;
}

static linclass_status minimise(fit *self)
{
    const linclass_fit_options *options = &self->options;
    const int64_t limit =
        options->max_iterations > 0 ? options->max_iterations : self->solver->default_iterations;
    const linclass_status begun =
        monitor_begin(&self->monitor, self->ctx, options, self->validation, limit);
    if (begun != LINCLASS_OK)
        return begun;
    self->run = (solver_run){
        .ctx = self->ctx,
        .objective = self->objective,
        .options = options,
        .monitor = &self->monitor,
        .parameters = self->parameters,
        .gradient = self->gradient,
    };
    const linclass_status stopped = self->solver->minimise(&self->run);
    if (stopped < 0)
        return stopped;
    const linclass_status status = finish(self, stopped);
    self->smooth_gradient_infinity_norm =
        vector_largest(self->objective->parameters, self->gradient);
    /* What tells an optimum is the subgradient of least norm: the gradient, where there is no l1. */
    pseudo_gradient(self->objective, self->parameters, self->gradient, self->gradient);
    self->run.gradient_norm = vector_norm(self->objective->parameters, self->gradient);
    return status;
}

static linclass_fit_report make_report(const fit *self, linclass_status status)
{
    const solver_run *run = &self->run;
    return (linclass_fit_report){
        .size = sizeof(linclass_fit_report),
        .stopped_because = status,
        .solver = self->solver->number,
        .dtype = self->dtype,
        .iterations = run->iterations,
        .evaluations = run->evaluations,
        .objective = run->value.objective,
        .loss = run->value.loss,
        .error = run->value.error,
        .gradient_norm = run->gradient_norm,
        .gradient_infinity_norm = vector_largest(self->objective->parameters, self->gradient),
        .learning_rate = run->learning_rate,
        .validation_loss = self->monitor.validation_loss,
        .validation_error = self->monitor.validation_error,
        .seconds = monitor_seconds(&self->monitor),
        .best_iteration =
            self->monitor.best != NULL ? self->monitor.best_iteration : run->iterations,
        .smooth_gradient_infinity_norm = self->smooth_gradient_infinity_norm,
        .samples = self->training.X.rows,
        .total_weight = self->training.weight_sum,
        .label_smoothing = self->options.label_smoothing,
        .ignore_label = self->options.has_ignore_label ? self->options.ignore_label : 0,
        .has_ignore_label = self->options.has_ignore_label,
        .with_sample_weight = self->options.sample_weight != NULL,
        .with_target_probabilities = self->training.with_probabilities,
    };
}

/* Row by row into the last columns of the model's: all, or, of a loss with one score, the second. */
static void copy_rows(const fit *self, int64_t rows, const double *from, void *to)
{
    const int64_t columns = self->objective->columns;
    const int64_t k = self->classes.k;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < columns; j++) {
            const int64_t place = i * k + (k - columns) + j;
            const double value = from[i * columns + j];
            if (self->dtype == LINCLASS_FLOAT64)
                ((double *)to)[place] = value;
            else
                ((float *)to)[place] = (float)value;
        }
    }
}

static void copy_parameters(const fit *self, linclass_model *model)
{
    copy_rows(self, model->n, self->parameters, model->theta);
    if (model->bias != NULL)
        copy_rows(self, 1, self->parameters + self->objective->weights, model->bias);
}

static linclass_status make_model(const fit *self, const linclass_fit_report *report,
                                  linclass_model **model)
{
    const model_shape shape = {
        .dtype = self->dtype,
        .n = self->training.X.cols,
        .k = self->classes.k,
        .with_bias = self->options.fit_bias != 0,
        .with_class_weights = self->classes.weights != NULL,
    };
    const linclass_status status = model_new(self->ctx, self->options.loss, &shape, model);
    if (status != LINCLASS_OK)
        return status;
    copy_parameters(self, *model);
    memcpy((*model)->labels, self->classes.labels, (size_t)self->classes.k * sizeof(int64_t));
    if (self->classes.weights != NULL)
        memcpy((*model)->class_weights, self->classes.weights,
               (size_t)self->classes.k * sizeof(double));
    (*model)->scale = self->training.X.scale;
    (*model)->l1 = self->options.l1;
    (*model)->l2 = self->options.l2;
    (*model)->has_report = true;
    (*model)->report = *report;
    model_finish(*model);
    return LINCLASS_OK;
}

static linclass_status run_fit(fit *self, const linclass_matrix *X, const int64_t *y,
                               const linclass_fit_options *options, linclass_fit_report *report,
                               linclass_model **model)
{
    linclass_status status = fit_options_read(self->ctx, options, &self->options);
    if (status == LINCLASS_OK)
        status =
            fit_rows_training(self->ctx, X, y, &self->options, &self->training, &self->classes);
    if (status == LINCLASS_OK)
        status = fit_initial_check(self->ctx, &self->options, self->training.X.cols);
    if (status == LINCLASS_OK)
        status = fit_rows_validation(self->ctx, &self->options, &self->classes,
                                     self->training.X.cols, &self->validating);
    if (status != LINCLASS_OK)
        return status;
    if (loss_has_one_score(self->options.loss) && self->classes.k != 2)
        return context_fail(self->ctx, LINCLASS_ERROR_LABEL,
                            "y has %" PRId64 " distinct labels; options.loss is one of two classes",
                            self->classes.k);
    self->dtype = fit_options_dtype(&self->options, self->training.X.dtype);
    status = make_objectives(self);
    if (status == LINCLASS_OK)
        status = solver_choose(self->objective, &self->options, &self->solver);
    if (status != LINCLASS_OK)
        return status;

    const linclass_status stopped = minimise(self);
    if (stopped < 0)
        return stopped;
    const linclass_fit_report made = make_report(self, stopped);
    status = make_model(self, &made, model);
    if (status == LINCLASS_OK && report != NULL)
        status = fit_report_write(self->ctx, &made, report);
    return status == LINCLASS_OK ? stopped : status;
}

linclass_status linclass_fit(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                             const linclass_fit_options *options, linclass_fit_report *report,
                             linclass_model **model)
{
    if (ctx == NULL || model == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL",
                            ctx == NULL ? "ctx" : "model");
    context_clear(ctx);
    *model = NULL;
    fit self = {.ctx = ctx};
    const linclass_status status = run_fit(&self, X, y, options, report, model);
    fit_end(&self);
    if (status < 0) {
        linclass_model_destroy(*model);
        *model = NULL;
    }
    return status;
}
