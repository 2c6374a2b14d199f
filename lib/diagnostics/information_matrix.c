/* With z the probabilities of the classes (but the reference), x a row less the means with a 1 appended, w its weight:
 *
 *     Hessian block (a, b) = sum w z_a ([a = b] - z_b) x x^T,    gradient of class a = sum w (z_a - [y = a]) x
 *
 * Rows are read a chunk at a time. The blocks of the lower triangle are cut into tiles that are shared
 * out among the workers: each tile is one worker's, chunk after chunk, so that sums have one order.
 * Hazard: 1 - z cancels for a probability near 1 and is summed from the others; a Hessian of confident
 * probabilities is all of such numbers. */
#include "diagnostics/information_matrix.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "sweep/losses.h"

enum { CHUNK = INFORMATION_CHUNK, TILE = 256 };

static void lay_out(void *owner, space_plan *plan)
{
    information_matrix *self = owner;
    self->theta = space_doubles(plan, self->N, self->c);
    self->mean = space_doubles(plan, self->n, 1);
    self->hessian = space_doubles(plan, self->P, self->P);
    self->gradient = space_doubles(plan, self->P, 1);
    if (self->rows == NULL)
        return;
    self->block = space_doubles(plan, CHUNK, self->n);
    self->chunk = space_doubles(plan, CHUNK, self->N);
    self->scores = space_doubles(plan, CHUNK, self->c);
    self->probabilities = space_doubles(plan, CHUNK, self->c);
    self->others = space_doubles(plan, CHUNK, self->c);
    self->sample_weights = space_doubles(plan, CHUNK, 1);
    self->residual = space_doubles(plan, CHUNK, self->c);
    self->scaled = space_doubles(plan, self->ctx->threads, (int64_t)CHUNK * TILE);
}

/* The chunk that begins at row `first`, as it is read. */
static row_block_f64 read_samples(information_matrix *self, int64_t first)
{
    const linclass_matrix *X = &self->rows->X;
    self->count = lesser(CHUNK, X->rows - first);
    return row_block_read_dense_f64(X, first, self->count, self->block);
}

/* Check a row; when it counts, add its share to the means. They are sums of differences to the first row
 * that counts, base, so that a constant feature has exactly its value as its mean. */
static linclass_status add_to_means(information_matrix *self, int64_t row, const double *x,
                                    bool *begun)
{
    const double share = known_rows_weight(self->rows, row) / self->rows->total_weight;
    double *base = self->chunk;
    for (int64_t j = 0; j < self->n; j++) {
        if (!isfinite(x[j]))
            return matrix_find_non_finite(self->ctx, "X", &self->rows->X, row, 1);
        if (!*begun && share > 0)
            base[j] = x[j];
        if (share > 0)
            self->mean[j] += share * (x[j] - base[j]);
    }
    *begun |= share > 0;
    return LINCLASS_OK;
}

/* Check all elements, and find the means where there are intercepts to take them up. */
static linclass_status find_means(information_matrix *self)
{
    const int64_t m = self->rows->X.rows;
    const bool centred = self->N > self->n;
    bool begun = false;
    memset(self->mean, 0, (size_t)self->n * sizeof(double));
    for (int64_t first = 0; first < m; first += CHUNK) {
        const row_block_f64 block = read_samples(self, first);
        for (int64_t i = 0; i < self->count; i++) {
            const linclass_status status =
                add_to_means(self, first + i, block.X + i * block.ldx, &begun);
            if (status != LINCLASS_OK)
                return status;
        }
    }
    for (int64_t j = 0; j < self->n; j++)
        self->mean[j] = centred ? self->chunk[j] + self->mean[j] : 0;
    return LINCLASS_OK;
}

/* The model's parameters, or their differences to those of the reference. */
static void set_parameters(information_matrix *self)
{
    const linclass_model *model = self->model;
    const int64_t k = model->k;
    const int64_t c = self->c;
    for (int64_t j = 0; j < self->N; j++) {
        const void *values = j < self->n ? model->theta : model->bias;
        const int64_t row = j < self->n ? j : 0;
        const double base = self->first > 0 ? model_value(model->dtype, values, row * k) : 0;
        for (int64_t a = 0; a < c; a++)
            self->theta[j * c + a] =
                model_value(model->dtype, values, row * k + a + self->first) - base;
    }
    for (int64_t a = 0; self->N > self->n && a < c; a++) {
        for (int64_t j = 0; j < self->n; j++)
            self->theta[self->n * c + a] += self->mean[j] * self->theta[j * c + a];
    }
}

