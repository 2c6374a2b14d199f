/* Elements from columns: a block of rows at a time, so that what is written stays in the cache, column by
 * column within it, so that features ascend in each row.
 *
 * Dense: rows x features. Sparse: the elements that are not 0; where all columns are texts, each is 1 and no
 * values are kept. */
#include "data/encode_cells.h"

#include <inttypes.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/elements.h"

enum { BLOCK_ROWS = 64 };

/* Where elements go. */
typedef struct cell_target {
    int32_t dtype;
    int64_t features;
    void *values;     /* dense: rows x features; sparse: the elements, or NULL */
    int64_t *next;    /* sparse: the next element of each row; NULL: dense */
    int32_t *columns; /* sparse */
} cell_target;

static inline void put(const cell_target *to, int64_t row, int64_t feature, double value)
{
    int64_t at = row * to->features + feature;
    if (to->next != NULL) {
        at = to->next[row]++;
        to->columns[at] = (int32_t)feature;
        if (to->values == NULL)
            return;
    }
    if (to->dtype == LINCLASS_FLOAT32)
        ((float *)to->values)[at] = (float)value;
    else
        ((double *)to->values)[at] = value;
}

/* Zeros are written too: whether a number is one is hard to foresee for a processor. */
static void put_dense(const cell_target *to, const double *numbers, int64_t first, int64_t end,
                      int64_t feature)
{
    const bool single = to->dtype == LINCLASS_FLOAT32;
    float *const at_single = (float *)to->values + feature;
    double *const at_double = (double *)to->values + feature;
    for (int64_t i = first; i < end && single; i++)
        at_single[i * to->features] = (float)numbers[i] + 0.0F; /* -0 becomes 0 */
    for (int64_t i = first; i < end && !single; i++)
        at_double[i * to->features] = numbers[i] + 0.0;
}

static void put_numbers(const cell_target *to, const double *numbers, int64_t first, int64_t end,
                        int64_t feature)
{
    if (to->next == NULL) {
        put_dense(to, numbers, first, end, feature);
        return;
    }
    for (int64_t i = first; i < end; i++)
        if (numbers[i] != 0)
            put(to, i, feature, numbers[i]);
}

static void put_codes(const cell_target *to, const int32_t *codes, int64_t first, int64_t end,
                      int64_t feature)
{
    for (int64_t i = first; i < end; i++)
        if (codes[i] >= 0)
            put(to, i, feature + codes[i], 1);
}

static void put_all(const encode_cells *self, const cell_target *to)
{
    /* Rows without columns take no memory: a stream of Arrow may claim any number of them. */
    const int64_t rows = self->encoding->columns == 0 ? 0 : self->source->rows;
    for (int64_t first = 0; first < rows; first += BLOCK_ROWS) {
        const int64_t end = lesser(first + BLOCK_ROWS, rows);
        int64_t feature = 0;
        for (int64_t j = 0; j < self->encoding->columns; j++) {
            const encoding_column *known = &self->encoding->column[j];
            const table_column *column = &self->source->column[self->places[j]];
            if (known->kind == LINCLASS_COLUMN_NUMBERS)
                put_numbers(to, column->numbers, first, end, feature);
            else
                put_codes(to, column->codes, first, end, feature);
            feature += known->kind == LINCLASS_COLUMN_NUMBERS ? 1 : known->categories.count;
        }
    }
}

/* counts[i] (rows): the elements of row i that are not 0. Returns their sum. */
static int64_t count_elements(const encode_cells *self, int64_t *counts)
{
    const int64_t rows = self->source->rows;
    memset(counts, 0, (size_t)rows * sizeof *counts);
    for (int64_t j = 0; j < self->encoding->columns; j++) {
        const table_column *column = &self->source->column[self->places[j]];
        const bool numbers = column->kind == TABLE_NUMBERS;
        for (int64_t i = 0; i < rows; i++)
            counts[i] += numbers ? column->numbers[i] != 0 : column->codes[i] >= 0;
    }
    int64_t sum = 0;
    for (int64_t i = 0; i < rows; i++)
        sum += counts[i];
    return sum;
}

static bool any_numbers(const linclass_encoding *encoding)
{
    for (int64_t j = 0; j < encoding->columns; j++)
        if (encoding->column[j].kind == LINCLASS_COLUMN_NUMBERS)
            return true;
    return false;
}

