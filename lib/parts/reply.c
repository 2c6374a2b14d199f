#include "parts/reply.h"

#include <string.h>

#include "core/arguments.h"
#include "parts/sums.h"

void part_answers_begin(part_answers *self, linclass_context *ctx, const wire_identity *identity)
{
    self->ctx = ctx;
    self->identity = *identity;
    self->tree = (part_tree){.ctx = ctx, .kind = identity->kind};
    self->failure.status = LINCLASS_OK;
    self->failure.part = INT64_MAX;
    memset(self->failure.message, 0, sizeof self->failure.message);
}

void part_answers_end(part_answers *self)
{
    part_tree_end(&self->tree);
}

linclass_status part_answers_add(part_answers *self, part_node node)
{
    if (self->failure.status == LINCLASS_OK)
        return part_tree_add(&self->tree, node);
    context_release(self->ctx, node.sums);
    return LINCLASS_OK;
}

static void keep_failure(part_answers *self, int64_t part, int64_t status, const char *message)
{
    part_tree_end(&self->tree);
    if (part >= self->failure.part)
        return;
    const size_t length = strnlen(message, sizeof self->failure.message - 1);
    self->failure.part = part;
    self->failure.status = status;
    memset(self->failure.message, 0, sizeof self->failure.message);
    memcpy(self->failure.message, message, length);
}

void part_answers_fail(part_answers *self, int64_t part, linclass_status status,
                       const char *message)
{
    keep_failure(self, part, status, message);
}

/* The message of a failure in words, of which a reply has as many as it needs. */
enum { MESSAGE_WORDS = sizeof((part_failure *)NULL)->message / sizeof(wire_word) };

static void failure_fields(wire *fields, part_failure *self)
{
    int64_t words = (int64_t)(strlen(self->message) / sizeof(wire_word) + 1);
    wire_integer_within(fields, &self->part, 0, MOST_PARTS - 1);
    wire_integer_within(fields, &self->status, INT32_MIN, -1);
    wire_integer_within(fields, &words, 1, MESSAGE_WORDS);
    if (fields->broken)
        return;
    for (int64_t w = 0; w < words; w++) {
        /* Text in the order of its bytes, whatever that of numbers is. */
        uint64_t word = 0;
        for (size_t b = 0; b < sizeof word; b++)
            word |= (uint64_t)(unsigned char)self->message[(size_t)w * sizeof word + b] << 8 * b;
        wire_integer(fields, (int64_t *)&word);
        for (size_t b = 0; b < sizeof word; b++)
            self->message[(size_t)w * sizeof word + b] = (char)(unsigned char)(word >> 8 * b);
    }
    if (fields->mode == WIRE_READ && self->message[words * (int64_t)sizeof(wire_word) - 1] != '\0')
        fields->broken = true;
}

static const int64_t MOST_ROWS = INT64_C(1) << 53;

static void node_fields(wire *fields, part_node *node, const double **sums)
{
    wire_integer_within(fields, &node->level, 0, PARTS_LEVELS);
    wire_integer_within(fields, &node->first, 0, MOST_PARTS - 1);
    wire_integer_within(fields, &node->rows, 0, MOST_ROWS);
    wire_integer(fields, &node->digest);
    wire_integer_within(fields, &node->length, 0, INT64_MAX / (int64_t)sizeof(double));
    if (fields->broken)
        return;
    if (node->first % (INT64_C(1) << node->level) != 0) {
        fields->broken = true;
        return;
    }
    wire_reals(fields, part_sums_before_pieces(node), sums);
    for (const part_piece *piece = node->more; piece != NULL; piece = piece->next) {
        const double *rows = piece->sums;
        wire_reals(fields, piece->length, &rows);
    }
}

static void write_fields(wire *fields, void *message)
{
    part_answers *self = message;
    int64_t failed = self->failure.status != LINCLASS_OK;
    wire_integer(fields, &failed);
    if (failed) {
        failure_fields(fields, &self->failure);
        return;
    }
    wire_integer(fields, &self->tree.count);
    for (int64_t i = 0; i < self->tree.count; i++) {
        const double *sums = self->tree.nodes[i].sums;
        node_fields(fields, &self->tree.nodes[i], &sums);
    }
}

