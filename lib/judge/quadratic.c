/* gap = 1/2 v . H^-1 v by conjugate gradients, preconditioned by a diagonal bound on H:
 *
 *     D_j = c Var x_j + l2,    D_bias = c          c: the bound on a row's curvature
 *
 * v . d grows with each conjugate direction, so what has been found is a lower bound; what has not is
 * estimated by what the second half of the directions found.
 *
 * Hazards. F may be all but flat along a direction, as where classes are separated: its curvature is
 * taken for no less than rounding. v may be rounding alone: then it is no direction at all. Scales may be
 * any, so v is normalised first: its squares would overflow or vanish. One row or column may drown all others:
 * their share of v is found last, and is no rounding, so that small problems are solved to the end. */
#include "judge/quadratic.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "judge/subgradient.h"

static const double SOLVED = 1e-12;         /* the square of the residual's norm beside that of v */
static const double SOLVED_WELL = 1e-26;    /* the same where it costs little */
static const double ILL_CONDITIONED = 1e-4; /* curvature beside D that single precision blurs */
static const double FLAT = 1e-20; /* beside D, where rounding alone is left of a curvature */
static const double CURVATURE_ROUNDING = 64; /* units in the last place */
static const double WORK = 2147483648.0;     /* multiplications with elements of X, about */
static const double CHEAP_WORK = 16777216.0; /* likewise: what a verdict is not hurried for */
enum {
    FEWEST_PRODUCTS = 8,
    MOST_PRODUCTS = 1000,
    EXPLORED = 20, /* directions before a verdict, as far as affordable */
    EXPLORED_AT_LEAST = 3
};

void quadratic_lay_out(void *owner, space_plan *plan)
{
    quadratic *self = owner;
    const int64_t P = self->parameters;
    self->gradient = space_doubles(plan, P, 1);
    self->v = space_doubles(plan, P, 1);
    self->direction = space_doubles(plan, P, 1);
    self->solution = space_doubles(plan, P, 1);
    self->step = space_doubles(plan, P, 1);
    self->product = space_doubles(plan, P, 1);
    self->place = space_doubles(plan, P, 1);
    self->bound = space_doubles(plan, self->n + 1, 1);
    self->unit = space_doubles(plan, self->n + 1, 1);
    self->kind = space_next(plan, self->n, self->k, 1);
}

/* Mean square of feature i, the intercept's 1 last. */
double quadratic_mean_square(const quadratic *self, int64_t i)
{
    const column_statistics *columns = self->of->columns;
    return i == self->n ? 1 : columns->variance[i] + columns->mean[i] * columns->mean[i];
}

void quadratic_set_bound(quadratic *self)
{
    const objective *exact = self->of->exact;
    /* A feature that is constant: nothing but an l1 penalty depends on its weights, and draws them to 0. */
    const double unbounded = exact->l1 > 0 ? 1e100 : 0;
    for (int64_t i = 0; i <= self->n; i++) {
        const double spread = self->centred && i < self->n ? self->of->columns->variance[i]
                                                           : quadratic_mean_square(self, i);
        self->bound[i] = exact->curvature_bound * spread + (i < self->n ? exact->l2 : 0);
        self->unit[i] = self->bound[i] > 0 ? 1 / sqrt(self->bound[i]) : unbounded;
    }
}

/* A gradient in (theta, b) to that in (theta, b'). */
void quadratic_centre(const quadratic *self, double *gradient)
{
    const double *mean = self->of->columns->mean;
    for (int64_t e = 0; self->centred && e < self->n * self->k; e++)
        gradient[e] -= mean[e / self->k] * gradient[self->n * self->k + e % self->k];
}

/* A step in (theta, b') to that in (theta, b). */
void quadratic_uncentre(const quadratic *self, const double *from, double *to)
{
    const double *mean = self->of->columns->mean;
    memcpy(to, from, (size_t)self->parameters * sizeof(double));
    for (int64_t e = 0; self->centred && e < self->n * self->k; e++)
        to[self->n * self->k + e % self->k] -= mean[e / self->k] * from[e];
}

