/* Standard errors: square roots of the diagonal of the inverse of the observed information A.
 *
 * Of separated classes the likelihood has no maximum; a fit of them ends somewhere, with a gradient as
 * small as one likes, and A there is regular, with errors as large as one likes. What tells it is
 * Newton's step: from an optimum it changes no score, from there every step adds about 1 to the scores of
 * the rows nearest to the boundary, for loss and curvature fall off by the same exponential. */
#include "diagnostics/coefficient_errors.h"

#include <math.h>

#include "core/context.h"
#include "diagnostics/information_inverse.h"
#include "linalg/cholesky.h"

static const double MOST_SCORE_STEP = 0.1;

static linclass_status check_step(const information_matrix *self,
                                  const linclass_standard_errors *found)
{
    if (found->score_step <= MOST_SCORE_STEP)
        return LINCLASS_OK;
    return context_fail(
        self->ctx, LINCLASS_ERROR_NUMERIC,
        "the model is not at the minimum: Newton's step, %.3g standard errors long, "
        "would change a score by %.3g; %s",
        found->newton_step, found->score_step,
        found->newton_step < MOST_SCORE_STEP
            ? "classes that are separated, if only in some direction, have no minimum"
            : "fit to a smaller tolerance (separated classes have no minimum)");
}

/* Factor A and measure Newton's step. */
static linclass_status factor(information_matrix *self, const information_source *rows,
                              double *scale, double *step, linclass_standard_errors *found)
{
    const int64_t P = self->P;
    linclass_status status = information_factor(self, scale);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; i < P; i++)
        step[i] = -self->gradient[i];
    cholesky_solve(self->ctx->vector_set, P, 1, self->hessian, step);
    double square = 0;
    for (int64_t i = 0; i < P; i++) {
        square -= self->gradient[i] * step[i];
        step[i] *= scale[i];
    }
    found->newton_step = sqrt(fmax(square, 0));
    status = rows->score_change(rows->owner, self, step, &found->score_step);
    return status == LINCLASS_OK ? check_step(self, found) : status;
}

/* Row or column number `to` of a symmetric matrix, less the features' of its class times their means: the
 * intercept of features that are not centred. */
static void move_intercept(const information_matrix *self, int64_t a, int64_t stride, int64_t along)
{
    const int64_t P = self->P;
    double *A = self->hessian;
    const int64_t to = a * self->N + self->n;
    for (int64_t j = 0; j < self->n; j++) {
        const int64_t from = a * self->N + j;
        for (int64_t i = 0; i < P; i++)
            A[to * stride + i * along] -= self->mean[j] * A[from * stride + i * along];
    }
}

/* From the factor to the covariance. */
static linclass_status invert(information_matrix *self, const double *scale)
{
    const int64_t P = self->P;
    const double *A = self->hessian;
    const linclass_status status = information_invert(self, scale);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t a = 0; self->N > self->n && a < self->c; a++)
        move_intercept(self, a, P, 1);
    for (int64_t a = 0; self->N > self->n && a < self->c; a++)
        move_intercept(self, a, 1, P);
    for (int64_t i = 0; i < P; i++) {
        if (!isfinite(A[i * P + i]) || A[i * P + i] < 0)
            return context_fail(self->ctx, LINCLASS_ERROR_NUMERIC, "a variance overflows");
    }
    return LINCLASS_OK;
}

/* Parameter of feature j (n: the intercept) and class a + 1. */
static void write_parameter(const information_matrix *self, int64_t j, int64_t a, double *value,
                            double *error)
{
    const linclass_model *model = self->model;
    const int64_t k = model->k;
    const void *values = j < self->n ? model->theta : model->bias;
    const int64_t row = j < self->n ? j : 0;
    const int64_t place = a * self->N + j;
    if (value != NULL)
        value[row * k + a + 1] = model_value(model->dtype, values, row * k + a + 1) -
                                 model_value(model->dtype, values, row * k);
    if (error != NULL)
        error[row * k + a + 1] = sqrt(self->hessian[place * self->P + place]);
}

static void clear(double *array, int64_t count)
{
    for (int64_t i = 0; array != NULL && i < count; i++)
        array[i] = 0;
}

static void write_arrays(const information_matrix *self, const linclass_standard_errors *wanted)
{
    const int64_t k = self->c + 1;
    const int64_t P = self->P;
    clear(wanted->theta, self->n * k);
    clear(wanted->theta_error, self->n * k);
    clear(wanted->bias, k);
    clear(wanted->bias_error, k);
    for (int64_t j = 0; j < self->N; j++) {
        for (int64_t a = 0; a < self->c; a++)
            write_parameter(self, j, a, j < self->n ? wanted->theta : wanted->bias,
                            j < self->n ? wanted->theta_error : wanted->bias_error);
    }
    for (int64_t i = 0; wanted->covariance != NULL && i < P; i++) {
        const double *row = self->hessian + (i % self->c * self->N + i / self->c) * P;
        for (int64_t j = 0; j < P; j++)
            wanted->covariance[i * P + j] = row[j % self->c * self->N + j / self->c];
    }
}

linclass_status coefficient_errors(information_matrix *self, const information_source *rows,
                                   linclass_standard_errors *found)
{
    void *vectors;
    linclass_status status =
        context_allocate(self->ctx, 2 * (size_t)self->P * sizeof(double), "a step", &vectors);
    if (status == LINCLASS_OK)
        status = rows->make(rows->owner, self);
    if (status == LINCLASS_OK)
        status = factor(self, rows, vectors, (double *)vectors + self->P, found);
    if (status == LINCLASS_OK)
        status = invert(self, vectors);
    if (status == LINCLASS_OK) {
        found->parameters = self->P;
        write_arrays(self, found);
    }
    context_release(self->ctx, vectors);
    return status;
}
