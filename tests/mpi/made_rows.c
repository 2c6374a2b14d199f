#include "made_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number in -1..1 for a seed. */
static double noise(uint64_t seed)
{
    seed = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
    seed = (seed ^ seed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    seed = (seed ^ seed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (double)(seed >> 11) * 0x1p-52 - 1;
}

static void *memory(size_t count, size_t size)
{
    void *taken = calloc(count, size);
    if (taken == NULL) {
        fputs("no memory\n", stderr);
        exit(1);
    }
    return taken;
}

/* Elements that every type holds exactly: multiples of 1/4 in -2..2; of bytes 0..16. */
static double element(int64_t e)
{
    return (double)(int)(8 * noise((uint64_t)e)) / 4;
}

/* A float16 of a multiple of 1/4 below 4. */
static uint16_t half_of(double value)
{
    const uint16_t sign = value < 0 ? 0x8000 : 0;
    double rest = value < 0 ? -value : value;
    if (rest == 0)
        return sign;
    int exponent = 15;
    for (; rest >= 2; rest /= 2)
        exponent++;
    for (; rest < 1; rest *= 2)
        exponent--;
    return (uint16_t)(sign | exponent << 10 | (int)((rest - 1) * 1024));
}

static int32_t dtype_of(const char *kind)
{
    static const struct {
        const char *name;
        int32_t dtype;
    } KINDS[] = {{"f32", LINCLASS_FLOAT32},    {"f64", LINCLASS_FLOAT64},
                 {"half", LINCLASS_FLOAT16},   {"bytes", LINCLASS_UINT8},
                 {"sparse", LINCLASS_FLOAT32}, {"weighted", LINCLASS_FLOAT64}};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i].name, kind) == 0)
            return KINDS[i].dtype;
    fprintf(stderr, "%s: no such kind of rows\n", kind);
    exit(2);
}

static size_t bytes_of(int32_t dtype)
{
    if (dtype == LINCLASS_UINT8)
        return 1;
    if (dtype == LINCLASS_FLOAT16)
        return 2;
    return dtype == LINCLASS_FLOAT32 ? 4 : 8;
}

static void store(void *elements, int32_t dtype, int64_t at, double value)
{
    if (dtype == LINCLASS_UINT8)
        ((uint8_t *)elements)[at] = (uint8_t)(4 * value + 8);
    else if (dtype == LINCLASS_FLOAT16)
        ((uint16_t *)elements)[at] = half_of(value);
    else if (dtype == LINCLASS_FLOAT32)
        ((float *)elements)[at] = (float)value;
    else
        ((double *)elements)[at] = value;
}

static void fill(made_rows *self, int32_t dtype, int sparse)
{
    int64_t stored = 0;
    for (int64_t i = 0; i < MADE_ROWS; i++) {
        double best = -1e9;
        for (int64_t j = 0; j < self->columns; j++) {
            const double value = element(i * self->columns + j);
            if (sparse && (value <= 0.5 || (i + j) % 3 == 0))
                continue;
            store(self->elements, dtype, stored, value);
            self->places[stored++] = (int32_t)j;
        }
        self->starts[i + 1] = stored;
        for (int64_t c = 0; c < MADE_CLASSES; c++) {
            const double score =
                element(i * self->columns + c) + 3 * noise((uint64_t)(-1 - i * 4 - c));
            if (score > best)
                self->y[i] = c;
            best = score > best ? score : best;
        }
        self->weights[i] = 0.25 * (double)(1 + i % 7);
    }
}

made_rows *made_rows_new(const char *kind, int64_t columns)
{
    const int32_t dtype = dtype_of(kind);
    const int sparse = strcmp(kind, "sparse") == 0;
    made_rows *self = memory(1, sizeof *self);
    self->columns = columns == 0 ? MADE_COLUMNS : columns;
    const size_t elements = (size_t)(MADE_ROWS * self->columns);
    self->elements = memory(elements, bytes_of(dtype));
    self->places = memory(elements, sizeof *self->places);
    self->starts = memory(MADE_ROWS + 1, sizeof *self->starts);
    fill(self, dtype, sparse);
    for (int64_t p = 0; p < MADE_PARTS; p++) {
        const int64_t begin = MADE_ROWS * p / MADE_PARTS;
        const int64_t rows = MADE_ROWS * (p + 1) / MADE_PARTS - begin;
        linclass_matrix *X = &self->views[p];
        if (sparse)
            (void)linclass_matrix_init_csr(X, sizeof *X, dtype, rows, self->columns,
                                           self->starts + begin, LINCLASS_INT32, self->places,
                                           self->elements);
        else
            (void)linclass_matrix_init(X, sizeof *X, dtype, rows, self->columns,
                                       (char *)self->elements +
                                           (size_t)(begin * self->columns) * bytes_of(dtype),
                                       self->columns);
        linclass_part *part = &self->parts[p];
        (void)linclass_part_init(part, sizeof *part);
        part->number = p;
        part->X = X;
        part->y = self->y + begin;
        part->sample_weight = strcmp(kind, "weighted") == 0 ? self->weights + begin : NULL;
    }
    return self;
}

void made_rows_free(made_rows *self)
{
    free(self->elements);
    free(self->places);
    free(self->starts);
    free(self);
}

void made_rows_deal(made_rows *self, int rank, int ranks, int neighbours)
{
    self->count = 0;
    for (int64_t p = 0; p < MADE_PARTS; p++)
        if ((neighbours ? p * ranks / MADE_PARTS : p % ranks) == rank)
            self->own[self->count++] = &self->parts[p];
}

static int32_t reset(void *user)
{
    ((made_rows *)user)->next = 0;
    return 0;
}

static int32_t next(linclass_part *part, void *user)
{
    made_rows *self = user;
    if (self->next == MADE_PARTS)
        return 0;
    *part = self->parts[self->next++];
    return 1;
}

linclass_parts made_rows_iterator(made_rows *self)
{
    linclass_parts parts;
    (void)linclass_parts_init(&parts, sizeof parts);
    parts.reset = reset;
    parts.next = next;
    parts.user = self;
    return parts;
}
