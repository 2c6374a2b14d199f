/* Columns and values of the kernels' own types are used where they are, all rows in one call; others are
 * converted into a buffer on the stack, a run of a few rows, or of a part of one, at a time: an element has the same
 * bits in any types, and no call needs memory for them. */
#include "sweep/sparse_products.h"

#include <stdbool.h>
#include <string.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "linalg/sparse/sparse.h"

static const int64_t CACHED_ELEMENTS = 1 << 18; /* of theta or G: more are prefetched */

enum { MOST_ROWS = 64 }; /* of a run */

typedef struct run_buffers {
    element_range ranges[MOST_ROWS];
    int32_t columns[SPARSE_RUN];
    real values[SPARSE_RUN];
} run_buffers;

static bool values_in_place(const linclass_matrix *view)
{
    return view->data == NULL || (view->dtype == REAL_DTYPE && view->scale == 1);
}

static sparse_block block_in_place(const sparse_ranges *X, int64_t ld)
{
    const linclass_matrix *view = X->view;
    return (sparse_block){
        .rows = X->rows,
        .ranges = X->ranges,
        .stride = X->stride,
        .columns = view->columns,
        .values = view->data,
        .factor = view->data == NULL ? (real)view->scale : 1,
        .is_far = view->cols > CACHED_ELEMENTS / ld,
    };
}

/* How many whole rows from `row` on lie one after the other and fit the buffers; their ranges there. */
static int64_t rows_together(const sparse_ranges *X, int64_t row, run_buffers *buffers)
{
    const int64_t begin = X->ranges[row * X->stride].begin;
    int64_t end = begin;
    int64_t count = 0;
    while (count < MOST_ROWS && row + count < X->rows) {
        const element_range next = X->ranges[(row + count) * X->stride];
        if (next.begin != end || next.end - begin > SPARSE_RUN)
            break;
        buffers->ranges[count++] = (element_range){next.begin - begin, next.end - begin};
        end = next.end;
    }
    return count;
}

/* Where the next run begins: so many elements into a row. */
typedef struct run_place {
    int64_t row;
    int64_t rows; /* that the run has, wholly or, of one, in part */
    int64_t done;
} run_place;

/* *run := the next elements, in the buffers: those of rows, or, of a long one, some. Whether there are any. */
static bool next_run(const sparse_ranges *X, run_place *at, run_buffers *buffers, sparse_block *run)
{
    const linclass_matrix *view = X->view;
    if (at->done == 0)
        at->row += at->rows;
    if (at->row == X->rows)
        return false;
    const element_range row = X->ranges[at->row * X->stride];
    const int64_t begin = row.begin + at->done;
    at->rows = at->done == 0 ? rows_together(X, at->row, buffers) : 0;
    if (at->rows == 0) {
        const int64_t left = row.end - begin;
        buffers->ranges[0] = (element_range){0, lesser(SPARSE_RUN, left)};
        at->done = left > SPARSE_RUN ? at->done + SPARSE_RUN : 0;
        at->rows = 1;
    }
    const int64_t count = buffers->ranges[at->rows - 1].end;
    *run = (sparse_block){
        .rows = at->rows,
        .ranges = buffers->ranges,
        .stride = 1,
        .columns = (const int32_t *)view->columns + begin,
        .values = (const real *)view->data + begin,
        .factor = 1,
    };
    if (view->column_dtype != LINCLASS_INT32) {
        for (int64_t i = 0; i < count; i++)
            buffers->columns[i] = (int32_t)sparse_column(view, begin + i);
        run->columns = buffers->columns;
    }
    if (view->data == NULL) {
        run->factor = (real)view->scale;
        run->values = NULL;
    } else if (!values_in_place(view)) {
        elements_convert(view->dtype, view->data, begin, 1, view->scale, count, buffers->values);
        run->values = buffers->values;
    }
    return true;
}

static bool in_place(const linclass_matrix *view)
{
    return view->column_dtype == LINCLASS_INT32 && values_in_place(view);
}

/* H = bias in every row. */
static void set_bias(int64_t rows, const linear_map *map, real *H, int64_t ldh)
{
    const size_t bytes = (size_t)map->k * sizeof(real);
    if (map->k == 1) {
        const real bias = map->bias == NULL ? 0 : map->bias[0];
        for (int64_t i = 0; i < rows; i++)
            H[i * ldh] = bias;
        return;
    }
    for (int64_t i = 0; i < rows; i++) {
        if (map->bias == NULL)
            memset(H + i * ldh, 0, bytes);
        else
            memcpy(H + i * ldh, map->bias, bytes);
    }
}

void sparse_scores(const sparse_ranges *X, const linear_map *map, real *H, int64_t ldh)
{
    const sparse_functions *functions = sparse_of(map->set);
    set_bias(X->rows, map, H, ldh);
    if (in_place(X->view)) {
        const sparse_block block = block_in_place(X, map->ldtheta);
        functions->scores(&block, map->k, map->theta, map->ldtheta, H, ldh);
        return;
    }
    run_buffers buffers;
    run_place at = {0};
    sparse_block block;
    while (next_run(X, &at, &buffers, &block))
        functions->scores(&block, map->k, map->theta, map->ldtheta, H + at.row * ldh, ldh);
}

void sparse_update(int32_t set, const sparse_ranges *X, int64_t k, real alpha, const real *R,
                   int64_t ldr, real *G, int64_t ldg)
{
    const sparse_functions *functions = sparse_of(set);
    if (in_place(X->view)) {
        const sparse_block block = block_in_place(X, ldg);
        functions->update(&block, k, alpha, R, ldr, G, ldg);
        return;
    }
    run_buffers buffers;
    run_place at = {0};
    sparse_block block;
    while (next_run(X, &at, &buffers, &block))
        functions->update(&block, k, alpha, R + at.row * ldr, ldr, G, ldg);
}

void sparse_add_one(int32_t set, const sparse_ranges *X, const real *R, int64_t ldr, double *sums)
{
    const sparse_functions *functions = sparse_of(set);
    if (in_place(X->view)) {
        const sparse_block block = block_in_place(X, 1);
        functions->add_one(&block, R, ldr, sums);
        return;
    }
    run_buffers buffers;
    run_place at = {0};
    sparse_block block;
    while (next_run(X, &at, &buffers, &block))
        functions->add_one(&block, R + at.row * ldr, ldr, sums);
}
