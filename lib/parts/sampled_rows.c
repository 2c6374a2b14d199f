/* Sampled rows are most of what a fit with preconditioners moves, so they travel as narrow as they are: a float64 per
 * feature would be eight times the bytes of an image. Features are put into words by shifts, the first into the lowest
 * bits, because words are what messages turn into the order of bytes of files.
 *
 * Bytes stay bytes on both sides, where they lie one behind the other: they are most of the work of a sample. */
#include "parts/sampled_rows.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "parts/sums.h"

enum { BLOCK_ROWS, BLOCK_BYTES, BLOCK_FACTOR, BLOCK_HEADER };
enum { ROW_CLASS, ROW_WEIGHT, ROW_SCORES };

/* How features travel. */
typedef struct feature_form {
    int64_t bytes; /* 1, 4 or 8 */
    double factor; /* of each, where they are not multiplied yet */
    bool multiplied;
} feature_form;

static feature_form form_of(const part_fit *fit, const linclass_matrix *X)
{
    switch (X->dtype) {
    case LINCLASS_UINT8:
        return (feature_form){.bytes = 1, .factor = X->scale};
    case LINCLASS_INT8:
    case LINCLASS_INT16:
    case LINCLASS_UINT16:
    case LINCLASS_FLOAT16:
    case LINCLASS_BFLOAT16:
    case LINCLASS_FLOAT32:
        return (feature_form){.bytes = sizeof(float), .factor = X->scale};
    default:
        return (feature_form){
            .bytes = fit->dtype == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double),
            .factor = 1,
            .multiplied = true,
        };
    }
}

static int64_t feature_words(int64_t n, int64_t bytes)
{
    const int64_t in_a_word = (int64_t)sizeof(wire_word) / bytes;
    return n / in_a_word + (n % in_a_word > 0);
}

static int64_t row_words(const part_fit *fit, int64_t bytes)
{
    return ROW_SCORES + part_fit_offsets(fit) + feature_words(fit->n, bytes);
}

int64_t sampled_rows_length(const part_fit *fit, const linclass_matrix *X, int64_t count)
{
    const int64_t width = row_words(fit, form_of(fit, X).bytes);
    return count > INT64_MAX / 16 / width ? -1 : BLOCK_HEADER + count * width;
}

static wire_word bits_of(double value, int64_t bytes)
{
    if (bytes == 1)
        return (wire_word)value;
    if (bytes == sizeof(double)) {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        return bits;
    }
    const float rounded = (float)value;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits;
}

static double value_of(wire_word word, int64_t bytes)
{
    if (bytes == 1)
        return (double)(word & UINT8_MAX);
    if (bytes == sizeof(double)) {
        double value;
        memcpy(&value, &word, sizeof value);
        return value;
    }
    const uint32_t bits = (uint32_t)word;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void pack(const double *x, int64_t n, int64_t bytes, wire_word *words)
{
    const int64_t in_a_word = (int64_t)sizeof(wire_word) / bytes;
    for (int64_t j = 0; j < n; j += in_a_word, words++) {
        *words = 0;
        for (int64_t i = 0; i < in_a_word && j + i < n; i++)
            *words |= bits_of(x[j + i], bytes) << 8 * bytes * i;
    }
}

static void unpack(const wire_word *words, int64_t n, feature_form form, double *x)
{
    const int64_t in_a_word = (int64_t)sizeof(wire_word) / form.bytes;
    for (int64_t j = 0; j < n; j += in_a_word, words++) {
        for (int64_t i = 0; i < in_a_word && j + i < n; i++)
            x[j + i] = form.factor * value_of(*words >> 8 * form.bytes * i, form.bytes);
    }
}

/* The same of bytes. */
static void pack_bytes(const uint8_t *x, int64_t n, wire_word *words)
{
    const int64_t whole = n / (int64_t)sizeof(wire_word) * (int64_t)sizeof(wire_word);
    for (int64_t j = 0; j < whole; j += (int64_t)sizeof(wire_word), words++) {
        *words = 0;
        for (int64_t i = 0; i < (int64_t)sizeof(wire_word); i++)
            *words |= (wire_word)x[j + i] << 8 * i;
    }
    if (whole < n)
        *words = 0;
    for (int64_t j = whole; j < n; j++)
        *words |= (wire_word)x[j] << 8 * (j - whole);
}

static void unpack_bytes(const wire_word *words, int64_t n, uint8_t *x)
{
    const int64_t whole = n / (int64_t)sizeof(wire_word) * (int64_t)sizeof(wire_word);
    for (int64_t j = 0; j < whole; j += (int64_t)sizeof(wire_word), words++)
        for (int64_t i = 0; i < (int64_t)sizeof(wire_word); i++)
            x[j + i] = (uint8_t)(*words >> 8 * i);
    for (int64_t j = whole; j < n; j++)
        x[j] = (uint8_t)(*words >> 8 * (j - whole));
}

static bool are_finite(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t j = 0; j < n; j++)
        sum += x[j] * 0;
    return sum == 0;
}

