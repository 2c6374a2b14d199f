/* The two-loop recursion, in four passes. With v = grad F,
 *
 *     alpha_i = (s_i . v - sum_{j newer} alpha_j s_i . y_j) / (s_i . y_i)      v -= sum alpha_j y_j      v := H0 v
 *     beta_i  = (y_i . v + sum_{j older} (alpha_j - beta_j) s_j . y_i) / (s_i . y_i)    v += sum (alpha_i - beta_i) s_i
 *
 * so that only products of a step with the changes after it are needed beside those with v, and each pass goes once
 * over all steps or changes: longer than caches are large, reading them is what an iteration costs, and the
 * recursion one pair after the other reads and writes v forty times.
 *
 * H0 = gamma M^-1, with the preconditioner's M. Where that is only a bound, gamma = s.y / (y . M^-1 y) of the newest
 * step fits it to the curvature just met; where it has the Hessian's own blocks, gamma = 1. */
#include "solver/lbfgs_history.h"

#include <float.h>
#include <math.h>

#include "core/context.h"
#include "core/slices.h"

void lbfgs_history_lay_out(lbfgs_history *self, space_plan *plan, const objective *F)
{
    const bool single = F->epsilon > DBL_EPSILON;
    *self = (lbfgs_history){
        .ctx = F->ctx,
        .length = F->parameters,
        .functions = single ? stored_functions_f32(F->ctx->vector_set)
                            : stored_functions_f64(F->ctx->vector_set),
    };
    self->s = space_next(plan, LBFGS_SLOTS, self->length, self->functions->size);
    self->y = space_next(plan, LBFGS_SLOTS, self->length, self->functions->size);
    self->work = space_doubles(plan, 2, self->length);
}

void lbfgs_history_clear(lbfgs_history *self)
{
    self->pairs = 0;
}

/* The slot of the pair that is `back` steps older than the newest; -1: the free one. */
static int slot_of(const lbfgs_history *self, int back)
{
    return (self->newest - back + LBFGS_SLOTS) % LBFGS_SLOTS;
}

static char *element(const lbfgs_history *self, char *vectors, int slot, int64_t i)
{
    return vectors + (size_t)(slot * self->length + i) * self->functions->size;
}

/* A pass over pairs, from the newest to the oldest. */
typedef struct pairs_pass {
    lbfgs_history *history;
    char *vectors;     /* of which: s or y */
    const char *other; /* one of y, or NULL */
    double *coefficients;
    double factor;
    double *v;
    double sums[SLICES_MOST][LBFGS_PAIRS];
    double other_sums[SLICES_MOST][LBFGS_PAIRS];
    stored_step step;
    stored_step slices[SLICES_MOST];
} pairs_pass;

static int vectors_at(const pairs_pass *pass, int64_t first, const void **vectors)
{
    const lbfgs_history *self = pass->history;
    for (int back = 0; back < self->pairs; back++)
        vectors[back] = element(self, pass->vectors, slot_of(self, back), first);
    return self->pairs;
}

static void dots_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    pairs_pass *pass = argument;
    const stored_functions *functions = pass->history->functions;
    const void *vectors[LBFGS_PAIRS];
    const int count = vectors_at(pass, first, vectors);
    const void *other = pass->other == NULL ? NULL : pass->other + (size_t)first * functions->size;
    functions->dots(end - first, count, vectors, pass->v + first, other, pass->sums[slice],
                    pass->other_sums[slice]);
}

static void combine_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    pairs_pass *pass = argument;
    const void *vectors[LBFGS_PAIRS];
    const int count = vectors_at(pass, first, vectors);
    pass->history->functions->combine(end - first, count, vectors, pass->coefficients, pass->factor,
                                      pass->v + first);
}

/* sums[back] := vectors . v, and other_sums likewise where there is another. */
static void take_dots(pairs_pass *pass, double *sums, double *other_sums)
{
    const lbfgs_history *self = pass->history;
    const int64_t slices = slices_run(self->ctx, self->length, self->length, dots_slice, pass);
    for (int back = 0; back < self->pairs; back++) {
        sums[back] = other_sums[back] = 0;
        for (int64_t slice = 0; slice < slices; slice++) {
            sums[back] += pass->sums[slice][back];
            other_sums[back] += pass->other_sums[slice][back];
        }
    }
}

/* v := factor v + sum of coefficient times vector. */
static void combine(pairs_pass *pass, char *vectors, double factor, double *coefficients)
{
    const lbfgs_history *self = pass->history;
    pass->vectors = vectors;
    pass->factor = factor;
    pass->coefficients = coefficients;
    (void)slices_run(self->ctx, self->length, self->length, combine_slice, pass);
}

