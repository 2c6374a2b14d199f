/* The minimum of a composite with a lasso, by a primal-dual interior point method.
 *
 *     P = p - q,  p, q > 0:   minimise f(p - q) + lasso (p + q) - mu sum (log p + log q),   mu -> 0
 *
 * (f: the losses and the ridge.) The duals z = mu / p and w = mu / q are unknowns of their own. What is left
 * of Newton's system for p and q is
 *
 *     (f'' + D) dP = right side,   1 / D = p / z + q / w
 *
 * which stays regular where columns are copies of each other. At the end F is within 2 mu for each parameter
 * of its minimum. Parameters that should be 0 are about mu instead: it is F that is wanted. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "composite.h"

#include "support/symmetric_solve.h"

enum { MOST_TRIES = 60, MOST_HALVINGS = 60 };

static const long double TO_BOUNDARY = 0.99L; /* of the way to it, at most */
static const long double DUAL_RANGE = 1e4L;   /* duals stay within this factor of mu / p */
static const long double LEAST_MU = 1e-16L;   /* of F at zero, for all parameters together */

typedef struct interior {
    const composite *target;
    int64_t size;
    long double mu;
    long double *p; /* size each; without a lasso p is the parameter and q is 0 */
    long double *q;
    long double *z;
    long double *w;
    long double *dp;
    long double *dq;
    long double *P;
    long double *gradient;
    long double *step;
    long double *H; /* size^2 */
    long double *A;
} interior;

static long double lasso_of(const interior *self, int64_t e)
{
    return self->target->lasso[e / self->target->c];
}

static void join(interior *self)
{
    for (int64_t e = 0; e < self->size; e++)
        self->P[e] = self->p[e] - self->q[e];
}

/* The function with its barrier at p + length dp, q + length dq. */
static long double barrier(interior *self, long double length)
{
    long double sum = 0;
    for (int64_t e = 0; e < self->size; e++) {
        const long double lasso = lasso_of(self, e);
        const long double p = self->p[e] + length * self->dp[e];
        const long double q = self->q[e] + length * self->dq[e];
        self->P[e] = p - q;
        if (lasso > 0) /* what the value below does not have of it */
            sum += 2 * lasso * fminl(p, q) - self->mu * (logl(p) + logl(q));
    }
    sum += composite_value(self->target, self->P, NULL);
    join(self);
    return sum;
}

static void set_step(interior *self)
{
    const int64_t size = self->size;
    composite_value(self->target, self->P, self->gradient);
    composite_hessian(self->target, self->P, self->H);
    memcpy(self->A, self->H, (size_t)(size * size) * sizeof *self->A);
    composite_add_gauge(self->target, self->A);
    for (int64_t e = 0; e < size; e++) {
        const long double lasso = lasso_of(self, e);
        self->step[e] = -self->gradient[e];
        if (lasso == 0)
            continue;
        const long double a = self->p[e] / self->z[e];
        const long double b = self->q[e] / self->w[e];
        const long double toward_p = self->gradient[e] + lasso - self->mu / self->p[e];
        const long double toward_q = -self->gradient[e] + lasso - self->mu / self->q[e];
        self->step[e] = (b * toward_q - a * toward_p) / (a + b);
        self->A[e * (size + 1)] += 1 / (a + b);
    }
    symmetric_solve(size, self->A, self->step);
}

/* dp and dq of the step, by the duals that it leads to, which are left in `gradient` less the lasso. */
static void split_step(interior *self)
{
    for (int64_t e = 0; e < self->size; e++) {
        for (int64_t f = 0; f < self->size; f++)
            self->gradient[e] += self->H[e * self->size + f] * self->step[f];
        const long double lasso = lasso_of(self, e);
        const long double change = self->gradient[e];
        self->dp[e] = self->step[e];
        self->dq[e] = 0;
        if (lasso > 0) {
            self->dp[e] = (self->mu - self->p[e] * (lasso + change)) / self->z[e];
            self->dq[e] = (self->mu - self->q[e] * (lasso - change)) / self->w[e];
        }
    }
}

/* How much of a step keeps p and q positive. */
static long double longest(const interior *self)
{
    long double length = 1;
    for (int64_t e = 0; e < self->size; e++) {
        if (lasso_of(self, e) == 0)
            continue;
        if (self->dp[e] < 0)
            length = fminl(length, -TO_BOUNDARY * self->p[e] / self->dp[e]);
        if (self->dq[e] < 0)
            length = fminl(length, -TO_BOUNDARY * self->q[e] / self->dq[e]);
    }
    return length;
}

static long double within(long double x, long double middle)
{
    return fminl(fmaxl(x, middle / DUAL_RANGE), middle * DUAL_RANGE);
}

static void take(interior *self, long double length)
{
    for (int64_t e = 0; e < self->size; e++) {
        const long double lasso = lasso_of(self, e);
        self->p[e] += length * self->dp[e];
        self->q[e] += length * self->dq[e];
        if (lasso == 0)
            continue;
        self->z[e] += length * (lasso + self->gradient[e] - self->z[e]);
        self->w[e] += length * (lasso - self->gradient[e] - self->w[e]);
        self->z[e] = within(self->z[e], self->mu / self->p[e]);
        self->w[e] = within(self->w[e], self->mu / self->q[e]);
    }
    join(self);
}

/* One step for the present mu; whether it was nearly a whole one. */
static bool advance(interior *self)
{
    set_step(self);
    split_step(self);
    const long double limit = longest(self);
    const long double before = barrier(self, 0);
    long double length = limit;
    for (int halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
        if (barrier(self, length) <= before + 1e-17L * fabsl(before))
            break;
    }
    take(self, length);
    return length > 0.9L;
}

static void begin(interior *self, const composite *target)
{
    const int64_t size = target->N * target->c;
    long double *const memory = long_doubles(9 * size + 2 * size * size);
    long double **const parts[] = {&self->p,  &self->q, &self->z,        &self->w,   &self->dp,
                                   &self->dq, &self->P, &self->gradient, &self->step};
    for (int i = 0; i < 9; i++)
        *parts[i] = memory + i * size;
    self->H = memory + 9 * size;
    self->A = self->H + size * size;
    self->target = target;
    self->size = size;
    self->mu = composite_value(target, self->P, NULL) / (long double)size / 10;
    for (int64_t e = 0; e < size; e++) {
        const long double lasso = lasso_of(self, e);
        if (lasso > 0) {
            self->p[e] = self->q[e] = fminl(self->mu / lasso, 1);
            self->z[e] = self->w[e] = self->mu / self->p[e];
        }
    }
}

long double composite_minimise_lasso(const composite *target, long double *P, long double *gap)
{
    interior self;
    begin(&self, target);
    const long double last = LEAST_MU * 10 * self.mu;
    for (int tries = 0; self.mu > last && tries < MOST_TRIES; tries++) {
        if (advance(&self)) {
            self.mu /= 5;
            tries = 0;
        }
    }
    *gap = 2 * (long double)self.size * self.mu;
    memcpy(P, self.P, (size_t)self.size * sizeof *P);
    const long double F = composite_value(target, P, NULL);
    free(self.p);
    return F;
}
