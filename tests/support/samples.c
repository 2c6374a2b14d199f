#include "support/samples.h"

#include <stdlib.h>

#include "support/noise.h"

static void *allocate(int64_t count, size_t element)
{
    void *memory = calloc((size_t)count + 1, element);
    if (memory == NULL)
        abort();
    return memory;
}

samples samples_new(int64_t m, int64_t n, int64_t k, uint64_t seed)
{
    samples self = {.m = m, .n = n, .k = k};
    self.X = allocate(m * n, sizeof *self.X);
    self.y = allocate(m, sizeof *self.y);
    uint64_t noise = seed;
    double *const centres = allocate(k * n, sizeof *centres);
    for (int64_t e = 0; e < k * n; e++)
        centres[e] = noise_uniform(&noise);
    for (int64_t i = 0; i < m; i++) {
        const int64_t a = noise_below(&noise, k);
        const int64_t b = noise_below(&noise, k);
        self.y[i] = i < k ? i : a < b ? a : b;
        for (int64_t j = 0; j < n; j++)
            self.X[i * n + j] = (float)(centres[self.y[i] * n + j] + 2 * noise_uniform(&noise));
    }
    free(centres);
    return self;
}

void samples_free(samples *self)
{
    free(self->y);
    free(self->X);
    *self = (samples){0};
}

linclass_matrix samples_view(const samples *self)
{
    linclass_matrix view;
    if (linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, self->m, self->n, self->X,
                             self->n) != LINCLASS_OK)
        abort();
    return view;
}

linclass_fit_options samples_options(void)
{
    linclass_fit_options options;
    if (linclass_fit_options_init(&options, sizeof options) != LINCLASS_OK)
        abort();
    options.l2 = 0;
    return options;
}
