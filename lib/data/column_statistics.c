/* E x and E x^2 - (E x)^2, weighted, of each column.
 *
 * Hazard: the difference cancels where a column is far from zero. Sums are of distances from one of the
 * rows, that of the largest weight: its distance from the mean is at most sqrt(m) standard deviations.
 * A constant column has distances of exactly 0.
 *
 * Workers share out the columns, in strips: each sum is one worker's, in the order of the rows. Sparse rows
 * are one worker's, which takes time in proportion to their elements (sparse_moments.h). */
#include "data/column_statistics.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/sort.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "data/sparse_moments.h"

enum { STRIP = 64, BLOCK = 64, SAMPLE = 64 };

typedef struct statistics_job {
    column_statistics *result;
    int32_t workers;
    const linclass_matrix *X;
    const double *sample_weights;
    double weight_sum;
    int64_t reference; /* the row distances are from */
    double *blocks;    /* for each worker, BLOCK x STRIP; NULL: X is sparse */
    sparse_moments sparse;
} statistics_job;

/* Sums over one strip of columns. */
typedef struct strip_sums {
    double reference[STRIP];
    double distance[STRIP];
    double square[STRIP];
    double largest[STRIP];
} strip_sums;

static void add_row(int64_t cols, const double *restrict x, double weight,
                    strip_sums *restrict sums)
{
    for (int64_t j = 0; j < cols; j++) {
        const double distance = x[j] - sums->reference[j];
        const double magnitude = fabs(x[j]);
        sums->distance[j] += weight * distance;
        sums->square[j] += weight * (distance * distance);
        sums->largest[j] = magnitude > sums->largest[j] ? magnitude : sums->largest[j];
    }
}

/* Columns first..first+STRIP-1 of X. */
static linclass_matrix strip_of(const linclass_matrix *X, int64_t first)
{
    linclass_matrix strip = *X;
    strip.cols = lesser(STRIP, X->cols - first);
    strip.data = (const char *)X->data + first * X->col_stride * (int64_t)element_bytes(X->dtype);
    return strip;
}

/* The typical value of each column of a strip; buffer: SAMPLE x cols. */
static void find_typical(const linclass_matrix *strip, double *buffer, double *typical)
{
    const int64_t count = lesser(SAMPLE, strip->rows);
    int64_t rows[SAMPLE];
    double values[SAMPLE];
    for (int64_t i = 0; i < count; i++)
        rows[i] = (int64_t)((double)i * ((double)strip->rows / (double)count));
    (void)row_block_gather_f64(strip, rows, count, buffer);
    for (int64_t j = 0; j < strip->cols; j++) {
        int64_t found = 0;
        for (int64_t i = 0; i < count; i++) {
            if (buffer[i * strip->cols + j] != 0)
                values[found++] = fabs(buffer[i * strip->cols + j]);
        }
        typical[j] = found > 0 ? sort_select(found, values, found / 2) : 0;
    }
}

static void measure_strip(void *argument, int64_t task, int32_t worker)
{
    const statistics_job *job = argument;
    const int64_t first = task * STRIP;
    const linclass_matrix strip = strip_of(job->X, first);
    double *buffer = job->blocks + (int64_t)worker * BLOCK * STRIP;
    strip_sums sums = {.distance = {0}};
    row_block_f64 block = row_block_read_f64(&strip, job->reference, 1, buffer);
    memcpy(sums.reference, block.X, (size_t)strip.cols * sizeof(double));
    for (int64_t row = 0; row < strip.rows; row += BLOCK) {
        const int64_t count = lesser(BLOCK, strip.rows - row);
        block = row_block_read_f64(&strip, row, count, buffer);
        for (int64_t i = 0; i < count; i++)
            add_row(strip.cols, block.X + i * block.ldx,
                    job->sample_weights == NULL ? 1 : job->sample_weights[row + i], &sums);
    }
    find_typical(&strip, buffer, job->result->typical + first);
    for (int64_t j = 0; j < strip.cols; j++) {
        const double distance = sums.distance[j] / job->weight_sum;
        const double square = sums.square[j] / job->weight_sum;
        job->result->mean[first + j] = sums.reference[j] + distance;
        job->result->variance[first + j] =
            square > distance * distance ? square - distance * distance : square * 0;
        job->result->largest[first + j] = sums.largest[j];
    }
}

/* Row `s` of `count` evenly spaced ones of a sparse view. */
static element_range sampled_row(const linclass_matrix *X, int64_t s, int64_t count)
{
    const int64_t row = (int64_t)((double)s * ((double)X->rows / (double)count));
    return (element_range){X->row_starts[row], X->row_starts[row + 1]};
}

