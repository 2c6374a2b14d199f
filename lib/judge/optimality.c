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
static const double ILL_CONDITIONED = 1e-4; /* curvature beside D that single precision blurs */
static const double FLAT = 1e-20; /* beside D, where rounding alone is left of a curvature */
static const double CURVATURE_ROUNDING = 64; /* units in the last place */
static const double LARGEST_FEATURE = 1e140;
static const double LARGEST_RANGE = 1e15;
static const double OUTLYING = 1e3;
static const double SMALLEST_FEATURE = 1e-140;
static const double WORK = 2147483648.0; /* multiplications with elements of X, about */
enum { FEWEST_PRODUCTS = 8, MOST_PRODUCTS = 1000 };
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
    double loss;         /* mean loss there */
    double *gradient;    /* P: of F in (theta, b), without its l1 term */
    double *v;           /* P: the subgradient, centred; then the residual */
    double *direction;   /* P */
    double *solution;    /* P: of H d = v, the sum of the conjugate steps */
    double *step;        /* P: the direction in (theta, b) */
    double *product;     /* P */
    double *bound;       /* n + 1: D */
    double *unit;        /* n + 1: 1 / sqrt(D) */
    unsigned char *kind; /* of each weight */
} judge;

linclass_status optimality_check_scale(const objective *F, const column_statistics *columns)
{
    const int64_t n = F->weights / F->columns;
    const bool penalised = F->l1 > 0 || F->l2 > 0;
    for (int64_t j = 0; j < n; j++) {
        const double largest = columns->largest[j];
        const bool small = largest > 0 && largest < SMALLEST_FEATURE && !penalised;
        /* Values far below 1 beside ordinary ones are mostly what rounding left of zeros. */
        if (columns->typical[j] > 0 && largest > LARGEST_RANGE * fmax(columns->typical[j], 1))
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

static void lay_out(void *owner, space_plan *plan)
{
    judge *self = owner;
    const int64_t P = self->parameters;
    self->gradient = space_doubles(plan, P, 1);
    self->v = space_doubles(plan, P, 1);
    self->direction = space_doubles(plan, P, 1);
    self->solution = space_doubles(plan, P, 1);
    self->step = space_doubles(plan, P, 1);
    self->product = space_doubles(plan, P, 1);
    self->bound = space_doubles(plan, self->n + 1, 1);
    self->unit = space_doubles(plan, self->n + 1, 1);
    self->kind = space_next(plan, self->n, self->k, 1);
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

/* What that is where v is rounding alone, with E ||r||^2 <= 2 c loss. */
static double square_rounding(const judge *self)
{
    double sum = 0;
    for (int64_t i = 0; i <= self->n; i++)
        sum += square_of(self, i) * self->unit[i] * self->unit[i];
    return 16 * DBL_EPSILON * DBL_EPSILON * 2 * self->of->exact->curvature_bound * self->loss * sum;
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

static int most_products(const judge *self)
{
    const objective *exact = self->of->exact;
    const double affordable = WORK / ((double)exact->samples * (double)(exact->weights + 1));
    const double useful = 2 * (double)self->parameters + 10;
    return (int)fmin(fmin(fmax(affordable, FEWEST_PRODUCTS), MOST_PRODUCTS), useful);
}

/* What the second half of the directions found. */
static double tail_of(const double *gains, int count)
{
    return gains[count] - gains[count / 2];
}

/* Whether further directions would change no verdict: far more than allowed is found already, or, after a
 * good many of them, ten times what the second half found would still be allowed. */
static bool is_decided(const double *gains, int count, int most, double allowed)
{
    const int explored = most > FEWEST_PRODUCTS ? EXPLORED : EXPLORED_AT_LEAST;
    return gains[count] > 4 * allowed ||
           (count >= explored && gains[count] + 10 * tail_of(gains, count) < allowed);
}

/* v . H^-1 v over the free weights, for a v of D-norm 1; as much is allowed. */
static linclass_status solve(judge *self, double allowed, double *gain)
{
    double gains[MOST_PRODUCTS + 1] = {0};
    const int most = most_products(self);
    double square = 1;
    int count = 0;
    memset(self->solution, 0, (size_t)self->parameters * sizeof(double));
    for (int64_t e = 0; e < self->parameters; e++)
        self->direction[e] = self->v[e] * self->unit[e / self->k] * self->unit[e / self->k];
    while (count < most && square > SOLVED && !is_decided(gains, count, most, allowed)) {
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
    if (square > SOLVED)
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

static double allowed_gap(const judge *self, const optimality *found)
{
    const double gained = fmax(found->zero - found->objective, 0);
    const double promised = PROMISE * self->of->tolerance * self->of->tolerance * gained;
    const double rounding = fmin(parameter_rounding(self), LARGEST_ROUNDING * gained);
    return fmax(promised, rounding) + 8 * DBL_EPSILON * gained;
}

static linclass_status evaluate(judge *self, optimality *found)
{
    objective *exact = self->of->exact;
    objective_value value;
    memset(self->step, 0, (size_t)self->parameters * sizeof(double));
    linclass_status status =
        self->products->methods->evaluate(self->products, NULL, self->step, &value, NULL);
    if (status != LINCLASS_OK)
        return status;
    found->zero = value.objective;
    status = exact->methods->evaluate(exact, NULL, self->point, &value, self->gradient);
    found->objective = value.objective;
    self->loss = value.loss;
    return status;
}

/* Where the second derivative jumps, or far from the minimum, a step leads elsewhere than the quadratic
 * model says. *square: the norm of what is left of the gradient after the step of the model,
 * of v times `norm`. Where that is not small the model does not hold. */
static linclass_status square_after_step(judge *self, double norm, double *square)
{
    objective *exact = self->of->exact;
    uncentre(self, self->solution, self->step);
    for (int64_t e = 0; e < self->parameters; e++)
        self->step[e] = self->point[e] - norm * self->step[e];
    objective_value value;
    const linclass_status status =
        exact->methods->evaluate(exact, NULL, self->step, &value, self->product);
    if (status == LINCLASS_ERROR_NUMERIC) {
        *square = INFINITY;
        return LINCLASS_OK;
    }
    centre(self, self->product);
    *square = square_norm(self, self->product);
    return status;
}

/* The gap in one choice of coordinates. */
static linclass_status measure(judge *self, bool centred, bool rows_differ, const optimality *found,
                               double *gap)
{
    self->centred = centred;
    set_bound(self);
    const double rounding = rows_differ ? 0 : square_rounding(self);
    memcpy(self->product, self->gradient, (size_t)self->parameters * sizeof(double));
    centre(self, self->product);
    const double leaving = set_subgradient(self);
    double square = square_norm(self, self->v);
    double gain = 0;
    linclass_status status = LINCLASS_OK;
    if (square > rounding) {
        const double norm = sqrt(square);
        for (int64_t e = 0; e < self->parameters; e++)
            self->v[e] = self->unit[e / self->k] > 0 ? self->v[e] / norm : 0;
        status = solve(self, 2 * found->allowed / square, &gain);
        double after = 0;
        const bool affordable = most_products(self) > FEWEST_PRODUCTS;
        if (status == LINCLASS_OK && self->of->exact->l1 == 0 &&
            (affordable || self->of->exact->curvature_jumps))
            status = square_after_step(self, norm, &after);
        square += after;
    }
    *gap = fmin(leaving + gain * square / 2, found->objective);
    if (found->objective > found->zero)
        *gap = fmax(*gap, found->objective - found->zero);
    return status;
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
        status =
            space_lay_out(exact->ctx, lay_out, &self, "the distance from the minimum", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = evaluate(&self, found);
    if (status == LINCLASS_OK) {
        found->allowed = allowed_gap(&self, found);
        status = measure(&self, self.with_bias, false, found, &found->gap);
    }
    if (status == LINCLASS_OK && optimality_is_reached(found) && is_outlying(&self))
        status = measure(&self, false, true, found, &found->gap);
    context_release(exact->ctx, memory);
    return status;
}
