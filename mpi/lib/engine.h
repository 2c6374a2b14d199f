/* The requests of rank 0, answered by all ranks. */
#ifndef LINCLASS_MPI_ENGINE_H
#define LINCLASS_MPI_ENGINE_H

#include "channel.h"

/* Which parts a request is for; ENGINE_END: there are no more requests. */
enum { ENGINE_TRAINING, ENGINE_VALIDATION, ENGINE_END };

typedef struct engine {
    channel channel;
    linclass_context
        *worker; /* answers; on rank 0 not the context of the driver, which is in use */
    linclass_mpi_rows rows;
    linclass_mpi_traffic traffic;
    linclass_reply *reply;  /* of rank 0, for the driver */
    linclass_status failed; /* why the parts could not be asked, with the message of the channel */
} engine;

/* Ask on rank 0: linclass_parts_ask_callback, whose user is the engine. */
int32_t engine_ask_training(const void *request, int64_t request_length, const void **reply,
                            int64_t *reply_length, void *user);
int32_t engine_ask_validation(const void *request, int64_t request_length, const void **reply,
                              int64_t *reply_length, void *user);

/* Answer on the other ranks, until rank 0 calls engine_dismiss. Errors: IO. */
linclass_status engine_work(engine *self);
linclass_status engine_dismiss(engine *self);

#endif
