/* Hestenes and Stiefel's recurrences. d . r grows by square^2 / curvature with each direction, since the
 * directions are conjugate. Where A is singular, as a Hessian without penalty may be, curvature is what
 * rounding leaves, and a step divided by it would be of any length. */
#include "solver/conjugate_gradients.h"

#include <math.h>
#include <string.h>

#include "solver/vector.h"

static const double ROUNDING = 8; /* units in the last place */
static const double FLAT = 1e-10;

void conjugate_gradients_lay_out(conjugate_gradients *self, space_plan *plan, const objective *F)
{
    const int64_t length = F->parameters;
    *self = (conjugate_gradients){
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
    vector_copy(self->length, self->residual, self->scaled);
    system->precondition(system->owner, self->scaled);
    return fmax(vector_dot(self->length, self->residual, self->scaled), 0);
}

/* What curvature must exceed to be one: the rounding of the sum conjugate . product; and, where A maps the
 * direction to rounding alone, next to nothing beside the curvature of M, size. */
static double least_curvature(const conjugate_gradients *self, double size)
{
    double terms = 0;
    for (int64_t i = 0; i < self->length; i++)
        terms += fabs(self->conjugate[i] * self->product[i]);
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
    vector_copy(length, self->scaled, self->conjugate);
    for (int products = 0; products < most_products && sqrt(square) > enough; products++) {
        const linclass_status status =
            system->multiply(system->owner, self->conjugate, self->product);
        if (status != LINCLASS_OK)
            return status;
        const double curvature = vector_dot(length, self->conjugate, self->product);
        const bool flat = !(curvature > least_curvature(self, size));
        const double step = flat ? 1 : square / curvature;
        vector_add(length, step, self->conjugate, d);
        *gain += step * square;
        if (flat)
            return LINCLASS_OK;
        vector_add(length, -step, self->product, self->residual);
        const double next = scale_residual(self, system);
        const double ratio = next / square;
        for (int64_t i = 0; i < length; i++)
            self->conjugate[i] = self->scaled[i] + ratio * self->conjugate[i];
        size = next + ratio * ratio * size;
        square = next;
    }
    return LINCLASS_OK;
}
