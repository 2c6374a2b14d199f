/* Row i of theta is in the coordinates of moments.h
 *
 *     x = g_i - mean_i g_b,    z = unit_i^2 (x - shift) + shift / l2,    shift = the mean of x over the columns
 *
 * (see preconditioner_apply_centred for the shift), and z_b follows from g_b in the same way without the last term. */
#include "solver/preconditioner_diagonal.h"

#include "core/slices.h"

typedef struct diagonal_job {
    const preconditioner *preconditioner;
    const double *bias; /* g_b; NULL: no intercept */
    double per_shift;   /* 1 / l2, or 0 */
    const double *g;
    double *z;
    double squares[SLICES_MOST];
} diagonal_job;

bool preconditioner_is_diagonal(const preconditioner *self)
{
    return self->factor == NULL && self->blocks == NULL;
}

static double take_mean(int64_t k, double *row)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += row[j];
    const double mean = sum / (double)k;
    for (int64_t j = 0; j < k; j++)
        row[j] -= mean;
    return mean;
}

/* z := M_i^-1 z, row i without its shift. */
static void scale_row(const preconditioner *self, int64_t i, double *z)
{
    const double factor = self->unit[i] * self->unit[i];
    for (int64_t j = 0; j < self->columns; j++)
        z[j] *= factor;
}

/* As apply_rows does with one column and neither intercept nor shift: a loop over the rows in vectors. */
static void apply_column(int64_t first, int64_t end, const double *restrict unit,
                         double *restrict z)
{
    for (int64_t i = first; i < end; i++)
        z[i] *= unit[i] * unit[i];
}

static void apply_rows(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const diagonal_job *job = argument;
    const preconditioner *self = job->preconditioner;
    const int64_t k = self->columns;
    const bool shifts = preconditioner_has_shifts(self);
    if (k == 1 && job->bias == NULL && !shifts) {
        apply_column(first, end, self->unit, job->z);
        return;
    }
    for (int64_t i = first; i < end; i++) {
        double *z = job->z + i * k;
        for (int64_t j = 0; job->bias != NULL && j < k; j++)
            z[j] -= self->moments.mean[i] * job->bias[j];
        const double shift = shifts ? take_mean(k, z) : 0;
        scale_row(self, i, z);
        if (shifts)
            (void)take_mean(k, z);
        for (int64_t j = 0; shifts && j < k; j++)
            z[j] += shift * job->per_shift;
    }
}

static void square_rows(void *argument, int64_t slice, int64_t first, int64_t end)
{
    diagonal_job *job = argument;
    const preconditioner *self = job->preconditioner;
    const int64_t k = self->columns;
    const bool shifts = preconditioner_has_shifts(self);
    double total = 0;
    for (int64_t i = first; i < end; i++) {
        const double *g = job->g + i * k;
        const double centre = job->bias == NULL ? 0 : self->moments.mean[i];
        double sum = 0;
        double square = 0;
        for (int64_t j = 0; j < k; j++) {
            const double x = job->bias == NULL ? g[j] : g[j] - centre * job->bias[j];
            sum += x;
            square += x * x;
        }
        const double common = shifts ? sum * sum / (double)k : 0;
        total += self->unit[i] * self->unit[i] * (square - common) + common * job->per_shift;
    }
    job->squares[slice] = total;
}

static diagonal_job job_for(const preconditioner *self, const double *g)
{
    const objective *F = self->moments.objective;
    return (diagonal_job){
        .preconditioner = self,
        .bias = F->parameters > F->weights ? g + F->weights : NULL,
        .per_shift = F->l2 > 0 ? 1 / F->l2 : 0,
        .g = g,
    };
}

void preconditioner_diagonal_apply(const preconditioner *self, double *v)
{
    const objective *F = self->moments.objective;
    diagonal_job job = job_for(self, v);
    job.z = v;
    (void)slices_run(self->ctx, F->weights / self->columns, F->weights, apply_rows, &job);
    if (job.bias == NULL)
        return;
    double *z = v + F->weights;
    if (preconditioner_has_shifts(self))
        (void)take_mean(self->columns, z);
    scale_row(self, self->N - 1, z);
    if (preconditioner_has_shifts(self))
        (void)take_mean(self->columns, z);
    moments_uncentre_step(&self->moments, v);
}

double preconditioner_diagonal_square(const preconditioner *self, const double *g)
{
    const objective *F = self->moments.objective;
    const int64_t features = F->weights / self->columns;
    diagonal_job job = job_for(self, g);
    const int64_t slices = slices_run(self->ctx, features, F->weights, square_rows, &job);
    const double total = slices_total(slices, job.squares);
    if (job.bias == NULL)
        return total;
    diagonal_job last = {.preconditioner = self, .g = g};
    square_rows(&last, 0, features, features + 1);
    return total + last.squares[0];
}
