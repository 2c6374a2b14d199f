#include "coordinates.h"

#include <math.h>
#include <stdlib.h>

#include "jacobi.h"

/* A direction whose length is this part of the terms it is the sum of is rounding error. */
static const long double NOISE = 4096 * 0x1p-64L;

/* A lasso so small beside losses of about 1 is none. */
static const long double LEAST_LASSO = 1e-20L;

typedef struct columns {
    int64_t n;
    long double *mean; /* n: 0 without an intercept */
    long double *unit; /* n: old parameters = unit * those that are rotated */
    long double *raw;  /* n: lengths about 0, in those units */
    long double *B;    /* n x m: sqrt(s) (x - mean) unit, column after column */
} columns;

static void free_columns(columns *self)
{
    free(self->mean);
    free(self->unit);
    free(self->raw);
    free(self->B);
}

/* Column j: its mean, and its lengths about that and about 0. */
static void measure(const composite *outer, bool centred, int64_t j, columns *to)
{
    const long double first = centred ? outer->Z[j] : 0; /* a constant is 0 about it */
    long double mean = 0;
    long double about_zero = 0;
    for (int64_t i = 0; i < outer->m; i++) {
        const long double x = outer->Z[i * outer->N + j];
        mean += outer->s[i] * (x - first);
        about_zero += outer->s[i] * x * x;
    }
    mean += first;
    to->mean[j] = centred ? mean : 0;
    to->raw[j] = sqrtl(about_zero);
    long double square = 0;
    for (int64_t i = 0; i < outer->m; i++) {
        const long double x = outer->Z[i * outer->N + j] - to->mean[j];
        to->B[j * outer->m + i] = sqrtl(outer->s[i]) * x;
        square += outer->s[i] * x * x;
    }
    to->unit[j] = sqrtl(square) > NOISE * to->raw[j] ? 1 / sqrtl(square) : 0;
}

static columns measure_columns(const composite *outer, bool with_intercept)
{
    columns made = {.n = outer->N - with_intercept};
    made.mean = long_doubles(made.n);
    made.unit = long_doubles(made.n);
    made.raw = long_doubles(made.n);
    made.B = long_doubles(made.n * outer->m);
    for (int64_t j = 0; j < made.n; j++)
        measure(outer, with_intercept, j, &made);
    return made;
}

/* B and the raw lengths in units of the columns, or in those of the data. */
static void take_units(columns *self, int64_t m, bool keep)
{
    for (int64_t j = 0; j < self->n; j++) {
        self->unit[j] = keep ? self->unit[j] > 0 : self->unit[j];
        self->raw[j] *= self->unit[j];
        for (int64_t i = 0; i < m; i++)
            self->B[j * m + i] *= self->unit[j];
    }
}

static long double length(int64_t m, const long double *b)
{
    long double square = 0;
    for (int64_t i = 0; i < m; i++)
        square += b[i] * b[i];
    return sqrtl(square);
}

/* New column number l: b, of these combinations v of the old ones, scaled. */
static void add_column(coordinates *self, const composite *outer, const columns *from,
                       const long double *b, const long double *v, int64_t stride,
                       long double scale)
{
    const int64_t l = self->inner.N++;
    const int64_t width = outer->N;
    for (int64_t i = 0; i < outer->m; i++)
        self->inner.Z[i * width + l] = outer->s[i] > 0 ? b[i] / sqrtl(outer->s[i]) * scale : 0;
    for (int64_t j = 0; j < from->n; j++)
        self->T[j * width + l] = from->unit[j] * v[j * stride] * scale;
    for (int64_t j = 0; from->n < width && j < from->n; j++)
        self->T[from->n * width + l] -= from->mean[j] * self->T[j * width + l];
    self->inner.ridge[l] = outer->ridge[0] * scale * scale;
    self->shrink[l] = scale * scale;
}

static void add_rotated(coordinates *self, const composite *outer, columns *from)
{
    const int64_t n = from->n;
    const int64_t m = outer->m;
    const long double ridge = outer->ridge[0];
    long double *const V = long_doubles(n * n);
    take_units(from, m, ridge > 0);
    jacobi_rotate(m, n, from->B, V);
    for (int64_t l = 0; l < n; l++) {
        long double terms = 0;
        for (int64_t j = 0; j < n; j++)
            terms += fabsl(V[j * n + l]) * from->raw[j];
        const long double sigma = length(m, from->B + l * m);
        if (sigma > NOISE * terms)
            add_column(self, outer, from, from->B + l * m, V + l, n,
                       1 / sqrtl(sigma * sigma + ridge));
    }
    free(V);
}

static void add_scaled(coordinates *self, const composite *outer, columns *from)
{
    const int64_t n = from->n;
    take_units(from, outer->m, false);
    long double *const V = long_doubles(n);
    for (int64_t j = 0; j < n; j++) {
        if (from->unit[j] == 0)
            continue;
        V[j] = 1;
        const int64_t l = self->inner.N;
        add_column(self, outer, from, from->B + j * outer->m, V, 1, 1);
        self->inner.ridge[l] = outer->ridge[j] * from->unit[j] * from->unit[j];
        const long double lasso = outer->lasso[j] * from->unit[j];
        self->inner.lasso[l] = lasso > LEAST_LASSO ? lasso : 0;
        V[j] = 0;
    }
    free(V);
}

/* Rows of width `from` become rows of width `to`, in place. */
static void narrow(int64_t rows, int64_t from, int64_t to, long double *A)
{
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < to; j++)
            A[i * to + j] = A[i * from + j];
    }
}

coordinates coordinates_new(const composite *outer, bool with_intercept)
{
    const int64_t width = outer->N;
    coordinates made = {
        .inner = composite_new(outer->loss, outer->m, width, outer->c, outer->y, outer->s),
        .outer = width,
        .T = long_doubles(width * width),
        .shrink = long_doubles(width),
    };
    made.inner.N = 0;
    columns from = measure_columns(outer, with_intercept);
    if (from.n > 0 && outer->lasso[0] == 0)
        add_rotated(&made, outer, &from);
    else
        add_scaled(&made, outer, &from);
    if (with_intercept) {
        const int64_t l = made.inner.N++;
        for (int64_t i = 0; i < outer->m; i++)
            made.inner.Z[i * width + l] = 1;
        made.T[from.n * width + l] = 1;
    }
    narrow(outer->m, width, made.inner.N, made.inner.Z);
    narrow(width, width, made.inner.N, made.T);
    free_columns(&from);
    return made;
}

void coordinates_free(coordinates *self)
{
    composite_free(&self->inner);
    free(self->T);
    free(self->shrink);
}

void coordinates_back(const coordinates *self, const long double *inner, long double *outer)
{
    const int64_t c = self->inner.c;
    for (int64_t j = 0; j < self->outer; j++) {
        for (int64_t a = 0; a < c; a++) {
            long double sum = 0;
            for (int64_t l = 0; l < self->inner.N; l++)
                sum += self->T[j * self->inner.N + l] * inner[l * c + a];
            outer[j * c + a] = sum;
        }
    }
}
