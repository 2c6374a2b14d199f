/* Newton's method in long double for a composite without lasso, in coordinates where its Hessian is well
 * conditioned. */
#include "composite.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "support/symmetric_solve.h"

enum { MOST_STEPS = 400, MOST_HALVINGS = 250 };

typedef struct newton {
    const composite *target;
    int64_t size;
    long double *P;
    long double *trial;
    long double *gradient;
    long double *direction;
    long double *hessian;
    long double F;
} newton;

void composite_add_gauge(const composite *target, long double *hessian)
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

static void evaluate(newton *self)
{
    self->F = composite_value(self->target, self->P, self->gradient);
}

/* direction := -F''^-1 F'; returns the square of Newton's decrement. */
static long double set_direction(newton *self)
{
    composite_hessian(self->target, self->P, self->hessian);
    composite_add_gauge(self->target, self->hessian);
    for (int64_t e = 0; e < self->size; e++)
        self->direction[e] = -self->gradient[e];
    symmetric_solve(self->size, self->hessian, self->direction);
    long double decrement = 0;
    for (int64_t e = 0; e < self->size; e++)
        decrement -= self->direction[e] * self->gradient[e];
    return decrement;
}

static void make_trial(newton *self, long double length)
{
    for (int64_t e = 0; e < self->size; e++)
        self->trial[e] = self->P[e] + length * self->direction[e];
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
    for (int step = 0; step < MOST_STEPS; step++) {
        decrement = set_direction(self);
        if (decrement <= 1e-18L * self->F || !search(self))
            break;
        evaluate(self);
    }
    return polish(self, decrement);
}

long double composite_minimise(const composite *target, long double *P, long double *gap)
{
    for (int64_t j = 0; j < target->N; j++) {
        if (target->lasso[j] > 0)
            return composite_minimise_lasso(target, P, gap);
    }
    const int64_t size = target->N * target->c;
    long double *const memory = long_doubles(3 * size + size * size);
    newton self = {
        .target = target,
        .size = size,
        .P = P,
        .trial = memory,
        .gradient = memory + size,
        .direction = memory + 2 * size,
        .hessian = memory + 3 * size,
    };
    *gap = run(&self) / 2;
    free(memory);
    return self.F;
}
