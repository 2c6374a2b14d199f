/* Minimisation over the features that matter, in rounds.
 *
 * With an l1 penalty most weights are 0 at the minimum, and a feature whose weights are 0 does not enter the scores. So
 * F is minimised over a few features, the working set, on a copy of their columns, until a sweep over all features
 * finds none outside that violates the optimality conditions:
 *
 *     v_jc = 0 for all j, c:   |G_jc| <= l1 where theta_jc = 0,   G_jc = -l1 sign(theta_jc) elsewhere
 *
 *     repeat:   sweep over all features at theta: F, G, ||v||_D
 *               working set = features with weights, and those nearest to violating, by (max_c |G_jc| - l1) / sqrt(D_j)
 *               minimise over it, from theta, until its ||v||_D is a tenth of that of all features
 *     until the working set was solved to the tolerance, and what v has outside is small beside it
 *
 * A round makes the set as large as twice the features with weights, and at least 100 (Massias, Gramfort and Salmon
 * 2018).
 * F never rises, and a feature with weights never leaves the set: no round undoes another. Where most features would be
 * in it the set is all of them, without a copy.
 *
 * Of sparse rows the working set is minimised over in double precision, whatever that of the fit: where elements are
 * few it takes as long, the rounding of single precision would leave a gap that no proof closes, and going on in double
 * precision after all takes another fit. Sweeps over all features keep to single precision but for the proof. The set
 * and its copy stay for the last round, which solves to what the proof needs and ends by its gap, if that is more than
 * rounding: to know what another step promises takes another Hessian.
 *
 * A fit of a path ends by its gap: a round solves to a part of the one that is wanted, and the gap over all features,
 * known from the gradient, says whether that was all.
 *
 * Features are not excluded for good by a sphere about the dual point, |G_jc| + sqrt(2 L gap Var x_j) < l1 with L the
 * bound on the loss's curvature (Ndiaye, Fercoq, Gramfort and Salmon 2017): it excludes few until the gap is near 1e-3
 * of F at zero, and most only below 1e-5, when one sweep is left, which has to be over all features for the gap itself.
 *
 * Where the l1 term is that of the rows of theta, ||G_j||_2 takes the place of max_c |G_jc|, and grouped_newton.c
 * minimises.
 *
 * The norm is that of orthant_wise.c: D bounds the diagonal of the Hessian, about the features' means. Few parameters
 * are left to proximal_newton.c, many to orthant_wise.c. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "solver/feature_choice.h"
#include "solver/grouped_newton.h"
#include "solver/orthant_wise.h"
#include "solver/preconditioner.h"
#include "solver/proximal_newton.h"
#include "solver/vector.h"

static const double ROUND = 0.1;   /* of the norm over all features: that to which a round solves */
static const double ALLOWED = 5;   /* times tolerance^2 of what F has fallen by */
static const double OUTSIDE = 0.3; /* of the tolerance: what may be left outside the working set */
static const double PART_OF_GAP = 0.5; /* what a round leaves of the gap that is wanted */
enum { LEAST_FEATURES = 100, MOST_ROUNDS = 100 };

typedef struct working_sets {
    solver_run *run;
    objective *exact;        /* F, or in double precision: what is minimised over the working set */
    bool sharp;              /* as near as a fit that has converged needs to be for its proof */
    preconditioner diagonal; /* D of all features */
    feature_moments moments; /* of the working set, on a path */
    int64_t n;
    int64_t k;         /* columns of theta */
    double *gradient;  /* P: about the means */
    double *pseudo;    /* P: v */
    double *rank;      /* n: how near a feature is to violating; infinite where it has weights */
    double *work;      /* n */
    double *whole;     /* P: parameters, for the monitor */
    double *part;      /* 2 P: parameters of the working set, and their gradient */
    int64_t *features; /* the working set, ascending; count of them */
    int64_t count;
    objective *part_of_F; /* over them; NULL before */
    solver_target target; /* of all features */
    double bound;         /* of the minimum of F from below, the best that has been proven */
} working_sets;

