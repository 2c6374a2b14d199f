/* Between the parameters of solvers, in double, and theta in the working precision: rounding there, which finds the
 * penalties on the way, and gradients back. */
#include <math.h>

#include "core/slices.h"
#include "objective/linear_objective.h"

/* A pass over the weights: theta := parameters, rounded, and what the penalties are made of. */
typedef struct rounding {
    const double *parameters;
    real *theta;
    double absolute[SLICES_MOST];
    double squares[SLICES_MOST];
} rounding;

static void round_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const rounding *pass = argument;
    for (int64_t i = first; i < end; i++)
        pass->theta[i] = (real)pass->parameters[i];
}

static void round_and_measure(void *argument, int64_t slice, int64_t first, int64_t end)
{
    rounding *pass = argument;
    double absolute = 0;
    double square = 0;
    for (int64_t i = first; i < end; i++) {
        pass->theta[i] = (real)pass->parameters[i];
        const double weight = (double)pass->theta[i];
        absolute += fabs(weight);
        square += weight * weight;
    }
    pass->absolute[slice] = absolute;
    pass->squares[slice] = square;
}

/* A pass over the rows of theta: their norms. */
typedef struct norms_pass {
    const real *theta;
    int64_t columns;
    double sums[SLICES_MOST];
} norms_pass;

static void add_norms(void *argument, int64_t slice, int64_t first, int64_t end)
{
    norms_pass *pass = argument;
    const int64_t k = pass->columns;
    double sum = 0;
    for (int64_t i = first; i < end; i++) {
        double square = 0;
        for (int64_t e = i * k; e < (i + 1) * k; e++)
            square += (double)pass->theta[e] * (double)pass->theta[e];
        sum += sqrt(square);
    }
    pass->sums[slice] = sum;
}

static double sum_of_norms(const objective *F, const real *theta)
{
    norms_pass pass = {.theta = theta, .columns = F->columns};
    const int64_t slices =
        slices_run(F->ctx, F->weights / F->columns, F->weights, add_norms, &pass);
    return slices_total(slices, pass.sums);
}

double objective_round(const linear_objective *self, const double *parameters, real *theta,
                       real *bias)
{
    const objective *F = &self->base;
    rounding pass = {.parameters = parameters, .theta = theta};
    /* Parts of a fit have no penalties, and there are many of them: the sums take three times as long as the
     * rounding. */
    const bool penalised = F->l1 != 0 || F->l2 != 0;
    const int64_t slices = slices_run(F->ctx, F->weights, F->weights,
                                      penalised ? round_and_measure : round_slice, &pass);
    for (int64_t j = 0; bias != NULL && j < F->columns; j++)
        bias[j] = (real)parameters[F->weights + j];
    if (!penalised)
        return 0;
    const double norms =
        objective_is_grouped(F) ? sum_of_norms(F, theta) : slices_total(slices, pass.absolute);
    return F->l1 * norms + F->l2 / 2 * slices_total(slices, pass.squares);
}

/* row := source, less its mean. A loss of several scores sees only their differences, so the rows of
 * its gradient sum to zero; what rounding leaves of a sum lies where the Hessian vanishes, and a
 * second-order step would carry the biases away by thousands. */
static void centre_row(int64_t columns, const real *source, double *row)
{
    double mean = 0;
    for (int64_t j = 0; j < columns; j++)
        mean += (double)source[j];
    mean = columns > 1 ? mean / (double)columns : 0;
    for (int64_t j = 0; j < columns; j++)
        row[j] = (double)source[j] - mean;
}

/* A pass over what the sweep left in G. */
typedef struct gradient_pass {
    const linear_objective *objective;
    const real *theta;
    double *gradient;
} gradient_pass;

/* As write_rows does with one column, whose row has no mean to take away: a loop over the rows in vectors. */
static void write_column(const linear_objective *self, int64_t first, int64_t end,
                         const real *restrict theta, double *restrict gradient)
{
    const real *restrict G = self->G;
    const double l2 = self->base.l2;
    for (int64_t i = first; i < end; i++)
        gradient[i] = l2 == 0 ? (double)G[i] : (double)G[i] + l2 * (double)theta[i];
}

static void write_rows(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const gradient_pass *pass = argument;
    const linear_objective *self = pass->objective;
    const int64_t columns = self->base.columns;
    if (columns == 1) {
        write_column(self, first, end, pass->theta, pass->gradient);
        return;
    }
    for (int64_t i = first; i < end; i++) {
        const real *theta = pass->theta + i * columns;
        double *row = pass->gradient + i * columns;
        centre_row(columns, (const real *)self->G + i * columns, row);
        for (int64_t j = 0; self->base.l2 != 0 && j < columns; j++)
            row[j] += self->base.l2 * (double)theta[j];
    }
}

void objective_write_gradient(const linear_objective *self, const real *theta, double *gradient)
{
    const objective *F = &self->base;
    gradient_pass pass = {self, theta, gradient};
    (void)slices_run(F->ctx, F->weights / F->columns, F->weights, write_rows, &pass);
    if (self->with_bias)
        centre_row(F->columns, self->g_bias, gradient + F->weights);
}
