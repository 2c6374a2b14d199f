/* Columns and values of the kernels' own types are used where they are, all rows in one call; others are
 * converted into a buffer on the stack, a run at a time: an element has the same bits in any types, and no
 * call needs memory for them. */
#include "sweep/sparse_products.h"

#include <stdbool.h>
#include <string.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "linalg/sparse/sparse.h"

static const int64_t CACHED_ELEMENTS = 1 << 18; /* of theta or G: more are prefetched */

typedef struct run_buffers {
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

/* Some elements of one row, in the buffers, as `run`, which has the range 0..count-1. */
static sparse_block run_of(const linclass_matrix *view, int64_t begin, element_range *run,
                           run_buffers *buffers)
{
    const int64_t count = run->end;
    sparse_block block = {
        .rows = 1,
        .ranges = run,
        .columns = (const int32_t *)view->columns + begin,
        .values = (const real *)view->data + begin,
        .factor = 1,
    };
    if (view->column_dtype != LINCLASS_INT32) {
        for (int64_t i = 0; i < count; i++)
            buffers->columns[i] = (int32_t)sparse_column(view, begin + i);
        block.columns = buffers->columns;
    }
    if (view->data == NULL) {
        block.factor = (real)view->scale;
        block.values = NULL;
    } else if (!values_in_place(view)) {
        elements_convert(view->dtype, view->data, begin, 1, view->scale, count, buffers->values);
        block.values = buffers->values;
    }
    return block;
}

static bool in_place(const linclass_matrix *view)
{
    return view->column_dtype == LINCLASS_INT32 && values_in_place(view);
}

void sparse_scores(const sparse_ranges *X, const linear_map *map, real *H, int64_t ldh)
{
    const sparse_functions *functions = sparse_of(map->set);
    const size_t bytes = (size_t)map->k * sizeof(real);
    for (int64_t i = 0; i < X->rows; i++) {
        if (map->bias == NULL)
            memset(H + i * ldh, 0, bytes);
        else
            memcpy(H + i * ldh, map->bias, bytes);
    }
    if (in_place(X->view)) {
        const sparse_block block = block_in_place(X, map->ldtheta);
        functions->scores(&block, map->k, map->theta, map->ldtheta, H, ldh);
        return;
    }
    run_buffers buffers;
    for (int64_t i = 0; i < X->rows; i++) {
        const element_range row = X->ranges[i * X->stride];
        for (int64_t e = row.begin; e < row.end; e += SPARSE_RUN) {
            element_range run = {0, lesser(SPARSE_RUN, row.end - e)};
            const sparse_block block = run_of(X->view, e, &run, &buffers);
            functions->scores(&block, map->k, map->theta, map->ldtheta, H + i * ldh, ldh);
        }
    }
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
    for (int64_t i = 0; i < X->rows; i++) {
        const element_range row = X->ranges[i * X->stride];
        for (int64_t e = row.begin; e < row.end; e += SPARSE_RUN) {
            element_range run = {0, lesser(SPARSE_RUN, row.end - e)};
            const sparse_block block = run_of(X->view, e, &run, &buffers);
            functions->update(&block, k, alpha, R + i * ldr, ldr, G, ldg);
        }
    }
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
    for (int64_t i = 0; i < X->rows; i++) {
        const element_range row = X->ranges[i * X->stride];
        for (int64_t e = row.begin; e < row.end; e += SPARSE_RUN) {
            element_range run = {0, lesser(SPARSE_RUN, row.end - e)};
            const sparse_block block = run_of(X->view, e, &run, &buffers);
            functions->add_one(&block, R + i * ldr, ldr, sums);
        }
    }
}
