/* The certificate of a fit, recomputed row by row in double:
 *
 *     F  = (1/W) sum w_i loss(h_i, y_i) + l1 ||theta||_1 + (l2 / 2) ||theta||^2
 *     g  = (1/W) sum w_i x_i r_i^T + l2 theta,    r_i = dloss/dh_i,  W = sum w_i
 *     v  = g + l1 sign(theta) where theta is not 0, else g shrunk towards 0 by l1, but not beyond it
 *
 * v is the subgradient of F of least norm. h_i has the base scores of its row, if there are any, o_i. Beside them, bounds on what rounding in the precision of the
 * fit, of unit u, does to them: with gamma = (4 + sqrt(N) / 2) u for sums of N terms,
 *
 *     |h_ic error| <= delta_i = gamma_n (max |bias| + max |o_i| + sum_j |x_ij| max_c |theta_jc|)
 *     |g error| <= (1/W) sum w_i |x_ij| (gamma_m max_c |r_ic| + what r_ic moves when h_i moves by delta_i)
 *     |F error| <= (1/W) sum w_i (delta_i sum_c |r_ic| + gamma_m loss_i) + gamma_m penalty
 *
 * and what may have underflowed. A residual that jumps, at the kink of a hinge, is allowed its jump where
 * the row is within delta_i of it. */
#include "diagnostics/certify.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "diagnostics/certifier.h"
#include "diagnostics/lower_bound.h"
#include "sweep/losses.h"

/* Rows read at a time here; at most, dense rows whose products a fit sums before they go into a longer sum. */
enum { BLOCK = 64, SLICE = 1024 };

/* Roundings that are allowed a sum of N terms, of the sum of their absolute values. In order, and all of
 * one sign, it takes sqrt(N / 3) at random; several running sums and terms of both signs take less. */
static double growth(double N)
{
    return 4 + sqrt(N) / 2;
}

static void lay_out(void *owner, space_plan *plan)
{
    certifier *self = owner;
    self->theta = space_doubles(plan, self->n + 1, self->c);
    self->gradient = space_doubles(plan, self->n + 1, self->c);
    self->widest = space_doubles(plan, self->n + 1, 1);
    self->slack = space_doubles(plan, self->n + 1, 1);
    const bool sparse = matrix_is_sparse(&self->rows->X);
    self->samples = space_doubles(plan, sparse ? 1 : BLOCK, self->n);
    self->features = space_next(plan, sparse ? self->n : 0, 1, sizeof(int64_t));
    self->scores = space_doubles(plan, self->c, 1);
    self->residual = space_doubles(plan, self->c, 1);
    self->p = space_doubles(plan, self->model->k, 1);
}

static void clear(certifier *self)
{
    const size_t rows = (size_t)self->n + 1;
    const size_t bytes = rows * (size_t)self->c * sizeof(double);
    memset(self->theta, 0, bytes);
    memset(self->gradient, 0, bytes);
    memset(self->widest, 0, rows * sizeof(double));
    memset(self->slack, 0, rows * sizeof(double));
}

/* One score is what the second class has over the first. */
static double parameter(const linclass_model *model, const void *values, int64_t row, int64_t c,
                        int64_t column)
{
    const int64_t k = model->k;
    if (c == k)
        return model_value(model->dtype, values, row * k + column);
    return model_value(model->dtype, values, row * k + 1) -
           model_value(model->dtype, values, row * k);
}

static void widen_parameters(certifier *self)
{
    const linclass_model *model = self->model;
    for (int64_t j = 0; j <= self->n; j++) {
        const void *values = j < self->n ? model->theta : model->bias;
        for (int64_t a = 0; values != NULL && a < self->c; a++) {
            const double value = parameter(model, values, j < self->n ? j : 0, self->c, a);
            self->theta[j * self->c + a] = value;
            self->widest[j] = fmax(self->widest[j], fabs(value));
        }
    }
}

