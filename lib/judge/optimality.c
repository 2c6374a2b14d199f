/* gap = 1/2 v . H^-1 v by conjugate gradients, preconditioned by a diagonal bound on H:
 *
 *     D_j = c Var x_j + l2,    D_bias = c          c: the bound on a row's curvature
 *
 * in the coordinates (theta, b'), b' = b + mean . theta, in which an intercept and a feature far from zero
 * are not nearly the same. v . d grows with each conjugate direction, so what has been found is a lower
 * bound; what has not is estimated by what the second half of the directions found.
 *
 * Hazards. F may be all but flat along a direction, as where classes are separated: its curvature is
 * taken for no less than rounding, and the gap for no more than F, which is not negative. v may be rounding
 * alone: then it is no direction at all. Scales may be any, so v is normalised first: its squares would
 * overflow or vanish. With an l1 penalty a weight near 0 may be on its way there: the quadratic model
 * knows nothing of the kink, and its share of the gap is |v theta|. One row may be so far off that the mean
 * lies far from all others: then their spread about it is nearly the intercept once more, and the
 * coordinates (theta, b) are tried too. */
#include "judge/optimality.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "judge/subgradient.h"

static const double PROMISE = 10;            /* times tolerance^2 */
static const double LARGEST_ROUNDING = 1e-7; /* of what there was to gain */
static const double SOLVED = 1e-12;         /* the square of the residual's norm beside that of v */
static const double SOLVED_WELL = 1e-26;    /* the same where it costs little */
static const double ILL_CONDITIONED = 1e-4; /* curvature beside D that single precision blurs */
static const double FLAT = 1e-20; /* beside D, where rounding alone is left of a curvature */
static const double CURVATURE_ROUNDING = 64; /* units in the last place */
static const double LARGEST_FEATURE = 1e140;
static const double LARGEST_RANGE = 1e15;
static const double OUTLYING = 1e3;
static const double SMALLEST_FEATURE = 1e-140;
static const double WORK = 2147483648.0;     /* multiplications with elements of X, about */
static const double CHEAP_WORK = 33554432.0; /* likewise: what a verdict is not hurried for */
static const double WALK_WORK = 67108864.0;  /* likewise: what it is checked with */
static const double WALKED = 1e-2; /* of the gap allowed: as near the minimum as a walk goes */
static const double TRUE_TO_MODEL =
    1.1; /* times the gap: F falls by less in a step that it describes */
static const double CONVERGING = 1e-2; /* of the gap: a step of a model that holds leaves less */
static const double SHORTEST_STEP = 0.0625;
static const double LONGEST_STEP = 1e15;
static const double NOTICED = 100;       /* times the rounding of F: a fall that has to show */
static const double VALUE_ROUNDING = 16; /* units in the last place of F */
enum { FEWEST_PRODUCTS = 8, MOST_PRODUCTS = 1000, MOST_STEPS = 60 };
enum {
    EXPLORED = 20,
    EXPLORED_AT_LEAST = 3
}; /* directions before a verdict, as far as affordable */

typedef struct judge {
    const optimality_case *of;
    objective *products;
    int64_t n;
    int64_t k; /* columns of theta */
    int64_t parameters;
    bool with_bias;
    bool centred; /* coordinates are (theta, b') */
    const double *point;
    double value;        /* F there */
    double loss;         /* mean loss there */
    double norm;         /* of v there: what the solution is scaled with; 0: v is rounding */
    double share_left;   /* of the square of v's norm, after the step of the model; 0: not tried */
    int64_t multiplied;  /* products with the Hessian so far */
    double *gradient;    /* P: of F in (theta, b), without its l1 term */
    double *v;           /* P: the subgradient, centred; then the residual */
    double *direction;   /* P */
    double *solution;    /* P: of H d = v, the sum of the conjugate steps */
    double *step;        /* P: the direction in (theta, b) */
    double *product;     /* P */
    double *place;       /* P: where a walk has come to */
    double *bound;       /* n + 1: D */
    double *unit;        /* n + 1: 1 / sqrt(D) */
    unsigned char *kind; /* of each weight */
} judge;

