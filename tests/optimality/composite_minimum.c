/* Newton's method in long double for a composite, in coordinates where its Hessian is well conditioned.
 *
 * The step is made on the parameters that are not 0 or whose subgradient is not, with the signs they have
 * or go towards; one that changes its sign becomes 0. Where no part of such a step lowers F, each
 * parameter in turn is moved to the minimum of an upper bound of F along it, which always does. */
#include "composite.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "loss_terms.h"

enum { MOST_STEPS = 400, MOST_HALVINGS = 60 };

typedef struct newton {
    const composite *target;
    int64_t size;
    long double *P;
    long double *trial;
    long double *gradient; /* the subgradient of least norm */
    long double *direction;
    long double *hessian;
    long double *active; /* its part for the parameters that move */
    int64_t *moving;
    long double F;
} newton;

void symmetric_solve(int64_t size, long double *A, long double *v)
{
    for (int64_t i = 0; i < size; i++) {
        const long double diagonal = A[i * size + i];
        for (int64_t j = 0; j <= i; j++) {
            long double sum = A[i * size + j];
            for (int64_t l = 0; l < j; l++)
                sum -= A[i * size + l] * A[j * size + l];
            if (i == j)
                A[i * size + i] = sum > 1e-17L * diagonal ? sqrtl(sum) : INFINITY;
            else
                A[i * size + j] = sum / A[j * size + j];
        }
    }
    for (int64_t i = 0; i < size; i++) {
        for (int64_t l = 0; l < i; l++)
            v[i] -= A[i * size + l] * v[l];
        v[i] /= A[i * size + i];
    }
    for (int64_t i = size - 1; i >= 0; i--) {
        for (int64_t l = i + 1; l < size; l++)
            v[i] -= A[l * size + i] * v[l];
        v[i] /= A[i * size + i];
    }
}

static void evaluate(newton *self)
{
    self->F = composite_value(self->target, self->P, self->gradient);
    composite_subgradient(self->target, self->P, self->gradient);
}

/* A loss of several scores does not see a constant added to all of them, nor does the optimum of a ridge
 * penalty: a term for that direction makes the Hessian regular and leaves the step what it is. */
static void add_gauge(const composite *target, long double *hessian)
{
    const int64_t c = target->c;
    const int64_t size = target->N * c;
    for (int64_t j = 0; c > 1 && j < target->N; j++) {
        if (target->lasso[j] > 0)
            continue;
        long double mean = 0;
        for (int64_t a = 0; a < c; a++)
            mean += hessian[(j * c + a) * (size + 1)] / (long double)c;
        for (int64_t e = 0; e < c * c; e++)
            hessian[(j * c + e / c) * size + j * c + e % c] += mean / (long double)c;
    }
}

/* direction := -(F'' on what moves)^-1 subgradient; returns the square of Newton's decrement. */
static long double set_direction(newton *self)
{
    int64_t count = 0;
    composite_hessian(self->target, self->P, self->hessian);
    add_gauge(self->target, self->hessian);
    for (int64_t e = 0; e < self->size; e++) {
        self->direction[e] = 0;
        const bool curved = self->hessian[e * (self->size + 1)] > 0;
        if (curved && (self->P[e] != 0 || self->gradient[e] != 0))
            self->moving[count++] = e;
    }
    long double *const v = long_doubles(2 * count);
    long double *const scale = v + count;
    for (int64_t i = 0; i < count; i++)
        scale[i] = 1 / sqrtl(self->hessian[self->moving[i] * (self->size + 1)]);
    for (int64_t i = 0; i < count; i++) {
        const long double *const row = self->hessian + self->moving[i] * self->size;
        v[i] = -self->gradient[self->moving[i]] * scale[i];
        for (int64_t j = 0; j < count; j++)
            self->active[i * count + j] = row[self->moving[j]] * scale[i] * scale[j];
    }
    symmetric_solve(count, self->active, v);
    long double decrement = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t e = self->moving[i];
        self->direction[e] = v[i] * scale[i];
        decrement -= self->direction[e] * self->gradient[e];
    }
    free(v);
    return decrement;
}

/* trial := P + length * direction, without changes of sign where there is a lasso. */
static void make_trial(newton *self, long double length)
{
    for (int64_t e = 0; e < self->size; e++) {
        const long double sign = self->P[e] != 0 ? self->P[e] : -self->gradient[e];
        self->trial[e] = self->P[e] + length * self->direction[e];
        if (self->target->lasso[e / self->target->c] > 0 && self->trial[e] * sign < 0)
            self->trial[e] = 0;
    }
}

static bool search(newton *self)
{
    long double length = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
        make_trial(self, length);
        const long double F = composite_value(self->target, self->trial, NULL);
        if (F < self->F) {
            memcpy(self->P, self->trial, (size_t)self->size * sizeof *self->P);
            return true;
        }
    }
    return false;
}

/* One parameter to the minimum of g d + L / 2 d^2 + lasso |P + d|. */
static void move_one(newton *self, int64_t e, long double curvature)
{
    const long double lasso = self->target->lasso[e / self->target->c];
    composite_value(self->target, self->P, self->gradient);
    const long double there = self->P[e] - self->gradient[e] / curvature;
    self->P[e] = copysignl(fmaxl(fabsl(there) - lasso / curvature, 0), there);
}

static void move_each(newton *self)
{
    const composite *target = self->target;
    for (int64_t e = 0; e < self->size; e++) {
        const int64_t j = e / target->c;
        long double unit[MOST_CLASSES] = {1};
        long double square = 0;
        for (int64_t i = 0; i < target->m; i++)
            square += target->s[i] * target->Z[i * target->N + j] * target->Z[i * target->N + j];
        const long double curvature =
            square * loss_curvature_bound(target->loss, target->c, unit) + target->ridge[j];
        if (curvature > 0)
            move_one(self, e, curvature);
    }
}

/* Newton's steps that F cannot measure, as long as they become shorter. */
static long double polish(newton *self, long double decrement)
{
    for (int step = 0; step < 8 && decrement > 0; step++) {
        make_trial(self, 1);
        const long double F = composite_value(self->target, self->trial, NULL);
        if (F > self->F + 1e-17L * fabsl(self->F))
            break;
        memcpy(self->P, self->trial, (size_t)self->size * sizeof *self->P);
        evaluate(self);
        const long double next = set_direction(self);
        const bool shorter = next < decrement / 4;
        decrement = fminl(next, decrement);
        if (!shorter)
            break;
    }
    return decrement;
}

static long double run(newton *self)
{
    long double decrement = 0;
    evaluate(self);
    int failures = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
        decrement = set_direction(self);
        if (decrement <= 1e-18L * self->F)
            break;
        const bool found = search(self);
        failures = found ? 0 : failures + 1;
        if (!found && failures > 3)
            break;
        if (!found)
            move_each(self);
        evaluate(self);
    }
    return polish(self, decrement);
}

long double composite_minimise(const composite *target, long double *P, long double *gap)
{
    const int64_t size = target->N * target->c;
    newton self = {
        .target = target,
        .size = size,
        .P = P,
        .trial = long_doubles(size),
        .gradient = long_doubles(size),
        .direction = long_doubles(size),
        .hessian = long_doubles(size * size),
        .active = long_doubles(size * size),
        .moving = calloc((size_t)size + 1, sizeof(int64_t)),
    };
    if (self.moving == NULL)
        abort();
    *gap = run(&self) / 2;
    free(self.moving);
    free(self.active);
    free(self.hessian);
    free(self.direction);
    free(self.gradient);
    free(self.trial);
    return self.F;
}