static linclass_status write_dense(linclass_context *ctx, const encode_cells *self,
                                   linclass_dataset *dataset)
{
    const size_t element = element_bytes(dataset->dtype);
    size_t bytes;
    if (!checked_bytes(dataset->rows, dataset->cols, element, &bytes))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s: %" PRId64 " rows of %" PRId64 " features are too many",
                            self->source->source, dataset->rows, dataset->cols);
    const linclass_status status = context_allocate(ctx, bytes, "the features", &dataset->owned[0]);
    if (status != LINCLASS_OK)
        return status;
    allocator_expect_all(&ctx->allocator, dataset->owned[0], bytes);
    memset(dataset->owned[0], 0, bytes);
    dataset->data = dataset->owned[0];
    dataset->layout = LINCLASS_LAYOUT_STRIDED;
    dataset->row_stride = dataset->cols;
    dataset->col_stride = 1;
    const cell_target to = {
        .dtype = dataset->dtype, .features = dataset->cols, .values = dataset->owned[0]};
    put_all(self, &to);
    return LINCLASS_OK;
}

/* starts: rows + 1, whose numbers 1..rows are the counts of the rows. */
static linclass_status write_sparse(linclass_context *ctx, const encode_cells *self,
                                    int64_t *starts, int64_t elements, linclass_dataset *dataset)
{
    const bool with_values = any_numbers(self->encoding);
    linclass_status status = context_allocate_array(ctx, elements, sizeof(int32_t),
                                                    "the columns of elements", &dataset->owned[2]);
    if (status == LINCLASS_OK && with_values)
        status = context_allocate_array(ctx, elements, element_bytes(dataset->dtype),
                                        "the elements", &dataset->owned[0]);
    if (status != LINCLASS_OK)
        return status;
    /* starts[i + 1] begins as the first element of row i, and ends as the one after its last. */
    int64_t first = 0;
    starts[0] = 0;
    for (int64_t i = 1; i <= dataset->rows; i++) {
        const int64_t count = starts[i];
        starts[i] = first;
        first += count;
    }
    const cell_target to = {.dtype = dataset->dtype,
                            .features = dataset->cols,
                            .values = dataset->owned[0],
                            .next = starts + 1,
                            .columns = dataset->owned[2]};
    put_all(self, &to);
    dataset->layout = LINCLASS_LAYOUT_CSR;
    dataset->row_stride = 0;
    dataset->col_stride = 0;
    dataset->row_starts = starts;
    dataset->columns = dataset->owned[2];
    dataset->column_dtype = LINCLASS_INT32;
    dataset->data = dataset->owned[0];
    return LINCLASS_OK;
}

/* Whether the elements take fewer bytes when those that are 0 are left out. */
static bool sparse_is_smaller(const encode_cells *self, int64_t elements,
                              const linclass_dataset *dataset)
{
    const double element = (double)element_bytes(dataset->dtype);
    const double value = any_numbers(self->encoding) ? element : 0;
    const double rows = (double)dataset->rows;
    return 8 * (rows + 1) + (double)elements * (4 + value) < rows * (double)dataset->cols * element;
}

linclass_status encode_cells_write(linclass_context *ctx, const encode_cells *self,
                                   linclass_dataset *dataset)
{
    const int32_t layout = self->options->layout;
    if (layout == LINCLASS_LAYOUT_STRIDED)
        return write_dense(ctx, self, dataset);
    linclass_status status = context_allocate_array(ctx, dataset->rows + 1, sizeof(int64_t),
                                                    "the starts of rows", &dataset->owned[1]);
    if (status != LINCLASS_OK)
        return status;
    int64_t *starts = dataset->owned[1];
    const int64_t elements = count_elements(self, starts + 1);
    if (layout == LINCLASS_LAYOUT_CSR || sparse_is_smaller(self, elements, dataset)) {
        if (dataset->cols > INT32_MAX)
            return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                                "%s: %" PRId64 " features are more than 2^31 - 1",
                                self->source->source, dataset->cols);
        return write_sparse(ctx, self, starts, elements, dataset);
    }
    context_release(ctx, dataset->owned[1]);
    dataset->owned[1] = NULL;
    return write_dense(ctx, self, dataset);
}