linclass_status optimality_check_scale(const objective *target, const column_statistics *columns)
{
    const int64_t n = target->weights / target->columns;
    const bool penalised = target->l1 > 0 || target->l2 > 0;
    for (int64_t j = 0; j < n; j++) {
        const double largest = columns->largest[j];
        const bool small = largest > 0 && largest < SMALLEST_FEATURE && !penalised;
        /* Values far below 1 beside ordinary ones are mostly what rounding left of zeros. */
        if (columns->typical[j] > 0 && largest > LARGEST_RANGE * fmax(columns->typical[j], 1))
            return context_fail(target->ctx, LINCLASS_ERROR_NUMERIC,
                                "column %" PRId64
                                " of X has values from about %g to %g: beside the "
                                "largest, double precision loses all others; scale the samples",
                                j, columns->typical[j], largest);
        if (largest > LARGEST_FEATURE || small)
            return context_fail(target->ctx, LINCLASS_ERROR_NUMERIC,
                                "the largest absolute value in column %" PRId64
                                " of X is %g, whose "
                                "square double precision cannot hold; scale the samples",
                                j, largest);
    }
    return LINCLASS_OK;
}

static linclass_status take_memory(judge *self, void **memory)
{
    const int64_t P = self->parameters;
    space_plan plan = {0};
    const size_t gradient = space_part(&plan, P, 1, sizeof(double));
    const size_t v = space_part(&plan, P, 1, sizeof(double));
    const size_t direction = space_part(&plan, P, 1, sizeof(double));
    const size_t solution = space_part(&plan, P, 1, sizeof(double));
    const size_t step = space_part(&plan, P, 1, sizeof(double));
    const size_t product = space_part(&plan, P, 1, sizeof(double));
    const size_t place = space_part(&plan, P, 1, sizeof(double));
    const size_t bound = space_part(&plan, self->n + 1, 1, sizeof(double));
    const size_t unit = space_part(&plan, self->n + 1, 1, sizeof(double));
    const size_t kind = space_part(&plan, self->n, self->k, 1);
    const linclass_status status =
        space_allocate(self->of->exact->ctx, &plan, "the distance from the minimum", memory);
    if (status != LINCLASS_OK)
        return status;
    self->gradient = space_at(*memory, gradient);
    self->v = space_at(*memory, v);
    self->direction = space_at(*memory, direction);
    self->solution = space_at(*memory, solution);
    self->step = space_at(*memory, step);
    self->product = space_at(*memory, product);
    self->place = space_at(*memory, place);
    self->bound = space_at(*memory, bound);
    self->unit = space_at(*memory, unit);
    self->kind = space_at(*memory, kind);
    return LINCLASS_OK;
}

/* Mean square of feature i, the intercept's 1 last. */
static double square_of(const judge *self, int64_t i)
{
    const column_statistics *columns = self->of->columns;
    return i == self->n ? 1 : columns->variance[i] + columns->mean[i] * columns->mean[i];
}

/* Whether a single row, far from all others, may have made most of the variance of a feature. */
static bool is_outlying(const judge *self)
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

static void set_bound(judge *self)
{
    const objective *exact = self->of->exact;
    /* A feature that is constant: nothing but an l1 penalty depends on its weights, and draws them to 0. */
    const double unbounded = exact->l1 > 0 ? 1e100 : 0;
    for (int64_t i = 0; i <= self->n; i++) {
        const double spread =
            self->centred && i < self->n ? self->of->columns->variance[i] : square_of(self, i);
        self->bound[i] = exact->curvature_bound * spread + (i < self->n ? exact->l2 : 0);
        self->unit[i] = self->bound[i] > 0 ? 1 / sqrt(self->bound[i]) : unbounded;
    }
}

/* A gradient in (theta, b) to that in (theta, b'). */
static void centre(const judge *self, double *gradient)
{
    const double *mean = self->of->columns->mean;
    for (int64_t e = 0; self->centred && e < self->n * self->k; e++)
        gradient[e] -= mean[e / self->k] * gradient[self->n * self->k + e % self->k];
}

/* A step in (theta, b') to that in (theta, b). */
static void uncentre(const judge *self, const double *from, double *to)
{
    const double *mean = self->of->columns->mean;
    memcpy(to, from, (size_t)self->parameters * sizeof(double));
    for (int64_t e = 0; self->centred && e < self->n * self->k; e++)
        to[self->n * self->k + e % self->k] -= mean[e / self->k] * from[e];
}

/* v . D^-1 v; where D is 0 nothing of F depends on the parameter, and v is rounding. */
static double square_norm(const judge *self, const double *v)
{
    double sum = 0;
    for (int64_t e = 0; e < self->parameters; e++) {
        const double scaled = v[e] * self->unit[e / self->k];
        sum += scaled * scaled;
    }
    return sum;
}

