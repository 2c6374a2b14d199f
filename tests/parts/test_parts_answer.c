/* The parts of a process answer with one reply, whose bytes are those of their single answers merged. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "made_parts.h"
#include "support/assert_refused.h"
#include "support/context_of.h"

enum { PARTS = 13 };

typedef struct process {
    linclass_context *ctx; /* of the fit */
    linclass_context *worker;
    samples data;
    made_parts parts;
    const linclass_part *pointers[PARTS];
    linclass_reply *reply;
    int64_t sampled; /* requests for sampled rows */
} process;

static linclass_reply *merge(process *self, linclass_reply *a, linclass_reply *b)
{
    linclass_reply *merged;
    assert_int_equal(linclass_reply_merge(self->worker, linclass_reply_bytes(a),
                                          linclass_reply_length(a), linclass_reply_bytes(b),
                                          linclass_reply_length(b), &merged),
                     LINCLASS_OK);
    linclass_reply_destroy(a);
    linclass_reply_destroy(b);
    return merged;
}

static linclass_reply *answer(process *self, int64_t first, int64_t count, const void *request,
                              int64_t length)
{
    linclass_reply *reply;
    const linclass_status status =
        linclass_parts_answer(self->worker, count, self->pointers + first, request, length, &reply);
    if (status != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(self->worker));
    return reply;
}

static void expect_equal(const linclass_reply *a, const linclass_reply *b)
{
    assert_int_equal(linclass_reply_length(a), linclass_reply_length(b));
    assert_memory_equal(linclass_reply_bytes(a), linclass_reply_bytes(b),
                        (size_t)linclass_reply_length(a));
}

/* Words of a message: its header, in which that of the kind is 4 for sampled rows; of a reply, then whether a part has
 * failed, the count of nodes, and of each node four words, the count of its numbers and the numbers. */
enum { KIND = 4, SAMPLED_ROWS = 4, NODES = 6, NODE_LENGTH = 4, NODE_SUMS = 5 };

/* A word of a message: an integer, little-endian. */
static int64_t word_of(const unsigned char *message, int64_t at)
{
    uint64_t word = 0;
    for (int b = 0; b < 8; b++)
        word |= (uint64_t)message[8 * at + b] << 8 * b;
    return (int64_t)word;
}

/* The numbers of all nodes of a reply, one after the other; how many. */
static int64_t numbers_of(const linclass_reply *reply, unsigned char *to)
{
    const unsigned char *words = linclass_reply_bytes(reply);
    int64_t node = NODES + 1;
    int64_t count = 0;
    for (int64_t i = 0; i < word_of(words, NODES); i++) {
        const int64_t length = word_of(words, node + NODE_LENGTH);
        memcpy(to + 8 * count, words + 8 * (node + NODE_SUMS), 8 * (size_t)length);
        count += length;
        node += NODE_SUMS + length;
    }
    return count;
}

/* The sampled rows of all parts are those of part 0, of part 1 and so on. */
static void expect_order(process *self, const void *request, int64_t length)
{
    const size_t bytes = (size_t)linclass_reply_length(self->reply);
    unsigned char *found = malloc(bytes);
    unsigned char *rows = malloc(bytes);
    assert_true(found != NULL && rows != NULL);
    int64_t count = 0;
    for (int64_t p = 0; p < PARTS; p++) {
        linclass_reply *single = answer(self, p, 1, request, length);
        count += numbers_of(single, rows + 8 * count);
        linclass_reply_destroy(single);
    }
    assert_true(count > 0);
    assert_int_equal(numbers_of(self->reply, found), count);
    assert_memory_equal(found, rows, 8 * (size_t)count);
    free(found);
    free(rows);
    self->sampled++;
}

