/* On a path the Hessian changes little from one penalty to the next, nor does which weights are not 0: one made before
 * serves as long as it knows all that have to move. It is made anew for all that are chosen: those that are not 0, and
 * of those whose gradient is near l1 the nearest, as many again.
 *
 * Where too many weights are not 0 to have all of them, the step is that of a block: of those furthest from where they
 * belong, whether 0 or not, by |v_e| over the root of a bound on the Hessian's diagonal (Gauss and Southwell).
 *
 * Hazard: where rows are many, the Hessian in weights that do not move after all costs more than the rest of the
 * step. */
#include "solver/chosen_hessian.h"

#include <math.h>

#include "core/minimum.h"
#include "solver/feature_choice.h"

static const double NEAR = 0.8; /* of l1: a smooth gradient at 0 that may matter in the next step */
static const double MANY_ELEMENTS = 4; /* of the samples, for each of the Hessian */
enum { FEWEST_ADDED = 64, FEWEST_OF_MANY = 256 };

void chosen_hessian_lay_out(chosen_hessian *self, space_plan *plan)
{
    const objective *F = self->run->objective;
    self->most = lesser(F->parameters, CHOSEN_MOST);
    self->rank = space_doubles(plan, F->parameters, 1);
    self->chosen = space_next(plan, self->most, 1, sizeof(int64_t));
    self->numbers = space_next(plan, self->most, 1, sizeof(int64_t));
}

/* The weights of the whole problem. */
static int64_t whole_weights(const chosen_hessian *self)
{
    const objective *F = self->run->objective;
    return self->run->warm->parameters - (F->parameters - F->weights);
}

/* How many weights that are 0 may join `set` others. Where all parameters fit, those near to moving do; but where the
 * rows are many, making their Hessian costs more than all that is done with it, and more steps with fewer weights cost
 * less. */
static int64_t most_added(const chosen_hessian *self, int64_t set, int64_t near)
{
    const objective *F = self->run->objective;
    const double all = (double)(set + near);
    const bool costly = F->elements > MANY_ELEMENTS * all * all;
    if (F->parameters <= self->most && !costly)
        return near;
    const int64_t fewest = costly ? FEWEST_OF_MANY : FEWEST_ADDED;
    const int64_t room = self->most - (F->parameters - F->weights) - set;
    return lesser(set > fewest ? set : fewest, room);
}

static int64_t count_set(const solver_run *run)
{
    int64_t set = 0;
    for (int64_t e = 0; e < run->objective->weights; e++)
        set += run->parameters[e] != 0;
    return set;
}

/* The parameters of the model. */
static void choose(chosen_hessian *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const int64_t room = self->most - (F->parameters - F->weights);
    const int64_t set = count_set(run);
    const bool all = set <= room / 4 * 3; /* else those that are furthest from where they belong */
    int64_t near = 0;
    for (int64_t e = 0; e < F->weights; e++) {
        const double x = run->parameters[e];
        const double g = self->at.gradient[e];
        const double unit = self->at.unit[e / F->columns];
        const bool is_near = x == 0 && fabs(g) >= NEAR * F->l1;
        near += is_near;
        self->rank[e] = -INFINITY;
        if (x != 0)
            self->rank[e] = all ? INFINITY : fabs(g + copysign(F->l1, x)) * unit;
        if (is_near)
            self->rank[e] = (fabs(g) - F->l1) * unit;
    }
    self->count = all ? set + lesser(near, most_added(self, set, near)) : room;
    self->count = largest_ranks(F->weights, self->rank, self->count, self->at.work, self->chosen);
    for (int64_t e = F->weights; e < F->parameters; e++)
        self->chosen[self->count++] = e;
}

/* numbers := those of the chosen parameters in the whole problem. */
static void number_chosen(const chosen_hessian *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const int64_t k = F->columns;
    const int64_t weights = whole_weights(self);
    for (int64_t a = 0; a < self->count; a++) {
        const int64_t e = self->chosen[a];
        const bool moved = run->part != NULL && e < F->weights;
        const int64_t number = moved ? run->part->features[e / k] * k + e % k : e;
        self->numbers[a] = e < F->weights ? number : weights + e - F->weights;
    }
}

/* Whether the Hessian of an earlier step knows all that have to move. Those that it does not know are taken out. */
static bool has_hessian(chosen_hessian *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const warm_state *warm = run->warm;
    int64_t known = 0;
    for (int64_t a = 0; a < self->count; a++) {
        const int64_t e = self->chosen[a];
        if (warm->place[self->numbers[a]] >= 0)
            known++;
        else if (e >= F->weights || run->parameters[e] != 0 || fabs(self->at.gradient[e]) > F->l1)
            return false;
    }
    int64_t next = 0;
    for (int64_t a = 0; known < self->count && a < self->count; a++) {
        if (warm->place[self->numbers[a]] < 0)
            continue;
        self->chosen[next] = self->chosen[a];
        self->numbers[next++] = self->numbers[a];
    }
    self->count = known;
    return true;
}

/* Whether the last step chose all that have to move now. */
static bool has_chosen(const chosen_hessian *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    int64_t next = 0;
    for (int64_t e = 0; e < F->weights; e++) {
        if (next < self->count && self->chosen[next] == e)
            next++;
        else if (run->parameters[e] != 0 || fabs(self->at.gradient[e]) > F->l1)
            return false;
    }
    return true;
}

linclass_status chosen_hessian_set(chosen_hessian *self, const chosen_point *at, bool refresh,
                                   bool *same, double *hessian)
{
    solver_run *run = self->run;
    const objective *F = run->objective;
    const bool kept = run->warm != NULL ? run->warm->count > 0 : at->is_near;
    const bool may_stay = kept && !refresh;
    self->at = *at;
    *same = may_stay && self->count > 0 && has_chosen(self);
    self->is_stale = *same;
    if (*same)
        return LINCLASS_OK;
    choose(self);
    if (run->warm != NULL) {
        number_chosen(self);
        self->is_stale = may_stay && has_hessian(self);
    }
    if (self->is_stale) {
        warm_state_hessian(run->warm, self->numbers, self->count, whole_weights(self), F->l2,
                           hessian);
        return LINCLASS_OK;
    }
    const linclass_status status =
        solver_hessian(run, at->means, self->chosen, self->count, hessian);
    if (status != LINCLASS_OK || run->warm == NULL)
        return status;
    return warm_state_keep_hessian(run->warm, self->numbers, self->count, whole_weights(self),
                                   F->l2, hessian);
}
