/* The two-loop recursion. Its middle is a start H0 = gamma M^-1, with the preconditioner's M. Where that
 * is only a bound, gamma = s.y / (y . M^-1 y) of the newest step fits it to the curvature just met; where
 * it has the Hessian's own blocks, gamma = 1.
 *
 * The vectors are longer than caches are large where there are many parameters: adding a pair and the product
 * with the next one are one pass. */
#include "solver/lbfgs_history.h"

#include <float.h>
#include <math.h>

#include "solver/long_vector.h"
#include "solver/vector.h"

void lbfgs_history_lay_out(lbfgs_history *self, space_plan *plan, int64_t length)
{
    *self = (lbfgs_history){
        .length = length,
        .s = space_doubles(plan, LBFGS_PAIRS, length),
        .y = space_doubles(plan, LBFGS_PAIRS, length),
        .work = space_doubles(plan, 1, length),
    };
}

void lbfgs_history_clear(lbfgs_history *self)
{
    self->pairs = 0;
}

void lbfgs_history_add(lbfgs_history *self, const double *from, const double *to,
                       const double *from_gradient, const double *to_gradient)
{
    const int64_t length = self->length;
    double product = 0;
    double s_square = 0;
    double y_square = 0;
    for (int64_t i = 0; i < length; i++) {
        const double s = to[i] - from[i];
        const double y = to_gradient[i] - from_gradient[i];
        product += s * y;
        s_square += s * s;
        y_square += y * y;
    }
    if (!(product > DBL_EPSILON * sqrt(s_square) * sqrt(y_square)))
        return;
    const int slot = self->pairs == 0 ? 0 : (self->newest + 1) % LBFGS_PAIRS;
    for (int64_t i = 0; i < length; i++) {
        self->s[slot * length + i] = to[i] - from[i];
        self->y[slot * length + i] = to_gradient[i] - from_gradient[i];
    }
    self->rho[slot] = 1 / product;
    self->newest = slot;
    if (self->pairs < LBFGS_PAIRS)
        self->pairs++;
}

/* H0: gamma M^-1 v. */
static void apply_start(lbfgs_history *self, const preconditioner *start, double *v)
{
    preconditioner_apply(start, v);
    for (int64_t i = 0; self->pairs == 0 && start->shortening < 1 && i < self->length; i++)
        v[i] *= start->shortening;
    if (self->pairs == 0 || start->blocks != NULL)
        return;
    const double *y = self->y + self->newest * self->length;
    vector_copy(self->length, y, self->work);
    preconditioner_apply(start, self->work);
    const double gamma =
        1 / (self->rho[self->newest] * long_vector_dot(start->ctx, self->length, y, self->work));
    for (int64_t i = 0; i < self->length; i++)
        v[i] *= gamma;
}

/* The pair that is `back` steps older than the newest. */
static int slot_of(const lbfgs_history *self, int back)
{
    return (self->newest - back + LBFGS_PAIRS) % LBFGS_PAIRS;
}

static const double *s_of(const lbfgs_history *self, int back)
{
    return self->s + slot_of(self, back) * self->length;
}

static const double *y_of(const lbfgs_history *self, int back)
{
    return self->y + slot_of(self, back) * self->length;
}

void lbfgs_history_apply(lbfgs_history *self, const preconditioner *start, double *v)
{
    const int64_t length = self->length;
    double dot = self->pairs == 0 ? 0 : long_vector_dot(start->ctx, length, s_of(self, 0), v);
    for (int back = 0; back < self->pairs; back++) {
        const int i = slot_of(self, back);
        self->alpha[i] = self->rho[i] * dot;
        if (back + 1 < self->pairs)
            dot = long_vector_add_dot(start->ctx, length, -self->alpha[i], y_of(self, back), v,
                                      s_of(self, back + 1));
        else
            long_vector_add(start->ctx, length, -self->alpha[i], y_of(self, back), v);
    }
    apply_start(self, start, v);
    dot =
        self->pairs == 0 ? 0 : long_vector_dot(start->ctx, length, y_of(self, self->pairs - 1), v);
    for (int back = self->pairs - 1; back >= 0; back--) {
        const int i = slot_of(self, back);
        const double change = self->alpha[i] - self->rho[i] * dot;
        if (back > 0)
            dot = long_vector_add_dot(start->ctx, length, change, s_of(self, back), v,
                                      y_of(self, back - 1));
        else
            long_vector_add(start->ctx, length, change, s_of(self, back), v);
    }
}