/* The typical values of the columns that some rows have elements in: the rows are merged by column. */
static void find_typical_sparse(const linclass_matrix *X, double *typical)
{
    const int64_t count = lesser(SAMPLE, X->rows);
    element_range rest[SAMPLE];
    for (int64_t s = 0; s < count; s++)
        rest[s] = sampled_row(X, s, count);
    memset(typical, 0, (size_t)X->cols * sizeof(double));
    for (;;) {
        int64_t column = INT64_MAX;
        for (int64_t s = 0; s < count; s++) {
            if (rest[s].begin < rest[s].end)
                column = lesser(column, sparse_column(X, rest[s].begin));
        }
        if (column == INT64_MAX)
            return;
        double values[SAMPLE];
        int64_t found = 0;
        for (int64_t s = 0; s < count; s++) {
            if (rest[s].begin == rest[s].end || sparse_column(X, rest[s].begin) != column)
                continue;
            double value = X->scale;
            if (X->data != NULL)
                elements_convert_f64(X->dtype, X->data, rest[s].begin, 1, X->scale, 1, &value);
            if (value != 0)
                values[found++] = fabs(value);
            rest[s].begin++;
        }
        typical[column] = found > 0 ? sort_select(found, values, found / 2) : 0;
    }
}

static void measure_sparse(statistics_job *job)
{
    const linclass_matrix *X = job->X;
    sparse_moments *sums = &job->sparse;
    sparse_moments_begin(sums, X);
    for (int64_t row = 0; row < X->rows; row++)
        sparse_moments_add(sums, X, row,
                           job->sample_weights == NULL ? 1 : job->sample_weights[row]);
    for (int64_t j = 0; j < X->cols; j++) {
        const column_moments column = sparse_moments_column(sums, j);
        const double distance = column.distance / job->weight_sum;
        const double square = column.spread / job->weight_sum;
        job->result->mean[j] = column.shift + distance;
        job->result->largest[j] = column.largest;
        job->result->variance[j] =
            square > distance * distance ? square - distance * distance : square * 0;
    }
    find_typical_sparse(X, job->result->typical);
}

static void weigh(statistics_job *job)
{
    job->weight_sum = job->sample_weights == NULL ? (double)job->X->rows : 0;
    for (int64_t i = 0; job->sample_weights != NULL && i < job->X->rows; i++) {
        job->weight_sum += job->sample_weights[i];
        if (job->sample_weights[i] > job->sample_weights[job->reference])
            job->reference = i;
    }
}

/* Every sum of a column with a NaN or an infinity is NaN. */
static bool all_finite(const column_statistics *self, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        if (!isfinite(self->variance[j]))
            return false;
    }
    return true;
}

static void lay_out(void *owner, space_plan *plan)
{
    statistics_job *job = owner;
    job->result->mean = space_doubles(plan, job->X->cols, 1);
    job->result->variance = space_doubles(plan, job->X->cols, 1);
    job->result->largest = space_doubles(plan, job->X->cols, 1);
    job->result->typical = space_doubles(plan, job->X->cols, 1);
    if (!matrix_is_sparse(job->X)) {
        job->blocks = space_doubles(plan, job->workers, BLOCK * STRIP);
        return;
    }
    job->sparse = (sparse_moments){
        .n = job->X->cols,
        .columns = space_next(plan, job->X->cols, 1, sizeof(column_moments)),
    };
}

linclass_status column_statistics_begin(column_statistics *self, linclass_context *ctx,
                                        const linclass_matrix *X, const double *sample_weights)
{
    statistics_job job = {
        .result = self, .workers = ctx->threads, .X = X, .sample_weights = sample_weights};
    void *memory; /* begins with the means */
    const linclass_status status =
        space_lay_out(ctx, lay_out, &job, "statistics of columns", &memory);
    if (status != LINCLASS_OK)
        return status;
    weigh(&job);
    if (matrix_is_sparse(X))
        measure_sparse(&job);
    else
        pool_run(&ctx->pool, (X->cols + STRIP - 1) / STRIP, measure_strip, &job);
    return all_finite(self, X->cols) ? LINCLASS_OK
                                     : matrix_find_non_finite(ctx, "X", X, 0, X->rows);
}

void column_statistics_end(column_statistics *self, linclass_context *ctx)
{
    context_release(ctx, self->mean);
    *self = (column_statistics){0};
}
