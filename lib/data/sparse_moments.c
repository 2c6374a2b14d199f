#include "data/sparse_moments.h"

#include <math.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "data/sparse_rows.h"

enum { PIECE = 128 };

void sparse_moments_begin(sparse_moments *self)
{
    for (int64_t j = 0; j < self->n; j++)
        self->of[j] = (sparse_column_sums){0};
    self->weight = 0;
    self->rows = 0;
}

static void add_element(sparse_column_sums *sums, double value, double weight)
{
    if (sums->seen == 0)
        sums->shift = value;
    const double distance = value - sums->shift;
    sums->distance += weight * distance;
    sums->spread += weight * (distance * distance);
    sums->square += weight * (value * value);
    if (fabs(value) > sums->largest)
        sums->largest = fabs(value);
    sums->seen += weight;
    sums->count++;
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
            add_element(self->of + sparse_column(view, e + i),
                        view->data != NULL ? values[i] : view->scale, weight);
    }
    self->weight += weight;
    self->rows++;
}

void sparse_moments_finish(sparse_moments *self)
{
    for (int64_t j = 0; j < self->n; j++) {
        sparse_column_sums *sums = self->of + j;
        const double without = sums->count == self->rows ? 0 : self->weight - sums->seen;
        sums->distance -= without * sums->shift;
        sums->spread += without * (sums->shift * sums->shift);
    }
}