/* Sizes and memory. */
static linclass_status prepare(linclass_context *ctx, const linclass_model *model,
                               const known_rows *rows, bool reference, information_matrix *self)
{
    *self = (information_matrix){
        .ctx = ctx,
        .model = model,
        .rows = rows,
        .n = model->n,
        .N = model->n + (model->bias != NULL),
        .c = model->k - reference,
        .first = reference,
    };
    size_t bytes;
    if (!checked_bytes(self->c, self->N, sizeof(double), &bytes))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the number of parameters overflows");
    self->P = self->c * self->N;
    return space_lay_out(ctx, lay_out, self, "the Hessian", &self->memory);
}

linclass_status information_matrix_begin(linclass_context *ctx, const known_rows *rows,
                                         bool reference, information_matrix *self)
{
    linclass_status status = prepare(ctx, rows->model, rows, reference, self);
    self->samples = rows->X.rows;
    if (status == LINCLASS_OK)
        status = find_means(self);
    if (status == LINCLASS_OK)
        set_parameters(self);
    return status;
}

linclass_status information_matrix_begin_centred(linclass_context *ctx, const linclass_model *model,
                                                 const known_rows *rows, int64_t samples,
                                                 const double *mean, information_matrix *self)
{
    const linclass_status status = prepare(ctx, model, rows, true, self);
    if (status != LINCLASS_OK)
        return status;
    self->samples = samples;
    for (int64_t j = 0; j < self->n; j++)
        self->mean[j] = self->N > self->n ? mean[j] : 0;
    set_parameters(self);
    return LINCLASS_OK;
}

void information_matrix_end(information_matrix *self)
{
    context_release(self->ctx, self->memory);
}

/* The next chunk: rows less the means with a 1. */
static void read_chunk(information_matrix *self, int64_t first)
{
    const row_block_f64 block = read_samples(self, first);
    for (int64_t i = 0; i < self->count; i++) {
        double *x = self->chunk + i * self->N;
        for (int64_t j = 0; j < self->n; j++)
            x[j] = block.X[i * block.ldx + j] - self->mean[j];
        if (self->N > self->n)
            x[self->n] = 1;
        self->sample_weights[i] = known_rows_weight(self->rows, first + i);
    }
}

/* H = chunk times parameters, N x c. */
static void set_scores(information_matrix *self, const double *parameters)
{
    gemm_f64(self->ctx->vector_set, PLAIN, PLAIN, self->count, self->N, self->c, 1, self->chunk,
             self->N, parameters, self->c, 0, self->scores, self->c);
}

/* The base score of a class in a row; of one score for two classes it is the second's. */
static double base_score(bool one_score, const double *offset, int64_t class)
{
    return one_score ? (class == 1 ? offset[0] : 0) : offset[class];
}

/* H += the base scores of the rows from `first` on, less those of the reference. */
static void add_offsets(information_matrix *self, int64_t first)
{
    const linclass_matrix *X = &self->rows->X;
    const bool one_score = loss_has_one_score(self->model->loss);
    for (int64_t i = 0; X->offset != NULL && i < self->count; i++) {
        const double *offset = X->offset + (first + i) * X->offset_stride;
        const double reference = self->first > 0 ? base_score(one_score, offset, 0) : 0;
        for (int64_t a = 0; a < self->c; a++)
            self->scores[i * self->c + a] +=
                base_score(one_score, offset, a + self->first) - reference;
    }
}

/* Scores to probabilities, what they lack to 1, and residuals; the reference, if there is one, has the score 0. */
static void set_probabilities(information_matrix *self, int64_t i, int64_t y)
{
    const int64_t c = self->c;
    const double *h = self->scores + i * c;
    double *z = self->probabilities + i * c;
    double *others = self->others + i * c;
    double *residual = self->residual + i * c;
    double most = self->first > 0 ? 0 : -INFINITY;
    for (int64_t a = 0; a < c; a++)
        most = fmax(most, h[a]);
    const double reference = self->first > 0 ? exp(-most) : 0;
    double sum = reference;
    for (int64_t a = 0; a < c; a++) {
        z[a] = exp(h[a] - most);
        sum += z[a];
    }
    for (int64_t a = 0; a < c; a++) {
        others[a] = reference;
        for (int64_t b = 0; b < c; b++)
            others[a] += a == b ? 0 : z[b];
    }
    for (int64_t a = 0; a < c; a++) {
        z[a] /= sum;
        others[a] /= sum;
        residual[a] = self->sample_weights[i] * (a + self->first == y ? -others[a] : z[a]);
    }
}

