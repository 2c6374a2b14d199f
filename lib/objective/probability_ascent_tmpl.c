/* Coordinate ascent of the softmax loss's dual problem (Yu, Huang, Lin 2011), a row at a time, over sparse rows:
 *
 *     D = -sum s_i sum_j a_ij log a_ij - (l2 / 2) ||theta||^2,   theta = -(1 / l2) sum s_i x_i r_i^T,   r_i = a_i - e_y
 *
 * where, with intercepts, sum s_i r_i = 0. A row's scores at the present theta and its curvature s ||x||^2 / l2 are
 * its whole problem (sweep/row_probabilities.h); theta follows at once, in the working precision. A pass costs about
 * as much as one sweep by one thread, and there are no other vectors of n k numbers: with 58 classes and 73351
 * features those are 34 MB each, and L-BFGS goes through two dozen of them a step.
 *
 * Intercepts are the multipliers of the sum: a step after each pass goes against it,
 *
 *     bias_j -= stretch sum s_i r_ij / sum s_i v_ij / (1 + c_i v_ij),   v = a (1 - a)
 *
 * with the curvature that they had if no two rows had a feature in common. Theta gives way to rows together more than
 * that: the steps are stretched as long as the sum keeps its direction, and shortened where it turns.
 *
 * The probabilities at any parameters are a dual point, that of a minimum under another penalty nearly balanced, and
 * theta is its sum. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/random.h"
#include "core/space.h"
#include "data/matrix.h"
#include "objective/dual_ascent.h"
#include "sweep/residuals.h"
#include "sweep/row_probabilities.h"
#include "sweep/sparse_products.h"

enum { AHEAD = 4, LINE = 64 }; /* rows whose weights are asked for; bytes */
enum { COUNTED = 4 };          /* one row in so many tells the stiffness of the intercepts */
static const double FIRST_STRETCH = 2;
static const double LEAST_STRETCH = 0.1;
static const double MOST_STRETCH = 8;
static const double LONGER = 1.25;
static const double SHORTER = 0.6;
static const double SAME_DIRECTION = 0.5; /* cosine */
static const double LEAST_STIFFNESS = 1e-12;

static void lay_out(void *owner, space_plan *plan)
{
    linear_objective *of = owner;
    probability_ascent *self = &of->probabilities;
    const int64_t m = of->base.samples;
    const int64_t n = of->sweep.map.n;
    const int64_t k = of->base.columns;
    self->theta = space_next(plan, n, k, sizeof(real));
    self->logs = space_next(plan, m, k, sizeof(real));
    self->order = space_next(plan, m, 1, sizeof(int64_t));
    self->curvature = space_doubles(plan, m, 1);
    self->scores = space_next(plan, k, 1, sizeof(real));
    self->found = space_next(plan, k, 1, sizeof(real));
    self->changes = space_next(plan, k, 1, sizeof(real));
    self->aims = space_next(plan, k, 1, sizeof(real));
    self->steps = space_next(plan, k, 1, sizeof(real));
    self->bias = space_next(plan, k, 1, sizeof(real));
    self->exact_bias = space_doubles(plan, k, 1);
    self->imbalance = space_doubles(plan, k, 1);
    self->before = space_doubles(plan, k, 1);
    self->stiffness = space_doubles(plan, k, 1);
}

double objective_row_curvature(objective *base)
{
    const linear_objective *of = (linear_objective *)base;
    double sum = 0;
    for (int64_t i = 0; i < base->samples; i++)
        sum += dual_ascent_weight(of, i) * dual_ascent_square(of->sweep.X, i);
    return sum / ((double)base->samples * base->l2);
}

void objective_probabilities_end(objective *base)
{
    probability_ascent *self = &((linear_objective *)base)->probabilities;
    context_release(base->ctx, self->memory);
    self->memory = NULL;
}

/* Ask for the weights of a row's features. */
static void prefetch_row(const linear_objective *of, int64_t row)
{
    const probability_ascent *self = &of->probabilities;
    const linclass_matrix *X = of->sweep.X;
    const int64_t bytes = of->base.columns * (int64_t)sizeof(real);
    const char *logs = (const char *)self->logs + row * bytes;
    for (int64_t b = 0; b < bytes; b += LINE)
        __builtin_prefetch(logs + b);
    for (int64_t e = X->row_starts[row]; e < X->row_starts[row + 1]; e++) {
        const char *weights = (const char *)self->theta + sparse_column(X, e) * bytes;
        for (int64_t b = 0; b < bytes; b += LINE)
            __builtin_prefetch(weights + b, 1);
    }
}

