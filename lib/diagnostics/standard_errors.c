/* Standard errors: square roots of the diagonal of the inverse of the observed information A.
 *
 * Of separated classes the likelihood has no maximum; a fit of them ends somewhere, with a gradient as
 * small as one likes, and A there is regular, with errors as large as one likes. What tells it is
 * Newton's step: from an optimum it changes no score, from there every step adds about 1 to the scores of
 * the rows nearest to the boundary, for loss and curvature fall off by the same exponential. */
#include <linclass/standard_errors.h>

#include <math.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "linalg/cholesky.h"
#include "diagnostics/information_inverse.h"
#include "sweep/losses.h"

static const double MOST_SCORE_STEP = 0.1;
static const linclass_standard_errors DEFAULTS = {.size = sizeof(linclass_standard_errors)};

linclass_status linclass_standard_errors_init(linclass_standard_errors *errors, size_t size)
{
    return versioned_init(errors, size, &DEFAULTS, sizeof DEFAULTS, FIRST_STANDARD_ERRORS);
}

static linclass_status check_model(linclass_context *ctx, const linclass_model *model)
{
    const linclass_fit_report *report = &model->report;
    if (!loss_is_likelihood(model->loss))
        return context_fail(
            ctx, LINCLASS_ERROR_UNSUPPORTED,
            "the %s loss is no likelihood: of softmax and logistic fits alone there "
            "are standard errors",
            loss_name(model->loss));
    if (model->l1 > 0 || model->l2 > 0)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted with the penalties l1 = %g, l2 = %g: only of "
                            "unpenalised fits there are standard errors",
                            model->l1, model->l2);
    if (model->has_report && (report->label_smoothing > 0 || report->with_target_probabilities))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model was fitted to %s: only of fits to labels there are standard "
                            "errors",
                            report->label_smoothing > 0 ? "smoothed labels" : "probabilities");
    return LINCLASS_OK;
}

static linclass_status check_outputs(linclass_context *ctx, const linclass_model *model,
                                     const linclass_standard_errors *wanted)
{
    const int64_t n = model->n;
    const int64_t k = model->k;
    const int64_t P = (k - 1) * (n + (model->bias != NULL));
    array_argument arrays[] = {
        array_given("errors.theta", wanted->theta, n, k, sizeof(double)),
        array_given("errors.theta_error", wanted->theta_error, n, k, sizeof(double)),
        array_given("errors.bias", wanted->bias, 1, k, sizeof(double)),
        array_given("errors.bias_error", wanted->bias_error, 1, k, sizeof(double)),
        array_given("errors.covariance", wanted->covariance, P, P, sizeof(double)),
    };
    enum { COUNT = sizeof arrays / sizeof *arrays };
    for (int i = 0; i < COUNT; i++)
        arrays[i] = array_output(array_optional(arrays[i]));
    return check_arrays(ctx, COUNT, arrays);
}

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
static linclass_status factor(information_matrix *self, double *scale, double *step,
                              linclass_standard_errors *found)
{
    const int64_t P = self->P;
    const linclass_status status = information_factor(self, scale);
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
    found->score_step = information_matrix_score_change(self, step);
    return check_step(self, found);
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
    const linclass_model *model = self->rows->model;
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

static linclass_status find_errors(linclass_context *ctx, const known_rows *rows,
                                   linclass_standard_errors *found)
{
    information_matrix self;
    linclass_status status = information_matrix_begin(ctx, rows, true, &self);
    void *vectors = NULL;
    if (status == LINCLASS_OK)
        status = context_allocate(ctx, 2 * (size_t)self.P * sizeof(double), "a step", &vectors);
    if (status == LINCLASS_OK)
        status = information_matrix_make(&self);
    if (status == LINCLASS_OK)
        status = factor(&self, vectors, (double *)vectors + self.P, found);
    if (status == LINCLASS_OK)
        status = invert(&self, vectors);
    if (status == LINCLASS_OK) {
        found->parameters = self.P;
        write_arrays(&self, found);
    }
    context_release(ctx, vectors);
    information_matrix_end(&self);
    return status;
}

linclass_status linclass_model_standard_errors(linclass_context *ctx, const linclass_model *model,
                                               const linclass_matrix *X, const int64_t *y,
                                               linclass_standard_errors *errors)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"errors", errors}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_standard_errors found;
    linclass_status status = versioned_read(ctx, "errors", errors, &found, &DEFAULTS,
                                            sizeof DEFAULTS, FIRST_STANDARD_ERRORS);
    if (status == LINCLASS_OK)
        status = check_model(ctx, model);
    if (status == LINCLASS_OK)
        status = check_outputs(ctx, model, &found);
    if (status != LINCLASS_OK)
        return status;
    const given_rows given = {
        .X = X,
        .y = y,
        .sample_weight = found.sample_weight,
        .sample_weight_name = "errors.sample_weight",
    };
    known_rows rows;
    status = known_rows_begin(ctx, model, &given, &rows);
    if (status == LINCLASS_OK)
        status = find_errors(ctx, &rows, &found);
    known_rows_end(ctx, &rows);
    if (status != LINCLASS_OK)
        return status;
    return versioned_write(ctx, "errors", errors, &found, sizeof found, FIRST_STANDARD_ERRORS);
}
