/* The objective over a design matrix, in one working precision.
 *
 *     F = mean loss + l1 ||theta||_1 + (l2 / 2) ||theta||^2,   grad F = X^T R / m + l2 theta
 */
#include "objective/objective.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/lowest.h"
#include "core/real.h"
#include "core/space.h"
#include "data/matrix.h"
#include "kernel/kernel.h"
#include "objective/step.h"
#include "objective/sweep.h"

typedef struct linear_objective {
    objective base;
    objective_data data;
    const REAL(loss_kernel) * kernel;
    real *theta; /* n x k, the parameters rounded */
    real *bias;  /* k, or NULL */
    real *G;     /* n x k */
    real *g_bias;
    minibatch_stepper stepper;
    void *memory;
} linear_objective;

static const REAL(loss_kernel) * kernel_of(int32_t loss)
{
    (void)loss;
    return &REAL(kernels_best)()->cross_entropy;
}

static void round_parameters(linear_objective *self, const double *parameters)
{
    const int64_t weights = self->base.weights;
    for (int64_t i = 0; i < weights; i++)
        self->theta[i] = (real)parameters[i];
    for (int64_t j = 0; self->bias != NULL && j < self->data.k; j++)
        self->bias[j] = (real)parameters[weights + j];
}

static double penalty(const linear_objective *self)
{
    double absolute = 0;
    double square = 0;
    for (int64_t i = 0; i < self->base.weights; i++) {
        const double weight = (double)self->theta[i];
        absolute += fabs(weight);
        square += weight * weight;
    }
    return self->base.l1 * absolute + self->base.l2 / 2 * square;
}

static void write_gradient(const linear_objective *self, double *gradient)
{
    const int64_t weights = self->base.weights;
    for (int64_t i = 0; i < weights; i++)
        gradient[i] = (double)self->G[i] + self->base.l2 * (double)self->theta[i];
    for (int64_t j = 0; self->bias != NULL && j < self->data.k; j++)
        gradient[weights + j] = (double)self->g_bias[j];
}

static linclass_status evaluate(objective *base, const double *parameters, objective_value *value,
                                double *gradient)
{
    linear_objective *self = (linear_objective *)base;
    const int64_t k = self->data.k;
    const double samples = (double)base->samples;
    round_parameters(self, parameters);
    const sweep_input pass = {
        .X = self->data.X,
        .count = base->samples,
        .targets = {.y = self->data.y},
        .map = {self->data.X->cols, k, self->theta, k, NULL, self->bias},
        .kernel = self->kernel,
        .scale = (real)(1 / samples),
        .count_wrong = true,
    };
    sweep_sums sums;
    const linclass_status status =
        gradient == NULL ? REAL(sweep_loss)(base->ctx, &pass, &sums)
                         : REAL(sweep_gradient)(base->ctx, &pass, &sums, self->G, k, self->g_bias);
    if (status != LINCLASS_OK)
        return status;
    value->loss = sums.loss / samples;
    value->objective = value->loss + penalty(self);
    value->error = sums.wrong / samples;
    if (gradient != NULL)
        write_gradient(self, gradient);
    return LINCLASS_OK;
}

static linclass_status steps_begin(objective *base, const double *parameters, int64_t max_batch)
{
    linear_objective *self = (linear_objective *)base;
    round_parameters(self, parameters);
    self->stepper.sweep = (sweep_input){
        .X = self->data.X,
        .targets = {.y = self->data.y},
        .map = {.n = self->data.X->cols, .k = self->data.k},
        .kernel = self->kernel,
    };
    return REAL(stepper_begin)(base->ctx, &self->stepper, max_batch, self->theta, self->data.k,
                               self->bias);
}

static linclass_status step(objective *base, const int64_t *rows, int64_t first, int64_t count,
                            double learning_rate)
{
    linear_objective *self = (linear_objective *)base;
    const double keep = 1 - learning_rate * base->l2;
    return REAL(stepper_step)(base->ctx, &self->stepper, rows, first, count, (real)learning_rate,
                              (real)keep);
}

