/* Coordinates to compressed rows: elements are counted into rows in their order in the file, each row that
 * is not in order is sorted by (column, place in the file), and what stands in the same column is summed
 * in that order, in double: O(nnz log) time, 8 bytes an element besides the copy. Compressed columns, and
 * rows out of order, are expanded to coordinates first.
 *
 * Hazards. Starts and indices are the file's to choose: each is checked before it is used. Nothing in the
 * file is as long as the rows of a matrix by columns or coordinates: their number is held against the
 * length of the file. */
#include "data/formats/sparse.h"

#include "core/context.h"
#include "core/sort.h"
#include "data/elements.h"

enum { ROWS_WITHOUT_EVIDENCE = 1 << 20, ROWS_A_BYTE = 16 };

static inline int64_t at(const sparse_indices *indices, int64_t i)
{
    return indices->dtype == LINCLASS_INT32 ? ((const int32_t *)indices->index)[i]
                                            : ((const int64_t *)indices->index)[i];
}

static linclass_status check_starts(linclass_context *ctx, const sparse_source *source,
                                    int64_t count)
{
    const sparse_indices *const starts = &source->starts;
    if (starts->count - 1 != count || at(starts, 0) != 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s: indptr has %lld numbers, not %lld that begin with 0", source->name,
                            (long long)starts->count, (long long)count + 1);
    for (int64_t i = 0; i < count; i++)
        if (at(starts, i + 1) < at(starts, i) || at(starts, i + 1) > source->elements)
            return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                                "%s: indptr[%lld] is %lld, after %lld, with %lld elements",
                                source->name, (long long)i + 1, (long long)at(starts, i + 1),
                                (long long)at(starts, i), (long long)source->elements);
    return LINCLASS_OK;
}

static linclass_status check_indices(linclass_context *ctx, const sparse_source *source,
                                     const char *what, const sparse_indices *indices, int64_t count,
                                     int64_t bound)
{
    for (int64_t e = 0; e < count; e++)
        if (at(indices, e) < 0 || at(indices, e) >= bound)
            return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                                "%s: element %lld has %s %lld, none of %lld", source->name,
                                (long long)e, what, (long long)at(indices, e), (long long)bound);
    return LINCLASS_OK;
}

/* Whether the columns of each row ascend. */
static bool rows_ascend(const sparse_source *source)
{
    for (int64_t i = 0; i < source->rows; i++)
        for (int64_t e = at(&source->starts, i) + 1; e < at(&source->starts, i + 1); e++)
            if (at(&source->col, e) <= at(&source->col, e - 1))
                return false;
    return true;
}

static linclass_status widen_starts(linclass_context *ctx, const sparse_source *source,
                                    linclass_dataset *dataset)
{
    dataset->row_starts = source->starts.index;
    if (source->starts.dtype == LINCLASS_INT64)
        return LINCLASS_OK;
    void *taken;
    const linclass_status status = context_allocate_array(ctx, source->rows + 1, sizeof(int64_t),
                                                          "the starts of rows", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const wide = taken;
    for (int64_t i = 0; i <= source->rows; i++)
        wide[i] = ((const int32_t *)source->starts.index)[i];
    dataset->row_starts = wide;
    dataset->owned[DATASET_ROW_STARTS] = wide;
    return LINCLASS_OK;
}

/* What sorts the elements of a row. */
static inline bool comes_after(const void *keys, int64_t a, int64_t b)
{
    const sparse_indices *const col = keys;
    return at(col, a) != at(col, b) ? at(col, a) > at(col, b) : a > b;
}

static bool in_order(const sparse_indices *col, const int64_t *order, int64_t count)
{
    for (int64_t e = 1; e < count; e++)
        if (at(col, order[e]) < at(col, order[e - 1]))
            return false;
    return true;
}

/* order: the elements, row by row, in the order of their columns; starts: rows + 1. */
static void order_elements(const sparse_source *source, int64_t *starts, int64_t *order)
{
    for (int64_t i = 0; i <= source->rows; i++)
        starts[i] = 0;
    for (int64_t e = 0; e < source->elements; e++)
        starts[at(&source->row, e)]++;
    int64_t sum = 0;
    for (int64_t i = 0; i <= source->rows; i++) {
        const int64_t count = starts[i];
        starts[i] = sum;
        sum += count;
    }
    for (int64_t e = 0; e < source->elements; e++)
        order[starts[at(&source->row, e)]++] = e;
    for (int64_t i = source->rows; i > 0; i--)
        starts[i] = starts[i - 1];
    starts[0] = 0;
    for (int64_t i = 0; i < source->rows; i++)
        if (!in_order(&source->col, order + starts[i], starts[i + 1] - starts[i]))
            heap_sort(starts[i + 1] - starts[i], order + starts[i], comes_after, &source->col);
}

/* Write the elements in their order, those of one place as their sum; starts: shortened accordingly. */
static void sum_elements(const sparse_source *source, const int64_t *order, int64_t *starts,
                         linclass_dataset *dataset)
{
    int32_t *const columns = dataset->owned[DATASET_COLUMNS];
    float *const f32 = dataset->owned[DATASET_DATA];
    double *const f64 = dataset->owned[DATASET_DATA];
    int64_t written = 0;
    int64_t begin = 0;
    for (int64_t i = 0; i < source->rows; i++) {
        const int64_t end = starts[i + 1];
        for (int64_t e = begin; e < end;) {
            const int64_t column = at(&source->col, order[e]);
            double sum = 0;
            for (; e < end && at(&source->col, order[e]) == column; e++)
                sum += element_value(source->dtype, source->values, order[e]);
            columns[written] = (int32_t)column;
            if (dataset->dtype == LINCLASS_FLOAT32)
                f32[written++] = (float)sum;
            else
                f64[written++] = sum;
        }
        begin = end;
        starts[i + 1] = written;
    }
}

static linclass_status copy_coordinates(linclass_context *ctx, const sparse_source *source,
                                        linclass_dataset *dataset)
{
    const bool wide = source->dtype == LINCLASS_FLOAT64 || source->dtype == LINCLASS_INT32 ||
                      source->dtype == LINCLASS_INT64;
    dataset->dtype = wide ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
    dataset->column_dtype = LINCLASS_INT32;
    void **const owned = dataset->owned;
    void *order = NULL;
    linclass_status status = context_allocate_array(ctx, source->rows + 1, sizeof(int64_t),
                                                    "sparse rows", &owned[DATASET_ROW_STARTS]);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, source->elements, sizeof(int32_t), "sparse rows",
                                        &owned[DATASET_COLUMNS]);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, source->elements, element_bytes(dataset->dtype),
                                        "sparse rows", &owned[DATASET_DATA]);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, source->elements, sizeof(int64_t),
                                        "the order of elements", &order);
    if (status != LINCLASS_OK)
        return status;
    order_elements(source, owned[DATASET_ROW_STARTS], order);
    sum_elements(source, order, owned[DATASET_ROW_STARTS], dataset);
    context_release(ctx, order);
    dataset->row_starts = owned[DATASET_ROW_STARTS];
    dataset->columns = owned[DATASET_COLUMNS];
    dataset->data = owned[DATASET_DATA];
    return LINCLASS_OK;
}

