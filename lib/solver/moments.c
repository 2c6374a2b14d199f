/* A sweep computes scores of a feature about its mean as x theta - mean theta, in the working precision:
 * where the standard deviation is below some units in the last place of the mean, the difference is
 * rounding, and the feature cannot be told from a constant. */
#include "solver/moments.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"

enum { LEAST_SAMPLE = 4096 };
static const double CONSTANT = 16; /* units in the last place */

int64_t moments_sample(int64_t N)
{
    return 8 * N > LEAST_SAMPLE ? 8 * N : LEAST_SAMPLE;
}

static void set_variance(moments *self)
{
    const int64_t features = self->objective->weights / self->columns;
    const bool centred = self->N > features;
    for (int64_t i = 0; i < self->N; i++) {
        const double least = CONSTANT * self->objective->epsilon * self->mean[i];
        self->constant[i] =
            centred && i < features && self->square[i] > 0 && self->variance[i] <= least * least;
        if (!centred || i == features || self->constant[i])
            self->variance[i] = self->square[i];
        if (!centred || i == features)
            self->mean[i] = 0;
        self->unit[i] = self->variance[i] > 0 ? 1 / sqrt(self->variance[i]) : 1;
    }
}

/* The sums, and the moments that they make in their place. */
linclass_status moments_measure(objective *F, const feature_moments *found, double *work)
{
    const int64_t N = F->parameters / F->columns;
    feature_sums sums = {
        .square = found->square,
        .shift = found->mean,
        .distance = work,
        .spread = found->variance,
    };
    const linclass_status status = F->methods->moments(F, moments_sample(N), &sums);
    const double divisor = sums.weight > 0 ? sums.weight : 1;
    for (int64_t i = 0; status == LINCLASS_OK && i < N; i++) {
        const double distance = sums.distance[i] / divisor;
        found->square[i] /= divisor;
        found->mean[i] += distance;
        found->variance[i] = fmax(sums.spread[i] / divisor - distance * distance, 0);
    }
    return status;
}

static linclass_status set_moments(const moments *self, objective *F)
{
    const feature_moments own = {self->square, self->mean, self->variance};
    if (F->known == NULL)
        return moments_measure(F, &own, self->unit);
    const size_t bytes = (size_t)self->N * sizeof(double);
    memcpy(own.square, F->known->square, bytes);
    memcpy(own.mean, F->known->mean, bytes);
    memcpy(own.variance, F->known->variance, bytes);
    return LINCLASS_OK;
}

static void lay_out(void *owner, space_plan *plan)
{
    moments *self = owner;
    self->square = space_doubles(plan, self->N, 1);
    self->mean = space_doubles(plan, self->N, 1);
    self->variance = space_doubles(plan, self->N, 1);
    self->unit = space_doubles(plan, self->N, 1);
    self->constant = space_next(plan, self->N, 1, sizeof(bool));
}

linclass_status moments_begin(moments *self, objective *F)
{
    *self = (moments){
        .ctx = F->ctx,
        .objective = F,
        .N = F->parameters / F->columns,
        .columns = F->columns,
    };
    linclass_status status =
        space_lay_out(self->ctx, lay_out, self, "moments of the features", &self->memory);
    if (status == LINCLASS_OK)
        status = set_moments(self, F);
    if (status == LINCLASS_OK)
        set_variance(self);
    else
        moments_end(self);
    return status;
}

void moments_end(moments *self)
{
    context_release(self->ctx, self->memory);
    self->memory = NULL;
}

static bool has_centre(const moments *self)
{
    return self->N * self->columns > self->objective->weights;
}

void moments_centre_gradient(const moments *self, double *gradient)
{
    const int64_t k = self->columns;
    const double *bias = gradient + self->objective->weights;
    for (int64_t i = 0; has_centre(self) && i < self->N - 1; i++) {
        for (int64_t j = 0; j < k; j++)
            gradient[i * k + j] -= self->mean[i] * bias[j];
    }
}

void moments_uncentre_step(const moments *self, double *step)
{
    const int64_t k = self->columns;
    double *bias = step + self->objective->weights;
    for (int64_t i = 0; has_centre(self) && i < self->N - 1; i++) {
        for (int64_t j = 0; j < k; j++)
            bias[j] -= self->mean[i] * step[i * k + j];
    }
}

double moments_residual(const moments *self, double loss)
{
    return sqrt(2 * self->objective->curvature_bound * loss);
}

double moments_value_rounding(const moments *self, const objective_value *value,
                              const double *parameters)
{
    const int64_t k = self->columns;
    double square = 0;
    for (int64_t i = 0; i < self->N; i++) {
        for (int64_t j = 0; j < k; j++)
            square += self->square[i] * parameters[i * k + j] * parameters[i * k + j];
    }
    return 2 * self->objective->epsilon *
           (fabs(value->objective) +
            moments_residual(self, value->loss) * sqrt(square / (double)self->objective->samples));
}
