/* Folds, and copies of their rows. A matrix view has one stride from row to row and cannot leave rows
 * out, and weights of 0 would still be swept over, and drawn into minibatches: so the rows outside the
 * fold are copied to the front of one array and those of the fold behind them, in their own type. */
#include "selection/fold_rows.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/split.h"

static bool kept(const fit_problem *whole, const int64_t *y, int64_t row)
{
    const linclass_fit_options *options = &whole->options;
    return y == NULL || !options->has_ignore_label || y[row] != options->ignore_label;
}

/* The copies of X: m x n elements, or those of sparse rows with their columns. */
static void lay_out_samples(fold_rows *self, space_plan *plan)
{
    const linclass_matrix *X = &self->whole->training.X;
    if (!matrix_is_sparse(X)) {
        self->X = space_next(plan, X->rows, X->cols, element_bytes(X->dtype));
        return;
    }
    const int64_t elements = matrix_nonzeros(X);
    self->X = space_next(plan, X->data == NULL ? 0 : elements, 1, element_bytes(X->dtype));
    self->columns = space_next(plan, elements, 1, element_bytes(X->column_dtype));
    self->row_starts = space_next(plan, X->rows + 1, 1, sizeof(int64_t));
}

static void lay_out(void *owner, space_plan *plan)
{
    fold_rows *self = owner;
    const fit_rows *training = &self->whole->training;
    const linclass_matrix *p = &training->probabilities;
    const int64_t m = training->X.rows;
    self->rows = space_next(plan, m, 1, sizeof(int64_t));
    self->fold = space_next(plan, m, 1, sizeof(int64_t));
    self->labels = space_next(plan, m, 1, sizeof(int64_t));
    self->y = space_next(plan, m, 1, sizeof(int64_t));
    if (self->whole->options.sample_weight != NULL)
        self->sample_weights = space_doubles(plan, m, 1);
    if (training->X.offset != NULL)
        self->offsets = space_doubles(plan, m, self->whole->objective->columns);
    lay_out_samples(self, plan);
    if (training->with_probabilities)
        self->probabilities = space_next(plan, m, p->cols, element_bytes(p->dtype));
}

/* Rows of each class, and at most so many of them in one fold: counts, k x (folds + 1), the rows in all
 * behind those of the folds. */
static void count_classes(const fold_rows *self, int64_t *counts)
{
    const int64_t width = self->folds + 1;
    memset(counts, 0, (size_t)(self->whole->classes.k * width) * sizeof(int64_t));
    for (int64_t i = 0; i < self->count; i++) {
        int64_t *of_class = counts + self->whole->training.y[self->rows[i]] * width;
        of_class[self->fold[i]]++;
        of_class[self->folds]++;
    }
}

static linclass_status check_classes(const fold_rows *self, bool made)
{
    const fit_classes *classes = &self->whole->classes;
    const int64_t width = self->folds + 1;
    void *memory;
    linclass_status status = context_allocate_array(
        self->ctx, classes->k, (size_t)width * sizeof(int64_t), "the rows of each class", &memory);
    if (status != LINCLASS_OK)
        return status;
    int64_t *counts = memory;
    count_classes(self, counts);
    for (int64_t j = 0; j < classes->k && status == LINCLASS_OK; j++) {
        const int64_t all = counts[j * width + self->folds];
        if (made && all > 0 && all < self->folds)
            status = context_fail(self->ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                  "options.folds is %" PRId64 ", label %" PRId64 " has %" PRId64
                                  " rows: every fold must hold one",
                                  self->folds, classes->labels[j], all);
        for (int64_t f = 0; f < self->folds && status == LINCLASS_OK; f++) {
            if (all > 0 && counts[j * width + f] == all)
                status = context_fail(self->ctx, LINCLASS_ERROR_LABEL,
                                      "all rows of label %" PRId64 " are in fold %" PRId64
                                      ": there are none outside to learn it from",
                                      classes->labels[j], f);
        }
    }
    context_release(self->ctx, memory);
    return status;
}

static linclass_status assign(fold_rows *self, const int64_t *given, uint64_t seed)
{
    if (given == NULL && self->folds > self->count)
        return context_fail(self->ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.folds is %" PRId64 ", there are %" PRId64 " rows", self->folds,
                            self->count);
    if (given == NULL)
        return split_folds(self->ctx, self->count, self->labels, self->folds, seed, self->fold);
    for (int64_t i = 0; i < self->count; i++) {
        const int64_t row = self->rows[i];
        if (given[row] < 0 || given[row] >= self->folds)
            return context_fail(self->ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.fold[%" PRId64 "] is %" PRId64 ", not in 0..%" PRId64, row,
                                given[row], self->folds - 1);
        self->fold[i] = given[row];
    }
    return LINCLASS_OK;
}

linclass_status fold_rows_begin(fold_rows *self, const fit_problem *whole, const int64_t *y,
                                int64_t folds, const int64_t *given, uint64_t seed)
{
    const int64_t m = whole->training.X.rows;
    *self = (fold_rows){.ctx = whole->ctx, .whole = whole, .folds = folds, .labelled = y != NULL};
    linclass_status status =
        space_lay_out(self->ctx, lay_out, self, "a copy of the rows of the folds", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; i < m; i++) {
        if (!kept(whole, y, i))
            continue;
        self->rows[self->count] = i;
        self->labels[self->count] = whole->classes.labels[whole->training.y[i]];
        self->count++;
    }
    status = assign(self, given, seed);
    return status == LINCLASS_OK ? check_classes(self, given == NULL) : status;
}

void fold_rows_end(fold_rows *self)
{
    context_release(self->ctx, self->memory);
}

