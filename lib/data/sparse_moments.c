#include "data/sparse_moments.h"

#include <math.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "data/sparse_rows.h"

enum { PIECE = 128 };

void sparse_moments_begin(sparse_moments *self)
{
    for (int64_t j = 0; j < self->n; j++) {
        self->shift[j] = 0;
        self->distance[j] = 0;
        self->spread[j] = 0;
        self->seen[j] = 0;
        self->count[j] = 0;
        if (self->square != NULL)
            self->square[j] = 0;
        if (self->largest != NULL)
            self->largest[j] = 0;
    }
    self->weight = 0;
    self->rows = 0;
}

static void add_element(sparse_moments *self, int64_t j, double value, double weight)
{
    if (self->seen[j] == 0)
        self->shift[j] = value;
    const double distance = value - self->shift[j];
    self->distance[j] += weight * distance;
    self->spread[j] += weight * (distance * distance);
    self->seen[j] += weight;
    self->count[j]++;
    if (self->square != NULL)
        self->square[j] += weight * (value * value);
    if (self->largest != NULL && fabs(value) > self->largest[j])
        self->largest[j] = fabs(value);
}

void sparse_moments_add(sparse_moments *self, const linclass_matrix *view, int64_t row,
                        double weight)
{
    double values[PIECE];
    const int64_t end = view->row_starts[row + 1];
    for (int64_t e = view->row_starts[row]; e < end; e += PIECE) {
        const int64_t count = lesser(PIECE, end - e);
        if (view->data != NULL)
            elements_convert_f64(view->dtype, view->data, e, 1, view->scale, count, values);
        for (int64_t i = 0; i < count; i++)
            add_element(self, sparse_column(view, e + i),
                        view->data != NULL ? values[i] : view->scale, weight);
    }
    self->weight += weight;
    self->rows++;
}

void sparse_moments_finish(sparse_moments *self)
{
    for (int64_t j = 0; j < self->n; j++) {
        const double without = self->count[j] == self->rows ? 0 : self->weight - self->seen[j];
        self->distance[j] -= without * self->shift[j];
        self->spread[j] += without * (self->shift[j] * self->shift[j]);
    }
}