/* Each request is answered by all parts at once, by two processes and one without parts, and one by one. */
static int32_t ask(const void *request, int64_t length, const void **bytes, int64_t *reply_length,
                   void *user)
{
    process *self = user;
    linclass_reply *two = merge(self, answer(self, 5, PARTS - 5, request, length),
                                answer(self, 0, 0, request, length));
    two = merge(self, two, answer(self, 0, 5, request, length));
    linclass_reply *single = answer(self, 0, 1, request, length);
    for (int64_t p = 1; p < PARTS; p++)
        single = merge(self, single, answer(self, p, 1, request, length));
    linclass_reply_destroy(self->reply);
    self->reply = answer(self, 0, PARTS, request, length);
    expect_equal(self->reply, two);
    expect_equal(self->reply, single);
    linclass_reply_destroy(two);
    linclass_reply_destroy(single);
    if (word_of(request, KIND) == SAMPLED_ROWS)
        expect_order(self, request, length);
    *bytes = linclass_reply_bytes(self->reply);
    *reply_length = linclass_reply_length(self->reply);
    return 0;
}

static process begin(void)
{
    process self = {.ctx = context_of(1), .worker = context_of(1)};
    self.data = samples_new(300, 4, 3, 5);
    self.parts = made_parts_new(&self.data, NULL, PARTS);
    return self;
}

static linclass_parts engine(process *self)
{
    linclass_parts parts;
    assert_int_equal(linclass_parts_init(&parts, sizeof parts), LINCLASS_OK);
    parts.ask = ask;
    parts.user = self;
    for (int64_t p = 0; p < PARTS; p++) {
        self->parts.parts[p].X = &self->parts.views[p];
        self->pointers[p] = &self->parts.parts[p];
    }
    return parts;
}

static void end(process *self)
{
    linclass_reply_destroy(self->reply);
    made_parts_free(&self->parts);
    samples_free(&self->data);
    linclass_context_destroy(self->worker);
    linclass_context_destroy(self->ctx);
}

/* A fit by that solver, each of whose requests `ask` compares. */
static void fit(process *self, int32_t solver)
{
    const linclass_parts parts = engine(self);
    linclass_fit_options options = samples_options();
    options.solver = solver;
    options.l2 = 1e-2;
    linclass_model_destroy(made_parts_fit(self->ctx, &parts, NULL, &options, NULL));
}

static void test_the_bytes_of_single_answers(void **state)
{
    (void)state;
    process self = begin();
    fit(&self, samples_options().solver);
    end(&self);
}

/* L-BFGS makes its preconditioner of sampled rows. */
static void test_the_bytes_of_sampled_rows(void **state)
{
    (void)state;
    process self = begin();
    fit(&self, LINCLASS_SOLVER_LBFGS);
    assert_true(self.sampled > 0);
    end(&self);
}

static void test_the_first_failure_is_named(void **state)
{
    (void)state;
    process self = begin();
    const linclass_parts parts = engine(&self);
    self.parts.parts[9].error = "the second";
    self.parts.parts[4].error = "the first";
    const linclass_fit_options options = samples_options();
    linclass_model *model;
    assert_int_equal(linclass_fit_parts(self.ctx, &parts, NULL, &options, NULL, &model),
                     LINCLASS_ERROR_IO);
    assert_string_equal(linclass_context_message(self.ctx), "training part 4: the first");
    end(&self);
}

static void expect_refusal(process *self, int64_t count, linclass_status status, const char *words)
{
    linclass_reply *reply = (linclass_reply *)(uintptr_t)self;
    const char request[] = "no request";
    const linclass_status got = linclass_parts_answer(
        self->worker, count, count == 1 ? NULL : self->pointers, request, sizeof request, &reply);
    assert_refused(self->worker, got, status, words);
    assert_null(reply);
}

static void test_arguments(void **state)
{
    (void)state;
    process self = begin();
    expect_refusal(&self, -1, LINCLASS_ERROR_INVALID_ARGUMENT, "count is -1");
    expect_refusal(&self, 1, LINCLASS_ERROR_INVALID_ARGUMENT, "parts is NULL");
    expect_refusal(&self, 0, LINCLASS_ERROR_FORMAT, "the request");
    end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_bytes_of_single_answers),
        cmocka_unit_test(test_the_bytes_of_sampled_rows),
        cmocka_unit_test(test_the_first_failure_is_named),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
