/* Rows in runs of at most SPARSE_RUN elements. Columns and values of the kernels' own types are used where
 * they are, others are converted into a buffer on the stack, a run at a time: an element has the same bits
 * in any types, and no call needs memory for them. */
#include "sweep/sparse_products.h"

#include <stdbool.h>

#include "core/minimum.h"
#include "data/elements.h"
#include "linalg/sparse/sparse.h"

static const int64_t CACHED_ELEMENTS = 1 << 18; /* of theta or G: more are prefetched */

typedef struct run_buffers {
    int32_t columns[SPARSE_RUN];
    real values[SPARSE_RUN];
} run_buffers;

/* The run that begins at an element. */
static sparse_run run_at(const linclass_matrix *view, int64_t begin, int64_t end, bool prefetched,
                         run_buffers *buffers)
{
    sparse_run run = {.count = lesser(SPARSE_RUN, end - begin), .factor = 1};
    if (view->column_dtype == LINCLASS_INT32) {
        run.columns = (const int32_t *)view->columns + begin;
        run.following = prefetched ? view->row_starts[view->rows] - begin - run.count : 0;
    } else {
        const int64_t *columns = (const int64_t *)view->columns + begin;
        for (int64_t i = 0; i < run.count; i++)
            buffers->columns[i] = (int32_t)columns[i];
        run.columns = buffers->columns;
    }
    if (view->data == NULL) {
        run.factor = (real)view->scale;
    } else if (view->dtype == REAL_DTYPE && view->scale == 1) {
        run.values = (const real *)view->data + begin;
    } else {
        elements_convert(view->dtype, view->data, begin, 1, view->scale, run.count,
                         buffers->values);
        run.values = buffers->values;
    }
    return run;
}

static bool is_far(const linclass_matrix *view, int64_t ld)
{
    return view->cols > CACHED_ELEMENTS / ld;
}

void sparse_row_scores(const linclass_matrix *view, sparse_range range, const linear_map *map,
                       real *h)
{
    const sparse_functions *functions = sparse_best();
    const bool far = is_far(view, map->ldtheta);
    run_buffers buffers;
    for (int64_t e = range.begin; e < range.end; e += SPARSE_RUN) {
        const sparse_run run = run_at(view, e, range.end, far, &buffers);
        functions->scores(&run, map->k, map->theta, map->ldtheta, h);
    }
}

void sparse_row_update(const linclass_matrix *view, sparse_range range, int64_t k, real alpha,
                       const real *r, real *G, int64_t ldg)
{
    const sparse_functions *functions = sparse_best();
    const bool far = is_far(view, ldg);
    run_buffers buffers;
    for (int64_t e = range.begin; e < range.end; e += SPARSE_RUN) {
        const sparse_run run = run_at(view, e, range.end, far, &buffers);
        functions->update(&run, k, alpha, r, G, ldg);
    }
}
