#include "solver/preconditioner_factor.h"

#include <math.h>

#include "core/context.h"
#include "linalg/cholesky.h"

static const double RIDGE = 1e-6;

/* A feature that is zero in all the samples looked at is taken to be so in as many others. */
void preconditioner_set_units(const preconditioner *self, double *unit)
{
    const objective *F = self->moments.objective;
    const int64_t features = F->weights / F->columns;
    const double looked_at = fmin((double)moments_sample(self->N), (double)F->samples);
    double trace = 0;
    for (int64_t i = 0; i < self->N; i++)
        trace += unit[i];
    const double rare = trace > 0 ? trace / (double)self->N / looked_at : 1;
    for (int64_t i = 0; i < self->N; i++) {
        const double curvature = (unit[i] > 0 ? unit[i] : rare) + (i < features ? F->l2 : 0);
        unit[i] = 1 / sqrt(curvature);
    }
}

linclass_status preconditioner_measure(const preconditioner *self, objective *F, int64_t max_rows,
                                       const double *row_weights, double *block)
{
    const moments *of = &self->moments;
    const int64_t N = self->N;
    double weight = 0;
    const linclass_status status =
        F->methods->gram(F, max_rows, row_weights, of->mean, of->unit, block, &weight);
    const double divisor = weight > 0 ? weight : 1;
    for (int64_t i = 0; status == LINCLASS_OK && i < N; i++) {
        for (int64_t j = 0; j <= i; j++)
            block[i * N + j] = block[i * N + j] / divisor / (of->unit[i] * of->unit[j]);
    }
    return status;
}

bool preconditioner_factorise(const preconditioner *self, double scale, double *block, double *unit)
{
    const int64_t N = self->N;
    const moments *of = &self->moments;
    for (int64_t i = 0; i < N; i++)
        unit[i] = scale * (of->constant[i] ? of->square[i] : block[i * N + i]);
    preconditioner_set_units(self, unit);
    for (int64_t i = 0; i < N; i++) {
        for (int64_t j = 0; j < i; j++)
            block[i * N + j] *= scale * unit[i] * unit[j];
        block[i * N + i] = 1 + RIDGE;
    }
    return cholesky_factor(of->objective->ctx->vector_set, N, block);
}
