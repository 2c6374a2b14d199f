/* A model from parameters trained elsewhere: check, copy. */
#include "model/model.h"

#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "sweep/losses.h"

typedef struct parameters {
    int32_t dtype;
    int64_t n;
    int64_t k;
    const void *theta;
    int64_t ldtheta;
    const void *bias;
    const int64_t *classes;
} parameters;

static linclass_status check_given(linclass_context *ctx, int32_t loss, const parameters *given)
{
    if (given->dtype != LINCLASS_FLOAT32 && given->dtype != LINCLASS_FLOAT64)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "dtype is %d, neither LINCLASS_FLOAT32 nor LINCLASS_FLOAT64",
                            given->dtype);
    const linclass_status status = check_dimension(ctx, "n", given->n);
    if (status != LINCLASS_OK)
        return status;
    if (given->k < 1)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "k is %lld, a model has a class or more",
                            (long long)given->k);
    if (loss_has_one_score(loss) && given->k != 2)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "k is %lld, the %s loss is one of two classes", (long long)given->k,
                            loss_name(loss));
    const size_t element = model_element_bytes(given->dtype);
    const array_argument arrays[] = {
        {.name = "theta",
         .data = given->theta,
         .rows = given->n,
         .cols = given->k,
         .ld_name = "ldtheta",
         .ld = given->ldtheta,
         .element = element},
        array_optional(array_given("bias", given->bias, 1, given->k, element)),
        array_optional(array_given("classes", given->classes, 1, given->k, sizeof(int64_t))),
    };
    return check_arrays(ctx, sizeof arrays / sizeof arrays[0], arrays);
}

static linclass_status check_values(linclass_context *ctx, const linclass_model *model)
{
    const int64_t place = model_find_non_finite(model->dtype, model->n * model->k, model->theta);
    if (place >= 0)
        return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "theta[%lld, %lld] is %g",
                            (long long)(place / model->k), (long long)(place % model->k),
                            model_value(model->dtype, model->theta, place));
    const int64_t j =
        model->bias == NULL ? -1 : model_find_non_finite(model->dtype, model->k, model->bias);
    if (j >= 0)
        return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "bias[%lld] is %g", (long long)j,
                            model_value(model->dtype, model->bias, j));
    const int64_t i = model_find_not_ascending(model->k, model->labels);
    if (i >= 0)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "classes[%lld] is %lld, not above classes[%lld], which is %lld",
                            (long long)i, (long long)model->labels[i], (long long)(i - 1),
                            (long long)model->labels[i - 1]);
    return LINCLASS_OK;
}

static void copy_values(linclass_model *model, const parameters *given)
{
    const size_t element = model_element_bytes(given->dtype);
    const size_t row = (size_t)given->k * element;
    for (int64_t i = 0; i < given->n; i++)
        memcpy((char *)model->theta + (size_t)i * row,
               (const char *)given->theta + (size_t)(i * given->ldtheta) * element, row);
    if (given->bias != NULL)
        memcpy(model->bias, given->bias, row);
    if (given->classes != NULL)
        memcpy(model->labels, given->classes, (size_t)given->k * sizeof(int64_t));
}

linclass_status linclass_model_create(linclass_context *ctx, int32_t loss, int32_t dtype, int64_t n,
                                      int64_t k, const void *theta, int64_t ldtheta,
                                      const void *bias, const int64_t *classes,
                                      linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    CONTEXT_ENTER(ctx);
    if (!model_given(ctx, model))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (!loss_exists(loss))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "loss is %d, not a LINCLASS_LOSS",
                            loss);
    const parameters given = {dtype, n, k, theta, ldtheta, bias, classes};
    linclass_status status = check_given(ctx, loss, &given);
    if (status != LINCLASS_OK)
        return status;
    linclass_model *made;
    const model_shape shape = {.dtype = dtype, .n = n, .k = k, .with_bias = bias != NULL};
    status = model_new(ctx, loss, &shape, &made);
    if (status != LINCLASS_OK)
        return status;
    copy_values(made, &given);
    status = check_values(ctx, made);
    if (status != LINCLASS_OK) {
        linclass_model_destroy(made);
        return status;
    }
    model_finish(made);
    *model = made;
    return LINCLASS_OK;
}