double certifier_set_scores(certifier *self, int64_t row, const sample *of)
{
    const int64_t n = self->n;
    const int64_t c = self->c;
    double magnitude = self->widest[n];
    memcpy(self->scores, self->theta + n * c, (size_t)c * sizeof(double));
    for (int64_t e = 0; e < of->count; e++) {
        const int64_t j = of->features == NULL ? e : of->features[e];
        for (int64_t a = 0; a < c; a++)
            self->scores[a] += of->x[e] * self->theta[j * c + a];
        magnitude += fabs(of->x[e]) * self->widest[j];
    }
    const linclass_matrix *X = &self->rows->X;
    double largest = 0;
    for (int64_t a = 0; X->offset != NULL && a < c; a++) {
        const double offset = X->offset[row * X->offset_stride + a];
        self->scores[a] += offset;
        largest = fmax(largest, fabs(offset));
    }
    magnitude += largest;
    return self->gamma_n * magnitude;
}

/* Add weight times x r^T, and, of the bound, weight times |x| error. */
static void add_feature(certifier *self, int64_t j, double scaled, double error)
{
    const int64_t c = self->c;
    for (int64_t a = 0; a < c; a++)
        self->gradient[j * c + a] += scaled * self->residual[a];
    self->slack[j] += fabs(scaled) * error;
}

static void add_gradient(certifier *self, const sample *of, double weight, double error)
{
    for (int64_t e = 0; e < of->count; e++)
        add_feature(self, of->features == NULL ? e : of->features[e], weight * of->x[e], error);
    add_feature(self, self->n, weight, error);
}

row_target certifier_target(certifier *self, int64_t row)
{
    const known_rows *rows = self->rows;
    row_target target = {
        .y = rows->y[row],
        .smoothing = self->model->has_report ? self->model->report.label_smoothing : 0,
    };
    if (rows->with_probabilities)
        target.probabilities = row_block_read_f64(&rows->probabilities, row, 1, self->p).X;
    return target;
}

static void add_row(certifier *self, void *argument, int64_t row, const sample *of)
{
    (void)argument;
    const double weight = known_rows_weight(self->rows, row);
    if (weight == 0)
        return;
    const int32_t loss = self->model->loss;
    const row_target target = certifier_target(self, row);
    const double delta = certifier_set_scores(self, row, of);
    const double value = row_loss(loss, self->c, self->scores, &target, self->residual);
    double total = 0;
    double largest = 0;
    for (int64_t a = 0; a < self->c; a++) {
        total += fabs(self->residual[a]);
        largest = fmax(largest, fabs(self->residual[a]));
    }
    /* A residual towards probabilities is a difference of numbers below 1. */
    if (target.probabilities != NULL || target.smoothing > 0)
        largest = 1;
    const double kinks = (double)row_loss_kinks(loss, self->c, self->scores, target.y, 2 * delta);
    self->loss += weight * value;
    self->loss_slack += weight * (delta * (total + 2 * kinks) + self->gamma_m * value);
    add_gradient(self, of, weight,
                 self->gamma_m * largest +
                     row_loss_sensitivity(loss, self->c, self->scores, target.y, delta));
}

typedef struct visitor {
    certifier *certifier;
    certifier_visit visit;
    void *argument;
} visitor;

/* Visit a row whose elements are finite. Errors: NON_FINITE. */
static linclass_status visit_row(const visitor *with, int64_t row, const sample *of)
{
    certifier *self = with->certifier;
    for (int64_t e = 0; e < of->count; e++) {
        if (!isfinite(of->x[e]))
            return matrix_find_non_finite(self->ctx, "X", &self->rows->X, row, 1);
    }
    with->visit(self, with->argument, row, of);
    return LINCLASS_OK;
}

static linclass_status sweep_sparse_rows(const visitor *with)
{
    certifier *self = with->certifier;
    const linclass_matrix *X = &self->rows->X;
    linclass_status status = LINCLASS_OK;
    for (int64_t row = 0; row < X->rows && status == LINCLASS_OK; row++) {
        const int64_t begin = X->row_starts[row];
        const sample of = {X->row_starts[row + 1] - begin, self->features, self->samples};
        for (int64_t e = 0; e < of.count; e++) {
            self->features[e] = sparse_column(X, begin + e);
            self->samples[e] = X->scale;
        }
        if (X->data != NULL)
            elements_convert_f64(X->dtype, X->data, begin, 1, X->scale, of.count, self->samples);
        status = visit_row(with, row, &of);
    }
    return status;
}