/* What may be rounding alone of v_e, with E ||r||^2 <= 2 c loss. */
static double rounding_of(const judge *self, int64_t e)
{
    const double residual = 2 * self->of->exact->curvature_bound * self->loss;
    return 4 * DBL_EPSILON * sqrt(residual * square_of(self, e / self->k));
}

static bool is_rounding(const judge *self, int64_t i)
{
    for (int64_t e = i * self->k; e < (i + 1) * self->k && e < self->parameters; e++)
        if (fabs(self->v[e]) > rounding_of(self, e))
            return false;
    return true;
}

/* v becomes 0 where it is rounding alone, and of a feature that is all but constant, whose D is rounding too.
 * Whole features at a time: a sum over the columns of theta that is 0 remains so. */
static void drop_rounding(judge *self)
{
    bool all = true;
    for (int64_t i = 0; i * self->k < self->parameters; i++) {
        const double size = self->of->exact->curvature_bound * square_of(self, i);
        if (!is_rounding(self, i))
            all = false;
        else if (self->bound[i] < FLAT * size)
            memset(self->v + i * self->k, 0, (size_t)self->k * sizeof(double));
    }
    if (all)
        memset(self->v, 0, (size_t)self->parameters * sizeof(double));
}

/* Beside the square of v's norm, that of a residual with which conjugate gradients have ended: smaller, it is
 * rounding, and its directions are those that F does not depend on. */
static double solved_square(const judge *self, bool well)
{
    double square = 0;
    for (int64_t e = 0; well && e < self->parameters; e++) {
        const double scaled = rounding_of(self, e) * self->unit[e / self->k] / self->norm;
        square += scaled * scaled;
    }
    return well ? fmin(fmax(square, SOLVED_WELL), SOLVED) : SOLVED;
}

/* How far from the minimum rounding the minimum's parameters may lead: scores move by up to
 * sqrt(sum_j E x_j^2 (epsilon / 2 theta_j)^2), one to three of which is usual. */
static double parameter_rounding(const judge *self)
{
    double sum = 0;
    for (int64_t e = 0; e < self->parameters; e++)
        sum += square_of(self, e / self->k) * self->point[e] * self->point[e];
    const double epsilon = self->of->epsilon;
    return 2 * self->of->exact->curvature_bound * epsilon * epsilon * sum;
}

/* *curvature: of F along the direction; *size: by D. The product is left masked and centred. */
static linclass_status multiply(judge *self, double *curvature, double *size)
{
    self->multiplied++;
    uncentre(self, self->direction, self->step);
    const linclass_status status = self->products->methods->hessian_product(
        self->products, self->point, self->step, self->product);
    if (status != LINCLASS_OK)
        return status;
    centre(self, self->product);
    subgradient_keep_free(self->n * self->k, self->kind, self->product);
    double terms = 0;
    *curvature = 0;
    *size = 0;
    for (int64_t e = 0; e < self->parameters; e++) {
        const double term = self->direction[e] * self->product[e];
        *curvature += term;
        terms += fabs(term);
        *size += self->bound[e / self->k] * self->direction[e] * self->direction[e];
    }
    if (!(*curvature > CURVATURE_ROUNDING * DBL_EPSILON * terms))
        *curvature = fmax(CURVATURE_ROUNDING * DBL_EPSILON * terms, FLAT * *size);
    return LINCLASS_OK;
}

/* The same, by the exact objective where single precision would blur it. */
static linclass_status multiply_well(judge *self, double *curvature, double *size)
{
    const linclass_status status = multiply(self, curvature, size);
    const bool blurred = status == LINCLASS_ERROR_NUMERIC ||
                         (status == LINCLASS_OK && !(*curvature > ILL_CONDITIONED * *size));
    if (!blurred || self->products == self->of->exact)
        return status;
    self->products = self->of->exact;
    return multiply(self, curvature, size);
}

/* Multiplications in a product with the Hessian. */
static double product_work(const judge *self)
{
    return (double)self->of->exact->samples * (double)(self->of->exact->weights + 1);
}

static int most_products(const judge *self)
{
    const double affordable = WORK / product_work(self);
    const double useful = 2 * (double)self->parameters + 10;
    return (int)fmin(fmin(fmax(affordable, FEWEST_PRODUCTS), MOST_PRODUCTS), useful);
}

/* What the second half of the directions found. */
static double tail_of(const double *gains, int count)
{
    return gains[count] - gains[count / 2];
}

