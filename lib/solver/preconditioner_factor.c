#include "solver/preconditioner_factor.h"

#include <math.h>

#include "linalg/cholesky.h"

static const double RIDGE = 1e-6;
static const double CONSTANT = 64; /* units in the last place, as in moments.c */

/* A feature that is zero in all the samples looked at is taken to be so in as many others. */
void preconditioner_set_units(const preconditioner *self, double *unit)
{
    const objective *target = self->moments.target;
    const int64_t features = target->weights / target->columns;
    const double looked_at = fmin((double)moments_sample(self->rows), (double)target->samples);
    double trace = 0;
    for (int64_t i = 0; i < self->rows; i++)
        trace += unit[i];
    const double rare = trace > 0 ? trace / (double)self->rows / looked_at : 1;
    for (int64_t i = 0; i < self->rows; i++) {
        const double curvature = (unit[i] > 0 ? unit[i] : rare) + (i < features ? target->l2 : 0);
        unit[i] = 1 / sqrt(curvature);
    }
}

/* A block of the Hessian of the mean loss in the coordinates (theta, b) to that in (theta, b'). A
 * feature that is constant in the working precision keeps its curvature about zero. */
static void centre_block(const preconditioner *self, double *block)
{
    const moments *of = &self->moments;
    const int64_t N = self->rows;
    const int64_t last = N - 1;
    if (of->target->parameters == of->target->weights)
        return;
    double *sums = block + last * N;
    for (int64_t i = 0; i < last; i++) {
        double *row = block + i * N;
        const double about_zero = row[i];
        for (int64_t j = 0; j <= i; j++)
            row[j] += of->mean[i] * of->mean[j] * sums[last] - of->mean[i] * sums[j] -
                      of->mean[j] * sums[i];
        if (!(row[i] > CONSTANT * of->target->epsilon * about_zero))
            row[i] = about_zero;
    }
    for (int64_t i = 0; i < last; i++)
        sums[i] -= of->mean[i] * sums[last];
}

bool preconditioner_factorise(const preconditioner *self, double scale, double *block, double *unit)
{
    const int64_t N = self->rows;
    centre_block(self, block);
    for (int64_t i = 0; i < N; i++)
        unit[i] = scale * block[i * N + i];
    preconditioner_set_units(self, unit);
    for (int64_t i = 0; i < N; i++) {
        for (int64_t j = 0; j < i; j++)
            block[i * N + j] *= scale * unit[i] * unit[j];
        block[i * N + i] = 1 + RIDGE;
    }
    return cholesky_factor(N, block);
}