static void keep_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    pairs_pass *pass = argument;
    const lbfgs_history *self = pass->history;
    const int slot = slot_of(self, -1);
    stored_step *step = &pass->slices[slice];
    *step = pass->step;
    step->from += first;
    step->to += first;
    step->from_gradient += first;
    step->to_gradient += first;
    self->functions->keep(end - first, step, element(self, self->s, slot, first),
                          element(self, self->y, slot, first));
}

void lbfgs_history_add(lbfgs_history *self, const double *from, const double *to,
                       const double *from_gradient, const double *to_gradient)
{
    pairs_pass pass = {.history = self, .step = {from, to, from_gradient, to_gradient, 0, 0, 0}};
    const int64_t slices = slices_run(self->ctx, self->length, self->length, keep_slice, &pass);
    double product = 0;
    double s_square = 0;
    double y_square = 0;
    for (int64_t slice = 0; slice < slices; slice++) {
        product += pass.slices[slice].product;
        s_square += pass.slices[slice].s_square;
        y_square += pass.slices[slice].y_square;
    }
    if (!(product > DBL_EPSILON * sqrt(s_square) * sqrt(y_square)))
        return;
    self->newest = slot_of(self, -1);
    self->rho[self->newest] = 1 / product;
    self->complete = false;
    if (self->pairs < LBFGS_PAIRS)
        self->pairs++;
}

/* gamma, for v := H0 v. */
static double start_factor(lbfgs_history *self, const preconditioner *start)
{
    if (self->pairs == 0)
        return start->shortening;
    if (start->blocks != NULL)
        return 1;
    double *y = self->work;
    self->functions->expand(self->length, element(self, self->y, self->newest, 0), y);
    const double square = preconditioner_square(start, y, self->work + self->length);
    return 1 / (self->rho[self->newest] * square);
}

/* alpha, and the products of the newest change with the steps before it. */
static void first_loop(pairs_pass *pass, double *alpha)
{
    lbfgs_history *self = pass->history;
    double dots[LBFGS_PAIRS] = {0};
    double newest[LBFGS_PAIRS] = {0};
    pass->vectors = self->s;
    pass->other = self->complete ? NULL : element(self, self->y, self->newest, 0);
    take_dots(pass, dots, newest);
    for (int back = 0; !self->complete && back < self->pairs; back++)
        self->product[slot_of(self, back)][self->newest] = newest[back];
    self->complete = true;
    for (int back = 0; back < self->pairs; back++) {
        const int i = slot_of(self, back);
        double rest = dots[back];
        for (int newer = 0; newer < back; newer++)
            rest -= alpha[newer] * self->product[i][slot_of(self, newer)];
        alpha[back] = self->rho[i] * rest;
    }
}

/* changes[back] := alpha - beta, for v := H0 times what the first loop left of it, short of `factor`. */
static void second_loop(pairs_pass *pass, double factor, const double *alpha, double *changes)
{
    lbfgs_history *self = pass->history;
    double dots[LBFGS_PAIRS] = {0};
    double unused[LBFGS_PAIRS];
    pass->vectors = self->y;
    pass->other = NULL;
    take_dots(pass, dots, unused);
    for (int back = self->pairs - 1; back >= 0; back--) {
        const int i = slot_of(self, back);
        double sum = factor * dots[back];
        for (int older = back + 1; older < self->pairs; older++)
            sum += changes[older] * self->product[slot_of(self, older)][i];
        changes[back] = alpha[back] - self->rho[i] * sum;
    }
}

void lbfgs_history_apply(lbfgs_history *self, const preconditioner *start, double *v)
{
    pairs_pass pass = {.history = self, .v = v};
    double alpha[LBFGS_PAIRS] = {0};
    double coefficients[LBFGS_PAIRS] = {0};
    if (self->pairs > 0) {
        first_loop(&pass, alpha);
        for (int back = 0; back < self->pairs; back++)
            coefficients[back] = -alpha[back];
        combine(&pass, self->y, 1, coefficients);
    }
    preconditioner_apply(start, v);
    const double factor = start_factor(self, start);
    if (self->pairs > 0)
        second_loop(&pass, factor, alpha, coefficients);
    for (int back = 0; back < self->pairs; back++)
        coefficients[back] = -coefficients[back];
    combine(&pass, self->s, -factor, coefficients);
}
