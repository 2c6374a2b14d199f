#include "campaign_data.h"

#include <math.h>
#include <stdlib.h>

#include "support/noise.h"

static const data_shape SMALL[] = {
    {"60x3k2", 60, 3, 2},     {"200x6k4", 200, 6, 4}, {"300x20k3", 300, 20, 3},
    {"300x5k10", 300, 5, 10}, {"24x40k3", 24, 40, 3},
};

static void *allocate(int64_t count)
{
    void *memory = calloc((size_t)count + 1, sizeof(double));
    if (memory == NULL)
        abort();
    return memory;
}

/* Class i % k, the rows about a centre of each; the centres `apart` times as far from one another as rows
 * from theirs. */
static void set_clusters(fit_data *data, uint64_t *noise, double apart)
{
    double *const centres = allocate(data->k * data->n);
    for (int64_t e = 0; e < data->k * data->n; e++)
        centres[e] = apart * noise_normal(noise);
    for (int64_t i = 0; i < data->m; i++) {
        data->y[i] = i % data->k;
        for (int64_t j = 0; j < data->n; j++)
            data->X[i * data->n + j] += centres[data->y[i] * data->n + j];
    }
    free(centres);
}

static void overlapping(fit_data *data, uint64_t *noise)
{
    set_clusters(data, noise, 0.5);
}

static void far_apart(fit_data *data, uint64_t *noise)
{
    set_clusters(data, noise, 20);
}

/* Classes without rows are none. */
static void drop_missing_classes(fit_data *data)
{
    int64_t kept = 0;
    for (int64_t a = 0; a < data->k; a++) {
        bool found = false;
        for (int64_t i = 0; i < data->m; i++) {
            found |= data->y[i] == a;
            data->y[i] = data->y[i] == a ? kept : data->y[i];
        }
        kept += found;
    }
    data->k = kept;
}

/* The class whose score by a random model is the largest: separable, some rows by next to nothing. */
static void by_a_model(fit_data *data, uint64_t *noise)
{
    double *const theta = allocate(data->k * data->n);
    for (int64_t e = 0; e < data->k * data->n; e++)
        theta[e] = noise_normal(noise);
    for (int64_t i = 0; i < data->m; i++) {
        double best = -INFINITY;
        for (int64_t a = 0; a < data->k; a++) {
            double score = 0;
            for (int64_t j = 0; j < data->n; j++)
                score += data->X[i * data->n + j] * theta[a * data->n + j];
            data->y[i] = score > best ? a : data->y[i];
            best = fmax(score, best);
        }
    }
    free(theta);
    drop_missing_classes(data);
}

/* The last class in all rows but few: 1 of the first class, 10 of a second. */
static void rare(fit_data *data, uint64_t *noise)
{
    (void)noise;
    for (int64_t i = 0; i < data->m; i++)
        data->y[i] = data->k - 1;
    data->y[data->m / 2] = 0;
    for (int64_t i = 0; i < 10 && data->k > 2; i++)
        data->y[7 * i] = 1;
}

static void scale_columns(fit_data *data, uint64_t *noise)
{
    for (int64_t j = 0; j < data->n; j++) {
        const double factor = pow(10, 4 * noise_uniform(noise));
        for (int64_t i = 0; i < data->m; i++)
            data->X[i * data->n + j] *= factor;
    }
}

static void multiply(fit_data *data, double factor)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] *= factor;
}

static void times_1e4(fit_data *data, uint64_t *noise)
{
    (void)noise;
    multiply(data, 1e4);
}

static void times_1em4(fit_data *data, uint64_t *noise)
{
    (void)noise;
    multiply(data, 1e-4);
}

/* The second half of the columns are sums of two of the first half, but for `off` of noise; on a grid, on
 * which sums are exact. */
static void correlate(fit_data *data, uint64_t *noise, double off)
{
    const int64_t half = (data->n + 1) / 2;
    for (int64_t j = half; j < data->n; j++) {
        const int64_t a = noise_below(noise, half);
        const int64_t b = noise_below(noise, half);
        for (int64_t i = 0; i < data->m; i++) {
            double *const row = data->X + i * data->n;
            row[a] = rint(row[a] * 256) / 256;
            row[b] = rint(row[b] * 256) / 256;
            row[j] = row[a] + row[b] + off * noise_normal(noise);
        }
    }
}

static void collinear(fit_data *data, uint64_t *noise)
{
    correlate(data, noise, 0);
}

static void nearly_collinear(fit_data *data, uint64_t *noise)
{
    correlate(data, noise, 1e-5);
}

static void collinear_scaled(fit_data *data, uint64_t *noise)
{
    correlate(data, noise, 0);
    scale_columns(data, noise);
}

const campaign_kind campaign_kinds[] = {
    {"scaled", {0}, false, overlapping, scale_columns},
    {"x1e4", {0}, false, overlapping, times_1e4},
    {"x1e-4", {0}, false, overlapping, times_1em4},
    {"collinear", {0}, false, overlapping, collinear},
    {"collinear-nearly", {0}, false, overlapping, nearly_collinear},
    {"collinear-scaled", {0}, false, overlapping, collinear_scaled},
    {"separable", {0}, true, by_a_model, NULL},
    {"separable-scaled", {0}, true, by_a_model, scale_columns},
    {"separable-far", {0}, true, far_apart, NULL},
    {"hundred-classes", {"300x5k100", 300, 5, 100}, false, overlapping, NULL},
    {"hundred-scaled", {"300x5k100", 300, 5, 100}, false, overlapping, scale_columns},
    {"hundred-wide", {"300x150k100", 300, 150, 100}, false, overlapping, NULL},
    {"rare", {"100001x3k2", 100001, 3, 2}, false, rare, NULL},
    {"rare-scaled", {"100001x3k2", 100001, 3, 2}, false, rare, scale_columns},
    {"rare-two", {"100001x3k3", 100001, 3, 3}, false, rare, NULL},
};
const int campaign_kind_count = sizeof campaign_kinds / sizeof *campaign_kinds;

fit_data campaign_data(const campaign_kind *kind, int64_t k, uint64_t seed)
{
    uint64_t noise = seed * 1000003 + 1;
    const data_shape *shape = &kind->shape;
    if (shape->m == 0)
        shape = &SMALL[noise_below(&noise, sizeof SMALL / sizeof *SMALL)];
    fit_data self = {.m = shape->m, .n = shape->n, .k = k > 0 ? k : shape->k};
    self.X = allocate(self.m * self.n);
    self.y = allocate(self.m);
    for (int64_t e = 0; e < self.m * self.n; e++)
        self.X[e] = noise_normal(&noise);
    kind->label(&self, &noise);
    if (kind->apply != NULL)
        kind->apply(&self, &noise);
    for (int64_t e = 0; e < self.m * self.n; e++)
        self.X[e] = (double)(float)self.X[e];
    return self;
}
