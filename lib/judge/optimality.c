/* The verdict on a point: its quadratic model (quadratic.h), whether the model holds, and what is allowed.
 *
 * Hazards. Where the second derivative jumps, and far from the minimum, the model does not hold: its step is
 * tried, and where that costs little further ones. With an l1 penalty a weight near 0 may be on its way there:
 * the model knows nothing of the kink, and its share of the gap is |v theta|. One row may be so far off that
 * the mean lies far from all others: then their spread about it is nearly the intercept once more, and the
 * coordinates (theta, b) are tried too. */
#include "judge/optimality.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "judge/quadratic.h"
#include "judge/subgradient.h"

static const double PROMISE = 10;            /* times tolerance^2 */
static const double LARGEST_ROUNDING = 1e-7; /* of what there was to gain */
static const double LARGEST_FEATURE = 1e140;
static const double LARGEST_RANGE = 1e15;
static const double OUTLYING = 1e3;
static const double SMALLEST_FEATURE = 1e-140;
static const double WALK_WORK = 16777216.0; /* multiplications with elements of X, about */
static const double WALKED = 1e-2; /* of the gap allowed: as near the minimum as a walk goes */
static const double TRUE_TO_MODEL =
    1.1; /* times the gap: F falls by less in a step that it describes */
static const double CONVERGING = 1e-2; /* of the gap: a step of a model that holds leaves less */
static const double SHORTEST_STEP = 0.0625;
static const double LONGEST_STEP = 1e15;
static const double NOTICED = 100;       /* times the rounding of F: a fall that has to show */
static const double VALUE_ROUNDING = 16; /* units in the last place of F */
enum { MOST_STEPS = 60 };

linclass_status optimality_check_scale(const objective *F, const column_statistics *columns)
{
    const int64_t n = F->weights / F->columns;
    const bool penalised = F->l1 > 0 || F->l2 > 0;
    for (int64_t j = 0; j < n; j++) {
        const double largest = columns->largest[j];
        const bool small = largest > 0 && largest < SMALLEST_FEATURE && !penalised;
        /* Values far below 1 beside ordinary ones are mostly what rounding left of zeros. */
        const bool wide = largest > LARGEST_RANGE && largest > LARGEST_RANGE * columns->typical[j];
        if (columns->typical[j] > 0 && wide)
            return context_fail(F->ctx, LINCLASS_ERROR_NUMERIC,
                                "column %" PRId64
                                " of X has values from about %g to %g: beside the "
                                "largest, double precision loses all others; scale the samples",
                                j, columns->typical[j], largest);
        if (largest > LARGEST_FEATURE || small)
            return context_fail(F->ctx, LINCLASS_ERROR_NUMERIC,
                                "the largest absolute value in column %" PRId64
                                " of X is %g, whose "
                                "square double precision cannot hold; scale the samples",
                                j, largest);
    }
    return LINCLASS_OK;
}

/* Whether a single row, far from all others, may have made most of the variance of a feature. */
static bool is_outlying(const quadratic *self)
{
    const column_statistics *columns = self->of->columns;
    const double rows = (double)self->of->exact->samples;
    for (int64_t j = 0; self->with_bias && j < self->n; j++) {
        const double distance = columns->largest[j] - fabs(columns->mean[j]);
        if (columns->typical[j] > 0 && columns->largest[j] > OUTLYING * columns->typical[j] &&
            distance * distance > rows / 4 * columns->variance[j])
            return true;
    }
    return false;
}

/* How far from the minimum rounding the minimum's parameters may lead: scores move by up to
 * sqrt(sum_j E x_j^2 (epsilon / 2 theta_j)^2), one to three of which is usual. */
static double parameter_rounding(const quadratic *self)
{
    double sum = 0;
    for (int64_t e = 0; e < self->parameters; e++)
        sum += quadratic_mean_square(self, e / self->k) * self->point[e] * self->point[e];
    const double epsilon = self->of->epsilon;
    return 2 * self->of->exact->curvature_bound * epsilon * epsilon * sum;
}

/* How far a weight is from where it is leaving for: 0, or a bound. */
static double way_left(const quadratic *self, int64_t e)
{
    const objective *F = self->of->exact;
    const double bound = self->v[e] > 0 ? F->lower : F->upper;
    const bool to_zero = F->l1 > 0 && self->point[e] * self->v[e] > 0;
    return fabs(to_zero ? self->point[e] : self->point[e] - bound);
}

/* What a weight that is leaving adds to the fall of F; those of a row that goes to 0 together may take from it. */
static double gain_of_leaving(const quadratic *self, int64_t e)
{
    const double v = self->v[e];
    return objective_is_grouped(self->of->exact) ? v * self->point[e] : fabs(v) * way_left(self, e);
}

