/* Newton's method for objectives with an l1 penalty, one orthant at a time.
 *
 * Within an orthant ||theta||_1 is linear. The pseudo-gradient v is the gradient of F there, 0 where F
 * has its minimum at a weight of exactly 0; the weights that are not 0, or whose v is not, are free. The
 * direction is Newton's among the free weights, F''_free d = -v, by conjugate gradients; components that
 * would leave 0 against v are taken out; the point reached is projected back into the orthant, so that
 * weights which would change sign become exactly 0 (orthant-wise search: Andrew and Gao 2007; Newton
 * steps in the free weights: two-metric projection, Bertsekas 1982).
 *
 *     until ||v||_D <= tolerance * that at zero parameters,  ||v||_D^2 = v . D^-1 v
 *
 * D is the diagonal of a bound on the Hessian: the norm does not change with a feature's units. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "solver/line_search.h"
#include "solver/orthant_wise.h"
#include "solver/preconditioner.h"
#include "solver/vector.h"

static const double FALL = 1e-4;
static const double FLAT = 1e-10;    /* curvature beside that of D */
static const double ROUNDING = 1e-8; /* of F, relative: what a float32 sweep leaves */
enum { MOST_HALVINGS = 60, MOST_PRODUCTS = 100 };

typedef struct orthant_wise {
    solver_run *run;
    preconditioner diagonal; /* D */
    line_search search;
    double *pseudo; /* v */
    double *residual;
    double *scaled;
    double *conjugate;
    double *product;
    double reference; /* ||v||_D at zero parameters */
} orthant_wise;

void pseudo_gradient(const objective *target, const double *parameters, const double *gradient,
                     double *pseudo)
{
    const double l1 = target->l1;
    for (int64_t i = 0; i < target->parameters; i++) {
        const double x = parameters[i];
        const double g = gradient[i];
        if (i >= target->weights)
            pseudo[i] = g;
        else if (x != 0)
            pseudo[i] = x > 0 ? g + l1 : g - l1;
        else
            pseudo[i] = g < -l1 ? g + l1 : (g > l1 ? g - l1 : 0);
    }
}

/* Set v; its norm. */
static double set_pseudo_gradient(orthant_wise *self)
{
    const solver_run *run = self->run;
    pseudo_gradient(run->objective, run->parameters, run->gradient, self->pseudo);
    return preconditioner_norm(&self->diagonal, self->pseudo, self->scaled);
}

/* Clear what is not free. */
static void keep_free(const orthant_wise *self, double *vector)
{
    const solver_run *run = self->run;
    for (int64_t i = 0; i < run->objective->weights; i++) {
        if (run->parameters[i] == 0 && self->pseudo[i] == 0)
            vector[i] = 0;
    }
}

/* scaled := D^-1 residual; residual . scaled. */
static double scale_residual(orthant_wise *self)
{
    const int64_t P = self->run->objective->parameters;
    vector_copy(P, self->residual, self->scaled);
    preconditioner_apply(&self->diagonal, self->scaled);
    return vector_dot(P, self->residual, self->scaled);
}

/* d: conjugate gradients on F''_free d = -v, until the residual's norm is small against ||v||_D. Where
 * F'' is singular, as for softmax without l2, ||theta||_1 may still fall along its null space and the
 * system has no solution: a direction without curvature is gone along by its own length, which D makes
 * a step of gradient descent. */
static linclass_status newton_direction(orthant_wise *self, double norm)
{
    objective *target = self->run->objective;
    const int64_t P = target->parameters;
    double *d = self->search.direction;
    memset(d, 0, (size_t)P * sizeof(double));
    for (int64_t i = 0; i < P; i++)
        self->residual[i] = -self->pseudo[i];
    double square = scale_residual(self);
    double length = square; /* conjugate . D conjugate */
    vector_copy(P, self->scaled, self->conjugate);
    const double enough = fmin(0.1, norm / self->reference) * norm;
    for (int products = 0; products < MOST_PRODUCTS && sqrt(square) > enough; products++) {
        const linclass_status status = target->methods->hessian_product(
            target, self->run->parameters, self->conjugate, self->product);
        if (status != LINCLASS_OK)
            return status;
        keep_free(self, self->product);
        const double curvature = vector_dot(P, self->conjugate, self->product);
        if (!(curvature > FLAT * length)) {
            vector_add(P, 1, self->conjugate, d);
            return LINCLASS_OK;
        }
        vector_add(P, square / curvature, self->conjugate, d);
        vector_add(P, -square / curvature, self->product, self->residual);
        const double next = fmax(scale_residual(self), 0);
        for (int64_t i = 0; i < P; i++)
            self->conjugate[i] = self->scaled[i] + next / square * self->conjugate[i];
        length = next + next / square * (next / square) * length;
        square = next;
    }
    return LINCLASS_OK;
}

