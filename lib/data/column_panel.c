/* Rows are shared out among the workers, each of which is copied as a whole. Of sparse rows the elements in the columns
 * are counted first: the counts say which form is smaller, and where each row of a sparse copy begins. */
#include "data/column_panel.h"

#include <string.h>

#include "core/allocator.h"
#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/sparse_rows.h"

enum { TASK_ROWS = 1024 };

typedef struct panel_job {
    const linclass_matrix *X;
    const int64_t *columns; /* taken of X */
    int64_t count;
    size_t element; /* bytes */
    bool sparse;    /* the copy */
    int32_t *place; /* of each column of a sparse X in the panel; -1: not taken */
    int64_t *starts;
    char *elements;
    int32_t *places; /* of the elements of a sparse copy */
} panel_job;

static void copy_element(size_t bytes, const char *from, char *to)
{
    switch (bytes) {
    case 1:
        *to = *from;
        break;
    case 2:
        memcpy(to, from, 2);
        break;
    case 4:
        memcpy(to, from, 4);
        break;
    default:
        memcpy(to, from, 8);
    }
}

static void copy_dense_row(const panel_job *job, int64_t row)
{
    const linclass_matrix *X = job->X;
    const int64_t bytes = (int64_t)job->element;
    const char *from = (const char *)X->data + row * X->row_stride * bytes;
    char *to = job->elements + row * job->count * bytes;
    for (int64_t j = 0; j < job->count; j++)
        copy_element(job->element, from + job->columns[j] * X->col_stride * bytes, to + j * bytes);
}

/* The elements of a sparse row in the columns, to its place in a dense panel. */
static void spread_sparse_row(const panel_job *job, int64_t row)
{
    const linclass_matrix *X = job->X;
    const int64_t bytes = (int64_t)job->element;
    const char one = 1;
    char *to = job->elements + row * job->count * bytes;
    memset(to, 0, (size_t)(job->count * bytes));
    for (int64_t e = X->row_starts[row]; e < X->row_starts[row + 1]; e++) {
        const int32_t place = job->place[sparse_column(X, e)];
        if (place >= 0)
            copy_element(job->element, X->data == NULL ? &one : (const char *)X->data + e * bytes,
                         to + place * bytes);
    }
}

/* Those of a sparse panel. Which elements are in the columns no processor foresees: each is written where the next
 * one belongs, which the one after it may take. */
static void copy_sparse_row(const panel_job *job, int64_t row)
{
    const linclass_matrix *X = job->X;
    const int64_t bytes = (int64_t)job->element;
    int64_t next = job->starts[row];
    for (int64_t e = X->row_starts[row]; next < job->starts[row + 1]; e++) {
        const int32_t place = job->place[sparse_column(X, e)];
        job->places[next] = place;
        if (job->elements != NULL)
            copy_element(job->element, (const char *)X->data + e * bytes,
                         job->elements + next * bytes);
        next += place >= 0;
    }
}

static void copy_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    const panel_job *job = argument;
    const int64_t end = lesser(job->X->rows, (task + 1) * TASK_ROWS);
    for (int64_t row = task * TASK_ROWS; row < end; row++) {
        if (job->sparse)
            copy_sparse_row(job, row);
        else if (matrix_is_sparse(job->X))
            spread_sparse_row(job, row);
        else
            copy_dense_row(job, row);
    }
}

/* starts[row + 1] := elements of the row in the columns. */
static void count_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    const panel_job *job = argument;
    const int64_t end = lesser(job->X->rows, (task + 1) * TASK_ROWS);
    for (int64_t row = task * TASK_ROWS; row < end; row++) {
        int64_t found = 0;
        for (int64_t e = job->X->row_starts[row]; e < job->X->row_starts[row + 1]; e++)
            found += job->place[sparse_column(job->X, e)] >= 0;
        job->starts[row + 1] = found;
    }
}

static int64_t tasks_of(const panel_job *job)
{
    return (job->X->rows + TASK_ROWS - 1) / TASK_ROWS;
}

static void lay_out_counts(void *owner, space_plan *plan)
{
    panel_job *job = owner;
    job->place = space_next(plan, job->X->cols, 1, sizeof *job->place);
    job->starts = space_next(plan, job->X->rows + 1, 1, sizeof *job->starts);
}

