/* Weights are those of fit/fit_rows.c; what takes all rows to know, the weights of balanced classes and the power of two
 * that they are divided by, comes with the request. */
#include "parts/part_rows.h"

#include <inttypes.h>
#include <math.h>

#include "core/arguments.h"
#include "core/context.h"
#include "data/labels.h"
#include "data/matrix.h"

linclass_status part_rows_begin(linclass_context *ctx, const linclass_part *part, part_rows *self)
{
    *self = (part_rows){.labels = part->y, .given_weights = part->sample_weight};
    linclass_status status = matrix_import(ctx, "X", part->X, &self->X);
    if (status != LINCLASS_OK)
        return status;
    if (part->y == NULL && self->X.rows > 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    return check_weights(ctx, "sample_weight", part->sample_weight == NULL ? 0 : self->X.rows,
                         part->sample_weight);
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

linclass_status part_rows_encode(linclass_context *ctx, const part_fit *fit, part_rows *self)
{
    const linclass_status status = encode(ctx, fit, self);
    return status == LINCLASS_OK ? weigh(ctx, fit, self) : status;
}

void part_rows_end(linclass_context *ctx, part_rows *self)
{
    context_release(ctx, self->sample_weights);
    context_release(ctx, self->y);
    self->y = NULL;
    self->sample_weights = NULL;
}