static bool is_a_run_of_bytes(const linclass_matrix *X)
{
    return X->dtype == LINCLASS_UINT8 && !matrix_is_sparse(X) && X->col_stride == 1;
}

/* One row of the part, in words; x: n doubles for work. Errors: NON_FINITE. */
static linclass_status write_row(linclass_context *ctx, const part_fit *fit, const part_rows *rows,
                                 int64_t row, double *x, double *to)
{
    const feature_form form = form_of(fit, &rows->X);
    const int64_t offsets = part_fit_offsets(fit);
    linclass_matrix X = rows->X;
    to[ROW_CLASS] = (double)rows->y[row];
    to[ROW_WEIGHT] = rows->sample_weights == NULL ? 1 : rows->sample_weights[row];
    for (int64_t a = 0; a < offsets; a++)
        to[ROW_SCORES + a] = X.offset == NULL ? 0 : X.offset[row * X.offset_stride + a];
    wire_word *features = (wire_word *)(to + ROW_SCORES + offsets);
    if (is_a_run_of_bytes(&X)) {
        pack_bytes((const uint8_t *)X.data + row * X.row_stride, fit->n, features);
        return LINCLASS_OK;
    }
    if (!form.multiplied)
        X.scale = 1;
    const row_block_f64 gathered = row_block_gather_dense_f64(&X, &row, 1, x);
    pack(gathered.X, fit->n, form.bytes, features);
    return are_finite(gathered.X, fit->n) ? LINCLASS_OK
                                          : matrix_find_non_finite(ctx, "X", &rows->X, row, 1);
}

linclass_status sampled_rows_write(linclass_context *ctx, const part_fit *fit,
                                   const part_rows *rows, int64_t count, double *block)
{
    const feature_form form = form_of(fit, &rows->X);
    const int64_t width = row_words(fit, form.bytes);
    double *x;
    linclass_status status = context_allocate_doubles(ctx, fit->n, "a sampled row", &x);
    block[BLOCK_ROWS] = (double)count;
    block[BLOCK_BYTES] = (double)form.bytes;
    block[BLOCK_FACTOR] = form.factor;
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        const int64_t row = (int64_t)((double)i * ((double)rows->X.rows / (double)count));
        status = write_row(ctx, fit, rows, row, x, block + BLOCK_HEADER + i * width);
    }
    context_release(ctx, x);
    return status;
}

/* The rows of a block. */
typedef struct block_rows {
    int64_t count;
    int64_t width; /* words of a row */
    feature_form form;
    const double *first;
} block_rows;

/* What is still to be read. */
typedef struct block_cursor {
    const double *at;
    const double *end;
    const part_piece *more;
} block_cursor;

static block_cursor cursor_of(const part_node *all)
{
    return (block_cursor){all->sums, all->sums + part_sums_before_pieces(all), all->more};
}

static bool has_blocks(block_cursor *self)
{
    while (self->at == self->end && self->more != NULL) {
        self->at = self->more->sums;
        self->end = self->at + self->more->length;
        self->more = self->more->next;
    }
    return self->at < self->end;
}

/* The block at the cursor, which moves to its end. Errors: FORMAT. */
static linclass_status next_block(linclass_context *ctx, const part_fit *fit, block_cursor *cursor,
                                  block_rows *block)
{
    const double *header = cursor->at;
    const double *end = cursor->end;
    const double bytes = end - header < BLOCK_HEADER ? 0 : header[BLOCK_BYTES];
    *block = (block_rows){0};
    if (bytes != 1 && bytes != sizeof(float) && bytes != sizeof(double))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "the reply has no block of sampled rows");
    *block = (block_rows){
        .width = row_words(fit, (int64_t)bytes),
        .form = {.bytes = (int64_t)bytes, .factor = header[BLOCK_FACTOR]},
        .first = header + BLOCK_HEADER,
    };
    const double count = header[BLOCK_ROWS];
    const int64_t most = (end - block->first) / block->width;
    if (!(count >= 0 && count <= (double)most && isfinite(block->form.factor)))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "the reply has %g rows with the factor %g, and words of %lld", count,
                            block->form.factor, (long long)most);
    block->count = (int64_t)count;
    cursor->at = block->first + block->count * block->width;
    return LINCLASS_OK;
}

