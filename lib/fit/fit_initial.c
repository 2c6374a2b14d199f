/* A warm start: parameters and classes of a model, in either precision. A float32 model starts a
 * float64 fit exactly; the other way around its parameters are rounded as the objective takes them. */
#include "fit/fit_initial.h"

#include <inttypes.h>
#include <string.h>

#include "core/context.h"
#include "model/model.h"

linclass_status fit_initial_classes(linclass_context *ctx, const linclass_model *initial,
                                    fit_classes *classes)
{
    const size_t bytes = (size_t)initial->k * sizeof(int64_t);
    void *memory;
    const linclass_status status = context_allocate(ctx, bytes, "classes", &memory);
    if (status != LINCLASS_OK)
        return status;
    memcpy(memory, initial->labels, bytes);
    classes->labels = memory;
    classes->k = initial->k;
    return LINCLASS_OK;
}

linclass_status fit_initial_check(linclass_context *ctx, const linclass_fit_options *options,
                                  int64_t n)
{
    const linclass_model *initial = options->initial;
    if (initial == NULL)
        return LINCLASS_OK;
    if (initial->loss != options->loss)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.initial is a model of loss %" PRId32
                            ", options.loss is %" PRId32,
                            initial->loss, options->loss);
    if (initial->n != n)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "options.initial has %" PRId64 " features, X has %" PRId64 " columns",
                            initial->n, n);
    if (initial->bias != NULL && !options->fit_bias)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.initial has intercepts, options.fit_bias is 0");
    return LINCLASS_OK;
}
