/* Variances are sums of squares about the mean, in a second pass: no digits cancel. */
#include "standardize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/status.h>

#include "elements.h"
#include "exit_status.h"
#include "message.h"

/* The rows that count: those of weight 0 are passed over, as if they were not there. */
typedef struct counted_rows {
    const linclass_matrix *X;
    const double *weights; /* NULL: 1 each */
    double largest;        /* of the weights, which are divided by it: no product overflows */
    double total;          /* of the weights so divided */
    int64_t count;
} counted_rows;

static double weight_of(const counted_rows *self, int64_t row)
{
    return self->weights == NULL ? 1 : self->weights[row] / self->largest;
}

static counted_rows count_rows(const linclass_matrix *X, const double *weights)
{
    counted_rows self = {.X = X, .weights = weights};
    for (int64_t i = 0; weights != NULL && i < X->rows; i++)
        self.largest = fmax(self.largest, weights[i]);
    if (self.largest == 0) /* the fit refuses rows that all have weight 0 */
        self.weights = NULL;
    for (int64_t i = 0; i < X->rows; i++) {
        const double weight = weight_of(&self, i);
        self.total += weight;
        self.count += weight > 0;
    }
    return self;
}

/* What is found of a column in the first pass. */
typedef struct column_range {
    int64_t present; /* elements that are there; the others are 0 */
    double weight;   /* of their rows */
    double low;
    double high;
} column_range;

static column_range *find_means(const counted_rows *rows, double *mean)
{
    column_range *ranges = allocate((size_t)rows->X->cols, sizeof *ranges);
    for (int64_t i = 0; i < rows->X->rows; i++) {
        const double weight = weight_of(rows, i);
        if (weight == 0)
            continue;
        const element_row row = elements_of(rows->X, i);
        for (int64_t e = 0; e < row.count; e++) {
            int64_t j;
            const double value = element_at(&row, e, &j);
            column_range *range = &ranges[j];
            range->low = range->present == 0 ? value : fmin(range->low, value);
            range->high = range->present == 0 ? value : fmax(range->high, value);
            range->present++;
            range->weight += weight;
            mean[j] += weight * value / rows->total;
        }
    }
    return ranges;
}

/* Sums of squares about the means, of the elements that are there. */
static void add_squares(const counted_rows *rows, const double *mean, double *sums)
{
    for (int64_t i = 0; i < rows->X->rows; i++) {
        const double weight = weight_of(rows, i);
        if (weight == 0)
            continue;
        const element_row row = elements_of(rows->X, i);
        for (int64_t e = 0; e < row.count; e++) {
            int64_t j;
            const double away = element_at(&row, e, &j) - mean[j];
            sums[j] += weight * (away * away);
        }
    }
}

/* Whether all elements of a column are equal: its variance is then 0, and the sum of squares rounding errors. */
static bool is_constant(const column_range *range, int64_t rows)
{
    const bool any_absent = range->present < rows;
    return range->present == 0 || (range->low == range->high && (!any_absent || range->low == 0));
}

/* The weight of the rows that have no element in the column. */
static double absent_weight(const column_range *range, const counted_rows *rows)
{
    return range->present == rows->count ? 0 : fmax(rows->total - range->weight, 0);
}

standardization standardization_of(const linclass_matrix *X, const double *weights, bool centre)
{
    const size_t n = (size_t)X->cols;
    standardization self = {.n = X->cols, .centred = centre && X->layout != LINCLASS_LAYOUT_CSR};
    self.mean = allocate(n, sizeof(double));
    self.factor = allocate(n, sizeof(double));
    const counted_rows rows = count_rows(X, weights);
    column_range *ranges = find_means(&rows, self.mean);
    add_squares(&rows, self.mean, self.factor);
    for (int64_t j = 0; j < X->cols; j++) {
        const double absent = absent_weight(&ranges[j], &rows);
        const double sum = self.factor[j] + absent * self.mean[j] * self.mean[j];
        const double factor = sqrt(rows.total / sum);
        self.factor[j] = is_constant(&ranges[j], rows.count) || !isfinite(factor) ? 1 : factor;
        if (!self.centred)
            self.mean[j] = 0;
    }
    free(ranges);
    return self;
}

void standardization_free(standardization *self)
{
    free(self->mean);
    free(self->factor);
    *self = (standardization){0};
}

void standardization_apply(const standardization *self, samples *read)
{
    const linclass_matrix X = read->X;
    const bool sparse = X.layout == LINCLASS_LAYOUT_CSR;
    const bool wide = X.dtype == LINCLASS_FLOAT64;
    const size_t element = wide ? sizeof(double) : sizeof(float);
    const size_t before = sparse ? (size_t)X.row_starts[0] : 0;
    const size_t count = sparse ? (size_t)X.row_starts[X.rows] : (size_t)X.rows * (size_t)X.cols;
    void *values = allocate(count, element);
    size_t at = before;
    for (int64_t i = 0; i < X.rows; i++) {
        const element_row row = elements_of(&X, i);
        for (int64_t e = 0; e < row.count; e++, at++) {
            int64_t j;
            const double value = element_at(&row, e, &j);
            const double standard = (value - self->mean[j]) * self->factor[j];
            if (wide)
                ((double *)values)[at] = standard;
            else
                ((float *)values)[at] = (float)standard;
        }
    }
    read->standardized = values;
    read->X.data = values;
    read->X.dtype = wide ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
    read->X.scale = 1;
    if (!sparse) {
        read->X.row_stride = X.cols;
        read->X.col_stride = 1;
    }
}

/* Say in the model what it was fitted to. */
static int mark(const standardization *self, linclass_context *ctx, linclass_model **raw)
{
    linclass_model *marked;
    const linclass_status status = linclass_model_with_metadata(
        ctx, *raw, STANDARDIZED_KEY, self->centred ? "centred and scaled" : "scaled", &marked);
    if (status != LINCLASS_OK)
        return fail_library(ctx, status);
    linclass_model_destroy(*raw);
    *raw = marked;
    return EXIT_OK;
}

int standardization_undo(const standardization *self, linclass_context *ctx,
                         const linclass_model *model, linclass_model **raw)
{
    const linclass_status status =
        linclass_model_with_standardization(ctx, model, self->mean, self->factor, raw);
    return status == LINCLASS_OK ? mark(self, ctx, raw) : fail_library(ctx, status);
}
