/* Waiting ranks poll: MPI's own waits spin for ever in some implementations, and take a processor from ranks that
 * compute. A message longer than any before is announced, and its payload sent only when the other side has memory for
 * it; then both know of the room, and no later message needs the answer. */
#include "channel.h"

#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEAD_TAG = 1, PAYLOAD_TAG, ROOM_TAG };

static const int64_t LONGEST_PIECE = INT64_C(1) << 30;
static const int64_t SPIN_NANOSECONDS = 1000 * 1000;
static const long SLEEP_NANOSECONDS = 50 * 1000;

linclass_status channel_fail(channel *self, linclass_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(self->message, sizeof self->message, format, arguments);
    va_end(arguments);
    return status;
}

/* IO for an error code of MPI. */
static linclass_status checked(channel *self, int code)
{
    if (code == MPI_SUCCESS)
        return LINCLASS_OK;
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    (void)MPI_Error_string(code, text, &length);
    return channel_fail(self, LINCLASS_ERROR_IO, "MPI: %.*s", length, text);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Wait for what has begun with the code given. */
static linclass_status wait_for(channel *self, int began, MPI_Request *request)
{
    linclass_status status = checked(self, began);
    const int64_t until = now() + SPIN_NANOSECONDS;
    for (int done = 0; status == LINCLASS_OK;) {
        status = checked(self, MPI_Test(request, &done, MPI_STATUS_IGNORE));
        if (done)
            break;
        if (now() < until)
            sched_yield();
        else
            nanosleep(&(struct timespec){.tv_nsec = SLEEP_NANOSECONDS}, NULL);
    }
    return status;
}

linclass_status channel_begin(channel *self, linclass_context *ctx, MPI_Comm comm)
{
    *self = (channel){.comm = MPI_COMM_NULL, .piece = LONGEST_PIECE};
    int initialized = 0;
    if (ctx == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (MPI_Initialized(&initialized) != MPI_SUCCESS || !initialized)
        return linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                     "MPI is not initialised");
    if (comm == MPI_COMM_NULL)
        return linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "comm is MPI_COMM_NULL");
    linclass_status status = checked(self, MPI_Comm_dup(comm, &self->comm));
    if (status == LINCLASS_OK)
        status = checked(self, MPI_Comm_rank(self->comm, &self->rank));
    if (status == LINCLASS_OK)
        status = checked(self, MPI_Comm_size(self->comm, &self->ranks));
    if (status == LINCLASS_OK)
        return LINCLASS_OK;
    channel_end(self);
    return linclass_context_fail(ctx, status, self->message);
}

void channel_end(channel *self)
{
    if (self->comm != MPI_COMM_NULL)
        (void)MPI_Comm_free(&self->comm);
    free(self->shared.bytes);
    free(self->received.bytes);
}

/* What is kept is not: the old bytes are lost. */
static bool has_room(channel_buffer *self, int64_t length)
{
    if (length <= self->room)
        return true;
    free(self->bytes);
    self->room = 0;
    self->bytes = (uint64_t)length <= SIZE_MAX ? malloc((size_t)length) : NULL;
    if (self->bytes != NULL)
        self->room = length;
    return self->bytes != NULL;
}

linclass_status channel_greatest(channel *self, int64_t *value)
{
    int64_t greatest = *value;
    MPI_Request request;
    const int began =
        MPI_Iallreduce(value, &greatest, 1, MPI_INT64_T, MPI_MAX, self->comm, &request);
    const linclass_status status = wait_for(self, began, &request);
    if (status == LINCLASS_OK)
        *value = greatest;
    return status;
}

/* Bytes whose length all ranks know, from `root`. */
static linclass_status broadcast(channel *self, int root, void *bytes, int64_t length)
{
    linclass_status status = LINCLASS_OK;
    for (int64_t at = 0; at < length && status == LINCLASS_OK; at += self->piece) {
        const int64_t rest = length - at;
        MPI_Request request;
        const int began =
            MPI_Ibcast((char *)bytes + at, (int)(rest < self->piece ? rest : self->piece), MPI_BYTE,
                       root, self->comm, &request);
        status = wait_for(self, began, &request);
    }
    return status;
}

