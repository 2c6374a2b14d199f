/* Mean squares, means and variances of the samples' features, over evenly spaced rows.
 *
 * Hazard: E x^2 - (E x)^2 cancels where a feature is far from zero. Sums are taken of the distances from
 * the first row looked at, in double: E (x - s)^2 - (E (x - s))^2 loses no more digits than that row is
 * standard deviations from the mean, and is exactly 0 for a constant. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/matrix.h"
#include "objective/linear_objective.h"

enum { CHUNK = 512 };

typedef struct moments_job {
    const linear_objective *objective;
    int64_t N;
    int64_t rows;     /* taken of X */
    real *samples;    /* CHUNK x n */
    int64_t *row;     /* CHUNK */
    double *shift;    /* n: the first row */
    double *distance; /* n: sums of w (x - shift) */
    double *spread;   /* n: sums of w (x - shift)^2 */
    double weight;    /* of all the rows taken */
    double *squares;  /* N: sums of w x^2 */
} moments_job;

static linclass_status take_space(moments_job *self, void **memory)
{
    const int64_t n = self->objective->sweep.map.n;
    space_plan plan = {0};
    const size_t samples = space_part(&plan, CHUNK, n, sizeof(real));
    const size_t row = space_part(&plan, CHUNK, 1, sizeof(int64_t));
    const size_t shift = space_part(&plan, n, 1, sizeof(double));
    const size_t distance = space_part(&plan, n, 1, sizeof(double));
    const size_t spread = space_part(&plan, n, 1, sizeof(double));
    const linclass_status status =
        space_allocate(self->objective->base.ctx, &plan, "moments of the features", memory);
    if (status != LINCLASS_OK)
        return status;
    self->samples = space_at(*memory, samples);
    self->row = space_at(*memory, row);
    self->shift = space_at(*memory, shift);
    self->distance = space_at(*memory, distance);
    self->spread = space_at(*memory, spread);
    memset(self->distance, 0, (size_t)n * sizeof(double));
    memset(self->spread, 0, (size_t)n * sizeof(double));
    memset(self->squares, 0, (size_t)self->N * sizeof(double));
    return LINCLASS_OK;
}

static void add_row(moments_job *self, const real *x, double weight)
{
    const int64_t n = self->objective->sweep.map.n;
    for (int64_t j = 0; j < n; j++) {
        const double value = (double)x[j];
        const double distance = value - self->shift[j];
        self->squares[j] += weight * (value * value);
        self->distance[j] += weight * distance;
        self->spread[j] += weight * (distance * distance);
    }
    if (self->objective->with_bias)
        self->squares[n] += weight;
    self->weight += weight;
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
        matrix_gather(sweep->X, self->row, count, self->samples);
        for (int64_t j = 0; first == 0 && j < n; j++)
            self->shift[j] = (double)self->samples[j];
        for (int64_t i = 0; i < count; i++) {
            const real *x = self->samples + i * n;
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

static void write(const moments_job *self, double *means, double *variances)
{
    const int64_t n = self->objective->sweep.map.n;
    const double divisor = self->weight > 0 ? self->weight : 1;
    for (int64_t j = 0; j < self->N; j++) {
        self->squares[j] /= divisor;
        const double distance = j < n ? self->distance[j] / divisor : 0;
        const double spread = j < n ? self->spread[j] / divisor : 0;
        if (means != NULL)
            means[j] = j < n ? self->shift[j] + distance : 1;
        if (variances != NULL)
            variances[j] = fmax(spread - distance * distance, 0);
    }
}

linclass_status objective_moments(objective *base, int64_t max_rows, double *squares, double *means,
                                  double *variances)
{
    moments_job self = {
        .objective = (const linear_objective *)base,
        .N = base->parameters / base->columns,
        .rows = lesser(max_rows, base->samples),
        .squares = squares,
    };
    void *memory;
    linclass_status status = take_space(&self, &memory);
    if (status != LINCLASS_OK)
        return status;
    status = run(&self);
    if (status == LINCLASS_OK)
        write(&self, means, variances);
    context_release(base->ctx, memory);
    return status;
}
