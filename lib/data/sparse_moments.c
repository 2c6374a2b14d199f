#include "data/sparse_moments.h"

#include <math.h>
#include <string.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "data/sparse_rows.h"

enum { PIECE = 128, AHEAD = 24 };

/* A sum of weights is -0 until one is added, which may be 0. */
static void begin_ones(sparse_moments *self)
{
    double *seen = (double *)self->columns;
    for (int64_t j = 0; j < self->n; j++)
        seen[j] = -0.0;
}

void sparse_moments_begin(sparse_moments *self, const linclass_matrix *view)
{
    self->ones = view->data == NULL && view->scale == 1;
    if (self->ones)
        begin_ones(self);
    else
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

static void add_ones(sparse_moments *self, const linclass_matrix *view, int64_t row, double weight)
{
    double *seen = (double *)self->columns;
    const int64_t elements = view->row_starts[view->rows];
    const int64_t end = view->row_starts[row + 1];
    for (int64_t e = view->row_starts[row]; e < end; e++) {
        if (e + AHEAD < elements)
            __builtin_prefetch(&seen[sparse_column(view, e + AHEAD)]);
        seen[sparse_column(view, e)] += weight;
    }
}

static void add_values(sparse_moments *self, const linclass_matrix *view, int64_t row,
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
}

void sparse_moments_add(sparse_moments *self, const linclass_matrix *view, int64_t row,
                        double weight)
{
    if (self->ones)
        add_ones(self, view, row, weight);
    else
        add_values(self, view, row, weight);
    self->weight += weight;
    self->rows++;
}

/* What has been added to a column. */
static column_moments added(const sparse_moments *self, int64_t j)
{
    if (!self->ones)
        return self->columns[j];
    const double seen = ((const double *)self->columns)[j];
    if (signbit(seen))
        return (column_moments){0};
    return (column_moments){.shift = 1, .square = seen, .largest = 1, .seen = seen};
}

column_moments sparse_moments_column(const sparse_moments *self, int64_t j)
{
    column_moments column = added(self, j);
    /* Of ones both are the same sum where the column is full, whatever its count. */
    const double without = column.count == self->rows ? 0 : self->weight - column.seen;
    column.distance -= without * column.shift;
    column.spread += without * (column.shift * column.shift);
    return column;
}
