#include "fit/fit_probabilities.h"

#include <inttypes.h>

#include "core/context.h"
#include "data/probabilities.h"
#include "fit/fit_initial.h"

static const char NAME[] = "options.target_probabilities";

linclass_status fit_probabilities_read(linclass_context *ctx, const linclass_fit_options *options,
                                       fit_rows *rows)
{
    if (options->target_probabilities == NULL)
        return LINCLASS_OK;
    linclass_status status = probabilities_import(ctx, NAME, options->target_probabilities,
                                                  rows->X.rows, &rows->probabilities);
    if (status == LINCLASS_OK)
        status = probabilities_check(ctx, NAME, &rows->probabilities);
    rows->with_probabilities = status == LINCLASS_OK;
    return status;
}

static linclass_status number_classes(linclass_context *ctx, int64_t k, fit_classes *classes)
{
    void *memory;
    const linclass_status status =
        context_allocate(ctx, (size_t)k * sizeof(int64_t), "classes", &memory);
    if (status != LINCLASS_OK)
        return status;
    classes->labels = memory;
    classes->k = k;
    for (int64_t j = 0; j < k; j++)
        classes->labels[j] = j;
    return LINCLASS_OK;
}

linclass_status fit_probabilities_classes(linclass_context *ctx,
                                          const linclass_fit_options *options, fit_rows *rows,
                                          fit_classes *classes)
{
    linclass_status status = options->initial != NULL
                                 ? fit_initial_classes(ctx, options->initial, classes)
                                 : number_classes(ctx, rows->probabilities.cols, classes);
    if (status == LINCLASS_OK)
        status = fit_probabilities_check(ctx, rows, classes);
    if (status != LINCLASS_OK)
        return status;
    void *memory;
    status = context_allocate(ctx, (size_t)rows->X.rows * sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    rows->y = memory;
    return probabilities_best(ctx, &rows->probabilities, rows->y);
}

linclass_status fit_probabilities_check(linclass_context *ctx, const fit_rows *rows,
                                        const fit_classes *classes)
{
    if (!rows->with_probabilities || rows->probabilities.cols == classes->k)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                        "options.target_probabilities has %" PRId64 " columns for %" PRId64
                        " classes",
                        rows->probabilities.cols, classes->k);
}