/* What the row counts in the step of the intercepts. Its length need not be known from every row. */
static void count_row(const linear_objective *of, int64_t row, double s, bool with_stiffness)
{
    const probability_ascent *self = &of->probabilities;
    const double c = self->curvature[row];
    for (int64_t j = 0; j < of->base.columns; j++)
        self->imbalance[j] += s * (double)self->found[j];
    self->imbalance[of->sweep.targets.y[row]] -= s;
    for (int64_t j = 0; with_stiffness && j < of->base.columns; j++) {
        const double a = (double)self->found[j];
        const double v = a * (1 - a);
        self->stiffness[j] += COUNTED * s * v / (1 + c * v);
    }
}

/* self->scores := those of a sample at theta. */
static linclass_status score_row(const linear_objective *of, int64_t row, const real *theta)
{
    const probability_ascent *self = &of->probabilities;
    const linclass_matrix *X = of->sweep.X;
    const int64_t k = of->base.columns;
    const element_range elements = {X->row_starts[row], X->row_starts[row + 1]};
    const sparse_ranges sample = {X, 1, &elements, 1};
    const linear_map map = {
        .set = of->sweep.map.set,
        .n = of->sweep.map.n,
        .k = k,
        .theta = theta,
        .ldtheta = k,
        .bias = of->with_bias ? self->bias : NULL,
    };
    sparse_scores(&sample, &map, self->scores, k);
    real sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += self->scores[j];
    return isfinite(sum) ? LINCLASS_OK : sweep_unusable(of->base.ctx, &of->sweep, row);
}

/* Theta follows the changes of the sample's dual row. */
static void follow(const linear_objective *of, int64_t row, double s)
{
    const probability_ascent *self = &of->probabilities;
    const linclass_matrix *X = of->sweep.X;
    const int64_t k = of->base.columns;
    const element_range elements = {X->row_starts[row], X->row_starts[row + 1]};
    const sparse_ranges sample = {X, 1, &elements, 1};
    sparse_update(of->sweep.map.set, &sample, k, (real)(-s / of->base.l2), self->changes, k,
                  self->theta, k);
}

/* Maximise over the dual row of a sample. */
static linclass_status visit(linear_objective *of, int64_t row, double s, bool with_stiffness)
{
    const probability_ascent *self = &of->probabilities;
    const int64_t k = of->base.columns;
    const linclass_status status = score_row(of, row, self->theta);
    if (status != LINCLASS_OK)
        return status;
    const row_probabilities problem = {
        .kernels = kernels_of(of->sweep.map.set),
        .k = k,
        .curvature = (real)self->curvature[row],
        .scores = self->scores,
        .logs = self->logs + row * k,
        .found = self->found,
        .changes = self->changes,
        .aims = self->aims,
        .steps = self->steps,
    };
    if (row_probabilities_maximise(&problem) > 0)
        follow(of, row, s);
    if (of->with_bias)
        count_row(of, row, s, with_stiffness);
    return LINCLASS_OK;
}

/* The dual row of a sample := the probabilities at the rounded parameters. */
static linclass_status take_row(linear_objective *of, int64_t row, double s)
{
    const probability_ascent *self = &of->probabilities;
    const int64_t k = of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    const linclass_status status = score_row(of, row, of->theta);
    if (status != LINCLASS_OK)
        return status;
    double loss;
    if (of->sweep.kernel->loss(1, k, self->scores, k, &y, &loss) >= 0)
        return sweep_unusable(of->base.ctx, &of->sweep, row);
    real *logs = self->logs + row * k;
    for (int64_t j = 0; j < k; j++) {
        const double log = (double)self->scores[j] - (double)self->scores[y] - loss;
        logs[j] = log > (double)NO_PROBABILITY ? (real)log : NO_PROBABILITY;
    }
    kernels_of(of->sweep.map.set)->exp(k, logs, self->changes);
    self->changes[y] -= 1;
    follow(of, row, s);
    return LINCLASS_OK;
}

