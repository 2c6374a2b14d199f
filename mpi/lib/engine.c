/* A request goes to all ranks; rank r sends what it has merged to rank r - 2^i, i its lowest bit that is 1, after the
 * replies of r + 1, r + 2, r + 4, ... below that bit have come: log2 of the ranks messages deep. */
#include "engine.h"

#include <string.h>

/* What a rank has of a request: a reply, or why there is none, in the message of the channel. */
typedef struct answer {
    linclass_status status;
    linclass_reply *reply;
} answer;

static linclass_status fail_here(engine *self, linclass_status status)
{
    const char *message = linclass_context_message(self->worker);
    return channel_fail(&self->channel, status, "rank %d: %s", self->channel.rank,
                        message[0] == '\0' ? linclass_status_string(status) : message);
}

static answer answer_here(engine *self, int64_t kind, const void *request, int64_t length)
{
    const linclass_mpi_rows *rows = &self->rows;
    const bool validates = kind == ENGINE_VALIDATION;
    answer own;
    own.status = linclass_parts_answer(
        self->worker, validates ? rows->validation_count : rows->count,
        validates ? rows->validation_parts : rows->parts, request, length, &own.reply);
    if (own.status != LINCLASS_OK)
        own.status = fail_here(self, own.status);
    self->traffic.requests++;
    self->traffic.request_bytes += length;
    return own;
}

/* Merge what another rank has sent. */
static void merge(engine *self, answer *own, const void *bytes, int64_t length)
{
    linclass_reply *merged;
    const linclass_status status =
        linclass_reply_merge(self->worker, linclass_reply_bytes(own->reply),
                             linclass_reply_length(own->reply), bytes, length, &merged);
    linclass_reply_destroy(own->reply);
    own->reply = merged;
    if (status != LINCLASS_OK)
        own->status = fail_here(self, status);
}

/* Take over the answer of a rank. The failure of the lowest rank stays. Errors: IO. */
static linclass_status take(engine *self, int rank, answer *own)
{
    char kept[CHANNEL_MESSAGE];
    memcpy(kept, self->channel.message, sizeof kept);
    linclass_status status = LINCLASS_OK;
    const void *bytes;
    int64_t length;
    const linclass_status received =
        channel_receive(&self->channel, rank, &status, &bytes, &length);
    if (received == LINCLASS_ERROR_IO)
        return received;
    if (own->status != LINCLASS_OK) {
        memcpy(self->channel.message, kept, sizeof kept);
        return LINCLASS_OK;
    }
    if (received != LINCLASS_OK) {
        memcpy(kept, self->channel.message, sizeof kept);
        own->status = channel_fail(&self->channel, received, "rank %d: %.*s", self->channel.rank,
                                   CHANNEL_MESSAGE - 32, kept);
    } else if (status != LINCLASS_OK) {
        own->status =
            channel_fail(&self->channel, status, "%.*s", (int)length, (const char *)bytes);
    } else {
        self->traffic.merged_bytes += length;
        merge(self, own, bytes, length);
    }
    return LINCLASS_OK;
}

static linclass_status give(engine *self, int rank, const answer *own)
{
    if (own->status != LINCLASS_OK)
        return channel_send(&self->channel, rank, own->status, self->channel.message,
                            (int64_t)strlen(self->channel.message));
    const int64_t length = linclass_reply_length(own->reply);
    self->traffic.sent_bytes += length;
    return channel_send(&self->channel, rank, LINCLASS_OK, linclass_reply_bytes(own->reply),
                        length);
}

/* Rank 0 has the answer of all ranks afterwards. Errors: IO. */
static linclass_status gather(engine *self, answer *own)
{
    const int rank = self->channel.rank;
    linclass_status status = LINCLASS_OK;
    for (int step = 1; step < self->channel.ranks && status == LINCLASS_OK; step *= 2) {
        if (rank & step)
            return give(self, rank - step, own);
        if (rank + step < self->channel.ranks)
            status = take(self, rank + step, own);
    }
    return status;
}

static int32_t ask(engine *self, int64_t kind, const void *request, int64_t length,
                   const void **reply, int64_t *reply_length)
{
    linclass_reply_destroy(self->reply);
    self->reply = NULL;
    self->failed = channel_share(&self->channel, &kind, &request, &length);
    if (self->failed != LINCLASS_OK)
        return self->failed;
    answer own = answer_here(self, kind, request, length);
    const linclass_status gathered = gather(self, &own);
    self->failed = gathered == LINCLASS_OK ? own.status : gathered;
    self->reply = own.reply;
    *reply = linclass_reply_bytes(self->reply);
    *reply_length = linclass_reply_length(self->reply);
    return self->failed;
}

int32_t engine_ask_training(const void *request, int64_t request_length, const void **reply,
                            int64_t *reply_length, void *user)
{
    return ask(user, ENGINE_TRAINING, request, request_length, reply, reply_length);
}

int32_t engine_ask_validation(const void *request, int64_t request_length, const void **reply,
                              int64_t *reply_length, void *user)
{
    return ask(user, ENGINE_VALIDATION, request, request_length, reply, reply_length);
}

linclass_status engine_dismiss(engine *self)
{
    int64_t kind = ENGINE_END;
    const void *nothing = NULL;
    int64_t length = 0;
    return channel_share(&self->channel, &kind, &nothing, &length);
}

linclass_status engine_work(engine *self)
{
    for (;;) {
        int64_t kind = ENGINE_END;
        const void *request = NULL;
        int64_t length = 0;
        linclass_status status = channel_share(&self->channel, &kind, &request, &length);
        if (status == LINCLASS_ERROR_MEMORY) /* on all ranks: rank 0 ends the fit */
            continue;
        if (status != LINCLASS_OK || kind == ENGINE_END)
            return status;
        answer own = answer_here(self, kind, request, length);
        status = gather(self, &own);
        linclass_reply_destroy(own.reply);
        if (status != LINCLASS_OK)
            return status;
    }
}
