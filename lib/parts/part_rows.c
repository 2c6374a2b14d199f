/* Weights are those of fit/fit_rows.c; what takes all rows to know, the weights of balanced classes and the power of
 * two that they are divided by, comes with the request. */
#include "parts/part_rows.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "data/labels.h"
#include "data/matrix.h"
#include "data/probabilities.h"

static const char PROBABILITIES[] = "target_probabilities";

static linclass_status import_probabilities(linclass_context *ctx, const linclass_part *part,
                                            part_rows *self)
{
    linclass_status status = probabilities_import(ctx, PROBABILITIES, part->target_probabilities,
                                                  self->X.rows, &self->probabilities);
    self->with_probabilities = status == LINCLASS_OK;
    if (status != LINCLASS_OK || part->y != NULL)
        return status;
    void *memory;
    status = context_allocate_array(ctx, self->X.rows, sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    self->labels = self->best = memory;
    return probabilities_best(ctx, &self->probabilities, self->best);
}

linclass_status part_rows_begin(linclass_context *ctx, const linclass_part *part, part_rows *self)
{
    *self = (part_rows){.labels = part->y, .given_weights = part->sample_weight};
    linclass_status status = matrix_import_rows(ctx, "X", part->X, &self->X);
    if (status != LINCLASS_OK)
        return status;
    if (part->target_probabilities != NULL && self->X.rows > 0)
        status = import_probabilities(ctx, part, self);
    if (status != LINCLASS_OK)
        return status;
    if (self->labels == NULL && self->X.rows > 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    return check_weights(ctx, "sample_weight", part->sample_weight == NULL ? 0 : self->X.rows,
                         part->sample_weight);
}

linclass_status part_rows_check_probabilities(linclass_context *ctx, const part_rows *self)
{
    return self->with_probabilities ? probabilities_check(ctx, PROBABILITIES, &self->probabilities)
                                    : LINCLASS_OK;
}

/* One step of a hash (Fowler, Noll and Vo), of 64 bits at a time, its high bits mixed in. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

int64_t part_rows_digest(const part_rows *self, int64_t part)
{
    uint64_t hash = mix((uint64_t)self->X.rows, (uint64_t)part);
    for (int64_t i = 0; self->labels != NULL && i < self->X.rows; i++)
        hash = mix(hash, (uint64_t)self->labels[i]);
    for (int64_t i = 0; self->given_weights != NULL && i < self->X.rows; i++) {
        uint64_t bits;
        memcpy(&bits, &self->given_weights[i], sizeof bits);
        hash = mix(hash, bits);
    }
    return (int64_t)hash;
}

static bool is_ignored(const part_fit *fit, int64_t label)
{
    return fit->has_ignore_label && label == fit->ignore_label;
}

static linclass_status encode(linclass_context *ctx, const part_fit *fit, part_rows *self)
{
    const int64_t m = self->X.rows;
    void *memory;
    const linclass_status status =
        context_allocate_array(ctx, m, sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    self->y = memory;
    for (int64_t i = 0; i < m; i++)
        self->y[i] = is_ignored(fit, self->labels[i]) ? fit->labels[0] : self->labels[i];
    return labels_encode(ctx, "y", m, self->y, fit->k, fit->labels, self->y);
}

static linclass_status weigh(linclass_context *ctx, const part_fit *fit, part_rows *self)
{
    const int64_t m = self->X.rows;
    self->weight = (double)m;
    if (!fit->weighted)
        return LINCLASS_OK;
    const linclass_status status =
        context_allocate_doubles(ctx, m, "weights of the rows", &self->sample_weights);
    if (status != LINCLASS_OK)
        return status;
    self->weight = 0;
    for (int64_t i = 0; i < m; i++) {
        double weight = self->given_weights == NULL ? 1 : self->given_weights[i];
        if (fit->with_class_weights)
            weight *= fit->class_weights[self->y[i]];
        if (is_ignored(fit, self->labels[i]))
            weight = 0;
        self->sample_weights[i] = ldexp(weight, (int)-fit->exponent);
        if (!isfinite(self->sample_weights[i]))
            return context_fail(
                ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                "sample_weight[%" PRId64 "] times the weight of its class overflows", i);
        self->weight += self->sample_weights[i];
    }
    return LINCLASS_OK;
}

/* Probabilities as the census found them, base scores for as many columns as theta has. */
static linclass_status check_targets(linclass_context *ctx, const part_fit *fit,
                                     const part_rows *self)
{
    if (self->X.rows == 0)
        return LINCLASS_OK;
    if (fit->with_probabilities && !self->with_probabilities)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL", PROBABILITIES);
    if (fit->with_probabilities && self->probabilities.cols != fit->k)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s has %" PRId64 " columns for %" PRId64 " classes", PROBABILITIES,
                            self->probabilities.cols, fit->k);
    return matrix_check_offset(ctx, "X", &self->X, part_fit_columns(fit));
}

linclass_status part_rows_encode(linclass_context *ctx, const part_fit *fit, part_rows *self)
{
    linclass_status status = check_targets(ctx, fit, self);
    if (status == LINCLASS_OK)
        status = encode(ctx, fit, self);
    return status == LINCLASS_OK ? weigh(ctx, fit, self) : status;
}

void part_rows_end(linclass_context *ctx, part_rows *self)
{
    context_release(ctx, self->sample_weights);
    context_release(ctx, self->y);
    context_release(ctx, self->best);
    self->y = NULL;
    self->best = NULL;
    self->sample_weights = NULL;
}
