#include "data.h"

#include <math.h>
#include <stdlib.h>

#include "support/noise.h"

const data_shape data_shapes[DATA_SHAPES] = {
    {"20x1k2", 20, 1, 2},   {"60x3k2", 60, 3, 2},     {"80x4k3", 80, 4, 3},
    {"200x6k4", 200, 6, 4}, {"400x20k2", 400, 20, 2}, {"300x5k10", 300, 5, 10},
    {"401x2k2", 401, 2, 2}, {"24x40k3", 24, 40, 3},
};

static void *allocate(int64_t count, size_t element)
{
    void *memory = calloc((size_t)count + 1, element);
    if (memory == NULL)
        abort();
    return memory;
}

fit_data data_new(const data_shape *shape, const data_change *change)
{
    fit_data self = {.m = shape->m, .n = shape->n, .k = shape->k};
    self.X = allocate(self.m * self.n, sizeof *self.X);
    self.y = allocate(self.m, sizeof *self.y);
    uint64_t noise = (uint64_t)(self.m * 1000 + self.n);
    double *const centres = allocate(self.k * self.n, sizeof *centres);
    for (int64_t e = 0; e < self.k * self.n; e++)
        centres[e] = noise_normal(&noise) / sqrt((double)self.n);
    for (int64_t i = 0; i < self.m; i++) {
        const int64_t a = noise_below(&noise, self.k);
        const int64_t b = noise_below(&noise, self.k);
        const int64_t near = a < b ? a : b;
        for (int64_t j = 0; j < self.n; j++)
            self.X[i * self.n + j] = centres[near * self.n + j] + noise_normal(&noise);
        self.y[i] = noise_below(&noise, 10) == 0 ? noise_below(&noise, self.k) : near;
    }
    for (int64_t c = 0; c < self.k; c++)
        self.y[c] = c;
    free(centres);
    change->apply(&self);
    return self;
}

void data_free(fit_data *self)
{
    free(self->X);
    free(self->y);
    free(self->weights);
    *self = (fit_data){0};
}
