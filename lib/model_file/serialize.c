/* The bytes of a model file in memory of the caller, for storing models elsewhere than in files. */
#include <linclass/model.h>

#include <inttypes.h>
#include <string.h>

#include "core/context.h"
#include "model_file/image.h"

linclass_status linclass_model_serialize(linclass_context *ctx, const linclass_model *model,
                                         void *bytes, int64_t capacity, int64_t *length)
{
    CONTEXT_ENTER(ctx);
    if (ctx == NULL || model == NULL || length == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL",
                            model == NULL ? "model" : "length");
    model_image image;
    const linclass_status status = model_image_compose(ctx, model, &image);
    if (status != LINCLASS_OK)
        return status;
    *length = 0;
    for (int i = 0; i < MODEL_PIECES; i++)
        *length += (int64_t)image.pieces[i].count;
    if (bytes == NULL)
        return LINCLASS_OK;
    if (capacity < *length)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "capacity is %" PRId64 ", less than the %" PRId64 " bytes of the model",
                            capacity, *length);
    char *next = bytes;
    for (int i = 0; i < MODEL_PIECES; i++)
        if (image.pieces[i].count > 0) {
            memcpy(next, image.pieces[i].bytes, image.pieces[i].count);
            next += image.pieces[i].count;
        }
    return LINCLASS_OK;
}
