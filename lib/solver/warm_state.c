#include "solver/warm_state.h"

#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "solver/moments.h"

static void lay_out(void *owner, space_plan *plan)
{
    warm_state *self = owner;
    self->zero_gradient = space_doubles(plan, self->parameters, 1);
    self->end = space_doubles(plan, self->parameters, 1);
    self->end_gradient = space_doubles(plan, self->parameters, 1);
    self->moments.square = space_doubles(plan, self->N, 1);
    self->moments.mean = space_doubles(plan, self->N, 1);
    self->moments.variance = space_doubles(plan, self->N, 1);
    self->place = space_next(plan, self->parameters, 1, sizeof *self->place);
}

linclass_status warm_state_begin(warm_state *self, const objective *F)
{
    const int64_t N = F->parameters / F->columns;
    *self = (warm_state){.ctx = F->ctx,
                         .parameters = F->parameters,
                         .N = N,
                         .curvature = kept_curvature_begin(F->ctx, N, F->columns)};
    return space_lay_out(F->ctx, lay_out, self, "what the fits of a path share", &self->memory);
}

void warm_state_end(warm_state *self)
{
    context_release(self->ctx, self->hessian);
    context_release(self->ctx, self->memory);
    kept_curvature_end(&self->curvature);
    *self = (warm_state){0};
}

linclass_status warm_state_know_moments(warm_state *self, objective *F)
{
    linclass_status status = LINCLASS_OK;
    if (!self->knows_moments) {
        double *work;
        status = context_allocate_doubles(self->ctx, self->N, "moments of the features", &work);
        if (status == LINCLASS_OK) {
            status = moments_measure(F, &self->moments, work);
            context_release(self->ctx, work);
        }
        self->knows_moments = status == LINCLASS_OK;
    }
    F->known = self->knows_moments ? &self->moments : NULL;
    return status;
}

void warm_state_keep_end(warm_state *self, const objective *F, const double *parameters,
                         const objective_value *value, const double *gradient)
{
    const size_t bytes = (size_t)self->parameters * sizeof(double);
    memcpy(self->end, parameters, bytes);
    memcpy(self->end_gradient, gradient, bytes);
    self->at_end = *value;
    self->end_epsilon = F->epsilon;
    self->end_l2 = F->l2;
    self->knows_end = true;
}

static bool is_end(const warm_state *self, const double *start)
{
    for (int64_t e = 0; e < self->parameters; e++) {
        if (start[e] != self->end[e] && start[e] != (double)(float)self->end[e])
            return false;
    }
    return true;
}

bool warm_state_take_end(const warm_state *self, const objective *F, const double *start,
                         double *parameters, objective_value *value, double *gradient)
{
    if (!self->knows_end || self->end_epsilon != F->epsilon || !is_end(self, start))
        return false;
    for (int64_t e = 0; e < self->parameters; e++) {
        const double x = self->end[e];
        parameters[e] = x;
        gradient[e] = self->end_gradient[e];
        if (e < F->weights)
            gradient[e] += (F->l2 - self->end_l2) * x;
    }
    *value = self->at_end;
    value->objective = value->loss + objective_penalty(F, parameters);
    return true;
}

static linclass_status make_room(warm_state *self, int64_t elements)
{
    if (elements <= self->room)
        return LINCLASS_OK;
    context_release(self->ctx, self->hessian);
    self->hessian = NULL;
    self->room = 0;
    const linclass_status status = context_allocate_doubles(
        self->ctx, elements, "the Hessian that a path keeps", &self->hessian);
    if (status == LINCLASS_OK)
        self->room = elements;
    return status;
}

linclass_status warm_state_keep_hessian(warm_state *self, const int64_t *chosen, int64_t count,
                                        int64_t weights, double l2, const double *hessian)
{
    self->count = 0;
    const linclass_status status = make_room(self, count * count);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t e = 0; e < self->parameters; e++)
        self->place[e] = -1;
    for (int64_t a = 0; a < count; a++)
        self->place[chosen[a]] = (int32_t)a;
    memcpy(self->hessian, hessian, (size_t)(count * count) * sizeof(double));
    for (int64_t a = 0; a < count && chosen[a] < weights; a++)
        self->hessian[a * count + a] -= l2;
    self->count = count;
    return LINCLASS_OK;
}

void warm_state_hessian(const warm_state *self, const int64_t *chosen, int64_t count,
                        int64_t weights, double l2, double *hessian)
{
    for (int64_t a = 0; a < count; a++) {
        const double *row = self->hessian + self->place[chosen[a]] * self->count;
        for (int64_t b = 0; b < count; b++)
            hessian[a * count + b] = row[self->place[chosen[b]]];
        if (chosen[a] < weights)
            hessian[a * count + a] += l2;
    }
}