/* How many rows there are, and whether all are bytes with one factor. */
static linclass_status survey(linclass_context *ctx, const part_fit *fit, const part_node *all,
                              sampled_rows *self)
{
    block_cursor cursor = cursor_of(all);
    bool alike = true;
    while (has_blocks(&cursor)) {
        block_rows block;
        const linclass_status status = next_block(ctx, fit, &cursor, &block);
        if (status != LINCLASS_OK)
            return status;
        if (block.count == 0)
            continue;
        if (self->count == 0)
            self->factor = block.form.factor;
        alike = alike && block.form.bytes == 1 && block.form.factor == self->factor;
        self->count += block.count;
    }
    if (self->count == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "the reply has no sampled rows");
    self->dtype = alike ? LINCLASS_UINT8 : fit->dtype;
    self->factor = alike ? self->factor : 1;
    return LINCLASS_OK;
}

static void lay_out(void *owner, space_plan *plan)
{
    sampled_rows *self = owner;
    self->y = space_next(plan, self->count, 1, sizeof *self->y);
    self->weights = space_doubles(plan, self->count, 1);
    self->scores = space_doubles(plan, self->count, self->offsets);
    self->features = space_next(plan, self->count, self->n, element_bytes((int32_t)self->dtype));
    self->row = space_doubles(plan, self->n, 1);
}

static void keep_features(sampled_rows *self, int64_t i)
{
    const int64_t n = self->n;
    if (self->dtype == LINCLASS_FLOAT64) {
        if (n > 0)
            memcpy((double *)self->features + i * n, self->row, (size_t)n * sizeof(double));
        return;
    }
    float *to = (float *)self->features + i * n;
    for (int64_t j = 0; j < n; j++)
        to[j] = (float)self->row[j];
}

/* Row i of all. */
static linclass_status read_row(linclass_context *ctx, const part_fit *fit, const double *row,
                                feature_form form, sampled_rows *self, int64_t i)
{
    const double class = row[ROW_CLASS];
    const double weight = row[ROW_WEIGHT];
    if (!(class >= 0 && class < (double)fit->k && weight >= 0 && isfinite(weight)))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "the reply has a row of class %g and weight %g", class, weight);
    self->y[i] = (int64_t) class;
    self->weights[i] = weight;
    for (int64_t a = 0; a < self->offsets; a++) {
        const double score = row[ROW_SCORES + a];
        if (!isfinite(score))
            return context_fail(ctx, LINCLASS_ERROR_FORMAT, "the reply has the base score %g",
                                score);
        self->scores[i * self->offsets + a] = score;
    }
    const wire_word *features = (const wire_word *)(row + ROW_SCORES + self->offsets);
    if (self->dtype == LINCLASS_UINT8) {
        unpack_bytes(features, self->n, (uint8_t *)self->features + i * self->n);
        return LINCLASS_OK;
    }
    unpack(features, self->n, form, self->row);
    keep_features(self, i);
    return LINCLASS_OK;
}

linclass_status sampled_rows_read(linclass_context *ctx, const part_fit *fit, const part_node *all,
                                  sampled_rows *self)
{
    *self = (sampled_rows){.n = fit->n, .offsets = part_fit_offsets(fit)};
    block_cursor cursor = cursor_of(all);
    linclass_status status = survey(ctx, fit, all, self);
    if (status == LINCLASS_OK)
        status = space_lay_out(ctx, lay_out, self, "sampled rows", &self->memory);
    for (int64_t i = 0; i < self->count && status == LINCLASS_OK && has_blocks(&cursor);) {
        block_rows block;
        status = next_block(ctx, fit, &cursor, &block);
        for (int64_t r = 0; r < block.count && status == LINCLASS_OK; r++, i++)
            status = read_row(ctx, fit, block.first + r * block.width, block.form, self, i);
    }
    return status;
}

void sampled_rows_end(linclass_context *ctx, sampled_rows *self)
{
    context_release(ctx, self->memory);
    *self = (sampled_rows){.count = 0};
}
