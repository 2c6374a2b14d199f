/* The objective over a design matrix, in one working precision.
 *
 *     F      = (1/W) sum w_i loss(h_i, y_i) + l1 ||theta||_1 + (l2 / 2) ||theta||^2,  W = sum w_i
 *     grad F = X^T R / W + l2 theta            R: rows of residuals, times their weights
 *     F'' V  = X^T (loss''(H) (X V)) / W + l2 V
 */
#include "objective/objective.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/matrix.h"
#include "objective/linear_objective.h"
#include "sweep/blocks.h"
#include "sweep/losses.h"

/* All rows over those of a product of a smoothed loss, at least: those in it are copied. */
static const double FEW = 1.5;
enum { LITTLE = 8 }; /* times k: at most n, where k scores are little beside n features */

static void set_penalties(objective *base, double l1, double l2)
{
    base->l1 = l1;
    base->l2 = l2;
}

static void set_smoothing(objective *base, double mu)
{
    linear_objective *self = (linear_objective *)base;
    base->mu = mu;
    self->sweep.mu = mu;
    base->smooth = mu > 0 || loss_is_smooth(self->loss);
    base->twice_differentiable = mu > 0 || self->sweep.kernel->curvature != NULL;
    base->curvature_jumps = mu > 0 || loss_curvature_jumps(self->loss);
}

/* The weight that the sums over a batch are divided by: its share of the total. */
static double batch_weight(const linear_objective *self, const sample_batch *batch)
{
    return self->total_weight * (double)batch->count / (double)self->base.samples;
}

/* Where the scores at the parameters are kept, if they are. */
static real *scores_to_hold(linear_objective *self, const double *parameters)
{
    held_hessian *held = &self->held;
    if (held->memory == NULL)
        return NULL;
    memcpy(held->parameters, parameters, (size_t)self->base.parameters * sizeof(double));
    held->has_scores = false;
    held->is_made = false;
    return held->scores;
}

static linclass_status evaluate(objective *base, const sample_batch *batch,
                                const double *parameters, objective_value *value, double *gradient)
{
    linear_objective *self = (linear_objective *)base;
    sweep_input sweep = self->sweep;
    double weight = self->total_weight;
    if (batch != NULL) {
        weight = batch_weight(self, batch);
        sweep.rows = batch->numbers;
        sweep.first = batch->first;
        sweep.count = batch->count;
        sweep.scale = (real)(1 / weight);
    }
    const double penalty = objective_round(self, parameters, self->theta, self->bias);
    if (batch == NULL && gradient != NULL)
        sweep.scores = scores_to_hold(self, parameters);
    sweep_sums sums;
    const linclass_status status =
        gradient == NULL && batch == NULL
            ? sweep_loss(base->ctx, &sweep, &sums)
            : sweep_gradient(base->ctx, &sweep, &sums, self->G, base->columns, self->g_bias);
    if (status != LINCLASS_OK)
        return status;
    self->held.has_scores |= sweep.scores != NULL;
    value->loss = sums.loss / weight;
    value->objective = value->loss + penalty;
    value->error = sums.wrong / weight;
    if (!isfinite(value->objective))
        return context_fail(base->ctx, LINCLASS_ERROR_NUMERIC, "the objective overflows");
    if (gradient != NULL)
        objective_write_gradient(self, self->theta, gradient);
    return LINCLASS_OK;
}