linclass_status certifier_sweep(certifier *self, certifier_visit visit, void *argument)
{
    const visitor with = {self, visit, argument};
    const linclass_matrix *X = &self->rows->X;
    if (matrix_is_sparse(X))
        return sweep_sparse_rows(&with);
    for (int64_t first = 0; first < X->rows; first += BLOCK) {
        const int64_t count = X->rows - first < BLOCK ? X->rows - first : BLOCK;
        const row_block_f64 block = row_block_read_f64(X, first, count, self->samples);
        for (int64_t i = 0; i < count; i++) {
            const sample of = {self->n, NULL, block.X + i * block.ldx};
            const linclass_status status = visit_row(&with, first + i, &of);
            if (status != LINCLASS_OK)
                return status;
        }
    }
    return LINCLASS_OK;
}

/* Divide the sums by W, add the penalties, and take the norms. */
static void finish(certifier *self, linclass_certificate *found)
{
    const double W = self->rows->total_weight;
    const double l1 = self->model->l1;
    const double l2 = self->model->l2;
    double norm1 = 0;
    double square = 0;
    double of_subgradient = 0;
    for (int64_t e = 0; e < (self->n + (self->model->bias != NULL)) * self->c; e++) {
        const double of_penalty = e < self->n * self->c ? l1 : 0;
        const double theta = e < self->n * self->c ? self->theta[e] : 0;
        const double g = self->gradient[e] / W + l2 * theta;
        const double v = theta != 0 ? g + copysign(of_penalty, theta)
                                    : copysign(fmax(0, fabs(g) - of_penalty), g);
        norm1 += fabs(theta);
        square += theta * theta;
        of_subgradient += v * v;
        found->smooth_gradient_infinity_norm = fmax(found->smooth_gradient_infinity_norm, fabs(g));
        found->gradient_infinity_norm = fmax(found->gradient_infinity_norm, fabs(v));
    }
    const double penalty = l1 * norm1 + l2 / 2 * square;
    found->loss = self->loss / W;
    found->objective = found->loss + penalty;
    found->gradient_norm = sqrt(of_subgradient);
    found->objective_tolerance =
        self->loss_slack / W + self->gamma_m * penalty + (double)self->c * self->least;
    for (int64_t j = 0; j <= self->n; j++)
        found->gradient_tolerance = fmax(
            found->gradient_tolerance,
            self->slack[j] / W + (j < self->n ? self->gamma_m * (l1 + l2 * self->widest[j]) : 0));
}

linclass_status certify(linclass_context *ctx, const known_rows *rows, linclass_certificate *found)
{
    const linclass_model *model = rows->model;
    const int32_t dtype = model->has_report ? model->report.dtype : model->dtype;
    const double m = (double)rows->X.rows;
    const bool single = dtype == LINCLASS_FLOAT32;
    const double unit = single ? FLT_EPSILON / 2.0 : DBL_EPSILON / 2;
    /* A gradient of sparse rows may be one sum over them all. */
    const double terms = m < SLICE || matrix_is_sparse(&rows->X) ? m : SLICE + m / SLICE;
    certifier self = {
        .ctx = ctx,
        .model = model,
        .rows = rows,
        .n = model->n,
        .c = loss_has_one_score(model->loss) ? 1 : model->k,
        .gamma_n = growth((double)model->n) * unit,
        .gamma_m = growth(terms) * unit,
        .least = single ? (double)FLT_MIN : DBL_MIN,
    };
    void *memory;
    linclass_status status = space_lay_out(ctx, lay_out, &self, "the certificate", &memory);
    if (status != LINCLASS_OK)
        return status;
    clear(&self);
    widen_parameters(&self);
    status = certifier_sweep(&self, add_row, NULL);
    if (status == LINCLASS_OK) {
        finish(&self, found);
        status = lower_bound_find(&self, found);
    }
    context_release(ctx, memory);
    if (status != LINCLASS_OK)
        return status;
    found->samples = rows->X.rows;
    found->total_weight = rows->total_weight;
    if (!isfinite(found->objective) || !isfinite(found->smooth_gradient_infinity_norm))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the objective or its gradient overflows");
    return LINCLASS_OK;
}