/* Set v, and the norm of its part in each feature, squared, into `rank`; ||v||_D. */
static double set_pseudo_gradient(working_sets *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    vector_copy(F->parameters, run->gradient, self->gradient);
    moments_centre_gradient(&self->diagonal.moments, self->gradient);
    pseudo_gradient(F, run->parameters, self->gradient, self->pseudo);
    double total = 0;
    for (int64_t i = 0; i * self->k < F->parameters; i++) {
        const double *v = self->pseudo + i * self->k;
        const double unit = self->diagonal.unit[i];
        const double square = unit * unit * (self->k == 1 ? *v * *v : vector_dot(self->k, v, v));
        total += square;
        if (i < self->n)
            self->rank[i] = square;
    }
    return sqrt(total);
}

/* What ||v||_D is outside the working set, from what set_pseudo_gradient has left. */
static double norm_outside(const working_sets *self)
{
    double total = 0;
    int64_t next = 0;
    for (int64_t i = 0; i < self->n; i++) {
        if (next < self->count && self->features[next] == i)
            next++;
        else
            total += self->rank[i];
    }
    return sqrt(total);
}

/* Rank the features; how many have weights. */
static int64_t rank_features(working_sets *self)
{
    const objective *F = self->run->objective;
    int64_t support = 0;
    for (int64_t i = 0; self->k == 1 && i < self->n; i++) {
        const bool has_weight = self->run->parameters[i] != 0;
        support += has_weight;
        const double rank = (fabs(self->gradient[i]) - F->l1) * self->diagonal.unit[i];
        self->rank[i] = has_weight ? INFINITY : rank;
    }
    for (int64_t i = 0; self->k > 1 && i < self->n; i++) {
        const double *theta = self->run->parameters + i * self->k;
        const double *g = self->gradient + i * self->k;
        const bool has_weights = vector_infinity_norm(self->k, theta) > 0;
        support += has_weights;
        const double size =
            objective_is_grouped(F) ? vector_norm(self->k, g) : vector_infinity_norm(self->k, g);
        self->rank[i] = has_weights ? INFINITY : (size - F->l1) * self->diagonal.unit[i];
    }
    return support;
}

static void choose_features(working_sets *self)
{
    const int64_t support = rank_features(self);
    int64_t wanted = 2 * support > LEAST_FEATURES ? 2 * support : LEAST_FEATURES;
    wanted = wanted > self->count ? wanted : self->count;
    const objective *F = self->run->objective;
    const bool all = F->l1 == 0 || F->in_parts || 2 * wanted > self->n;
    self->count =
        largest_ranks(self->n, self->rank, all ? self->n : wanted, self->work, self->features);
}

/* Rows of the working set, and the last ones, from all of `from` to `to`. */
static void gather(const working_sets *self, const double *from, double *to)
{
    const objective *F = self->run->objective;
    for (int64_t i = 0; i < self->count; i++)
        vector_copy(self->k, from + self->features[i] * self->k, to + i * self->k);
    vector_copy(F->parameters - F->weights, from + F->weights, to + self->count * self->k);
}

/* The moments of the working set, of those of all features. */
static void gather_moments(const working_sets *self, const feature_moments *all, objective *of)
{
    const objective *F = self->run->objective;
    const int64_t rows = of->parameters / of->columns; /* with the intercept */
    for (int64_t i = 0; i < rows; i++) {
        const int64_t from = i < self->count ? self->features[i] : F->weights / F->columns;
        self->moments.square[i] = all->square[from];
        self->moments.mean[i] = all->mean[from];
        self->moments.variance[i] = all->variance[from];
    }
    of->known = &self->moments;
}

/* The reverse; other weights are 0 in `to` already. */
static void scatter(const working_sets *self, const double *from, double *to)
{
    const objective *F = self->run->objective;
    for (int64_t i = 0; i < self->count; i++)
        vector_copy(self->k, from + i * self->k, to + self->features[i] * self->k);
    vector_copy(F->parameters - F->weights, from + self->count * self->k, to + F->weights);
}

static const double *whole_parameters(void *owner, const double *parameters)
{
    const working_sets *self = owner;
    scatter(self, parameters, self->whole);
    return self->whole;
}

