/* Hestenes and Stiefel's recurrences. d . r grows by square^2 / curvature with each direction, since the
 * directions are conjugate. Where A is singular, as a Hessian without penalty may be, curvature is what
 * rounding leaves, and a step divided by it would be of any length. */
#include "solver/conjugate_gradients.h"

#include <math.h>
#include <string.h>

#include "core/slices.h"
#include "solver/long_vector.h"
#include "solver/vector.h"

enum { LANES = 8 };
static const double ROUNDING = 8; /* units in the last place */
static const double FLAT = 1e-10;

void conjugate_gradients_lay_out(conjugate_gradients *self, space_plan *plan, const objective *F)
{
    const int64_t length = F->parameters;
    *self = (conjugate_gradients){
        .ctx = F->ctx,
        .length = length,
        .epsilon = F->epsilon,
        .residual = space_doubles(plan, length, 1),
        .scaled = space_doubles(plan, length, 1),
        .conjugate = space_doubles(plan, length, 1),
        .product = space_doubles(plan, length, 1),
    };
}

/* scaled := M^-1 residual; residual . scaled. */
static double scale_residual(conjugate_gradients *self, const linear_system *system)
{
    long_vector_copy(self->ctx, self->length, self->residual, self->scaled);
    system->precondition(system->owner, self->scaled);
    return fmax(long_vector_dot(self->ctx, self->length, self->residual, self->scaled), 0);
}

/* A pass over the vectors. */
typedef struct vectors_pass {
    conjugate_gradients *self;
    double factor;
    double *d;
    double products[SLICES_MOST];
    double terms[SLICES_MOST];
} vectors_pass;

/* The sum of the absolute values of the terms of a . b, in lanes as vector_dot's. */
static double dot_of_sizes(int64_t length, const double *a, const double *b)
{
    double lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= length; i += LANES) {
        for (int lane = 0; lane < LANES; lane++)
            lanes[lane] += fabs(a[i + lane] * b[i + lane]);
    }
    double sum = 0;
    for (; i < length; i++)
        sum += fabs(a[i] * b[i]);
    for (int lane = 0; lane < LANES; lane++)
        sum += lanes[lane];
    return sum;
}

static void add_products(void *argument, int64_t slice, int64_t first, int64_t end)
{
    vectors_pass *pass = argument;
    const double *conjugate = pass->self->conjugate + first;
    const double *product = pass->self->product + first;
    pass->products[slice] = vector_dot(end - first, conjugate, product);
    pass->terms[slice] = dot_of_sizes(end - first, conjugate, product);
}

/* conjugate . product; *terms: the sum of the absolute values of its terms. */
static double find_curvature(conjugate_gradients *self, double *terms)
{
    vectors_pass pass = {.self = self};
    const int64_t slices = slices_run(self->ctx, self->length, self->length, add_products, &pass);
    *terms = slices_total(slices, pass.terms);
    return slices_total(slices, pass.products);
}

static void turn_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const vectors_pass *pass = argument;
    double *restrict conjugate = pass->self->conjugate;
    const double *restrict scaled = pass->self->scaled;
    for (int64_t i = first; i < end; i++)
        conjugate[i] = scaled[i] + pass->factor * conjugate[i];
}

/* conjugate := scaled + ratio conjugate */
static void turn(conjugate_gradients *self, double ratio)
{
    vectors_pass pass = {.self = self, .factor = ratio};
    (void)slices_run(self->ctx, self->length, self->length, turn_slice, &pass);
}

static void step_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const vectors_pass *pass = argument;
    const conjugate_gradients *self = pass->self;
    vector_add(end - first, pass->factor, self->conjugate + first, pass->d + first);
    vector_add(end - first, -pass->factor, self->product + first, self->residual + first);
}

/* d += step conjugate, residual -= step product. */
static void take_step(conjugate_gradients *self, double step, double *d)
{
    vectors_pass pass = {.self = self, .factor = step, .d = d};
    (void)slices_run(self->ctx, self->length, self->length, step_slice, &pass);
}

/* What curvature must exceed to be one: the rounding of the sum conjugate . product; and, where A maps the
 * direction to rounding alone, next to nothing beside the curvature of M, size. */
static double least_curvature(const conjugate_gradients *self, double terms, double size)
{
    return fmax(ROUNDING * self->epsilon * terms, FLAT * size);
}

linclass_status conjugate_gradients_solve(conjugate_gradients *self, const linear_system *system,
                                          double enough, int most_products, double *d, double *gain)
{
    const int64_t length = self->length;
    memset(d, 0, (size_t)length * sizeof(double));
    *gain = 0;
    double square = scale_residual(self, system);
    double size = square; /* conjugate . M conjugate */
    long_vector_copy(self->ctx, length, self->scaled, self->conjugate);
    for (int products = 0; products < most_products && sqrt(square) > enough; products++) {
        const linclass_status status =
            system->multiply(system->owner, self->conjugate, self->product);
        if (status != LINCLASS_OK)
            return status;
        double terms;
        const double curvature = find_curvature(self, &terms);
        const bool flat = !(curvature > least_curvature(self, terms, size));
        const double step = flat ? 1 : square / curvature;
        take_step(self, step, d);
        *gain += step * square;
        if (flat)
            return LINCLASS_OK;
        const double next = scale_residual(self, system);
        const double ratio = next / square;
        turn(self, ratio);
        size = next + ratio * ratio * size;
        square = next;
    }
    return LINCLASS_OK;
}
