/* Sums of the samples' features, their squares and their distances, over evenly spaced rows.
 *
 * Hazard: E x^2 - (E x)^2 cancels where a feature is far from zero. Sums are taken of the distances from
 * the first row looked at, in double: E (x - s)^2 - (E (x - s))^2 loses no more digits than that row is
 * standard deviations from the mean, and is exactly 0 for a constant. */
#include <math.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "data/sparse_moments.h"
#include "objective/linear_objective.h"

enum { CHUNK = 512 };

typedef struct moments_job {
    const linear_objective *objective;
    int64_t rows;  /* taken of X */
    real *samples; /* CHUNK x n */
    int64_t *row;  /* CHUNK */
    feature_sums *sums;
    column_moments *columns; /* n; of sparse rows */
} moments_job;

static void lay_out(void *owner, space_plan *plan)
{
    moments_job *self = owner;
    const int64_t n = self->objective->sweep.map.n;
    const bool sparse = matrix_is_sparse(self->objective->sweep.X);
    self->samples = space_next(plan, sparse ? 0 : CHUNK, n, sizeof(real));
    self->row = space_next(plan, CHUNK, 1, sizeof(int64_t));
    self->columns = space_next(plan, sparse ? n : 0, 1, sizeof(column_moments));
}

static void clear(feature_sums *sums, int64_t N)
{
    sums->weight = 0;
    for (int64_t j = 0; j < N; j++) {
        sums->square[j] = 0;
        sums->shift[j] = 1;
        sums->distance[j] = 0;
        sums->spread[j] = 0;
    }
}

static void add_row(moments_job *self, const real *x, double weight)
{
    const int64_t n = self->objective->sweep.map.n;
    feature_sums *sums = self->sums;
    for (int64_t j = 0; j < n; j++) {
        const double value = (double)x[j];
        const double distance = value - sums->shift[j];
        sums->square[j] += weight * (value * value);
        sums->distance[j] += weight * distance;
        sums->spread[j] += weight * (distance * distance);
    }
    if (self->objective->with_bias)
        sums->square[n] += weight;
    sums->weight += weight;
}

/* Errors: NON_FINITE. */
static linclass_status run(moments_job *self)
{
    const sweep_input *sweep = &self->objective->sweep;
    const double *weights = sweep->targets.weights;
    const int64_t n = sweep->map.n;
    const double stride = (double)sweep->X->rows / (double)self->rows;
    for (int64_t first = 0; first < self->rows; first += CHUNK) {
        const int64_t count = lesser(CHUNK, self->rows - first);
        for (int64_t i = 0; i < count; i++)
            self->row[i] = (int64_t)((double)(first + i) * stride);
        const row_block samples = row_block_gather(sweep->X, self->row, count, self->samples);
        for (int64_t j = 0; first == 0 && j < n; j++)
            self->sums->shift[j] = (double)samples.X[j];
        for (int64_t i = 0; i < count; i++) {
            const real *x = samples.X + i * samples.ldx;
            real sum = 0;
            for (int64_t j = 0; j < n; j++)
                sum += x[j];
            const linclass_status status =
                isfinite(sum) ? LINCLASS_OK
                              : matrix_find_non_finite(self->objective->base.ctx, "X", sweep->X,
                                                       self->row[i], 1);
            if (status != LINCLASS_OK)
                return status;
            add_row(self, x, weights == NULL ? 1 : weights[self->row[i]]);
        }
    }
    return LINCLASS_OK;
}

/* The sums of sparse rows, in time proportional to their elements. Errors: NON_FINITE. */
static linclass_status run_sparse(moments_job *self)
{
    const sweep_input *sweep = &self->objective->sweep;
    const double *weights = sweep->targets.weights;
    const int64_t n = sweep->map.n;
    const double stride = (double)sweep->X->rows / (double)self->rows;
    sparse_moments sums = {.n = n, .columns = self->columns};
    sparse_moments_begin(&sums, sweep->X);
    for (int64_t i = 0; i < self->rows; i++) {
        const int64_t row = (int64_t)((double)i * stride);
        sparse_moments_add(&sums, sweep->X, row, weights == NULL ? 1 : weights[row]);
    }
    self->sums->weight = sums.weight;
    if (self->objective->with_bias)
        self->sums->square[n] = sums.weight;
    double total = 0;
    for (int64_t j = 0; j < n; j++) {
        const column_moments column = sparse_moments_column(&sums, j);
        self->sums->shift[j] = column.shift;
        self->sums->distance[j] = column.distance;
        self->sums->spread[j] = column.spread;
        self->sums->square[j] = column.square;
        total += column.square * 0;
    }
    return total == 0 ? LINCLASS_OK
                      : matrix_find_non_finite(self->objective->base.ctx, "X", sweep->X, 0,
                                               sweep->X->rows);
}

linclass_status objective_moments(objective *base, int64_t max_rows, feature_sums *sums)
{
    moments_job self = {
        .objective = (const linear_objective *)base,
        .rows = lesser(max_rows, base->samples),
        .sums = sums,
    };
    void *memory;
    linclass_status status =
        space_lay_out(base->ctx, lay_out, &self, "moments of the features", &memory);
    if (status != LINCLASS_OK)
        return status;
    clear(sums, base->parameters / base->columns);
    status = matrix_is_sparse(self.objective->sweep.X) ? run_sparse(&self) : run(&self);
    context_release(base->ctx, memory);
    return status;
}