static void steps_store(const objective *base, double *parameters)
{
    const linear_objective *self = (const linear_objective *)base;
    const int64_t weights = base->weights;
    REAL(stepper_store)(&self->stepper, self->theta, self->data.k, self->bias);
    for (int64_t i = 0; i < weights; i++)
        parameters[i] = (double)self->theta[i];
    for (int64_t j = 0; self->bias != NULL && j < self->data.k; j++)
        parameters[weights + j] = (double)self->bias[j];
}

static void steps_end(objective *base)
{
    linear_objective *self = (linear_objective *)base;
    REAL(stepper_end)(base->ctx, &self->stepper);
}

static linclass_status mean_square(objective *base, double *mean)
{
    enum { SAMPLES = 1000 };
    const linear_objective *self = (const linear_objective *)base;
    const linclass_matrix *X = self->data.X;
    const int64_t n = X->cols;
    const int64_t count = lesser(SAMPLES, X->rows);
    space_plan plan = {0};
    (void)space_part(&plan, 1, n, sizeof(real));
    void *space;
    const linclass_status status = space_take(base->ctx, &plan, &space);
    if (status != LINCLASS_OK)
        return status;
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t row = (int64_t)((double)i * (double)X->rows / (double)count);
        int64_t ld;
        const real *x = REAL(matrix_rows)(X, row, 1, space, &ld);
        for (int64_t j = 0; j < n; j++)
            sum += (double)x[j] * (double)x[j];
    }
    *mean = sum / (double)count;
    return LINCLASS_OK;
}

static void destroy(objective *base)
{
    linear_objective *self = (linear_objective *)base;
    linclass_context *ctx = base->ctx;
    context_release(ctx, self->memory);
    context_release(ctx, self);
}

static const objective_methods METHODS = {
    .evaluate = evaluate,
    .steps_begin = steps_begin,
    .step = step,
    .steps_store = steps_store,
    .steps_end = steps_end,
    .mean_square = mean_square,
    .destroy = destroy,
};

static linclass_status take_memory(linear_objective *self)
{
    const int64_t n = self->data.X->cols;
    const int64_t k = self->data.k;
    space_plan plan = {0};
    const size_t theta = space_part(&plan, n, k, sizeof(real));
    const size_t bias = space_part(&plan, k, 1, sizeof(real));
    const size_t G = space_part(&plan, n, k, sizeof(real));
    const size_t g_bias = space_part(&plan, k, 1, sizeof(real));
    const linclass_status status =
        space_allocate(self->base.ctx, &plan, "theta and its gradient", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    self->theta = space_at(self->memory, theta);
    self->bias = self->data.with_bias ? space_at(self->memory, bias) : NULL;
    self->G = space_at(self->memory, G);
    self->g_bias = space_at(self->memory, g_bias);
    return LINCLASS_OK;
}

linclass_status REAL(objective_create)(linclass_context *ctx, const objective_data *data,
                                       objective **made)
{
    void *memory;
    linclass_status status =
        context_allocate(ctx, sizeof(linear_objective), "the objective", &memory);
    if (status != LINCLASS_OK)
        return status;
    linear_objective *self = memory;
    memset(self, 0, sizeof *self);
    self->base.methods = &METHODS;
    self->base.ctx = ctx;
    self->base.samples = data->X->rows;
    self->base.l1 = data->l1;
    self->base.l2 = data->l2;
    self->data = *data;
    self->kernel = kernel_of(data->loss);
    status = take_memory(self);
    if (status != LINCLASS_OK) {
        context_release(ctx, self);
        return status;
    }
    self->base.weights = data->X->cols * data->k;
    self->base.parameters = self->base.weights + (data->with_bias ? data->k : 0);
    *made = &self->base;
    return LINCLASS_OK;
}