/* From the dual point of parameters: the probabilities there. */
static linclass_status begin_at(linear_objective *of, const double *parameters)
{
    probability_ascent *self = &of->probabilities;
    (void)objective_round(of, parameters, of->theta, of->bias);
    for (int64_t j = 0; of->with_bias && j < of->base.columns; j++) {
        self->exact_bias[j] = parameters[of->base.weights + j];
        self->bias[j] = (real)self->exact_bias[j];
    }
    for (int64_t i = 0; i < of->base.samples; i++) {
        if (i + AHEAD < of->base.samples)
            prefetch_row(of, i + AHEAD);
        const double s = dual_ascent_weight(of, i);
        const linclass_status status = s > 0 ? take_row(of, i, s) : LINCLASS_OK;
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

linclass_status objective_probabilities_begin(objective *base, const double *parameters)
{
    linear_objective *of = (linear_objective *)base;
    probability_ascent *self = &of->probabilities;
    const int64_t k = base->columns;
    const linclass_status status =
        space_lay_out(base->ctx, lay_out, of, "the dual problem", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    memset(self->theta, 0, (size_t)base->weights * sizeof(real));
    memset(self->bias, 0, (size_t)k * sizeof(real));
    memset(self->exact_bias, 0, (size_t)k * sizeof(double));
    memset(self->before, 0, (size_t)k * sizeof(double));
    self->stretch = FIRST_STRETCH;
    for (int64_t i = 0; i < base->samples; i++) {
        self->curvature[i] =
            dual_ascent_weight(of, i) * dual_ascent_square(of->sweep.X, i) / base->l2;
        for (int64_t j = 0; j < k; j++)
            self->logs[i * k + j] = NO_PROBABILITY;
        self->logs[i * k + of->sweep.targets.y[i]] = 0;
    }
    const linclass_status begun = parameters == NULL ? LINCLASS_OK : begin_at(of, parameters);
    if (begun != LINCLASS_OK)
        objective_probabilities_end(base);
    return begun;
}

static void choose_stretch(const linear_objective *of)
{
    probability_ascent *self = &((linear_objective *)of)->probabilities;
    double product = 0;
    double square = 0;
    double before = 0;
    for (int64_t j = 0; j < of->base.columns; j++) {
        const double per = 1 / fmax(self->stiffness[j], LEAST_STIFFNESS);
        product += per * self->imbalance[j] * self->before[j];
        square += per * self->imbalance[j] * self->imbalance[j];
        before += per * self->before[j] * self->before[j];
    }
    if (product > SAME_DIRECTION * sqrt(square) * sqrt(before))
        self->stretch = fmin(LONGER * self->stretch, MOST_STRETCH);
    else if (product < 0)
        self->stretch = fmax(SHORTER * self->stretch, LEAST_STRETCH);
}

static void move_intercepts(linear_objective *of)
{
    probability_ascent *self = &of->probabilities;
    choose_stretch(of);
    for (int64_t j = 0; j < of->base.columns; j++) {
        self->exact_bias[j] -=
            self->stretch * self->imbalance[j] / fmax(self->stiffness[j], LEAST_STIFFNESS);
        self->bias[j] = (real)self->exact_bias[j];
        self->before[j] = self->imbalance[j];
    }
}

linclass_status objective_probabilities_pass(objective *base, uint64_t seed, int64_t number)
{
    linear_objective *of = (linear_objective *)base;
    probability_ascent *self = &of->probabilities;
    const int64_t m = base->samples;
    memset(self->imbalance, 0, (size_t)base->columns * sizeof(double));
    memset(self->stiffness, 0, (size_t)base->columns * sizeof(double));
    random_permutation(seed, (uint64_t)number, m, self->order);
    for (int64_t i = 0; i < m; i++) {
        const double s = dual_ascent_weight(of, self->order[i]);
        if (i + AHEAD < m)
            prefetch_row(of, self->order[i + AHEAD]);
        const linclass_status status =
            s > 0 ? visit(of, self->order[i], s, i % COUNTED == 0) : LINCLASS_OK;
        if (status != LINCLASS_OK)
            return status;
    }
    if (of->with_bias)
        move_intercepts(of);
    return LINCLASS_OK;
}

void objective_probabilities_store(objective *base, double *parameters)
{
    const linear_objective *of = (const linear_objective *)base;
    const probability_ascent *self = &of->probabilities;
    for (int64_t i = 0; i < base->weights; i++)
        parameters[i] = (double)self->theta[i];
    for (int64_t j = 0; of->with_bias && j < base->columns; j++)
        parameters[base->weights + j] = self->exact_bias[j];
}
