/* Any bytes as a message between a fit and its parts. Byte 0 of the input says what they are taken for and whether they
 * are made whole first, byte 1 which allocation fails (0: none), the rest is the message:
 *
 *     0  a request, to linclass_part_answer
 *     1  a reply, to linclass_reply_merge, beside itself
 *     2  a reply, to the fit that asked
 *     +4 with the beginning and the checksum of a sound message: mutations get past them
 *
 * Whatever the bytes are: an error with a message and no handle, or a handle; all memory back. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "parts/wire.h"
#include "support/failing_allocator.h"

enum { M = 12, N = 2, MOST_MESSAGES = 64, WHOLE = 4, MOST_WORDS = FUZZ_MAX_BYTES / 8 };

static const float X_data[M * N] = {0, 1, 2, 1, 0, 3, 1, 1, 4, 2, 0, 1,
                                    3, 3, 1, 2, 2, 0, 1, 4, 0, 2, 3, 1};
static const int64_t y_data[M] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};

static void expect(int truth)
{
    if (!truth)
        abort();
}

/* handle: what the call makes; the context itself where it makes none. */
static void expect_told(const linclass_context *ctx, linclass_status status, const void *handle)
{
    expect(handle == ctx || (status < 0) == (handle == NULL));
    expect(status >= 0 || linclass_context_message(ctx)[0] != '\0');
    expect(status != LINCLASS_ERROR_INTERNAL);
}

/* Part `number` of two: the first or the second half of the rows. */
static linclass_part part_of(int64_t number, linclass_matrix *X)
{
    linclass_part part;
    expect(linclass_part_init(&part, sizeof part) == LINCLASS_OK);
    expect(linclass_matrix_init(X, sizeof *X, LINCLASS_FLOAT32, M / 2, N,
                                X_data + number * M / 2 * N, N) == LINCLASS_OK);
    part.number = number;
    part.X = X;
    part.y = y_data + number * M / 2;
    return part;
}

/* The bytes as whole words; made sound for this identity, or that which they name, where `whole`. */
static int64_t to_words(const uint8_t *data, size_t size, int type, const wire_identity *identity,
                        wire_word *words)
{
    const int64_t count = (int64_t)(size / sizeof *words);
    memcpy(words, data, (size_t)count * sizeof *words);
    if (count < WIRE_HEADER + WIRE_CHECKSUM)
        return count;
    const wire_identity named = {(int64_t)words[2], (int64_t)words[3], (int64_t)words[4]};
    wire_seal(type, identity == NULL ? &named : identity, words, count);
    return count;
}

static void try_request(linclass_context *ctx, const void *bytes, int64_t length)
{
    for (int64_t number = 0; number < 2; number++) {
        linclass_matrix X;
        const linclass_part part = part_of(number, &X);
        linclass_reply *reply;
        const linclass_status status = linclass_part_answer(ctx, &part, bytes, length, &reply);
        expect_told(ctx, status, reply);
        expect(reply == NULL || linclass_reply_length(reply) > 0);
        linclass_reply_destroy(reply);
    }
}

static void try_merge(linclass_context *ctx, const void *bytes, int64_t length)
{
    linclass_reply *merged;
    const linclass_status status = linclass_reply_merge(ctx, bytes, length, bytes, length, &merged);
    expect_told(ctx, status, merged);
    linclass_reply_destroy(merged);
}

/* An engine whose answers are sound but for one, which is the input. */
typedef struct engine {
    linclass_context *ctx;
    const uint8_t *data; /* the input, or NULL: keep messages */
    size_t size;
    bool whole;
    int asked;
    int at;
    wire_word words[MOST_WORDS];
    linclass_reply *reply;
    int messages;
    uint8_t kept[MOST_MESSAGES][1 << 12];
    size_t kept_size[MOST_MESSAGES];
} engine;

static void keep(engine *self, uint8_t mode, const void *bytes, int64_t length)
{
    uint8_t *kept = self->kept[self->messages % MOST_MESSAGES];
    expect((size_t)length + 2 <= sizeof self->kept[0]);
    if (self->messages == MOST_MESSAGES)
        return;
    kept[0] = mode;
    kept[1] = 0;
    memcpy(kept + 2, bytes, (size_t)length);
    self->kept_size[self->messages++] = (size_t)length + 2;
}

static linclass_reply *answer_both(engine *self, const void *request, int64_t length)
{
    linclass_reply *replies[2];
    linclass_reply *merged = NULL;
    for (int64_t number = 0; number < 2; number++) {
        linclass_matrix X;
        const linclass_part part = part_of(number, &X);
        expect(linclass_part_answer(self->ctx, &part, request, length, &replies[number]) ==
               LINCLASS_OK); /* whatever the fit was told, it asks what makes sense */
    }
    expect(linclass_reply_merge(self->ctx, linclass_reply_bytes(replies[0]),
                                linclass_reply_length(replies[0]), linclass_reply_bytes(replies[1]),
                                linclass_reply_length(replies[1]), &merged) == LINCLASS_OK);
    if (self->data == NULL)
        keep(self, 1, linclass_reply_bytes(replies[1]), linclass_reply_length(replies[1]));
    linclass_reply_destroy(replies[0]);
    linclass_reply_destroy(replies[1]);
    return merged;
}