/* Directions to look into before a fit passes: all of them, where that costs little. */
static int explored_products(const judge *self, int most)
{
    const int least = most > FEWEST_PRODUCTS ? EXPLORED : EXPLORED_AT_LEAST;
    return (int)fmax(least, fmin(most, CHEAP_WORK / product_work(self)));
}

/* Whether further directions would change no verdict: far more than allowed is found already, or, after a
 * good many of them, ten times what the second half found would still be allowed. */
static bool is_decided(const double *gains, int count, int explored, double allowed)
{
    return gains[count] > 4 * allowed ||
           (count >= explored && gains[count] + 10 * tail_of(gains, count) < allowed);
}

/* v . H^-1 v over the free weights, for a v of D-norm 1; as much is allowed. */
static linclass_status solve(judge *self, double allowed, double *gain)
{
    double gains[MOST_PRODUCTS + 1] = {0};
    const int most = most_products(self);
    const int explored = explored_products(self, most);
    const double solved = solved_square(self, explored >= most);
    double square = 1;
    int count = 0;
    if (explored >= most)
        self->products = self->of->exact;
    for (int64_t e = 0; e < self->parameters; e++)
        self->direction[e] = self->v[e] * self->unit[e / self->k] * self->unit[e / self->k];
    while (count < most && square > solved && !is_decided(gains, count, explored, allowed)) {
        double curvature;
        double size;
        const linclass_status status = multiply_well(self, &curvature, &size);
        if (status != LINCLASS_OK)
            return status;
        const double step = square / curvature;
        gains[count + 1] = gains[count] + step * square;
        count++;
        for (int64_t e = 0; e < self->parameters; e++) {
            self->solution[e] += step * self->direction[e];
            self->v[e] -= step * self->product[e];
        }
        const double next = square_norm(self, self->v);
        const double ratio = next / square;
        for (int64_t e = 0; e < self->parameters; e++)
            self->direction[e] = self->v[e] * self->unit[e / self->k] * self->unit[e / self->k] +
                                 ratio * self->direction[e];
        square = next;
    }
    *gain = gains[count];
    if (square > solved)
        *gain += tail_of(gains, count);
    return LINCLASS_OK;
}

/* Set v; what F can fall by, at most, on the way of the weights that an l1 penalty draws to 0, which are
 * taken out of v. */
static double set_subgradient(judge *self)
{
    const int64_t weights = self->n * self->k;
    double gain = 0;
    subgradient_set(self->of->exact, self->point, self->product, self->v);
    subgradient_classify(self->of->exact, self->point, self->v, self->unit, self->kind);
    for (int64_t e = 0; e < weights; e++)
        gain += self->kind[e] == SUBGRADIENT_LEAVING ? fabs(self->v[e] * self->point[e]) : 0;
    subgradient_keep_free(weights, self->kind, self->v);
    return gain;
}

/* F(0) - F. Where rounding hides it, what a convex F has fallen by at its minimum at least. */
static double gain_so_far(const judge *self, const optimality *found)
{
    const double gained = found->zero - found->objective;
    if (gained > VALUE_ROUNDING * DBL_EPSILON * found->zero)
        return gained;
    double square = 0;
    for (int64_t e = 0; e < self->n * self->k; e++)
        square += self->point[e] * self->point[e];
    return fmax(gained, self->of->exact->l2 / 2 * square);
}

static double allowed_gap(const judge *self, const optimality *found)
{
    const double gained = gain_so_far(self, found);
    const double promised = PROMISE * self->of->tolerance * self->of->tolerance * gained;
    const double rounding = fmin(parameter_rounding(self), LARGEST_ROUNDING * gained);
    return fmax(promised, rounding) + 8 * DBL_EPSILON * gained;
}

/* F and its gradient at a point, which is then the one that is judged. */
static linclass_status go_to(judge *self, const double *point)
{
    objective *exact = self->of->exact;
    objective_value value;
    const linclass_status status = exact->methods->evaluate(exact, point, &value, self->gradient);
    self->point = point;
    self->value = value.objective;
    self->loss = value.loss;
    return status;
}

static linclass_status evaluate(judge *self, optimality *found)
{
    objective_value value;
    memset(self->step, 0, (size_t)self->parameters * sizeof(double));
    linclass_status status =
        self->products->methods->evaluate(self->products, self->step, &value, NULL);
    if (status != LINCLASS_OK)
        return status;
    found->zero = value.objective;
    status = go_to(self, self->point);
    found->objective = self->value;
    return status;
}