static linclass_status minimise_part(solver_run *part)
{
    if (objective_is_grouped(part->objective))
        return grouped_newton_minimise(part);
    const bool suits =
        !part->objective->in_parts && proximal_newton_suits(part->objective, part->parameters);
    return suits ? proximal_newton_minimise(part) : orthant_wise_minimise(part);
}

/* Products with the Hessian over all features cost as many more over the working set. */
static int64_t products_of(int64_t products, int64_t features, int64_t others)
{
    const double count = (double)products * ((double)features / (double)others);
    return count < 1e18 ? (int64_t)count : INT64_MAX;
}

/* The gap that a fit which has converged may leave (judge/optimality.h), and half of that which is wanted. */
static double allowed_gap(const solver_run *run)
{
    const double gained = run->at_zero - run->value.objective;
    const double wanted = run->gap_tolerance > 0 ? run->gap_tolerance * run->at_zero / 2 : INFINITY;
    return fmin(ALLOWED * run->tolerance * run->tolerance * gained, wanted);
}

static void end_part(working_sets *self)
{
    if (self->part_of_F != NULL)
        self->part_of_F->methods->destroy(self->part_of_F);
    self->part_of_F = NULL;
}

/* Copy the features of the set. */
static linclass_status begin_part(working_sets *self)
{
    objective *F = self->run->objective;
    end_part(self);
    const linclass_status status = self->exact->methods->restricted(self->exact, self->features,
                                                                    self->count, &self->part_of_F);
    if (status != LINCLASS_OK)
        self->part_of_F = NULL;
    else if (F->known != NULL)
        gather_moments(self, F->known, self->part_of_F);
    return status;
}

/* Minimise over the features of the set, and come back with all parameters, evaluated. */
static linclass_status minimise_features(working_sets *self, const solver_target *target)
{
    solver_run *run = self->run;
    objective *F = run->objective;
    objective *restricted = self->part_of_F;
    const solver_part part = {self, whole_parameters, self->features};
    solver_run inner = *run;
    inner.objective = restricted;
    inner.exact = NULL;
    inner.parameters = self->part;
    inner.gradient = self->part + restricted->parameters;
    inner.target = target;
    inner.part = &part;
    inner.gap_tolerance = PART_OF_GAP * run->gap_tolerance;
    if (self->sharp && run->gap_tolerance > 0 && !run->by_gap) {
        const double left = PART_OF_GAP * allowed_gap(run);
        inner.gap_tolerance = left / run->at_zero;
        inner.by_gap = !target->is_round && left > DUALITY_ROUNDING * run->value.objective;
    }
    inner.products_left = products_of(run->products_left, self->n, self->count);
    inner.products_made = 0;
    gather(self, run->parameters, inner.parameters);
    gather(self, run->gradient, inner.gradient);
    memset(self->whole, 0, (size_t)F->parameters * sizeof(double));
    const linclass_status stopped = minimise_part(&inner);
    if (stopped < 0)
        return stopped;
    run->iterations = inner.iterations;
    run->evaluations = inner.evaluations;
    run->products_left = products_of(inner.products_left, self->count, self->n);
    run->products_made += products_of(inner.products_made, self->count, self->n);
    run->learning_rate = inner.learning_rate;
    run->damping = inner.damping;
    scatter(self, inner.parameters, run->parameters);
    const linclass_status evaluated = solver_evaluate(run);
    return evaluated == LINCLASS_OK ? stopped : evaluated;
}

static linclass_status minimise_all(working_sets *self)
{
    solver_run all = *self->run;
    all.target = &self->target;
    const linclass_status stopped = minimise_part(&all);
    *self->run = all;
    self->run->target = NULL;
    return stopped;
}

/* Whether duality proves that as little is left to gain as a fit that has converged may leave (judge/optimality.h).
 * Proving costs a sweep or two: only where the norm says that it may succeed. */
static linclass_status prove(working_sets *self, double norm, bool *proven)
{
    solver_run *run = self->run;
    objective *F = self->exact;
    const double allowed = allowed_gap(run);
    *proven = false;
    if (F->l1 == 0 || norm * norm / 2 > allowed)
        return LINCLASS_OK;
    duality found;
    const linclass_status status = F->methods->lower_bound(F, run->parameters, &found);
    if (status != LINCLASS_OK)
        return status;
    self->bound = fmax(self->bound, found.dual_objective);
    if (self->sharp)
        run->bound = fmax(run->bound, self->bound);
    *proven = found.objective - self->bound <= allowed;
    return LINCLASS_OK;
}