static linclass_status hessian_product(objective *base, const double *parameters,
                                       const double *direction, double *product)
{
    linear_objective *self = (linear_objective *)base;
    if (!base->twice_differentiable)
        return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the loss has no second derivative");
    (void)objective_round(self, parameters, self->theta, self->bias);
    (void)objective_round(self, direction, self->direction, self->direction_bias);
    const linear_map map = {
        .set = base->ctx->vector_set,
        .n = self->sweep.map.n,
        .k = base->columns,
        .theta = self->direction,
        .ldtheta = base->columns,
        .bias = self->direction_bias,
    };
    sweep_input along = self->sweep;
    along.direction = &map;
    linclass_status status = base->mu > 0 ? objective_active_rows(self) : LINCLASS_OK;
    if (status != LINCLASS_OK)
        return status;
    if (base->mu > 0 && FEW * (double)self->active_count <= (double)base->samples) {
        along.rows = self->active;
        along.count = self->active_count;
        along.known_scores = self->active_scores;
    }
    sweep_sums sums;
    status = sweep_gradient(base->ctx, &along, &sums, self->G, base->columns, self->g_bias);
    if (status == LINCLASS_OK)
        objective_write_gradient(self, self->direction, product);
    return status;
}

static void destroy(objective *base)
{
    linear_objective *self = (linear_objective *)base;
    linclass_context *ctx = base->ctx;
    column_panel_end(&self->panel, ctx);
    objective_end_held(self);
    context_release(ctx, self->memory);
    context_release(ctx, self);
}

static const objective_methods METHODS = {
    .set_penalties = set_penalties,
    .set_smoothing = set_smoothing,
    .evaluate = evaluate,
    .lower_bound = objective_lower_bound,
    .hessian_product = hessian_product,
    .hold = objective_hold,
    .held_product = objective_held_product,
    .hessian = objective_hessian,
    .gram = objective_gram,
    .curvatures = objective_curvatures,
    .moments = objective_moments,
    .restricted = objective_restricted,
    .steps_begin = objective_steps_begin,
    .step = objective_step,
    .steps_store = objective_steps_store,
    .steps_end = objective_steps_end,
    .ascent_begin = objective_ascent_begin,
    .ascent_pass = objective_ascent_pass,
    .ascent_restore = objective_ascent_restore,
    .ascent_store = objective_ascent_store,
    .ascent_end = objective_ascent_end,
    .row_curvature = objective_row_curvature,
    .probabilities_begin = objective_probabilities_begin,
    .probabilities_pass = objective_probabilities_pass,
    .probabilities_store = objective_probabilities_store,
    .probabilities_end = objective_probabilities_end,
    .destroy = destroy,
};

/* Whether the scores of active rows are kept: where they are little beside dense samples, and used. */
static bool keeps_scores(const linear_objective *self)
{
    const int64_t n = self->sweep.map.n;
    const int64_t k = self->base.columns;
    return self->base.can_smooth && !matrix_is_sparse(self->sweep.X) && LITTLE * k <= n &&
           !blocks_use_tiles(n, k);
}

static void lay_out(void *owner, space_plan *plan)
{
    linear_objective *self = owner;
    const int64_t n = self->sweep.map.n;
    const int64_t k = self->base.columns;
    const int64_t intercepts = self->with_bias ? k : 0;
    const int64_t second = self->base.twice_differentiable || self->base.can_smooth ? n : 0;
    self->theta = space_next(plan, n, k, sizeof(real));
    self->bias = space_next(plan, intercepts, 1, sizeof(real));
    self->G = space_next(plan, n, k, sizeof(real));
    self->g_bias = space_next(plan, k, 1, sizeof(real));
    self->direction = space_next(plan, second, k, sizeof(real));
    self->direction_bias = space_next(plan, intercepts, 1, sizeof(real));
    const bool smoothed = self->base.can_smooth;
    self->active = space_next(plan, smoothed ? self->base.samples : 0, 1, sizeof(int64_t));
    const bool keeps = keeps_scores(self);
    self->active_scores = space_next(plan, keeps ? self->base.samples : 0, k, sizeof(real));
    self->active_at = space_next(plan, smoothed ? n + 1 : 0, k, sizeof(real));
    if (!self->with_bias)
        self->bias = self->direction_bias = NULL;
    if (!keeps)
        self->active_scores = NULL;
}

static double largest_weight(const objective_data *data)
{
    const double *weights = data->targets.weights;
    double largest = 0;
    for (int64_t i = 0; weights != NULL && i < data->X->rows; i++)
        largest = fmax(largest, weights[i]);
    return weights == NULL ? 1 : largest * (double)data->X->rows / data->total_weight;
}

