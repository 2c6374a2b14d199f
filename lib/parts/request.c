#include "parts/request.h"

#include <math.h>

#include <linclass/fit.h>

#include "core/context.h"
#include "sweep/losses.h"

static const int64_t MOST_SAMPLES = INT64_C(1) << 53;
enum { MOST_EXPONENT = 1100 };

int64_t part_fit_columns(const part_fit *self)
{
    return loss_has_one_score((int32_t)self->loss) ? 1 : self->k;
}

int64_t part_fit_features(const part_fit *self)
{
    return self->n + self->with_bias;
}

int64_t part_fit_parameters(const part_fit *self)
{
    return part_fit_features(self) * part_fit_columns(self);
}

int64_t part_fit_offsets(const part_fit *self)
{
    return self->with_offset ? part_fit_columns(self) : 0;
}

int64_t part_information_parameters(const part_fit *self)
{
    return part_fit_features(self) * (self->k - 1);
}

int64_t part_information_length(const part_fit *self)
{
    const int64_t P = part_information_parameters(self);
    return P * (P + 1) / 2 + P;
}

static bool is_positive(double value)
{
    return value > 0 && isfinite(value);
}

/* What all sets of kernels have of a loss. */
static const loss_kernel_f64 *kernel_of(const part_fit *self)
{
    return loss_kernel_of_f64(LINCLASS_VECTOR_SET_PORTABLE, (int32_t)self->loss);
}

/* Whether the numbers of a fit that were read make sense. */
static bool is_fit(const part_fit *self)
{
    if (!loss_exists((int32_t)self->loss) || !is_positive(self->total_weight) || self->scale == 0 ||
        !isfinite(self->scale) || !(self->smoothing >= 0 && self->smoothing < 1))
        return false;
    if (loss_has_one_score((int32_t)self->loss) ? self->k != 2 || self->smoothing > 0
                                                : self->k > MOST_SAMPLES / (self->n + 1))
        return false;
    if ((self->smoothing > 0 || self->with_probabilities) && kernel_of(self)->soft_residual == NULL)
        return false;
    if (self->intercepts_alone && self->n > 0)
        return false;
    if (self->mu != 0 && !(is_positive(self->mu) && kernel_of(self)->smooth_residual != NULL))
        return false;
    for (int64_t j = 0; j < self->k; j++) {
        if (j > 0 && self->labels[j] <= self->labels[j - 1])
            return false;
        if (self->with_class_weights &&
            !(self->class_weights[j] >= 0 && isfinite(self->class_weights[j])))
            return false;
    }
    return true;
}

static void fit_fields(wire *fields, part_fit *self)
{
    wire_integer_within(fields, &self->loss, 1, INT32_MAX);
    wire_integer_within(fields, &self->dtype, LINCLASS_FLOAT32, LINCLASS_FLOAT64);
    wire_integer_within(fields, &self->with_bias, 0, 1);
    wire_integer_within(fields, &self->n, 0, PART_MOST_FEATURES);
    wire_integer_within(fields, &self->k, 2, MOST_SAMPLES);
    wire_integer_within(fields, &self->samples, 1, MOST_SAMPLES);
    wire_integer_within(fields, &self->weighted, 0, 1);
    wire_integer_within(fields, &self->exponent, -MOST_EXPONENT, MOST_EXPONENT);
    wire_integer_within(fields, &self->has_ignore_label, 0, 1);
    wire_integer(fields, &self->ignore_label);
    wire_integer_within(fields, &self->with_class_weights, 0, 1);
    wire_integer_within(fields, &self->with_probabilities, 0, 1);
    wire_integer_within(fields, &self->with_offset, 0, 1);
    wire_integer_within(fields, &self->intercepts_alone, 0, 1);
    wire_real(fields, &self->smoothing);
    wire_real(fields, &self->mu);
    wire_real(fields, &self->total_weight);
    wire_real(fields, &self->scale);
    if (fields->broken)
        return;
    wire_integers(fields, self->k, &self->labels);
    wire_reals(fields, self->with_class_weights ? self->k : 0, &self->class_weights);
    if (fields->mode == WIRE_READ && !fields->broken && !is_fit(self))
        fields->broken = true;
}

/* An array of a point, or none. */
static void point_array(wire *fields, int64_t k, const double **values)
{
    int64_t given = *values != NULL;
    wire_integer_within(fields, &given, 0, 1);
    if (given)
        wire_reals(fields, k, values);
}

static void point_fields(wire *fields, part_request *self)
{
    dual_point *point = &self->point;
    const int32_t loss = (int32_t)self->fit.loss;
    const int64_t k = part_fit_columns(&self->fit);
    point->kind = loss_dual_of(loss);
    point->margin = loss_margin(loss);
    wire_real(fields, &point->share);
    wire_real(fields, &point->level);
    point_array(fields, k, &point->tilt);
    point_array(fields, k, &point->base);
    point_array(fields, k, &point->mass);
    const bool based =
        point->base != NULL && (point->mass != NULL || loss_dual_is_of_shares(point->kind));
    if (point->kind == LOSS_DUAL_NONE || !(point->share >= 0 && point->share <= 1) ||
        (point->share > 0 && !based))
        fields->broken = true;
}