/* The compressed index of each element, allocated. */
static linclass_status expand(linclass_context *ctx, const sparse_source *source,
                              sparse_indices *expanded)
{
    const int64_t count = source->starts.count - 1;
    void *taken;
    const linclass_status status = context_allocate_array(ctx, source->elements, sizeof(int64_t),
                                                          "the places of elements", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const index = taken;
    for (int64_t i = 0; i < count; i++)
        for (int64_t e = at(&source->starts, i); e < at(&source->starts, i + 1); e++)
            index[e] = i;
    *expanded = (sparse_indices){index, LINCLASS_INT64, source->elements};
    return LINCLASS_OK;
}

static linclass_status copy_compressed(linclass_context *ctx, const sparse_source *source,
                                       bool by_rows, linclass_dataset *dataset)
{
    sparse_source coordinates = *source;
    coordinates.elements = at(&source->starts, source->starts.count - 1);
    sparse_indices *const expanded = by_rows ? &coordinates.row : &coordinates.col;
    linclass_status status = expand(ctx, &coordinates, expanded);
    if (status != LINCLASS_OK)
        return status;
    status = copy_coordinates(ctx, &coordinates, dataset);
    context_release(ctx, (void *)expanded->index);
    return status;
}

static linclass_status check_shape_claims(linclass_context *ctx, const sparse_source *source,
                                          bool by_rows)
{
    const int64_t evidence =
        ROWS_WITHOUT_EVIDENCE + ROWS_A_BYTE * (int64_t)(source->file_bytes & (SIZE_MAX >> 8));
    if (source->cols > INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s has %lld columns; sparse rows have at most 2147483647",
                            source->name, (long long)source->cols);
    if (!by_rows && source->rows > evidence)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s claims %lld rows, for a file of %zu bytes", source->name,
                            (long long)source->rows, source->file_bytes);
    return LINCLASS_OK;
}

linclass_status sparse_rows(linclass_context *ctx, const sparse_source *source,
                            linclass_dataset *dataset, bool *in_place)
{
    const bool compressed = source->starts.index != NULL;
    const bool by_rows = compressed && source->row.index == NULL;
    *in_place = false;
    linclass_status status = check_shape_claims(ctx, source, by_rows);
    if (status == LINCLASS_OK && compressed)
        status = check_starts(ctx, source, by_rows ? source->rows : source->cols);
    if (status != LINCLASS_OK)
        return status;
    const int64_t used =
        compressed ? at(&source->starts, source->starts.count - 1) : source->elements;
    if (!by_rows)
        status = check_indices(ctx, source, "row", &source->row, used, source->rows);
    if (status == LINCLASS_OK && (by_rows || !compressed))
        status = check_indices(ctx, source, "column", &source->col, used, source->cols);
    if (status != LINCLASS_OK)
        return status;
    dataset->layout = LINCLASS_LAYOUT_CSR;
    dataset->rows = source->rows;
    dataset->cols = source->cols;
    if (!compressed)
        return copy_coordinates(ctx, source, dataset);
    if (!by_rows || !rows_ascend(source))
        return copy_compressed(ctx, source, by_rows, dataset);
    *in_place = true;
    dataset->dtype = source->dtype;
    dataset->data = source->values;
    dataset->columns = source->col.index;
    dataset->column_dtype = source->col.dtype;
    return widen_starts(ctx, source, dataset);
}
