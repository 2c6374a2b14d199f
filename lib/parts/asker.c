#include "parts/asker.h"

#include <time.h>
#include <unistd.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/versioned.h"
#include "parts/sums.h"

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
    *self = (part_asker){.ctx = ctx, .name = name, .crew = {.ctx = ctx, .roll = {.ctx = ctx}}};
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
    if (self->source.held < 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s.held is %lld, not >= 0", name,
                            (long long)self->source.held);
    self->fit = new_identity(self);
    return LINCLASS_OK;
}

void part_asker_end(part_asker *self)
{
    if (self->ctx != NULL)
        context_release(self->ctx, self->batch);
    self->batch = NULL;
    part_crew_end(&self->crew);
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

/* Parts that are answered together, at most: fewer than would be felt where they are none. */
enum { MOST_AT_ONCE = 1024 };

static linclass_status make_batch(part_asker *self, int64_t size)
{
    void *memory;
    if (self->batch != NULL)
        return LINCLASS_OK;
    const linclass_status status =
        context_allocate_array(self->ctx, size, sizeof *self->batch, "parts", &memory);
    if (status == LINCLASS_OK)
        self->batch = memory;
    return status;
}

/* The next parts of the iterator, from `first` on. *count: how many, `size` at most. */
static linclass_status next_parts(const part_asker *self, int64_t first, int64_t size,
                                  int64_t *count)
{
    for (*count = 0; *count < size; (*count)++) {
        linclass_part *part = &self->batch[*count];
        *part = (linclass_part){.size = sizeof *part};
        const int32_t more = self->source.next(part, self->source.user);
        if (more == 0)
            return LINCLASS_OK;
        if (more != 1)
            return fail_callback(self, "next", more, first + *count);
        part->number = first + *count;
    }
    return LINCLASS_OK;
}

static linclass_status read_parts(part_asker *self, const part_request *request,
                                  part_answers *answers)
{
    const int64_t size = lesser(MOST_AT_ONCE, self->source.held > 1 ? self->source.held : 1);
    linclass_status status = make_batch(self, size);
    if (status != LINCLASS_OK)
        return status;
    const int32_t began = self->source.reset(self->source.user);
    if (began != 0)
        return fail_callback(self, "reset", began, 0);
    int64_t count = size;
    for (int64_t first = 0; count == size; first += size) {
        status = next_parts(self, first, size, &count);
        if (status == LINCLASS_OK)
            status = part_crew_answer(&self->crew, self->batch, count, request, answers);
        if (status != LINCLASS_OK || answers->failure.status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
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

/* They have the rows that they had: an engine's parts are known by their sums alone. */
static linclass_status check_rows(part_asker *self, const part_node *all)
{
    if (self->sequence == 1)
        self->all = (part_entry){all->rows, all->digest};
    if (all->rows != self->all.rows)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "the %s parts have %lld rows, and had %lld when they were asked first",
                            self->name, (long long)all->rows, (long long)self->all.rows);
    if (all->digest == self->all.digest)
        return LINCLASS_OK;
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "labels or weights of the %s parts differ from those when they were asked "
                        "first",
                        self->name);
}

static linclass_status take_node(part_asker *self, part_answers *answers, part_node *all)
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
    part_node *root = &answers->tree.nodes[0];
    status = check_rows(self, root);
    if (status != LINCLASS_OK)
        return status;
    *all = *root;
    answers->tree.count = 0;
    return LINCLASS_OK;
}

linclass_status part_asker_ask_node(part_asker *self, part_request *request, part_node *all)
{
    part_answers answers;
    *all = (part_node){.sums = NULL};
    request->identity.fit = self->fit;
    request->identity.sequence = ++self->sequence;
    part_answers_begin(&answers, self->ctx, &request->identity);
    linclass_status status = self->source.ask != NULL ? ask_engine(self, request, &answers)
                                                      : read_parts(self, request, &answers);
    if (status == LINCLASS_OK)
        status = take_node(self, &answers, all);
    part_answers_end(&answers);
    return status;
}

linclass_status part_asker_ask(part_asker *self, part_request *request, int64_t length,
                               double **sums, int64_t *found)
{
    part_node all;
    linclass_status status = part_asker_ask_node(self, request, &all);
    if (status == LINCLASS_OK && length >= 0 && all.length != length)
        status =
            context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "the reply has %lld numbers, not %lld",
                         (long long)all.length, (long long)length);
    *sums = NULL;
    if (status != LINCLASS_OK) {
        part_sums_release(self->ctx, &all);
        return status;
    }
    *sums = all.sums; /* these have no pieces */
    if (found != NULL)
        *found = all.length;
    return LINCLASS_OK;
}