/* v . D^-1 v; where D is 0 nothing of F depends on the parameter, and v is rounding. */
double quadratic_square_norm(const quadratic *self, const double *v)
{
    double sum = 0;
    for (int64_t e = 0; e < self->parameters; e++) {
        const double scaled = v[e] * self->unit[e / self->k];
        sum += scaled * scaled;
    }
    return sum;
}

/* What may be rounding alone of v_e, with E ||r||^2 <= 2 c loss. */
static double rounding_of(const quadratic *self, int64_t e)
{
    const double residual = 2 * self->of->exact->curvature_bound * self->loss;
    return 4 * DBL_EPSILON * sqrt(residual * quadratic_mean_square(self, e / self->k));
}

static bool is_rounding(const quadratic *self, int64_t i)
{
    for (int64_t e = i * self->k; e < (i + 1) * self->k && e < self->parameters; e++)
        if (fabs(self->v[e]) > rounding_of(self, e))
            return false;
    return true;
}

/* v becomes 0 where it is rounding alone, and of a feature that is all but constant, whose D is rounding too.
 * Whole features at a time: a sum over the columns of theta that is 0 remains so. */
void quadratic_drop_rounding(quadratic *self)
{
    bool all = true;
    for (int64_t i = 0; i * self->k < self->parameters; i++) {
        const double size = self->of->exact->curvature_bound * quadratic_mean_square(self, i);
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
static double solved_square(const quadratic *self, bool well)
{
    double square = 0;
    for (int64_t e = 0; well && e < self->parameters; e++) {
        const double scaled = rounding_of(self, e) * self->unit[e / self->k] / self->norm;
        square += scaled * scaled;
    }
    return well ? fmin(fmax(square, SOLVED_WELL), SOLVED) : SOLVED;
}

/* *curvature: of F along the direction; *size: by D. The product is left masked and centred. */
static linclass_status multiply(quadratic *self, double *curvature, double *size)
{
    self->multiplied++;
    quadratic_uncentre(self, self->direction, self->step);
    const linclass_status status = self->products->methods->hessian_product(
        self->products, self->point, self->step, self->product);
    if (status != LINCLASS_OK)
        return status;
    quadratic_centre(self, self->product);
    subgradient_add_curvature(self->of->exact, self->point, self->direction, self->product);
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
static linclass_status multiply_well(quadratic *self, double *curvature, double *size)
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
double quadratic_product_work(const quadratic *self)
{
    return (double)self->of->exact->samples * (double)(self->of->exact->weights + 1);
}

static int most_products(const quadratic *self)
{
    const double affordable = WORK / quadratic_product_work(self);
    const double useful = 2 * (double)self->parameters + 10;
    return (int)fmin(fmin(fmax(affordable, FEWEST_PRODUCTS), MOST_PRODUCTS), useful);
}

bool quadratic_is_affordable(const quadratic *self)
{
    return most_products(self) > FEWEST_PRODUCTS;
}

/* What the second half of the directions found. */
static double tail_of(const double *gains, int count)
{
    return gains[count] - gains[count / 2];
}

/* Directions to look into before a fit passes: all of them, where that costs little. */
static int explored_products(const quadratic *self, int most)
{
    const int least = most > FEWEST_PRODUCTS ? EXPLORED : EXPLORED_AT_LEAST;
    return (int)fmax(least, fmin(most, CHEAP_WORK / quadratic_product_work(self)));
}

/* Whether further directions would change no verdict: far more than allowed is found already, or, after a
 * good many of them, ten times what the second half found would still be allowed. */
static bool is_decided(const double *gains, int count, int explored, double allowed)
{
    return gains[count] > 4 * allowed ||
           (count >= explored && gains[count] + 10 * tail_of(gains, count) < allowed);
}

/* v . H^-1 v over the free weights, for a v of D-norm 1; as much is allowed. */
linclass_status quadratic_solve(quadratic *self, double allowed, double *gain)
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
        const double next = quadratic_square_norm(self, self->v);
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