/* To self->step: where so many times the step of the model leads. A weight that an l1 penalty holds back
 * stops at 0. */
static void take_step(judge *self, double times)
{
    uncentre(self, self->solution, self->step);
    for (int64_t e = 0; e < self->parameters; e++) {
        const double from = self->point[e];
        self->step[e] = from - times * self->norm * self->step[e];
        const bool leaves = e < self->n * self->k && self->of->exact->l1 > 0 &&
                            (self->kind[e] == SUBGRADIENT_LEAVING || from * self->step[e] < 0);
        if (leaves)
            self->step[e] = 0;
    }
}

/* Where the second derivative jumps, or far from the minimum, a step leads elsewhere than the quadratic
 * model says. *square: the norm of what is left of the gradient after the step of the model.
 * Where that is not small the model does not hold. */
static linclass_status square_after_step(judge *self, double *square)
{
    objective *exact = self->of->exact;
    objective_value value;
    take_step(self, 1);
    const linclass_status status =
        exact->methods->evaluate(exact, self->step, &value, self->product);
    if (status == LINCLASS_ERROR_NUMERIC) {
        *square = INFINITY;
        return LINCLASS_OK;
    }
    centre(self, self->product);
    *square = square_norm(self, self->product);
    return status;
}

/* Whether the step of the model is to be tried: not on a walk, which takes it anyway. */
static bool is_step_tried(const judge *self)
{
    const bool affordable = most_products(self) > FEWEST_PRODUCTS;
    return self->point != self->place && self->of->exact->l1 == 0 &&
           (affordable || self->of->exact->curvature_jumps);
}

/* The gap in one choice of coordinates. */
static linclass_status measure(judge *self, bool centred, bool rows_differ, double allowed,
                               double *gap)
{
    self->centred = centred;
    set_bound(self);
    memcpy(self->product, self->gradient, (size_t)self->parameters * sizeof(double));
    centre(self, self->product);
    const double leaving = set_subgradient(self);
    if (!rows_differ)
        drop_rounding(self);
    double square = square_norm(self, self->v);
    double gain = 0;
    linclass_status status = LINCLASS_OK;
    self->norm = sqrt(square);
    memset(self->solution, 0, (size_t)self->parameters * sizeof(double));
    if (square > 0) {
        for (int64_t e = 0; e < self->parameters; e++)
            self->v[e] = self->unit[e / self->k] > 0 ? self->v[e] / self->norm : 0;
        status = solve(self, 2 * allowed / square, &gain);
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
static linclass_status measure_point(judge *self, double allowed, double *gap)
{
    linclass_status status = measure(self, self->with_bias, false, allowed, gap);
    if (status == LINCLASS_OK && *gap <= allowed && is_outlying(self))
        status = measure(self, false, true, allowed, gap);
    return status;
}

/* To self->place: the lowest point on the ray along the step of the model, at lengths far apart. A row that
 * drowns all others bends F so much that a step of the model is a small part of the way.
 * *value: F there; that at the point where no length leads lower. */
static linclass_status search_ray(judge *self, double *value)
{
    objective *exact = self->of->exact;
    *value = self->value;
    memcpy(self->place, self->point, (size_t)self->parameters * sizeof(double));
    for (double times = SHORTEST_STEP; times < LONGEST_STEP; times *= 16) {
        objective_value there;
        take_step(self, times);
        const linclass_status status = exact->methods->evaluate(exact, self->step, &there, NULL);
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
static linclass_status walk(judge *self, optimality *found)
{
    const double rounding = VALUE_ROUNDING * DBL_EPSILON * found->objective;
    double left = found->gap;
    bool converging = self->share_left <= CONVERGING;
    for (int steps = 0; steps < MOST_STEPS && optimality_is_reached(found); steps++) {
        if ((double)self->multiplied * product_work(self) > WALK_WORK || !(self->norm > 0))
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
    judge self = {
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
        status = take_memory(&self, &memory);
    if (status != LINCLASS_OK)
        return status;
    status = evaluate(&self, found);
    if (status == LINCLASS_OK) {
        found->allowed = allowed_gap(&self, found);
        status = measure_point(&self, found->allowed, &found->gap);
        if (found->objective > found->zero)
            found->gap = fmax(found->gap, found->objective - found->zero);
    }
    if (status == LINCLASS_OK)
        status = walk(&self, found);
    context_release(exact->ctx, memory);
    return status;
}
