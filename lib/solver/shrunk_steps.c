/* With D a bound on the diagonal of the Hessian,
 *
 *     z = theta_j - g_j / (L D_j),    theta_j := z (1 - l1 / (L D_j ||z||))_+
 *
 * A single step doubles L until F is no higher than the bound L D on its curvature says. Steps with momentum begin at
 * theta + b (theta - the theta before), b -> 1 (Beck and Teboulle 2009), and without it anew where it leads
 * up (O'Donoghue and Candes 2015). They cost a sweep each, since they do not ask for F where they end: L becomes what
 * the gradients at their beginnings say, ||dg||_D^2 / <dg, dx>, which no Hessian below L D exceeds; and all of them are
 * taken back where F has not fallen in the end. */
#include "solver/shrunk_steps.h"

#include <math.h>

#include "solver/vector.h"

static const double EASE = 0.7; /* of L: what the next single step tries */
static const double LEAST_STRETCH = 1e-3;
enum { MOST_DOUBLINGS = 60 };

void shrunk_steps_lay_out(shrunk_steps *self, space_plan *plan, int64_t parameters)
{
    self->stretch = 1;
    self->gradient = space_doubles(plan, parameters, 1);
    self->moved = space_doubles(plan, parameters, 1);
    self->work = space_doubles(plan, parameters, 1);
    self->place = space_doubles(plan, parameters, 1);
    self->before = space_doubles(plan, parameters, 1);
    self->from = space_doubles(plan, parameters, 1);
    self->from_gradient = space_doubles(plan, parameters, 1);
}

static double square_of(double x)
{
    return x * x;
}

static void centre_gradient(shrunk_steps *self)
{
    vector_copy(self->run->objective->parameters, self->run->gradient, self->gradient);
    moments_centre_gradient(&self->diagonal->moments, self->gradient);
}

/* to := origin + moved, where rows that end at 0 are 0. */
static void add_moved(shrunk_steps *self, const double *origin, double *to)
{
    const objective *F = self->run->objective;
    vector_copy(F->parameters, self->moved, self->work);
    moments_uncentre_step(&self->diagonal->moments, self->work);
    for (int64_t e = 0; e < F->parameters; e++) {
        const bool to_zero = e < F->weights && self->moved[e] == -origin[e];
        to[e] = to_zero ? 0 : origin[e] + self->work[e];
    }
}

void shrunk_steps_move(shrunk_steps *self)
{
    add_moved(self, self->search->origin.parameters, self->run->parameters);
}

/* moved := the step of row i from the origin; what it makes of the row's l1 term. */
static double shrink_row(shrunk_steps *self, const double *origin, int64_t i)
{
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    const double *row = origin + i * k;
    double *moved = self->moved + i * k;
    const double inverse = square_of(self->diagonal->unit[i]) / self->stretch;
    for (int64_t c = 0; c < k; c++)
        moved[c] = row[c] - inverse * self->gradient[i * k + c];
    const double size = vector_norm(k, moved);
    const double left = size > inverse * F->l1 ? 1 - inverse * F->l1 / size : 0;
    for (int64_t c = 0; c < k; c++)
        moved[c] = left > 0 ? left * moved[c] - row[c] : -row[c];
    return F->l1 * (left * size - vector_norm(k, row));
}

/* moved := the step from the origin, where the gradient is known; what F changes by at most, if L D bounds its
 * curvature. */
static double shrink(shrunk_steps *self, const double *origin)
{
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    double change = 0;
    for (int64_t i = 0; i * k < F->weights; i++)
        change += shrink_row(self, origin, i);
    for (int64_t e = 0; e < F->parameters; e++) {
        const double curvature = self->stretch / square_of(self->diagonal->unit[e / k]);
        if (e >= F->weights)
            self->moved[e] = -self->gradient[e] / curvature;
        change += self->moved[e] * (self->gradient[e] + curvature / 2 * self->moved[e]);
    }
    return change;
}

linclass_status shrunk_steps_one(shrunk_steps *self)
{
    solver_run *run = self->run;
    line_search_from(self->search, run);
    centre_gradient(self);
    const double before = self->search->origin.value.objective;
    self->stretch = fmax(EASE * self->stretch, LEAST_STRETCH);
    for (int doubling = 0; doubling < MOST_DOUBLINGS; doubling++) {
        const double change = shrink(self, self->search->origin.parameters);
        shrunk_steps_move(self);
        const linclass_status status = solver_evaluate(run);
        if (status == LINCLASS_OK &&
            run->value.objective <= before + change + self->search->rounding)
            return LINCLASS_OK;
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        self->stretch *= 2;
    }
    line_search_back(self->search, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

/* L, by the gradients here and where the last was taken, which then is here. */
static void learn_stretch(shrunk_steps *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    double along = 0;
    for (int64_t e = 0; e < F->parameters; e++) {
        self->work[e] = run->gradient[e] - self->from_gradient[e];
        along += self->work[e] * (run->parameters[e] - self->from[e]);
    }
    moments_centre_gradient(&self->diagonal->moments, self->work);
    double square = 0;
    for (int64_t e = 0; e < F->parameters; e++)
        square += square_of(self->diagonal->unit[e / F->columns] * self->work[e]);
    if (along > 0 && isfinite(square / along))
        self->stretch = fmax(self->stretch, square / along);
    vector_copy(F->parameters, run->parameters, self->from);
    vector_copy(F->parameters, run->gradient, self->from_gradient);
}

/* Whether momentum has led up: the step that was made from run->parameters goes back. */
static bool leads_up(const shrunk_steps *self)
{
    const objective *F = self->run->objective;
    double product = 0;
    for (int64_t e = 0; e < F->weights; e++)
        product += (self->run->parameters[e] - self->place[e]) *
                   (self->place[e] - self->before[e]) /
                   square_of(self->diagonal->unit[e / F->columns]);
    return product > 0;
}

/* From run->parameters, evaluated, to self->place; run->parameters := where the next step begins. */
static void step(shrunk_steps *self, double *momentum)
{
    solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    centre_gradient(self);
    (void)shrink(self, run->parameters);
    vector_copy(P, self->place, self->before);
    add_moved(self, run->parameters, self->place);
    const bool anew = leads_up(self);
    const double next = anew ? 1 : (1 + sqrt(1 + 4 * *momentum * *momentum)) / 2;
    const double share = anew ? 0 : (*momentum - 1) / next;
    *momentum = next;
    for (int64_t e = 0; e < P; e++)
        run->parameters[e] = self->place[e] + share * (self->place[e] - self->before[e]);
}

linclass_status shrunk_steps_more(shrunk_steps *self, int count)
{
    solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    double momentum = 1;
    line_search_from(self->search, run);
    vector_copy(P, run->parameters, self->place);
    vector_copy(P, run->parameters, self->from);
    vector_copy(P, run->gradient, self->from_gradient);
    linclass_status status = LINCLASS_OK;
    for (int i = 0; i < count && status == LINCLASS_OK; i++) {
        step(self, &momentum);
        if (i == count - 1)
            vector_copy(P, self->place, run->parameters);
        status = solver_evaluate(run);
        if (status == LINCLASS_OK)
            learn_stretch(self);
        if (status == LINCLASS_OK)
            status = monitor_time(run->monitor);
    }
    const bool failed = status == LINCLASS_ERROR_NUMERIC;
    if (failed || run->value.objective > self->search->origin.value.objective)
        line_search_back(self->search, run);
    return failed ? LINCLASS_OK : status;
}
