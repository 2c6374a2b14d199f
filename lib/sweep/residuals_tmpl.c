/* Scores to residuals, whatever the targets: labels, weights, probabilities. The scores and the
 * residuals are one array; everything here is of the few rows of a block, which stay in cache. */
#include "sweep/residuals.h"

#include <string.h>

#include "data/matrix.h"
#include "sweep/blocks.h"
#include "sweep/offsets.h"

static bool targets_are_probabilities(const fit_targets *targets)
{
    return targets->probabilities != NULL || targets->smoothing > 0;
}

void row_buffers_lay_out(row_buffers *self, const sweep_input *sweep, int64_t rows,
                         space_plan *plan)
{
    const bool soft = targets_are_probabilities(&sweep->targets);
    self->y = space_next(plan, rows, 1, sizeof(int64_t));
    self->row_loss = space_doubles(plan, rows, 1);
    self->probabilities = space_next(plan, soft ? rows : 0, sweep->map.k, sizeof(real));
    if (!soft)
        self->probabilities = NULL;
    self->scores = space_next(plan, sweep->dual != NULL ? rows : 0, sweep->map.k, sizeof(real));
    if (sweep->dual == NULL)
        self->scores = NULL;
}

row_buffers row_buffers_from(const row_buffers *self, int64_t from, int64_t k)
{
    return (row_buffers){
        .y = self->y + from,
        .row_loss = self->row_loss + from,
        .probabilities = self->probabilities == NULL ? NULL : self->probabilities + from * k,
        .scores = self->scores == NULL ? NULL : self->scores + from * k,
    };
}

row_block sweep_samples(const sweep_input *self, int64_t from, int64_t count, real *buffer)
{
    return self->rows == NULL ? row_block_read(self->X, self->first + from, count, buffer)
                              : row_block_gather(self->X, self->rows + from, count, buffer);
}

row_memory sweep_row_memory(const sweep_input *self, int64_t from, int64_t count)
{
    return self->rows == NULL ? matrix_row_memory(self->X, self->first + from, count)
                              : (row_memory){NULL, 0};
}

bool sweep_in_place(const sweep_input *self)
{
    return self->rows == NULL && row_block_in_place(self->X);
}

static int64_t row_of(const sweep_input *self, int64_t index)
{
    return self->rows == NULL ? self->first + index : self->rows[index];
}

void sweep_offsets(const sweep_input *self, int64_t from, int64_t count, real *H)
{
    const int64_t *rows = self->rows == NULL ? NULL : self->rows + from;
    offsets_add(self->X, rows, self->first + from, count, self->map.k, H, self->map.k);
}

/* Labels of rows from..from+count-1: where they lie, or gathered. */
static const int64_t *labels(const sweep_input *self, int64_t from, int64_t count, int64_t *buffer)
{
    if (self->rows == NULL)
        return self->targets.y + self->first + from;
    for (int64_t i = 0; i < count; i++)
        buffer[i] = self->targets.y[self->rows[from + i]];
    return buffer;
}

static double weight(const sweep_input *self, int64_t index)
{
    return self->targets.weights == NULL ? 1 : self->targets.weights[row_of(self, index)];
}

/* Whether the prediction for a row of scores is not its label; among equal scores the lowest class is
 * predicted, of one score class 1 where it is positive. */
static bool wrong(const sweep_input *self, const real *h, int64_t label)
{
    if (self->one_score)
        return (h[0] > 0) != (label == 1);
    const real score = h[label];
    int beaten = 0;
    for (int64_t j = 0; j < label; j++)
        beaten |= h[j] >= score;
    for (int64_t j = label + 1; j < self->map.k; j++)
        beaten |= h[j] > score;
    return beaten;
}

static void count_wrong(const sweep_input *self, int64_t from, int64_t count, const real *H,
                        const int64_t *y, sweep_sums *sums)
{
    for (int64_t i = 0; self->count_wrong && i < count; i++) {
        if (wrong(self, H + i * self->map.k, y[i]))
            sums->wrong += weight(self, from + i);
    }
}