/* Tile `task` of the Hessian: of the blocks of classes a >= b, each of side^2 tiles. */
static void add_tile(void *argument, int64_t task, int32_t worker)
{
    information_matrix *self = argument;
    const int64_t N = self->N;
    const int64_t c = self->c;
    const int64_t side = (N + TILE - 1) / TILE;
    const int64_t block = task / (side * side);
    int64_t a = 0; /* blocks of the lower triangle are numbered row by row */
    while ((a + 1) * (a + 2) / 2 <= block)
        a++;
    const int64_t b = block - a * (a + 1) / 2;
    const int64_t row = task / side % side * TILE;
    const int64_t col = task % side * TILE;
    if (a == b && row < col)
        return;
    const int64_t width = lesser(TILE, N - col);
    double *scaled = self->scaled + worker * (int64_t)CHUNK * TILE;
    for (int64_t i = 0; i < self->count; i++) {
        const double *z = self->probabilities + i * c;
        const double s =
            self->sample_weights[i] * z[a] * (a == b ? self->others[i * c + a] : -z[b]);
        for (int64_t j = 0; j < width; j++)
            scaled[i * width + j] = s * self->chunk[i * N + col + j];
    }
    gemm_f64(self->ctx->vector_set, TRANSPOSED, PLAIN, lesser(TILE, N - row), self->count, width, 1,
             self->chunk + row, N, scaled, width, 1,
             self->hessian + (a * N + row) * self->P + b * N + col, self->P);
}

static void add_gradient(information_matrix *self)
{
    for (int64_t i = 0; i < self->count; i++) {
        const double *x = self->chunk + i * self->N;
        for (int64_t a = 0; a < self->c; a++) {
            const double r = self->residual[i * self->c + a];
            for (int64_t j = 0; j < self->N; j++)
                self->gradient[a * self->N + j] += r * x[j];
        }
    }
}

static bool is_finite(const information_matrix *self)
{
    double sum = 0;
    for (int64_t i = 0; i < self->P; i++)
        sum += fabs(self->hessian[i * self->P + i]) + fabs(self->gradient[i]);
    return isfinite(sum);
}

void information_matrix_read(information_matrix *self, int64_t first)
{
    read_chunk(self, first);
    set_scores(self, self->theta);
    add_offsets(self, first);
    for (int64_t i = 0; i < self->count; i++)
        set_probabilities(self, i, self->rows->y[first + i]);
}

linclass_status information_matrix_make(information_matrix *self)
{
    const int64_t m = self->rows->X.rows;
    const int64_t side = (self->N + TILE - 1) / TILE;
    const int64_t tasks = self->c * (self->c + 1) / 2 * side * side;
    const linclass_status status = blas_buffers_claim(self->ctx);
    if (status != LINCLASS_OK)
        return status;
    memset(self->hessian, 0, (size_t)self->P * (size_t)self->P * sizeof(double));
    memset(self->gradient, 0, (size_t)self->P * sizeof(double));
    blas_single_thread_begin();
    for (int64_t first = 0; first < m; first += CHUNK) {
        information_matrix_read(self, first);
        pool_run(&self->ctx->pool, tasks, add_tile, self);
        add_gradient(self);
    }
    blas_single_thread_end();
    if (!is_finite(self))
        return context_fail(self->ctx, LINCLASS_ERROR_NUMERIC, "the Hessian overflows");
    return LINCLASS_OK;
}

double information_matrix_score_change(information_matrix *self, const double *direction)
{
    const int64_t c = self->c;
    double largest = 0;
    for (int64_t a = 0; a < c; a++) {
        for (int64_t j = 0; j < self->N; j++)
            self->theta[j * c + a] = direction[a * self->N + j];
    }
    blas_single_thread_begin();
    for (int64_t first = 0; first < self->rows->X.rows; first += CHUNK) {
        read_chunk(self, first);
        set_scores(self, self->theta);
        for (int64_t i = 0; i < self->count * c; i++)
            if (self->sample_weights[i / c] > 0)
                largest = fmax(largest, fabs(self->scores[i]));
    }
    blas_single_thread_end();
    return largest;
}
