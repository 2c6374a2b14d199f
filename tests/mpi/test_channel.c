/* Messages between ranks: in pieces, of any length, to ranks without memory for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "failed: %s\n", what);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void fill(unsigned char *bytes, int64_t length, int seed)
{
    for (int64_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(i * 31 + seed);
}

static int is_filled(const void *given, int64_t length, int seed)
{
    const unsigned char *bytes = given;
    for (int64_t i = 0; i < length; i++)
        if (bytes[i] != (unsigned char)(i * 31 + seed))
            return 0;
    return 1;
}

/* Lengths about that of a piece, growing and shrinking. */
static void test_broadcasts(channel *self)
{
    static const int64_t LENGTHS[] = {0, 1, 6, 7, 8, 20, 21, 1000, 3, 1001};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
        unsigned char bytes[1001];
        fill(bytes, LENGTHS[i], (int)i);
        int64_t kind = self->rank == 0 ? (int64_t)i : -1;
        const void *shared = self->rank == 0 ? bytes : NULL;
        int64_t length = self->rank == 0 ? LENGTHS[i] : -1;
        require(channel_share(self, &kind, &shared, &length) == LINCLASS_OK, "share");
        require(kind == (int64_t)i && length == LENGTHS[i], "the head of a broadcast");
        require(is_filled(shared, length, (int)i), "the bytes of a broadcast");
    }
}

static void test_sending(channel *self)
{
    static const int64_t LENGTHS[] = {0, 5, 7, 50, 14, 1000, 1};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS && self->ranks > 1; i++) {
        unsigned char bytes[1000];
        const void *received;
        int64_t length;
        linclass_status status;
        fill(bytes, LENGTHS[i], (int)i);
        if (self->rank == 1)
            require(channel_send(self, 0, 3, bytes, LENGTHS[i]) == LINCLASS_OK, "send");
        if (self->rank != 0)
            continue;
        require(channel_receive(self, 1, &status, &received, &length) == LINCLASS_OK, "receive");
        require(status == 3 && length == LENGTHS[i] && is_filled(received, length, (int)i),
                "what was sent");
    }
}

/* The sender learns that there is no room, and the next message arrives. */
static void test_messages_without_memory(channel *self)
{
    const int64_t too_long = INT64_MAX / 2;
    unsigned char bytes[20];
    const void *received;
    int64_t length;
    linclass_status status;
    fill(bytes, sizeof bytes, 9);
    if (self->rank == 1) {
        require(channel_send(self, 0, 0, bytes, too_long) == LINCLASS_OK, "no room");
        require(channel_send(self, 0, 0, bytes, sizeof bytes) == LINCLASS_OK, "the next");
    }
    if (self->rank == 0 && self->ranks > 1) {
        require(channel_receive(self, 1, &status, &received, &length) == LINCLASS_ERROR_MEMORY,
                "no memory for a message");
        require(strstr(self->message, "bytes for a reply") != NULL, "its error message");
        require(channel_receive(self, 1, &status, &received, &length) == LINCLASS_OK &&
                    is_filled(received, sizeof bytes, 9),
                "the message after it");
    }
    int64_t kind = 1;
    received = bytes;
    length = too_long;
    if (self->ranks > 1)
        require(channel_share(self, &kind, &received, &length) == LINCLASS_ERROR_MEMORY,
                "no memory for a broadcast");
}

static void test_agreement(channel *self)
{
    self->message[0] = '\0';
    require(channel_agree(self, LINCLASS_OK) == LINCLASS_OK, "nobody failed");
    require(channel_agree(self, 1) == LINCLASS_OK, "an early end is no failure");
    const int last = self->ranks - 1;
    char want[64];
    (void)snprintf(want, sizeof want, "rank %d: no such file", last);
    linclass_status status = LINCLASS_OK;
    if (self->rank == last)
        status = channel_fail(self, LINCLASS_ERROR_IO, "no such file");
    require(channel_agree(self, status) == LINCLASS_ERROR_IO, "one rank failed");
    require(strcmp(self->message, want) == 0, "its error message");
    status = channel_fail(self, LINCLASS_ERROR_LABEL, "%d", self->rank);
    require(channel_agree(self, status) == LINCLASS_ERROR_LABEL, "all ranks failed");
    require(strcmp(self->message, "rank 0: 0") == 0, "the message of the lowest");
    status = self->rank == 0 ? 5 : -7;
    require(channel_follow(self, &status) == LINCLASS_OK && status == 5, "the status of rank 0");
    int64_t value = self->rank;
    require(channel_greatest(self, &value) == LINCLASS_OK && value == last, "the greatest");
}

int main(int argc, char **argv)
{
    linclass_context *ctx;
    channel self;
    require(linclass_mpi_agree(NULL, MPI_COMM_NULL, 0) == LINCLASS_ERROR_INVALID_ARGUMENT,
            "no context");
    require(linclass_context_create(NULL, &ctx) == LINCLASS_OK, "context");
    require(linclass_mpi_agree(ctx, MPI_COMM_NULL, 0) == LINCLASS_ERROR_INVALID_ARGUMENT &&
                strstr(linclass_context_message(ctx), "not initialised") != NULL,
            "MPI is not initialised");
    MPI_Init(&argc, &argv);
    require(linclass_mpi_agree(ctx, MPI_COMM_NULL, 0) == LINCLASS_ERROR_INVALID_ARGUMENT &&
                strstr(linclass_context_message(ctx), "MPI_COMM_NULL") != NULL,
            "no communicator");
    require(channel_begin(&self, ctx, MPI_COMM_WORLD) == LINCLASS_OK, "begin");
    self.piece = 7;
    test_broadcasts(&self);
    test_sending(&self);
    test_messages_without_memory(&self);
    test_agreement(&self);
    channel_end(&self);
    linclass_context_destroy(ctx);
    MPI_Finalize();
    return 0;
}
