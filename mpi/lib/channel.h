/* Messages between the ranks of a call: bytes of any length, waited for politely, and failures agreed upon. */
#ifndef LINCLASS_MPI_CHANNEL_H
#define LINCLASS_MPI_CHANNEL_H

#include <stdbool.h>

#include "linclass_mpi.h"

/* Bytes of an error message, with its end: those of a context. */
enum { CHANNEL_MESSAGE = 2048 };

/* Memory that grows. */
typedef struct channel_buffer {
    void *bytes;
    int64_t room;
} channel_buffer;

typedef struct channel {
    MPI_Comm comm;
    int rank;
    int ranks;
    int64_t piece;                 /* bytes of a message of MPI, at most */
    channel_buffer shared;         /* what rank 0 broadcast last; on rank 0 only its room counts */
    channel_buffer received;       /* what channel_receive had last */
    int64_t sent_room;             /* what the rank that this one sends to has room for */
    char message[CHANNEL_MESSAGE]; /* of the last failure */
} channel;

/* A duplicate of the communicator. Errors, in the message of ctx: INVALID_ARGUMENT, IO. */
linclass_status channel_begin(channel *self, linclass_context *ctx, MPI_Comm comm);
void channel_end(channel *self);

/* Write the message and return the status. */
linclass_status channel_fail(channel *self, linclass_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether the status is negative on a rank: then that of the lowest such rank is returned on all, with its message
 * after "rank R: ". Otherwise 0. Errors besides: IO. */
linclass_status channel_agree(channel *self, linclass_status status);

/* The status of rank 0 on all ranks, and its message, as they are. Errors besides: IO. */
linclass_status channel_follow(channel *self, linclass_status *status);

/* The greatest value of all ranks. Errors: IO. */
linclass_status channel_greatest(channel *self, int64_t *value);

/* Broadcast a kind and bytes from rank 0: *bytes and *length are its on every rank afterwards, valid until the next
 * call.
 * Errors: MEMORY, on all ranks, none of which then has the bytes; IO. */
linclass_status channel_share(channel *self, int64_t *kind, const void **bytes, int64_t *length);

/* Send a status and bytes to a rank, always the same one. The receiver may have no memory for them: that is its
 * failure. Errors: IO. */
linclass_status channel_send(channel *self, int rank, linclass_status status, const void *bytes,
                             int64_t length);

/* What a rank has sent: *bytes is valid until the next call. Errors: MEMORY; IO. */
linclass_status channel_receive(channel *self, int rank, linclass_status *status,
                                const void **bytes, int64_t *length);

#endif