static void add_losses(const sweep_input *self, int64_t from, int64_t count, const double *row_loss,
                       sweep_sums *sums)
{
    if (self->targets.weights == NULL) {
        for (int64_t i = 0; i < count; i++)
            sums->loss += row_loss[i];
        return;
    }
    for (int64_t i = 0; i < count; i++)
        sums->loss += weight(self, from + i) * row_loss[i];
}

static void scale_rows(const sweep_input *self, int64_t from, int64_t count, real *R)
{
    const int64_t k = self->map.k;
    for (int64_t i = 0; self->targets.weights != NULL && i < count; i++) {
        const real factor = (real)weight(self, from + i);
        for (int64_t j = 0; j < k; j++)
            R[i * k + j] *= factor;
    }
}

int64_t sweep_second_derivative(const sweep_input *self, int64_t count, const real *H,
                                const int64_t *y, real *D)
{
    const int64_t k = self->map.k;
    return self->mu > 0 ? self->kernel->smooth_curvature(count, k, H, k, y, self->mu, D, k)
                        : self->kernel->curvature(count, k, H, k, y, D, k);
}

int64_t sweep_curvature(const sweep_input *self, int64_t from, int64_t count, const real *H,
                        real *D, const row_buffers *buffers)
{
    const int64_t *y = labels(self, from, count, buffers->y);
    const int64_t row = sweep_second_derivative(self, count, H, y, D);
    if (row >= 0)
        return row;
    scale_rows(self, from, count, D);
    return -1;
}

/* The probabilities the rows are to be fitted to: those given, or the labels' smoothed. */
static const real *probabilities(const sweep_input *self, int64_t from, int64_t count,
                                 const int64_t *y, real *buffer)
{
    const int64_t k = self->map.k;
    const linclass_matrix *given = self->targets.probabilities;
    if (given != NULL && self->rows != NULL) {
        (void)row_block_gather(given, self->rows + from, count, buffer);
    } else if (given != NULL) {
        const row_block P = row_block_read(given, self->first + from, count, buffer);
        for (int64_t i = 0; P.X != buffer && i < count; i++)
            memcpy(buffer + i * k, P.X + i * P.ldx, (size_t)k * sizeof(real));
    } else {
        const real rest = (real)(self->targets.smoothing / (double)k);
        for (int64_t i = 0; i < count; i++) {
            for (int64_t j = 0; j < k; j++)
                buffer[i * k + j] = rest;
            buffer[i * k + y[i]] += (real)(1 - self->targets.smoothing);
        }
    }
    return buffer;
}

/* H, scores, becomes residuals of the smoothed loss. For a dual point the losses are those of the loss itself, whose
 * dual points they are too. */
static int64_t set_smooth_residuals(const sweep_input *self, int64_t count, const int64_t *y,
                                    real *H, const row_buffers *buffers)
{
    const int64_t k = self->map.k;
    const int64_t row =
        self->kernel->smooth_residual(count, k, H, k, y, self->mu, buffers->row_loss);
    if (row >= 0 || buffers->scores == NULL)
        return row;
    return self->kernel->loss(count, k, buffers->scores, k, y, buffers->row_loss);
}

/* H, scores, becomes residuals towards the targets, and the rows' losses are set, but where they are not asked for. */
static int64_t set_residuals(const sweep_input *self, int64_t from, int64_t count, const int64_t *y,
                             real *H, const row_buffers *buffers)
{
    const int64_t k = self->map.k;
    if (buffers->scores != NULL)
        memcpy(buffers->scores, H, (size_t)(count * k) * sizeof(real));
    if (self->mu > 0)
        return set_smooth_residuals(self, count, y, H, buffers);
    if (buffers->probabilities == NULL && self->without_loss &&
        self->kernel->residual_alone != NULL)
        return self->kernel->residual_alone(count, k, H, k, y);
    if (buffers->probabilities == NULL)
        return self->kernel->residual(count, k, H, k, y, buffers->row_loss);
    return self->kernel->soft_residual(count, k, H, k,
                                       probabilities(self, from, count, y, buffers->probabilities),
                                       k, buffers->row_loss);
}