static void lay_out(void *owner, space_plan *plan)
{
    panel_job *job = owner;
    const int64_t m = job->X->rows;
    const bool ones = job->sparse && job->X->data == NULL;
    const int64_t elements = job->sparse ? job->starts[m] : m;
    job->elements =
        space_next(plan, ones ? 0 : elements, job->sparse ? 1 : job->count, job->element);
    job->places = space_next(plan, job->sparse ? elements : 0, 1, sizeof *job->places);
    if (ones)
        job->elements = NULL;
}

/* The beginnings of the rows of a sparse copy, which `job` keeps until its counts are freed. */
static void count_elements(linclass_context *ctx, panel_job *job)
{
    for (int64_t j = 0; j < job->X->cols; j++)
        job->place[j] = -1;
    for (int64_t j = 0; j < job->count; j++)
        job->place[job->columns[j]] = (int32_t)j;
    job->starts[0] = 0;
    pool_run(&ctx->pool, tasks_of(job), count_rows, job);
    for (int64_t row = 0; row < job->X->rows; row++)
        job->starts[row + 1] += job->starts[row];
    const size_t value = job->X->data == NULL ? 0 : job->element;
    const double rows = (double)job->X->rows;
    const double sparse = (double)job->starts[job->X->rows] * (double)(value + sizeof *job->places);
    job->sparse =
        sparse + rows * sizeof *job->starts < rows * (double)job->count * (double)job->element;
}

static void describe(column_panel *self, const panel_job *job)
{
    self->view = *job->X;
    self->view.cols = job->count;
    self->view.data = job->elements;
    self->view.layout = job->sparse ? LINCLASS_LAYOUT_CSR : LINCLASS_LAYOUT_STRIDED;
    self->view.row_stride = job->sparse ? 0 : job->count;
    self->view.col_stride = job->sparse ? 0 : 1;
    self->view.row_starts = job->sparse ? job->starts : NULL;
    self->view.columns = job->places;
    self->view.column_dtype = job->sparse ? LINCLASS_INT32 : 0;
    if (!job->sparse && job->X->data == NULL)
        self->view.dtype = LINCLASS_UINT8;
}

linclass_status column_panel_begin(column_panel *self, linclass_context *ctx,
                                   const linclass_matrix *X, const int64_t *columns, int64_t count)
{
    panel_job job = {
        .X = X, .columns = columns, .count = count, .element = element_bytes(X->dtype)};
    *self = (column_panel){0};
    if (matrix_is_sparse(X)) {
        const linclass_status status =
            space_lay_out(ctx, lay_out_counts, &job, "the columns of a panel", &self->counts);
        if (status != LINCLASS_OK)
            return status;
        job.element = X->data == NULL ? 1 : job.element;
        count_elements(ctx, &job);
    }
    const linclass_status status =
        space_lay_out(ctx, lay_out, &job, "a panel of columns", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    pool_run(&ctx->pool, tasks_of(&job), copy_rows, &job);
    describe(self, &job);
    return LINCLASS_OK;
}

linclass_status column_panel_convert(column_panel *self, linclass_context *ctx, int32_t dtype)
{
    linclass_matrix *view = &self->view;
    if (view->data == NULL || (view->dtype == dtype && view->scale == 1))
        return LINCLASS_OK;
    const bool sparse = matrix_is_sparse(view);
    const int64_t count = sparse ? matrix_nonzeros(view) : view->rows * view->cols;
    if (!sparse && count > COLUMN_PANEL_SMALL)
        return LINCLASS_OK;
    const linclass_status status = context_allocate_array(
        ctx, count, element_bytes(dtype), "the elements of a panel", &self->converted);
    if (status != LINCLASS_OK)
        return status;
    if (dtype == LINCLASS_FLOAT64)
        elements_convert_f64(view->dtype, view->data, 0, 1, view->scale, count, self->converted);
    else
        elements_convert_f32(view->dtype, view->data, 0, 1, view->scale, count, self->converted);
    if (!sparse) {
        context_release(ctx, self->memory);
        self->memory = NULL;
    }
    view->data = self->converted;
    view->dtype = dtype;
    view->scale = 1;
    return LINCLASS_OK;
}

void column_panel_end(column_panel *self, linclass_context *ctx)
{
    context_release(ctx, self->converted);
    context_release(ctx, self->counts);
    context_release(ctx, self->memory);
    *self = (column_panel){0};
}
