#include "diagnostics/information_inverse.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/context.h"
#include "linalg/cholesky.h"

static linclass_status fail_singular(const information_matrix *self, int64_t parameter)
{
    const int64_t label = self->model->labels[self->first + parameter / self->N];
    const int64_t feature = parameter % self->N;
    char name[64] = "intercept";
    if (feature < self->n)
        (void)snprintf(name, sizeof name, "coefficient of feature %" PRId64, feature);
    return context_fail(
        self->ctx, LINCLASS_ERROR_NUMERIC,
        "the Hessian is singular: the data say nothing of the %s for label %" PRId64
        " by itself (a feature that is 0 or a combination of others, or classes that "
        "are separated)",
        name, label);
}

static linclass_status equilibrate(information_matrix *self, double *scale)
{
    const int64_t P = self->P;
    double *A = self->hessian;
    for (int64_t i = 0; i < P; i++) {
        scale[i] = 1 / sqrt(A[i * P + i]);
        if (!isfinite(scale[i]))
            return fail_singular(self, i);
        for (int64_t j = 0; j <= i; j++)
            A[i * P + j] *= scale[i] * scale[j];
        self->gradient[i] *= scale[i];
    }
    return LINCLASS_OK;
}

linclass_status information_factor(information_matrix *self, double *scale)
{
    const linclass_status status = equilibrate(self, scale);
    if (status != LINCLASS_OK)
        return status;
    const double least = 64 * DBL_EPSILON * ((double)self->P + sqrt((double)self->samples));
    const int64_t dependent =
        cholesky_factor_above(self->ctx->vector_set, self->P, self->hessian, least);
    return dependent < 0 ? LINCLASS_OK : fail_singular(self, dependent);
}

linclass_status information_invert(information_matrix *self, const double *scale)
{
    const int64_t P = self->P;
    double *A = self->hessian;
    if (!cholesky_invert(P, A))
        return fail_singular(self, P - 1);
    for (int64_t i = 0; i < P; i++) {
        for (int64_t j = 0; j <= i; j++) {
            A[i * P + j] *= scale[i] * scale[j];
            A[j * P + i] = A[i * P + j];
        }
    }
    return LINCLASS_OK;
}