/* Set v; what F can fall by, at most, on the way of the weights that an l1 penalty draws to 0, or the way down
 * to a bound, which are taken out of v. */
static double set_subgradient(quadratic *self)
{
    const int64_t weights = self->n * self->k;
    double gain = 0;
    subgradient_set(self->of->exact, self->point, self->product, self->v);
    subgradient_classify(self->of->exact, self->point, self->v, self->unit, self->kind);
    for (int64_t e = 0; e < weights; e++)
        gain += self->kind[e] == SUBGRADIENT_LEAVING ? gain_of_leaving(self, e) : 0;
    subgradient_keep_free(weights, self->kind, self->v);
    return gain;
}

/* F(0) - F. Where rounding hides it, what a convex F has fallen by at its minimum at least. */
static double gain_so_far(const quadratic *self, const optimality *found)
{
    const double gained = found->zero - found->objective;
    if (gained > VALUE_ROUNDING * DBL_EPSILON * found->zero)
        return gained;
    double square = 0;
    for (int64_t e = 0; e < self->n * self->k; e++)
        square += self->point[e] * self->point[e];
    return fmax(gained, self->of->exact->l2 / 2 * square);
}

double optimality_promise(double tolerance, double gained)
{
    return PROMISE * tolerance * tolerance * gained;
}

static double allowed_gap(const quadratic *self, const optimality *found)
{
    const double gained = gain_so_far(self, found);
    const double promised = optimality_promise(self->of->tolerance, gained);
    const double rounding = fmin(parameter_rounding(self), LARGEST_ROUNDING * gained);
    return fmax(promised, rounding) + 8 * DBL_EPSILON * gained;
}

/* F and its gradient at a point, which is then the one that is judged. */
static linclass_status go_to(quadratic *self, const double *point)
{
    objective *exact = self->of->exact;
    objective_value value;
    const linclass_status status =
        exact->methods->evaluate(exact, NULL, point, &value, self->gradient);
    self->point = point;
    self->value = value.objective;
    self->loss = value.loss;
    return status;
}

static linclass_status evaluate(quadratic *self, optimality *found)
{
    objective_value value;
    memset(self->step, 0, (size_t)self->parameters * sizeof(double));
    linclass_status status =
        self->products->methods->evaluate(self->products, NULL, self->step, &value, NULL);
    if (status != LINCLASS_OK)
        return status;
    found->zero = value.objective;
    status = go_to(self, self->point);
    found->objective = self->value;
    return status;
}

/* To self->step: where so many times the step of the model leads. A weight that an l1 penalty holds back
 * stops at 0. */
static void take_step(quadratic *self, double times)
{
    const objective *F = self->of->exact;
    quadratic_uncentre(self, self->solution, self->step);
    for (int64_t e = 0; e < self->parameters; e++) {
        const double from = self->point[e];
        self->step[e] = from - times * self->norm * self->step[e];
        const bool leaves = e < self->n * self->k && self->of->exact->l1 > 0 &&
                            (self->kind[e] == SUBGRADIENT_LEAVING ||
                             (!objective_is_grouped(F) && from * self->step[e] < 0));
        if (leaves)
            self->step[e] = 0;
        if (e < self->n * self->k)
            self->step[e] = fmin(fmax(self->step[e], F->lower), F->upper);
    }
}

/* Where the second derivative jumps, or far from the minimum, a step leads elsewhere than the quadratic
 * model says. *square: the norm of what is left of the gradient after the step of the model.
 * Where that is not small the model does not hold. */
static linclass_status square_after_step(quadratic *self, double *square)
{
    objective *exact = self->of->exact;
    objective_value value;
    take_step(self, 1);
    const linclass_status status =
        exact->methods->evaluate(exact, NULL, self->step, &value, self->product);
    if (status == LINCLASS_ERROR_NUMERIC) {
        *square = INFINITY;
        return LINCLASS_OK;
    }
    quadratic_centre(self, self->product);
    *square = quadratic_square_norm(self, self->product);
    return status;
}

/* Whether the step of the model is to be tried: not on a walk, which takes it anyway. */
static bool is_step_tried(const quadratic *self)
{
    const bool affordable = quadratic_is_affordable(self);
    return self->point != self->place && self->of->exact->l1 == 0 &&
           !objective_is_bounded(self->of->exact) &&
           (affordable || self->of->exact->curvature_jumps);
}