/* Take out of d what would leave 0 against v. */
static void align(orthant_wise *self)
{
    const solver_run *run = self->run;
    double *d = self->search.direction;
    for (int64_t i = 0; i < run->objective->weights; i++) {
        if (run->parameters[i] == 0 && d[i] * self->pseudo[i] >= 0)
            d[i] = 0;
    }
}

/* parameters := origin + step d, projected into the orthant of the origin. */
static void project(orthant_wise *self, double step)
{
    solver_run *run = self->run;
    const double *origin = self->search.origin;
    for (int64_t i = 0; i < run->objective->parameters; i++) {
        const double x = origin[i] + step * self->search.direction[i];
        const double sign = origin[i] != 0 ? origin[i] : -self->pseudo[i];
        run->parameters[i] = i < run->objective->weights && x * sign <= 0 ? 0 : x;
    }
}

/* Slope of F within the orthant along the step made, at its end. */
static double end_slope(const orthant_wise *self)
{
    const solver_run *run = self->run;
    const double l1 = run->objective->l1;
    double slope = 0;
    for (int64_t i = 0; i < run->objective->parameters; i++) {
        const double x = run->parameters[i];
        const double origin = self->search.origin[i];
        double g = run->gradient[i];
        if (i < run->objective->weights && x + origin != 0)
            g += x + origin > 0 ? l1 : -l1;
        slope += g * (x - origin);
    }
    return slope;
}

/* Whether F fell enough; or, where rounding hides that, whether its slope did (as in line_search.h). */
static bool falls_enough(const orthant_wise *self)
{
    const solver_run *run = self->run;
    double change = 0;
    for (int64_t i = 0; i < run->objective->parameters; i++)
        change += self->pseudo[i] * (run->parameters[i] - self->search.origin[i]);
    const double before = self->search.value.objective;
    if (run->value.objective <= before + FALL * change)
        return true;
    return change < 0 && run->value.objective <= before + ROUNDING * fabs(before) &&
           end_slope(self) <= (2 * FALL - 1) * change;
}

static linclass_status search(orthant_wise *self)
{
    solver_run *run = self->run;
    double step = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        project(self, step);
        const linclass_status status = solver_evaluate(run);
        run->learning_rate = step;
        if (status == LINCLASS_OK && falls_enough(self))
            return LINCLASS_OK;
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        step /= 2;
    }
    line_search_back(&self->search, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

static linclass_status minimise(orthant_wise *self)
{
    solver_run *run = self->run;
    linclass_status status = solver_evaluate_zero(run, self->search.origin);
    if (status != LINCLASS_OK)
        return status;
    self->reference = set_pseudo_gradient(self);
    const double target = run->options->gradient_tolerance * self->reference;
    status = solver_evaluate_start(run, self->search.origin);
    while (status == LINCLASS_OK) {
        const double norm = set_pseudo_gradient(self);
        if (norm <= target)
            return LINCLASS_OK;
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        status = newton_direction(self, norm);
        if (status != LINCLASS_OK)
            return status;
        align(self);
        line_search_from(&self->search, run);
        status = search(self);
        if (status != LINCLASS_OK)
            return status;
        run->iterations++;
        status = solver_report(run);
    }
    return status;
}

linclass_status solver_orthant_wise(solver_run *run)
{
    const int64_t P = run->objective->parameters;
    space_plan plan = {0};
    const size_t vectors = line_search_plan(&plan, P);
    const size_t pseudo = space_part(&plan, P, 1, sizeof(double));
    const size_t residual = space_part(&plan, P, 1, sizeof(double));
    const size_t scaled = space_part(&plan, P, 1, sizeof(double));
    const size_t conjugate = space_part(&plan, P, 1, sizeof(double));
    const size_t product = space_part(&plan, P, 1, sizeof(double));
    void *memory;
    linclass_status status = space_allocate(run->ctx, &plan, "orthant-wise Newton", &memory);
    if (status != LINCLASS_OK)
        return status;
    orthant_wise self = {
        .run = run,
        .search = line_search_at(space_at(memory, vectors), P),
        .pseudo = space_at(memory, pseudo),
        .residual = space_at(memory, residual),
        .scaled = space_at(memory, scaled),
        .conjugate = space_at(memory, conjugate),
        .product = space_at(memory, product),
    };
    status = preconditioner_begin_diagonal(&self.diagonal, run->objective);
    if (status == LINCLASS_OK) {
        status = minimise(&self);
        preconditioner_end(&self.diagonal);
    }
    context_release(run->ctx, memory);
    return status;
}
