#include "minimum.h"

#include "support/losses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

static long double as_read(double x, int32_t dtype)
{
    return dtype == LINCLASS_FLOAT32 ? (long double)(float)x : (long double)x;
}

static void weigh(const fit_data *data, long double *s)
{
    long double sum = 0;
    for (int64_t i = 0; i < data->m; i++)
        sum += data->weights != NULL ? data->weights[i] : 1;
    for (int64_t i = 0; i < data->m; i++)
        s[i] = (data->weights != NULL ? data->weights[i] : 1) / sum;
}

static composite as_composite(const fit_data *data, const objective_terms *terms,
                              const long double *s)
{
    const int64_t N = data->n + terms->bias;
    composite made =
        composite_new(terms->loss, data->m, N, losses_columns(terms->loss, data->k), data->y, s);
    for (int64_t i = 0; i < data->m; i++) {
        for (int64_t j = 0; j < data->n; j++)
            made.Z[i * N + j] = as_read(data->X[i * data->n + j], terms->dtype);
        if (terms->bias)
            made.Z[i * N + data->n] = 1;
    }
    for (int64_t j = 0; j < data->n; j++) {
        made.ridge[j] = terms->l2;
        made.lasso[j] = terms->l1;
    }
    return made;
}

minimum minimum_start(const fit_data *data, const objective_terms *terms)
{
    minimum self = {.unit = terms->dtype == LINCLASS_FLOAT32 ? 0x1p-24L : 0x1p-53L};
    self.s = long_doubles(data->m);
    weigh(data, self.s);
    self.outer = as_composite(data, terms, self.s);
    self.finite = true;
    for (int64_t e = 0; e < self.outer.m * self.outer.N; e++)
        self.finite = self.finite && isfinite(self.outer.Z[e]);
    if (!self.finite)
        return self;
    self.P = long_doubles(self.outer.N * self.outer.c);
    self.at_zero = composite_value(&self.outer, self.P, NULL);
    self.F = self.at_zero;
    return self;
}

minimum minimum_find(const fit_data *data, const objective_terms *terms)
{
    minimum self = minimum_start(data, terms);
    if (!self.finite)
        return self;
    self.change = coordinates_new(&self.outer, terms->bias);
    const int64_t size = self.outer.N * self.outer.c;
    if (losses_find(terms->loss)->convex) {
        long double *const inner = long_doubles(size);
        composite_minimise(&self.change.inner, inner, &self.gap);
        coordinates_back(&self.change, inner, self.P);
        free(inner);
        self.F = composite_value(&self.outer, self.P, NULL);
    }
    self.gap += 1e-17L * self.at_zero;
    return self;
}

bool minimum_is_certain(const minimum *self)
{
    return self->gap <= 1e-13L * self->at_zero;
}

void minimum_free(minimum *self)
{
    composite_free(&self->outer);
    coordinates_free(&self->change);
    free(self->P);
    free(self->s);
}

/* sum_i s_i / 2 d_i^T loss'' d_i */
static long double score_rounding(const minimum *self, const long double *P)
{
    const composite *F = &self->outer;
    const long double roundings = (4 + sqrtl((long double)F->N) / 2) * self->unit;
    long double sum = 0;
    for (int64_t i = 0; i < F->m; i++) {
        long double d[LOSS_SCORES];
        for (int64_t a = 0; a < F->c; a++) {
            d[a] = 1;
            for (int64_t j = 0; j < F->N; j++)
                d[a] += fabsl(F->Z[i * F->N + j] * P[j * F->c + a]);
            d[a] *= roundings;
        }
        sum += F->s[i] / 2 * losses_curvature_bound(F->loss, F->c, d);
    }
    return sum;
}

long double minimum_rounding(const minimum *self, const long double *P)
{
    const int64_t c = self->outer.c;
    const int64_t size = self->outer.N * c;
    long double *const gradient = long_doubles(size);
    composite_value(&self->outer, P, gradient);
    composite_subgradient(&self->outer, P, gradient);
    long double sum = score_rounding(self, P);
    for (int64_t e = 0; e < size; e++) {
        const long double d = self->unit * fabsl(P[e]);
        sum += fabsl(gradient[e]) * d + self->outer.ridge[e / c] / 2 * d * d;
    }
    free(gradient);
    return sum;
}

long double minimum_attainable(const minimum *self)
{
    long double best = self->F + minimum_rounding(self, self->P);
    const long double gain = self->at_zero - self->F;
    const long double worth = (self->unit > 1e-10L ? 1e-9L : 1e-13L) * gain; /* less is not seen */
    const int64_t size = self->outer.N * self->outer.c;
    long double *const inner = long_doubles(2 * size);
    long double *const P = inner + size;
    composite stronger = self->change.inner;
    stronger.ridge = long_doubles(stronger.N);
    for (long double mu = 1e4L; mu > 1e-25L && best - self->F > worth; mu /= 1000) {
        for (int64_t l = 0; l < stronger.N; l++)
            stronger.ridge[l] = self->change.inner.ridge[l] + mu * self->change.shrink[l];
        long double gap;
        composite_minimise(&stronger, inner, &gap);
        coordinates_back(&self->change, inner, P);
        const long double rounding = minimum_rounding(self, P);
        best = fminl(best, composite_value(&self->outer, P, NULL) + rounding);
        if (rounding > best - self->F) /* a weaker penalty leaves more to round */
            break;
    }
    free(stronger.ridge);
    free(inner);
    return best;
}

long double minimum_possible_gain(const minimum *self, const long double *P)
{
    const coordinates *change = &self->change;
    const int64_t c = self->outer.c;
    const int64_t size = self->outer.N * c;
    long double *const gradient = long_doubles(size);
    composite_value(&self->outer, P, gradient);
    long double gain = 0;
    for (int64_t l = 0; l < change->inner.N; l++) {
        for (int64_t a = 0; a < c; a++) {
            long double slope = 0;
            for (int64_t j = 0; j < change->outer; j++)
                slope += change->T[j * change->inner.N + l] * gradient[j * c + a];
            gain += slope * slope / 2;
        }
    }
    free(gradient);
    return gain;
}