/* The gap in one choice of coordinates. */
static linclass_status measure(quadratic *self, bool centred, bool rows_differ, double allowed,
                               double *gap)
{
    self->centred = centred;
    quadratic_set_bound(self);
    memcpy(self->product, self->gradient, (size_t)self->parameters * sizeof(double));
    quadratic_centre(self, self->product);
    const double leaving = set_subgradient(self);
    if (!rows_differ)
        quadratic_drop_rounding(self);
    double square = quadratic_square_norm(self, self->v);
    double gain = 0;
    linclass_status status = LINCLASS_OK;
    self->norm = sqrt(square);
    memset(self->solution, 0, (size_t)self->parameters * sizeof(double));
    if (square > 0) {
        for (int64_t e = 0; e < self->parameters; e++)
            self->v[e] = self->unit[e / self->k] > 0 ? self->v[e] / self->norm : 0;
        status = quadratic_solve(self, 2 * allowed / square, &gain);
        double after = 0;
        if (status == LINCLASS_OK && is_step_tried(self))
            status = square_after_step(self, &after);
        self->share_left = after / square;
        square += after;
    }
    *gap = fmin(leaving + gain * square / 2, self->value);
    return status;
}

/* The gap at the point, in those coordinates that show it. */
static linclass_status measure_point(quadratic *self, double allowed, double *gap)
{
    linclass_status status = measure(self, self->with_bias, false, allowed, gap);
    if (status == LINCLASS_OK && *gap <= allowed && is_outlying(self))
        status = measure(self, false, true, allowed, gap);
    return status;
}

/* To self->place: the lowest point on the ray along the step of the model, at lengths far apart. A row that
 * drowns all others bends F so much that a step of the model is a small part of the way.
 * *value: F there; that at the point where no length leads lower. */
static linclass_status search_ray(quadratic *self, double *value)
{
    objective *exact = self->of->exact;
    *value = self->value;
    memcpy(self->place, self->point, (size_t)self->parameters * sizeof(double));
    for (double times = SHORTEST_STEP; times < LONGEST_STEP; times *= 16) {
        objective_value there;
        take_step(self, times);
        const linclass_status status =
            exact->methods->evaluate(exact, NULL, self->step, &there, NULL);
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        if (status == LINCLASS_ERROR_NUMERIC || !(there.objective < *value))
            return LINCLASS_OK;
        *value = there.objective;
        memcpy(self->place, self->step, (size_t)self->parameters * sizeof(double));
    }
    return LINCLASS_OK;
}

/* The model knows F about the point alone: where one row drowns all others, or scores are so large that the
 * loss is all but flat, it sees nothing of a minimum far away. So its steps are taken, as many as cost
 * little, and what F has fallen by is added to what is left to gain there, until a step has led where
 * the model says and nothing is left. Where not even a short one leads down, the model makes no sense. */
static linclass_status walk(quadratic *self, optimality *found)
{
    const double rounding = VALUE_ROUNDING * DBL_EPSILON * found->objective;
    double left = found->gap;
    bool converging = self->share_left <= CONVERGING;
    for (int steps = 0; steps < MOST_STEPS && optimality_is_reached(found); steps++) {
        if ((double)self->multiplied * quadratic_product_work(self) > WALK_WORK ||
            !(self->norm > 0))
            return LINCLASS_OK;
        const double before = self->value;
        const double left_before = left;
        double value;
        linclass_status status = search_ray(self, &value);
        const bool as_modelled = before - value <= TRUE_TO_MODEL * left + rounding;
        if (status != LINCLASS_OK || (as_modelled && converging && left <= WALKED * found->allowed))
            return status;
        if (!(value < before)) {
            if (!converging && left > NOTICED * rounding)
                found->gap = found->objective;
            return LINCLASS_OK;
        }
        status = go_to(self, self->place);
        if (status == LINCLASS_OK)
            status = measure_point(self, found->allowed, &left);
        if (status != LINCLASS_OK)
            return status;
        const double fallen = fmax(found->objective - self->value - rounding, 0);
        found->gap = fmax(found->gap, fallen + left);
        converging = left <= CONVERGING * left_before;
    }
    return LINCLASS_OK;
}

linclass_status optimality_measure(const optimality_case *of, const double *parameters,
                                   optimality *found)
{
    const objective *exact = of->exact;
    quadratic self = {
        .of = of,
        .products = of->products,
        .n = exact->weights / exact->columns,
        .k = exact->columns,
        .parameters = exact->parameters,
        .with_bias = exact->parameters > exact->weights,
        .point = parameters,
    };
    void *memory;
    linclass_status status = optimality_check_scale(exact, of->columns);
    if (status == LINCLASS_OK)
        status = space_lay_out(exact->ctx, quadratic_lay_out, &self,
                               "the distance from the minimum", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = evaluate(&self, found);
    if (status == LINCLASS_OK) {
        found->allowed = allowed_gap(&self, found);
        status = measure_point(&self, found->allowed, &found->gap);
        const double risen = found->objective - found->zero;
        if (risen > VALUE_ROUNDING * DBL_EPSILON * found->zero)
            found->gap = fmax(found->gap, risen);
    }
    if (status == LINCLASS_OK)
        status = walk(&self, found);
    context_release(exact->ctx, memory);
    return status;
}
