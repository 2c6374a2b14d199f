#include "parts/asker.h"

#include <time.h>
#include <unistd.h>

#include "core/context.h"
#include "core/versioned.h"
#include "parts/answer.h"

static const linclass_parts NO_PARTS = {.size = sizeof(linclass_parts)};

linclass_status linclass_parts_init(linclass_parts *parts, size_t size)
{
    return versioned_init(parts, size, &NO_PARTS, sizeof NO_PARTS, FIRST_PARTS);
}

/* A number that no other fit has, as far as possible: of the time, the process and the place in its memory. */
static int64_t new_identity(const part_asker *self)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t number = (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
    number = (number ^ (uint64_t)getpid() << 40) * UINT64_C(0x9E3779B97F4A7C15);
    number ^= (uint64_t)(uintptr_t)self << 8;
    return (int64_t)(number ^ number >> 31);
}

linclass_status part_asker_begin(part_asker *self, linclass_context *ctx, const char *name,
                                 const linclass_parts *given)
{
    *self = (part_asker){.ctx = ctx, .name = name};
    if (given == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL", name);
    const linclass_status status =
        versioned_read(ctx, name, given, &self->source, &NO_PARTS, sizeof NO_PARTS, FIRST_PARTS);
    if (status != LINCLASS_OK)
        return status;
    const bool asks = self->source.ask != NULL;
    const bool reads = self->source.reset != NULL && self->source.next != NULL;
    const bool half = (self->source.reset == NULL) != (self->source.next == NULL);
    if (asks == reads || half)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s needs either ask or both reset and next", name);
    self->fit = new_identity(self);
    return LINCLASS_OK;
}

static linclass_status ask_engine(const part_asker *self, part_request *request,
                                  part_answers *answers)
{
    wire_word *words;
    int64_t count;
    linclass_status status = part_request_write(self->ctx, request, &words, &count);
    if (status != LINCLASS_OK)
        return status;
    const void *reply = NULL;
    int64_t length = 0;
    const int32_t refused =
        self->source.ask(words, count * (int64_t)sizeof *words, &reply, &length, self->source.user);
    if (refused != 0)
        status = context_fail(self->ctx, LINCLASS_ERROR_IO,
                              "%s.ask returned %d: the parts could not be asked", self->name,
                              (int)refused);
    else
        status = part_answers_add_bytes(answers, "the reply", reply, length, false);
    context_release(self->ctx, words);
    return status;
}

static linclass_status fail_callback(const part_asker *self, const char *callback, int32_t returned,
                                     int64_t part)
{
    const linclass_status status = returned < 0 ? returned : LINCLASS_ERROR_INVALID_ARGUMENT;
    return context_fail(self->ctx, status, "%s.%s returned %d (%s) at part %lld", self->name,
                        callback, (int)returned, linclass_status_string(returned), (long long)part);
}

static linclass_status read_parts(const part_asker *self, const part_request *request,
                                  part_answers *answers)
{
    const int32_t began = self->source.reset(self->source.user);
    if (began != 0)
        return fail_callback(self, "reset", began, 0);
    for (int64_t number = 0;; number++) {
        linclass_part part = {.size = sizeof part};
        const int32_t more = self->source.next(&part, self->source.user);
        if (more == 0)
            return LINCLASS_OK;
        if (more != 1)
            return fail_callback(self, "next", more, number);
        part.number = number;
        const linclass_status status = part_answer(self->ctx, &part, request, answers);
        if (status != LINCLASS_OK || answers->failure.status != LINCLASS_OK)
            return status;
    }
}

/* The parts that have answered are the same as before. */
static linclass_status check_parts(part_asker *self, const part_answers *answers)
{
    int64_t parts = 0;
    if (answers->tree.count > 0) {
        const part_node *last = &answers->tree.nodes[answers->tree.count - 1];
        parts = last->first + (INT64_C(1) << last->level);
    }
    if (self->parts == 0 && parts > 0)
        self->parts = parts;
    if (parts == self->parts && parts > 0)
        return LINCLASS_OK;
    if (parts == 0)
        return context_fail(self->ctx, LINCLASS_ERROR_DIMENSION, "there are no %s parts",
                            self->name);
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "%lld %s parts have answered, %lld the first request", (long long)parts,
                        self->name, (long long)self->parts);
}

static linclass_status take_sums(part_asker *self, part_answers *answers, int64_t length,
                                 double **sums, int64_t *found)
{
    const part_failure *failure = &answers->failure;
    if (failure->status != LINCLASS_OK)
        return context_fail(self->ctx, (linclass_status)failure->status, "%s part %lld: %s",
                            self->name, (long long)failure->part, failure->message);
    linclass_status status = check_parts(self, answers);
    if (status == LINCLASS_OK)
        status = part_tree_finish(&answers->tree, "the reply");
    if (status != LINCLASS_OK)
        return status;
    part_node *all = &answers->tree.nodes[0];
    if (length >= 0 && all->length != length)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "the reply has %lld numbers, not %lld", (long long)all->length,
                            (long long)length);
    *sums = all->sums;
    *found = all->length;
    all->sums = NULL;
    return LINCLASS_OK;
}

linclass_status part_asker_ask(part_asker *self, part_request *request, int64_t length,
                               double **sums, int64_t *found)
{
    part_answers answers;
    int64_t ignored;
    *sums = NULL;
    request->identity.fit = self->fit;
    request->identity.sequence = ++self->sequence;
    part_answers_begin(&answers, self->ctx, &request->identity);
    linclass_status status = self->source.ask != NULL ? ask_engine(self, request, &answers)
                                                      : read_parts(self, request, &answers);
    if (status == LINCLASS_OK)
        status = take_sums(self, &answers, length, sums, found != NULL ? found : &ignored);
    part_answers_end(&answers);
    return status;
}