linclass_status fold_rows_weigh(const fold_rows *self, double *weights)
{
    const double *of_row = self->whole->training.sample_weights;
    memset(weights, 0, (size_t)self->folds * sizeof(double));
    for (int64_t i = 0; i < self->count; i++)
        weights[self->fold[i]] += of_row == NULL ? 1 : of_row[self->rows[i]];
    for (int64_t f = 0; f < self->folds; f++) {
        if (!(weights[f] > 0))
            return context_fail(self->ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "the rows of fold %" PRId64 " have no weight in all", f);
    }
    return LINCLASS_OK;
}

static void copy_row(const linclass_matrix *view, int64_t row, char *copy)
{
    const int64_t element = (int64_t)element_bytes(view->dtype);
    const char *from = (const char *)view->data + row * view->row_stride * element;
    if (view->col_stride == 1) {
        memcpy(copy, from, (size_t)(view->cols * element));
        return;
    }
    for (int64_t j = 0; j < view->cols; j++)
        memcpy(copy + j * element, from + j * view->col_stride * element, (size_t)element);
}

/* A sparse row to place `place`, behind the row before it. */
static void copy_sparse_row(fold_rows *self, int64_t row, int64_t place)
{
    const linclass_matrix *X = &self->whole->training.X;
    const size_t element = element_bytes(X->dtype);
    const size_t column = element_bytes(X->column_dtype);
    const size_t from = (size_t)X->row_starts[row];
    const size_t count = (size_t)X->row_starts[row + 1] - from;
    if (place == 0)
        self->row_starts[0] = 0;
    const size_t to = (size_t)self->row_starts[place];
    self->row_starts[place + 1] = (int64_t)(to + count);
    if (count == 0)
        return;
    memcpy(self->columns + to * column, (const char *)X->columns + from * column, count * column);
    if (X->data != NULL)
        memcpy(self->X + to * element, (const char *)X->data + from * element, count * element);
}

/* Row `row` of the data to place `place` of the copies. */
static void copy_all(fold_rows *self, int64_t i, int64_t place)
{
    const fit_rows *training = &self->whole->training;
    const int64_t row = self->rows[i];
    const int64_t width = training->X.cols * (int64_t)element_bytes(training->X.dtype);
    if (matrix_is_sparse(&training->X))
        copy_sparse_row(self, row, place);
    else if (width > 0)
        copy_row(&training->X, row, self->X + place * width);
    self->y[place] = self->labels[i];
    if (self->offsets != NULL) {
        const int64_t columns = self->whole->objective->columns;
        memcpy(self->offsets + place * columns,
               training->X.offset + row * training->X.offset_stride,
               (size_t)columns * sizeof(double));
    }
    if (self->sample_weights != NULL)
        self->sample_weights[place] = self->whole->options.sample_weight[row];
    if (self->probabilities != NULL) {
        const linclass_matrix *from = &training->probabilities;
        const int64_t soft = from->cols * (int64_t)element_bytes(from->dtype);
        copy_row(from, row, self->probabilities + place * soft);
    }
}

static linclass_matrix packed(const linclass_matrix *like, const char *copies, int64_t first,
                              int64_t rows)
{
    linclass_matrix view = *like;
    view.rows = rows;
    view.row_stride = like->cols;
    view.col_stride = 1;
    view.data = copies + first * like->cols * (int64_t)element_bytes(like->dtype);
    return view;
}

/* Rows first..first+rows-1 of the copies of X, without base scores. */
static linclass_matrix samples(const fold_rows *self, int64_t first, int64_t rows)
{
    const linclass_matrix *like = &self->whole->training.X;
    if (!matrix_is_sparse(like))
        return packed(like, self->X, first, rows);
    linclass_matrix view = *like;
    view.rows = rows;
    view.row_starts = self->row_starts + first;
    view.columns = self->columns;
    view.data = like->data == NULL ? NULL : self->X;
    return view;
}

/* The same with their base scores. */
static linclass_matrix offset_samples(const fold_rows *self, int64_t first, int64_t rows)
{
    linclass_matrix view = samples(self, first, rows);
    if (self->offsets != NULL) {
        view.offset_stride = self->whole->objective->columns;
        view.offset = self->offsets + first * view.offset_stride;
    }
    return view;
}

/* Of copies of which the first `outside` are not of the fold. */
static void make_views(const fold_rows *self, int64_t outside, fold_views *views)
{
    const fit_problem *whole = self->whole;
    const int64_t inside = self->count - outside;
    views->X = offset_samples(self, 0, outside);
    views->held_out_X = offset_samples(self, outside, inside);
    views->y = self->labelled ? self->y : NULL;
    views->fit = whole->options;
    views->fit.has_ignore_label = 0;
    views->fit.class_weight = whole->classes.class_weights;
    views->fit.class_weight_count = whole->classes.k;
    views->fit.class_weight_balanced = 0;
    views->fit.sample_weight = self->sample_weights;
    if (self->probabilities != NULL) {
        views->probabilities =
            packed(&whole->training.probabilities, self->probabilities, 0, outside);
        views->fit.target_probabilities = &views->probabilities;
    }
    views->held_out = views->fit;
    views->held_out.validation_X = &views->held_out_X;
    views->held_out.validation_y = self->y + outside;
    views->held_out.validation_sample_weight =
        self->sample_weights == NULL ? NULL : self->sample_weights + outside;
}

void fold_rows_separate(fold_rows *self, int64_t fold, fold_views *views)
{
    int64_t outside = 0;
    for (int64_t i = 0; i < self->count; i++) {
        if (self->fold[i] != fold)
            copy_all(self, i, outside++);
    }
    int64_t place = outside;
    for (int64_t i = 0; i < self->count; i++) {
        if (self->fold[i] == fold)
            copy_all(self, i, place++);
    }
    make_views(self, outside, views);
}