linclass_status channel_agree(channel *self, linclass_status status)
{
    int64_t first = status < 0 ? -self->rank : INT32_MIN; /* the lowest rank is the greatest */
    linclass_status sent = channel_greatest(self, &first);
    if (sent != LINCLASS_OK || first == INT32_MIN)
        return sent;
    const int rank = (int)-first;
    if (rank == self->rank) {
        char text[CHANNEL_MESSAGE];
        memcpy(text, self->message, sizeof text);
        (void)channel_fail(self, status, "rank %d: %.*s", rank, CHANNEL_MESSAGE - 32,
                           text[0] == '\0' ? linclass_status_string(status) : text);
    }
    sent = broadcast(self, rank, &status, sizeof status);
    if (sent == LINCLASS_OK)
        sent = broadcast(self, rank, self->message, sizeof self->message);
    return sent == LINCLASS_OK ? status : sent;
}

linclass_status channel_follow(channel *self, linclass_status *status)
{
    linclass_status sent = broadcast(self, 0, status, sizeof *status);
    if (sent == LINCLASS_OK)
        sent = broadcast(self, 0, self->message, sizeof self->message);
    return sent;
}

linclass_status channel_share(channel *self, int64_t *kind, const void **bytes, int64_t *length)
{
    int64_t head[] = {*kind, *length};
    linclass_status status = broadcast(self, 0, head, sizeof head);
    if (status != LINCLASS_OK)
        return status;
    *kind = head[0];
    *length = head[1];
    const bool root = self->rank == 0;
    if (head[1] > self->shared.room) {
        int64_t lacking = root ? 0 : !has_room(&self->shared, head[1]);
        status = channel_greatest(self, &lacking);
        if (status == LINCLASS_OK && lacking != 0) {
            free(self->shared.bytes);
            self->shared = (channel_buffer){.bytes = NULL};
            status = channel_fail(self, LINCLASS_ERROR_MEMORY,
                                  "out of memory: %" PRId64 " bytes for a message to every rank",
                                  head[1]);
        }
        if (status != LINCLASS_OK)
            return status;
        self->shared.room = head[1];
    }
    /* MPI takes what it only reads here without const. */
    void *place = root ? (void *)(uintptr_t)*bytes : self->shared.bytes;
    *bytes = place;
    return broadcast(self, 0, place, head[1]);
}

static linclass_status send(channel *self, int rank, int tag, const void *bytes, int64_t length)
{
    linclass_status status = LINCLASS_OK;
    for (int64_t at = 0; at < length && status == LINCLASS_OK; at += self->piece) {
        const int64_t rest = length - at;
        MPI_Request request;
        const int began =
            MPI_Isend((const char *)bytes + at, (int)(rest < self->piece ? rest : self->piece),
                      MPI_BYTE, rank, tag, self->comm, &request);
        status = wait_for(self, began, &request);
    }
    return status;
}

static linclass_status receive(channel *self, int rank, int tag, void *bytes, int64_t length)
{
    linclass_status status = LINCLASS_OK;
    for (int64_t at = 0; at < length && status == LINCLASS_OK; at += self->piece) {
        const int64_t rest = length - at;
        MPI_Request request;
        const int began =
            MPI_Irecv((char *)bytes + at, (int)(rest < self->piece ? rest : self->piece), MPI_BYTE,
                      rank, tag, self->comm, &request);
        status = wait_for(self, began, &request);
    }
    return status;
}

linclass_status channel_send(channel *self, int rank, linclass_status status, const void *bytes,
                             int64_t length)
{
    const int64_t head[] = {status, length, length > self->sent_room};
    linclass_status sent = send(self, rank, HEAD_TAG, head, sizeof head);
    if (sent == LINCLASS_OK && head[2]) {
        char room = 0;
        sent = receive(self, rank, ROOM_TAG, &room, 1);
        if (sent != LINCLASS_OK || !room)
            return sent;
        self->sent_room = length;
    }
    return sent == LINCLASS_OK ? send(self, rank, PAYLOAD_TAG, bytes, length) : sent;
}

linclass_status channel_receive(channel *self, int rank, linclass_status *status,
                                const void **bytes, int64_t *length)
{
    int64_t head[3] = {0};
    linclass_status received = receive(self, rank, HEAD_TAG, head, sizeof head);
    if (received != LINCLASS_OK)
        return received;
    const char room = has_room(&self->received, head[1]);
    if (head[2])
        received = send(self, rank, ROOM_TAG, &room, 1);
    if (received == LINCLASS_OK && !room)
        received = channel_fail(self, LINCLASS_ERROR_MEMORY,
                                "out of memory: %" PRId64 " bytes for a reply", head[1]);
    if (received == LINCLASS_OK)
        received = receive(self, rank, PAYLOAD_TAG, self->received.bytes, head[1]);
    *status = (linclass_status)head[0];
    *bytes = self->received.bytes;
    *length = head[1];
    return received;
}