/* From run->parameters, evaluated. */
static linclass_status run_rounds(working_sets *self)
{
    solver_run *run = self->run;
    const bool refines = self->exact != run->objective;
    bool solved = false; /* the working set, to the tolerance of the fit */
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const double norm = set_pseudo_gradient(self);
        run->relative_gradient = norm / self->target.reference;
        const bool at_floor = norm <= preconditioner_floor(&self->diagonal, run->value.loss);
        if ((at_floor && !refines) || solver_gap_is_enough(run))
            return LINCLASS_OK;
        const bool settled = at_floor || norm_outside(self) <= OUTSIDE * self->target.enough;
        const bool ended = solved && settled;
        bool proven = false;
        linclass_status status = LINCLASS_OK;
        if (!run->by_gap && (!ended || refines))
            status = prove(self, norm, &proven);
        if (status != LINCLASS_OK || proven || ended)
            return status;
        if (!settled || run->by_gap || self->part_of_F == NULL) {
            choose_features(self);
            if (self->count == self->n)
                return minimise_all(self);
            status = begin_part(self);
            if (status != LINCLASS_OK)
                return status;
        }
        solver_target target = self->target;
        if (!settled && !run->by_gap) {
            target.enough = fmax(target.enough, ROUND * norm);
            target.is_round = true;
        }
        solved = settled;
        const linclass_status stopped = minimise_features(self, &target);
        if (stopped != LINCLASS_OK)
            return stopped;
    }
    return LINCLASS_NOT_CONVERGED;
}

static void lay_out(void *owner, space_plan *plan)
{
    working_sets *self = owner;
    const int64_t P = self->run->objective->parameters;
    self->gradient = space_doubles(plan, P, 1);
    self->pseudo = space_doubles(plan, P, 1);
    self->rank = space_doubles(plan, self->n, 1);
    self->work = space_doubles(plan, self->n, 1);
    self->whole = space_doubles(plan, P, 1);
    self->part = space_doubles(plan, P, 2);
    const int64_t N = self->run->warm == NULL ? 0 : self->n + 1;
    self->moments.square = space_doubles(plan, N, 1);
    self->moments.mean = space_doubles(plan, N, 1);
    self->moments.variance = space_doubles(plan, N, 1);
    self->features = space_next(plan, self->n, 1, sizeof(int64_t));
}

static linclass_status minimise(working_sets *self)
{
    solver_run *run = self->run;
    linclass_status status = solver_evaluate_zero(run, self->whole);
    if (status != LINCLASS_OK)
        return status;
    self->target.reference = set_pseudo_gradient(self);
    self->target.enough = run->tolerance * self->target.reference;
    self->bound = -INFINITY;
    status = solver_evaluate_start(run, self->whole);
    return status == LINCLASS_OK ? run_rounds(self) : status;
}

linclass_status solver_working_sets(solver_run *run)
{
    objective *F = run->objective;
    working_sets self = {.run = run, .n = F->weights / F->columns, .k = F->columns};
    self.sharp = run->exact != NULL && objective_is_sparse(F);
    self.exact = self.sharp ? run->exact : F;
    void *memory;
    linclass_status status = space_lay_out(run->ctx, lay_out, &self, "working sets", &memory);
    if (status != LINCLASS_OK)
        return status;
    if (run->warm != NULL)
        status = warm_state_know_moments(run->warm, F);
    if (status == LINCLASS_OK)
        status = preconditioner_begin_diagonal(&self.diagonal, F);
    if (status == LINCLASS_OK) {
        status = minimise(&self);
        preconditioner_end(&self.diagonal);
        end_part(&self);
        if (status >= 0 && run->warm != NULL)
            warm_state_keep_end(run->warm, F, run->parameters, &run->value, run->gradient);
    }
    F->known = NULL;
    context_release(run->ctx, memory);
    return status;
}