static void pass_fields(wire *fields, part_request *self)
{
    certificate_pass *pass = &self->pass;
    const int64_t c = part_fit_columns(&self->fit);
    wire_integer_within(fields, &pass->kind, CERTIFICATE_FIGURES, CERTIFICATE_PASSES - 1);
    wire_real(fields, &pass->smoothing);
    wire_real(fields, &self->gamma_n);
    wire_real(fields, &self->gamma_m);
    if (pass->kind == CERTIFICATE_POINT)
        wire_reals(fields, c, &pass->beta);
    if (!(pass->smoothing >= 0) ||
        (pass->kind == CERTIFICATE_BALANCE && c > CERTIFICATE_MOST_BALANCED))
        fields->broken = true;
}

static void information_fields(wire *fields, part_request *self)
{
    const int64_t P = part_information_parameters(&self->fit);
    if (!loss_is_likelihood((int32_t)self->fit.loss) || P > INT32_MAX) {
        fields->broken = true;
        return;
    }
    wire_reals(fields, self->fit.n, &self->means);
    if (self->identity.kind == PART_SCORE_CHANGE)
        wire_reals(fields, P, &self->direction);
}

/* A model: all columns of theta, whatever the loss. */
static void model_fields(wire *fields, part_request *self)
{
    const int64_t N = part_fit_features(&self->fit);
    if (N > 0 && self->fit.k > MOST_SAMPLES / N) {
        fields->broken = true;
        return;
    }
    wire_reals(fields, N * self->fit.k, &self->parameters);
    switch (self->identity.kind) {
    case PART_ASSESS:
        wire_integer_within(fields, &self->with_classes, 0, 1);
        if (self->with_classes && self->fit.k > PART_MOST_CONFUSION / self->fit.k)
            fields->broken = true;
        return;
    case PART_CERTIFY:
        pass_fields(fields, self);
        return;
    default:
        information_fields(fields, self);
    }
}

static void request_fields(wire *fields, void *message)
{
    part_request *self = message;
    const int64_t kind = self->identity.kind;
    if (kind == PART_CENSUS) {
        wire_integer_within(fields, &self->check_finite, 0, 1);
        return;
    }
    fit_fields(fields, &self->fit);
    if (fields->broken)
        return;
    if (kind >= PART_ASSESS) {
        model_fields(fields, self);
        return;
    }
    if ((kind == PART_PRODUCT || kind == PART_HESSIAN) && self->fit.mu == 0 &&
        kernel_of(&self->fit)->curvature == NULL) {
        fields->broken = true;
        return;
    }
    const int64_t P = part_fit_parameters(&self->fit);
    if (kind == PART_MOMENTS || kind == PART_SAMPLE)
        wire_integer_within(fields, &self->max_rows, 1, MOST_SAMPLES);
    if (kind == PART_EVALUATE)
        wire_integer_within(fields, &self->with_gradient, 0, 1);
    if (kind >= PART_EVALUATE)
        wire_reals(fields, P, &self->parameters);
    if (kind == PART_PRODUCT)
        wire_reals(fields, P, &self->direction);
    if (kind == PART_DUAL_SUMS && loss_dual_of((int32_t)self->fit.loss) == LOSS_DUAL_NONE)
        fields->broken = true;
    if (kind == PART_DUAL_GRADIENT && !fields->broken)
        point_fields(fields, self);
    if (kind == PART_HESSIAN)
        wire_reals(fields, part_fit_features(&self->fit), &self->means);
}

linclass_status part_request_write(linclass_context *ctx, part_request *self, wire_word **words,
                                   int64_t *count)
{
    return wire_write(ctx, WIRE_REQUEST, &self->identity, request_fields, self, words, count);
}

linclass_status part_request_read(linclass_context *ctx, const void *bytes, int64_t length,
                                  part_request *self, wire_word **words)
{
    wire fields;
    *self = (part_request){.identity = {0}};
    *words = NULL;
    linclass_status status =
        wire_open(ctx, "the request", WIRE_REQUEST, bytes, length, &self->identity, &fields);
    if (status != LINCLASS_OK)
        return status;
    if (self->identity.kind < PART_CENSUS || self->identity.kind >= PART_KINDS)
        fields.broken = true;
    else
        request_fields(&fields, self);
    status = wire_close(ctx, "the request", &fields);
    if (status == LINCLASS_OK)
        *words = fields.words;
    else
        context_release(ctx, fields.words);
    return status;
}
