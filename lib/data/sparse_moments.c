#include "data/sparse_moments.h"

#include <math.h>
#include <string.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "data/sparse_rows.h"

enum { PIECE = 128, AHEAD = 24 };

void sparse_moments_begin(sparse_moments *self)
{
    memset(self->columns, 0, (size_t)self->n * sizeof(column_moments));
    self->weight = 0;
    self->rows = 0;
}

static void add_element(column_moments *column, double value, double weight)
{
    if (column->seen == 0)
        column->shift = value;
    const double distance = value - column->shift;
    column->distance += weight * distance;
    column->spread += weight * (distance * distance);
    column->square += weight * (value * value);
    column->largest = fabs(value) > column->largest ? fabs(value) : column->largest;
    column->seen += weight;
    column->count++;
}

void sparse_moments_add(sparse_moments *self, const linclass_matrix *view, int64_t row,
                        double weight)
{
    double values[PIECE];
    const int64_t elements =
        view->row_starts[view->rows]; /* those of the next rows are asked for */
    const int64_t end = view->row_starts[row + 1];
    for (int64_t e = view->row_starts[row]; e < end; e += PIECE) {
        const int64_t count = lesser(PIECE, end - e);
        if (view->data != NULL)
            elements_convert_f64(view->dtype, view->data, e, 1, view->scale, count, values);
        for (int64_t i = 0; i < count; i++) {
            if (e + i + AHEAD < elements)
                __builtin_prefetch(&self->columns[sparse_column(view, e + i + AHEAD)]);
            add_element(&self->columns[sparse_column(view, e + i)],
                        view->data != NULL ? values[i] : view->scale, weight);
        }
    }
    self->weight += weight;
    self->rows++;
}

void sparse_moments_finish(sparse_moments *self)
{
    for (int64_t j = 0; j < self->n; j++) {
        column_moments *column = &self->columns[j];
        const double without = column->count == self->rows ? 0 : self->weight - column->seen;
        column->distance -= without * column->shift;
        column->spread += without * (column->shift * column->shift);
    }
}