/* Row i of the buffers, as a dual point has it. */
static dual_row row_of_dual(const row_buffers *buffers, int64_t k, int64_t i, int64_t y)
{
    return (dual_row){
        .k = k,
        .h = buffers->scores + i * k,
        .y = y,
        .target = buffers->probabilities == NULL ? NULL : buffers->probabilities + i * k,
        .loss = buffers->row_loss[i],
    };
}

/* Residuals R become those of the dual point. */
static void move_rows(const sweep_input *self, int64_t from, int64_t count, const int64_t *y,
                      real *R, const row_buffers *buffers, sweep_sums *sums)
{
    const int64_t k = self->map.k;
    for (int64_t i = 0; i < count; i++) {
        const dual_row row = row_of_dual(buffers, k, i, y[i]);
        const double apart = dual_row_move(self->dual, &row, R + i * k);
        const double counts = weight(self, from + i);
        sums->apart += counts > 0 ? counts * apart : 0;
    }
}

int64_t sweep_residuals(const sweep_input *self, int64_t from, int64_t count, real *H,
                        const row_buffers *buffers, sweep_sums *sums)
{
    const int64_t *y = labels(self, from, count, buffers->y);
    count_wrong(self, from, count, H, y, sums);
    const int64_t row = set_residuals(self, from, count, y, H, buffers);
    if (row >= 0)
        return row;
    if (!self->without_loss)
        add_losses(self, from, count, buffers->row_loss, sums);
    if (self->dual != NULL)
        move_rows(self, from, count, y, H, buffers, sums);
    scale_rows(self, from, count, H);
    return -1;
}

int64_t sweep_dual_rows(const sweep_input *self, int64_t from, int64_t count, real *H,
                        const row_buffers *buffers, dual_sums *sums)
{
    const int64_t k = self->map.k;
    const int64_t *y = labels(self, from, count, buffers->y);
    const int64_t unusable = set_residuals(self, from, count, y, H, buffers);
    for (int64_t i = 0; i < count && unusable < 0; i++) {
        const dual_row row = row_of_dual(buffers, k, i, y[i]);
        dual_row_add(self->dual, &row, H + i * k, weight(self, from + i), sums);
    }
    return unusable;
}

int64_t sweep_row_losses(const sweep_input *self, int64_t from, int64_t count, const real *H,
                         const row_buffers *buffers, sweep_sums *sums)
{
    const int64_t k = self->map.k;
    const int64_t *y = labels(self, from, count, buffers->y);
    count_wrong(self, from, count, H, y, sums);
    int64_t row;
    if (self->mu > 0)
        row = self->kernel->smooth_loss(count, k, H, k, y, self->mu, buffers->row_loss);
    else if (buffers->probabilities == NULL)
        row = self->kernel->loss(count, k, H, k, y, buffers->row_loss);
    else
        row = self->kernel->soft_loss(count, k, H, k,
                                      probabilities(self, from, count, y, buffers->probabilities),
                                      k, buffers->row_loss);
    if (row >= 0)
        return row;
    add_losses(self, from, count, buffers->row_loss, sums);
    return -1;
}

linclass_status sweep_unusable(linclass_context *ctx, const sweep_input *self, int64_t row)
{
    return scores_unusable(ctx, self->X, row_of(self, row));
}

linclass_status sweep_gradient(linclass_context *ctx, const sweep_input *self, sweep_sums *sums,
                               real *G, int64_t ldg, real *g_bias)
{
    if (matrix_is_sparse(self->X) && sparse_slices_of(self) > 0)
        return sweep_sparse_one(ctx, self, sums, G, ldg, g_bias);
    if (matrix_is_sparse(self->X))
        return sweep_sparse(ctx, self, sums, G, ldg, g_bias);
    if (blocks_use_tiles(self->map.n, self->map.k))
        return sweep_tiles(ctx, self, sums, G, ldg, g_bias);
    return sweep_blocks(ctx, self, sums, G, ldg, g_bias);
}
