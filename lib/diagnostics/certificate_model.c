#include "diagnostics/certificate_model.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "sweep/losses.h"

/* Dense rows whose products a fit sums before they go into a longer sum, at most. */
enum { SLICE = 1024 };

/* Roundings that are allowed a sum of N terms, of the sum of their absolute values. In order, and all of
 * one sign, it takes sqrt(N / 3) at random; several running sums and terms of both signs take less. */
static double growth(double N)
{
    return 4 + sqrt(N) / 2;
}

static void lay_out(void *owner, space_plan *plan)
{
    certificate_model *self = owner;
    self->theta = space_doubles(plan, self->n + 1, self->c);
    self->widest = space_doubles(plan, self->n + 1, 1);
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

static void widen_parameters(certificate_model *self)
{
    const linclass_model *model = self->model;
    const size_t rows = (size_t)self->n + 1;
    memset(self->theta, 0, rows * (size_t)self->c * sizeof(double));
    memset(self->widest, 0, rows * sizeof(double));
    for (int64_t j = 0; j <= self->n; j++) {
        const void *values = j < self->n ? model->theta : model->bias;
        for (int64_t a = 0; values != NULL && a < self->c; a++) {
            const double value = parameter(model, values, j < self->n ? j : 0, self->c, a);
            self->theta[j * self->c + a] = value;
            self->widest[j] = fmax(self->widest[j], fabs(value));
        }
    }
}

linclass_status certificate_model_begin(linclass_context *ctx, const linclass_model *model,
                                        double rows, bool sparse, certificate_model *self)
{
    const int32_t dtype = model->has_report ? model->report.dtype : model->dtype;
    const bool single = dtype == LINCLASS_FLOAT32;
    const double unit = single ? FLT_EPSILON / 2.0 : DBL_EPSILON / 2;
    /* A gradient of sparse rows may be one sum over them all. */
    const double terms = rows < SLICE || sparse ? rows : SLICE + rows / SLICE;
    *self = (certificate_model){
        .model = model,
        .n = model->n,
        .c = loss_has_one_score(model->loss) ? 1 : model->k,
        .unit = unit,
        .gamma_n = growth((double)model->n) * unit,
        .gamma_m = growth(terms) * unit,
        .gamma_c = growth((double)model->k) * unit,
        .gamma_here = growth(rows) * DBL_EPSILON / 2,
        .least = single ? (double)FLT_MIN : DBL_MIN,
    };
    const linclass_status status =
        space_lay_out(ctx, lay_out, self, "the model in double precision", &self->memory);
    if (status == LINCLASS_OK)
        widen_parameters(self);
    return status;
}

void certificate_model_end(linclass_context *ctx, certificate_model *self)
{
    context_release(ctx, self->memory);
}
