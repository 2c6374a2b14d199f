/* The bytes of a model file in memory of the caller, for storing models elsewhere than in files. */
#include <linclass/model.h>

#include <inttypes.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "model_file/file_pieces.h"

linclass_status linclass_model_serialize(linclass_context *ctx, const linclass_model *model,
                                         void *bytes, int64_t capacity, int64_t *length)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"length", length}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    *length = file_pieces_length(model);
    if (bytes == NULL)
        return LINCLASS_OK;
    if (capacity < *length)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "capacity is %" PRId64 ", less than the %" PRId64 " bytes of the model",
                            capacity, *length);
    file_pieces made;
    const linclass_status status = file_pieces_begin(ctx, model, &made);
    char *next = bytes;
    for (int i = 0; i < FILE_PIECES && status == LINCLASS_OK; i++)
        if (made.pieces[i].count > 0) {
            memcpy(next, made.pieces[i].bytes, made.pieces[i].count);
            next += made.pieces[i].count;
        }
    file_pieces_end(ctx, &made);
    return status;
}
