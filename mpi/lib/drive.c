/* linclass_mpi_drive: all ranks agree that they can begin, rank 0 drives, the others answer, all end alike. */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "structs.h"

/* A context for the answers of rank 0, whose own drives. */
static linclass_status open_worker(engine *self, linclass_context *ctx)
{
    self->worker = self->rows.answering;
    if (self->channel.rank == 0 && self->worker == ctx)
        return linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                     "rows.answering is ctx, which drives on rank 0");
    if (self->worker == NULL && self->channel.rank != 0)
        self->worker = ctx;
    if (self->worker != NULL)
        return LINCLASS_OK;
    linclass_context_options options;
    (void)linclass_context_options_init(&options, sizeof options);
    options.threads = linclass_context_threads(ctx);
    options.vector_set = linclass_context_vector_set(ctx);
    return linclass_context_create(&options, &self->worker);
}

static void close_worker(engine *self, linclass_context *ctx)
{
    if (self->worker != ctx && self->worker != self->rows.answering)
        linclass_context_destroy(self->worker);
}

/* The error message of the context, or what the status means. */
static linclass_status take_message(engine *self, const linclass_context *ctx,
                                    linclass_status status)
{
    const char *message = status < 0 ? linclass_context_message(ctx) : "";
    return channel_fail(&self->channel, status, "%s", message);
}

/* What can fail on this rank alone. */
static linclass_status prepare(engine *self, linclass_context *ctx, const linclass_mpi_rows *rows,
                               linclass_mpi_drive_callback drive)
{
    linclass_status status = rows_read(ctx, rows, &self->rows);
    if (status == LINCLASS_OK && self->channel.rank == 0 && drive == NULL)
        status = linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "drive is NULL");
    if (status == LINCLASS_OK)
        status = open_worker(self, ctx);
    return status == LINCLASS_OK ? status : take_message(self, ctx, status);
}

/* Rank 0: the others are dismissed whatever becomes of the call. */
static linclass_status lead(engine *self, linclass_context *ctx, bool validates,
                            linclass_mpi_drive_callback drive, void *user)
{
    linclass_parts training;
    linclass_parts validation;
    (void)linclass_parts_init(&training, sizeof training);
    training.ask = engine_ask_training;
    training.user = self;
    validation = training;
    validation.ask = engine_ask_validation;
    linclass_status status = drive(ctx, &training, validates ? &validation : NULL, user);
    if (status == LINCLASS_ERROR_IO && self->failed != LINCLASS_OK)
        status = self->failed; /* the message is that of the channel */
    else
        take_message(self, ctx, status);
    const linclass_status dismissed = engine_dismiss(self);
    return dismissed == LINCLASS_OK ? status : dismissed;
}

static linclass_status run(engine *self, linclass_context *ctx, linclass_mpi_drive_callback drive,
                           void *user)
{
    int64_t validates = self->rows.validation_count > 0;
    linclass_status status = channel_greatest(&self->channel, &validates);
    if (status != LINCLASS_OK)
        return status;
    status =
        self->channel.rank == 0 ? lead(self, ctx, validates != 0, drive, user) : engine_work(self);
    if (status == LINCLASS_ERROR_IO && self->channel.rank != 0)
        return status; /* of MPI: there is nobody left to follow */
    const linclass_status followed = channel_follow(&self->channel, &status);
    return followed == LINCLASS_OK ? status : followed;
}

linclass_status linclass_mpi_drive(linclass_context *ctx, MPI_Comm comm,
                                   const linclass_mpi_rows *rows, linclass_mpi_drive_callback drive,
                                   void *user)
{
    engine self = {.traffic = {.size = sizeof self.traffic}};
    linclass_status status = channel_begin(&self.channel, ctx, comm);
    if (status != LINCLASS_OK)
        return status;
    status = channel_agree(&self.channel, prepare(&self, ctx, rows, drive));
    if (status == LINCLASS_OK)
        status = run(&self, ctx, drive, user);
    if (status >= 0)
        self.channel.message[0] = '\0';
    linclass_reply_destroy(self.reply);
    close_worker(&self, ctx);
    if (self.rows.traffic != NULL)
        traffic_write(self.rows.traffic, &self.traffic);
    (void)linclass_context_fail(ctx, status, self.channel.message);
    channel_end(&self.channel);
    return status;
}