static double count_elements(const linclass_matrix *X)
{
    return matrix_is_sparse(X) ? (double)matrix_nonzeros(X) : (double)X->rows * (double)X->cols;
}

/* Sparse rows with one score whose curvature is not negative. */
static bool can_hold(const objective_data *data, const loss_kernel *kernel)
{
    return matrix_is_sparse(data->X) && data->columns == 1 && loss_is_convex(data->loss) &&
           kernel->curvature != NULL;
}

/* A loss whose dual rows are shares, without what the dual point would have to be balanced for, and base scores. */
static bool can_ascend(const objective_data *data, const loss_kernel *kernel)
{
    return kernel->smooth_residual != NULL && !data->with_bias && data->X->offset == NULL;
}

/* The softmax loss towards labels, whose dual rows are probabilities, of sparse rows without base scores. */
static bool can_ascend_smoothly(const objective_data *data)
{
    return loss_dual_of(data->loss) == LOSS_DUAL_PROBABILITIES && !loss_has_one_score(data->loss) &&
           data->targets.probabilities == NULL && data->targets.smoothing == 0 &&
           matrix_is_sparse(data->X) && data->X->offset == NULL;
}

linclass_status objective_create(linclass_context *ctx, const objective_data *data,
                                 objective **made)
{
    const loss_kernel *kernel = loss_kernel_of(ctx->vector_set, data->loss);
    const int64_t n = data->X->cols;
    void *memory;
    linclass_status status =
        context_allocate(ctx, sizeof(linear_objective), "the objective", &memory);
    if (status != LINCLASS_OK)
        return status;
    linear_objective *self = memory;
    memset(self, 0, sizeof *self);
    self->base = (objective){
        .methods = &METHODS,
        .ctx = ctx,
        .samples = data->X->rows,
        .columns = data->columns,
        .convex = loss_is_convex(data->loss),
        .smooth = loss_is_smooth(data->loss),
        .twice_differentiable = kernel->curvature != NULL,
        .can_smooth = kernel->smooth_residual != NULL,
        .can_hold = can_hold(data, kernel),
        .can_ascend = can_ascend(data, kernel),
        .ascends_in_rounds = can_ascend(data, kernel) && matrix_is_sparse(data->X),
        .can_ascend_smoothly = can_ascend_smoothly(data),
        .curvature_jumps = loss_curvature_jumps(data->loss),
        .epsilon = sizeof(real) == sizeof(float) ? (double)FLT_EPSILON : DBL_EPSILON,
        .curvature_bound = loss_curvature_bound(data->loss),
        .step_curvature = loss_step_curvature(data->loss, data->columns),
        .elements = count_elements(data->X),
        .largest_weight = largest_weight(data),
        .lower = -INFINITY,
        .upper = INFINITY,
    };
    self->loss = data->loss;
    self->with_bias = data->with_bias;
    self->dual_kind = loss_dual_of(data->loss);
    self->dual_margin = loss_margin(data->loss);
    self->total_weight = data->total_weight;
    self->sweep.map.n = n;
    self->sweep.X = data->X;
    status = space_lay_out(ctx, lay_out, self, "theta and its gradient", &self->memory);
    if (status != LINCLASS_OK) {
        context_release(ctx, self);
        return status;
    }
    self->base.weights = n * data->columns;
    self->base.parameters = self->base.weights + (data->with_bias ? data->columns : 0);
    self->sweep = (sweep_input){
        .X = data->X,
        .count = data->X->rows,
        .targets = data->targets,
        .map = {.set = ctx->vector_set,
                .n = n,
                .k = data->columns,
                .theta = self->theta,
                .ldtheta = data->columns,
                .bias = self->bias},
        .kernel = kernel,
        .scale = (real)(1 / data->total_weight),
        .count_wrong = true,
        .one_score = loss_has_one_score(data->loss),
    };
    *made = &self->base;
    return LINCLASS_OK;
}