static int32_t ask(const void *request, int64_t length, const void **reply, int64_t *reply_length,
                   void *user)
{
    engine *self = user;
    if (self->asked++ == self->at && self->data != NULL) {
        wire_word header[WIRE_HEADER];
        memcpy(header, request, sizeof header);
        const wire_identity identity = {(int64_t)header[2], (int64_t)header[3], (int64_t)header[4]};
        *reply = self->data;
        *reply_length = (int64_t)self->size;
        if (self->whole) {
            *reply_length =
                8 * to_words(self->data, self->size, WIRE_REPLY, &identity, self->words);
            *reply = self->words;
        }
        return 0;
    }
    if (self->data == NULL)
        keep(self, 0, request, length);
    linclass_reply_destroy(self->reply);
    self->reply = answer_both(self, request, length);
    if (self->data == NULL)
        keep(self, (uint8_t)(2 + 8 * self->asked), linclass_reply_bytes(self->reply),
             linclass_reply_length(self->reply));
    *reply = linclass_reply_bytes(self->reply);
    *reply_length = linclass_reply_length(self->reply);
    return 0;
}

static void run_evaluation(linclass_context *ctx, const linclass_parts *parts,
                           const linclass_model *model)
{
    linclass_evaluation evaluation;
    expect(linclass_evaluation_init(&evaluation, sizeof evaluation) == LINCLASS_OK);
    evaluation.with_averages = 1;
    expect_told(ctx, linclass_evaluate_parts(ctx, model, parts, &evaluation), ctx);
}

static void run_fit(linclass_context *ctx, engine *self, int32_t solver)
{
    linclass_parts parts;
    linclass_fit_options options;
    linclass_model *model;
    expect(linclass_parts_init(&parts, sizeof parts) == LINCLASS_OK);
    expect(linclass_fit_options_init(&options, sizeof options) == LINCLASS_OK);
    expect(linclass_context_create(NULL, &self->ctx) == LINCLASS_OK);
    parts.ask = ask;
    parts.user = self;
    options.solver = solver;
    options.l2 = 0.1;
    options.max_iterations = 2;
    const linclass_status status = linclass_fit_parts(ctx, &parts, NULL, &options, NULL, &model);
    expect_told(ctx, status, model);
    if (model != NULL)
        run_evaluation(ctx, &parts, model);
    linclass_model_destroy(model);
    linclass_reply_destroy(self->reply);
    linclass_context_destroy(self->ctx);
    self->reply = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static engine asked;
    if (size < 2 || size > FUZZ_MAX_BYTES)
        return 0;
    const bool whole = data[0] & WHOLE;
    const uint8_t *message = data + 2;
    int64_t length = (int64_t)size - 2;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (data[1] > 0)
        failing_allocator_fail_at(&memory, data[1]);
    asked =
        (engine){.data = message, .size = (size_t)length, .whole = whole, .at = data[0] / 8 - 1};
    const void *bytes = message;
    const int mode = data[0] % WHOLE;
    if (whole && mode != 2) {
        length = 8 * to_words(message, (size_t)length, mode == 0 ? WIRE_REQUEST : WIRE_REPLY, NULL,
                              asked.words);
        bytes = asked.words;
    }
    if (mode == 0)
        try_request(ctx, bytes, length);
    else if (mode == 1)
        try_merge(ctx, bytes, length);
    else
        run_fit(ctx, &asked, data[1] % 2 == 0 ? LINCLASS_SOLVER_LBFGS : LINCLASS_SOLVER_NEWTON);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    return 0;
}

/* The messages of two fits, sound as they are, and to be made whole after mutations. */
size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    static engine kept;
    if (kept.messages == 0) {
        linclass_context *ctx;
        expect(linclass_context_create(NULL, &ctx) == LINCLASS_OK);
        run_fit(ctx, &kept, LINCLASS_SOLVER_NEWTON);
        kept.asked = 0;
        run_fit(ctx, &kept, LINCLASS_SOLVER_LBFGS);
        linclass_context_destroy(ctx);
    }
    const size_t message = index / 2;
    if (message >= (size_t)kept.messages)
        return 0;
    memcpy(bytes, kept.kept[message], kept.kept_size[message]);
    bytes[0] |= index % 2 == 0 ? 0 : WHOLE;
    return kept.kept_size[message];
}
