/* Failures that ranks agree upon, and a model that they share. */
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"

linclass_status linclass_mpi_agree(linclass_context *ctx, MPI_Comm comm, linclass_status status)
{
    channel self;
    char message[CHANNEL_MESSAGE];
    (void)snprintf(message, sizeof message, "%s", linclass_context_message(ctx));
    const linclass_status began = channel_begin(&self, ctx, comm);
    if (began != LINCLASS_OK)
        return began;
    const linclass_status agreed = channel_agree(&self, channel_fail(&self, status, "%s", message));
    (void)linclass_context_fail(ctx, agreed, agreed < 0 ? self.message : "");
    channel_end(&self);
    return agreed;
}

/* The bytes of the model of rank 0, to be freed. */
static linclass_status to_bytes(linclass_context *ctx, const linclass_model *model, void **bytes,
                                int64_t *length)
{
    if (model == NULL)
        return linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "*model is NULL");
    linclass_status status = linclass_model_serialize(ctx, model, NULL, 0, length);
    if (status != LINCLASS_OK)
        return status;
    *bytes = malloc((size_t)*length);
    if (*bytes == NULL)
        return linclass_context_fail(ctx, LINCLASS_ERROR_MEMORY,
                                     "out of memory: the bytes of a model");
    return linclass_model_serialize(ctx, model, *bytes, *length, length);
}

static linclass_status agree_on(channel *self, const linclass_context *ctx, linclass_status status)
{
    const char *message = status < 0 ? linclass_context_message(ctx) : "";
    return channel_agree(self, channel_fail(self, status, "%s", message));
}

static linclass_status share(channel *self, linclass_context *ctx, linclass_model **model)
{
    void *made = NULL;
    int64_t length = 0;
    const bool root = self->rank == 0;
    linclass_status status = LINCLASS_OK;
    if (model == NULL)
        status = linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "model is NULL");
    else if (root)
        status = to_bytes(ctx, *model, &made, &length);
    status = agree_on(self, ctx, status);
    int64_t kind = 0;
    const void *bytes = made;
    if (status == LINCLASS_OK)
        status = channel_share(self, &kind, &bytes, &length);
    free(made);
    if (status != LINCLASS_OK)
        return status;
    return agree_on(self, ctx,
                    root ? LINCLASS_OK : linclass_model_deserialize(ctx, bytes, length, model));
}

linclass_status linclass_mpi_share_model(linclass_context *ctx, MPI_Comm comm,
                                         linclass_model **model)
{
    channel self;
    linclass_status status = channel_begin(&self, ctx, comm);
    if (status != LINCLASS_OK)
        return status;
    if (model != NULL && self.rank != 0)
        *model = NULL;
    status = share(&self, ctx, model);
    if (status < 0 && model != NULL && self.rank != 0) {
        linclass_model_destroy(*model);
        *model = NULL;
    }
    (void)linclass_context_fail(ctx, status, status < 0 ? self.message : "");
    channel_end(&self);
    return status;
}