/* A node that was read, its sums copied out of the message. */
static linclass_status add_node(part_answers *self, part_node node, const double *sums)
{
    double *copy;
    const linclass_status status =
        context_allocate_doubles(self->ctx, node.length, "sums of parts", &copy);
    if (status != LINCLASS_OK)
        return status;
    if (node.length > 0)
        memcpy(copy, sums, (size_t)node.length * sizeof *copy);
    node.sums = copy;
    return part_answers_add(self, node);
}

static linclass_status read_fields(part_answers *self, const char *name, wire *fields)
{
    int64_t failed = 0;
    wire_integer_within(fields, &failed, 0, 1);
    if (failed && !fields->broken) {
        part_failure failure = {.part = 0};
        failure_fields(fields, &failure);
        const linclass_status status = wire_close(self->ctx, name, fields);
        if (status == LINCLASS_OK)
            keep_failure(self, failure.part, failure.status, failure.message);
        return status;
    }
    int64_t count = 0;
    wire_integer_within(fields, &count, 0, fields->count);
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0; i < count && !fields->broken && status == LINCLASS_OK; i++) {
        part_node node = {.first = 0};
        const double *sums = NULL;
        node_fields(fields, &node, &sums);
        if (!fields->broken)
            status = add_node(self, node, sums);
    }
    return status == LINCLASS_OK ? wire_close(self->ctx, name, fields) : status;
}

linclass_status part_answers_add_bytes(part_answers *self, const char *name, const void *bytes,
                                       int64_t length, bool first)
{
    wire fields;
    wire_identity identity;
    linclass_status status =
        wire_open(self->ctx, name, WIRE_REPLY, bytes, length, &identity, &fields);
    if (status != LINCLASS_OK)
        return status;
    if (first) {
        self->identity = identity;
        self->tree.kind = identity.kind;
    }
    if (identity.fit != self->identity.fit)
        status = context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "%s is of another fit", name);
    else if (identity.sequence != self->identity.sequence || identity.kind != self->identity.kind)
        status = context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                              "%s is to another request of the fit, number %lld, not %lld", name,
                              (long long)identity.sequence, (long long)self->identity.sequence);
    else
        status = read_fields(self, name, &fields);
    context_release(self->ctx, fields.words);
    return status;
}

linclass_status part_answers_reply(part_answers *self, linclass_reply **reply)
{
    void *memory;
    *reply = NULL;
    linclass_status status =
        context_allocate(self->ctx, sizeof(linclass_reply), "a reply", &memory);
    if (status != LINCLASS_OK)
        return status;
    linclass_reply *made = memory;
    made->allocator = self->ctx->allocator;
    status = wire_write(self->ctx, WIRE_REPLY, &self->identity, write_fields, self, &made->words,
                        &made->count);
    if (status != LINCLASS_OK)
        context_release(self->ctx, made);
    else
        *reply = made;
    return status;
}

const void *linclass_reply_bytes(const linclass_reply *reply)
{
    return reply == NULL ? NULL : reply->words;
}

int64_t linclass_reply_length(const linclass_reply *reply)
{
    return reply == NULL ? 0 : reply->count * (int64_t)sizeof *reply->words;
}

void linclass_reply_destroy(linclass_reply *reply)
{
    if (reply == NULL)
        return;
    const allocator memory = reply->allocator;
    allocator_give(&memory, reply->words);
    allocator_give(&memory, reply);
}

linclass_status linclass_reply_merge(linclass_context *ctx, const void *a, int64_t a_length,
                                     const void *b, int64_t b_length, linclass_reply **merged)
{
    if (merged != NULL)
        *merged = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"merged", merged}};
    if (!all_given(ctx, 2, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    part_answers answers;
    part_answers_begin(&answers, ctx, &(wire_identity){0});
    linclass_status status = part_answers_add_bytes(&answers, "reply a", a, a_length, true);
    if (status == LINCLASS_OK)
        status = part_answers_add_bytes(&answers, "reply b", b, b_length, false);
    if (status == LINCLASS_OK)
        status = part_answers_reply(&answers, merged);
    part_answers_end(&answers);
    return status;
}
