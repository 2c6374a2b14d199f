/* A spoilt request or reply is an error that says how; replies merge in any order and grouping to the same bytes. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "parts_fixture.h"
#include "support/assert_refused.h"
#include "support/memory_rounds.h"

static void *truncated(made_parts *self, void *reply, int64_t *length)
{
    (void)self;
    *length -= 8;
    return reply;
}

static void *cut_within_a_word(made_parts *self, void *reply, int64_t *length)
{
    (void)self;
    *length -= 3;
    return reply;
}

static void *damaged(made_parts *self, void *reply, int64_t *length)
{
    (void)self;
    ((unsigned char *)reply)[*length / 2] ^= 4;
    return reply;
}

static void *of_no_length(made_parts *self, void *reply, int64_t *length)
{
    (void)self;
    *length = 0;
    return reply;
}

static void *of_another_version(made_parts *self, void *reply, int64_t *length)
{
    (void)self;
    (void)length;
    /* The version is the highest byte of the first word, which is little-endian. */
    ((unsigned char *)reply)[7] ^= 1;
    return reply;
}

/* The reply of the request before. */
static void *stale(made_parts *self, void *reply, int64_t *length)
{
    static unsigned char before[1 << 16];
    static int64_t before_length;
    assert_true(*length <= (int64_t)sizeof before);
    if (self->requests == 2) {
        memcpy(before, reply, (size_t)*length);
        before_length = *length;
        self->spoil_at = 3;
        return reply;
    }
    free(reply);
    void *copy = malloc((size_t)before_length);
    assert_non_null(copy);
    memcpy(copy, before, (size_t)before_length);
    *length = before_length;
    return copy;
}

static void test_spoilt_replies(void **state)
{
    (void)state;
    const struct {
        void *(*spoil)(made_parts *self, void *reply, int64_t *length);
        const char *words;
    } cases[] = {
        {truncated, "the reply is truncated, or has bytes behind its end"},
        {cut_within_a_word, "it is truncated"},
        {damaged, "the reply is damaged: its checksum differs"},
        {of_no_length, "the reply has 0 bytes: it is truncated"},
        {of_another_version, "the reply is of another version of the library"},
        {stale, "the reply is to another request of the fit, number 2, not 3"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        fixture self = begin();
        const linclass_parts engine = made_parts_engine(&self.parts, 1, 3);
        self.parts.spoil = cases[c].spoil;
        self.parts.spoil_at = 2;
        linclass_model *model;
        const linclass_status status =
            linclass_fit_parts(self.ctx, &engine, NULL, &self.options, NULL, &model);
        assert_refused(self.ctx, status, LINCLASS_ERROR_FORMAT, cases[c].words);
        end(&self);
    }
}

/* A request, kept by an engine that refuses it. */
typedef struct kept_request {
    unsigned char bytes[4096];
    int64_t length;
} kept_request;

static int32_t keep(const void *request, int64_t length, const void **reply, int64_t *reply_length,
                    void *user)
{
    kept_request *kept = user;
    (void)reply;
    (void)reply_length;
    assert_true(length <= (int64_t)sizeof kept->bytes);
    memcpy(kept->bytes, request, (size_t)length);
    kept->length = length;
    return 1;
}

static kept_request first_request(linclass_context *ctx)
{
    kept_request kept;
    linclass_parts parts;
    linclass_model *model;
    assert_int_equal(linclass_parts_init(&parts, sizeof parts), LINCLASS_OK);
    parts.ask = keep;
    parts.user = &kept;
    assert_refused(ctx, linclass_fit_parts(ctx, &parts, NULL, NULL, NULL, &model),
                   LINCLASS_ERROR_IO, "training.ask returned 1");
    return kept;
}

/* Every bit of a request counts. */
static void test_damaged_requests(void **state)
{
    (void)state;
    fixture self = begin();
    kept_request kept = first_request(self.ctx);
    linclass_part part = self.parts.parts[0];
    part.X = &self.parts.views[0];
    linclass_reply *reply;
    for (int64_t bit = 0; bit < 8 * kept.length; bit++) {
        kept.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_equal(linclass_part_answer(self.ctx, &part, kept.bytes, kept.length, &reply),
                         LINCLASS_ERROR_FORMAT);
        assert_null(reply);
        kept.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (int64_t length = -8; length < kept.length; length++)
        assert_int_equal(linclass_part_answer(self.ctx, &part, kept.bytes, length, &reply),
                         LINCLASS_ERROR_FORMAT);
    assert_int_equal(linclass_part_answer(self.ctx, &part, kept.bytes, kept.length, &reply),
                     LINCLASS_OK);
    linclass_reply_destroy(reply);
    part.number = -1;
    assert_int_equal(linclass_part_answer(self.ctx, &part, kept.bytes, kept.length, &reply),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_part_answer(self.ctx, &part, NULL, 0, &reply),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_part_answer(self.ctx, NULL, kept.bytes, kept.length, &reply),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_reply_destroy(NULL);
    end(&self);
}

static linclass_reply *answer(fixture *self, int64_t number, const kept_request *kept)
{
    linclass_part part = self->parts.parts[number];
    linclass_reply *reply;
    part.X = &self->parts.views[number];
    assert_int_equal(linclass_part_answer(self->ctx, &part, kept->bytes, kept->length, &reply),
                     LINCLASS_OK);
    return reply;
}

static linclass_status merge(fixture *self, const linclass_reply *a, const linclass_reply *b,
                             linclass_reply **merged)
{
    return linclass_reply_merge(self->ctx, linclass_reply_bytes(a), linclass_reply_length(a),
                                linclass_reply_bytes(b), linclass_reply_length(b), merged);
}

static void test_replies_that_do_not_merge(void **state)
{
    (void)state;
    fixture self = begin();
    const kept_request kept = first_request(self.ctx);
    const kept_request other = first_request(self.ctx);
    linclass_reply *one = answer(&self, 1, &kept);
    linclass_reply *foreign = answer(&self, 2, &other);
    linclass_reply *merged;
    assert_int_equal(merge(&self, one, one, &merged), LINCLASS_ERROR_FORMAT);
    assert_string_equal(linclass_context_message(self.ctx), "part 1 has answered twice");
    assert_int_equal(merge(&self, one, foreign, &merged), LINCLASS_ERROR_FORMAT);
    assert_string_equal(linclass_context_message(self.ctx), "reply b is of another fit");
    assert_null(merged);
    linclass_reply_destroy(one);
    linclass_reply_destroy(foreign);
    end(&self);
}

/* Any order and grouping of three parts gives the same bytes, also where some have failed. */
static void test_merging_is_associative(void **state)
{
    (void)state;
    for (int failed = 0; failed < 8; failed++) {
        fixture self = begin();
        const kept_request kept = first_request(self.ctx);
        linclass_reply *replies[3];
        for (int p = 0; p < 3; p++) {
            if (failed >> p & 1)
                self.parts.parts[p + 1].error = p == 0 ? "one" : p == 1 ? "two" : "three";
            replies[p] = answer(&self, p + 1, &kept);
        }
        linclass_reply *want = NULL;
        for (int order = 0; order < 6; order++) {
            const int a = order % 3;
            const int b = (a + 1 + order / 3) % 3;
            linclass_reply *pair;
            linclass_reply *all;
            assert_int_equal(merge(&self, replies[a], replies[b], &pair), LINCLASS_OK);
            assert_int_equal(merge(&self, replies[3 - a - b], pair, &all), LINCLASS_OK);
            want = want == NULL ? all : want;
            assert_int_equal(linclass_reply_length(all), linclass_reply_length(want));
            assert_memory_equal(linclass_reply_bytes(all), linclass_reply_bytes(want),
                                (size_t)linclass_reply_length(want));
            linclass_reply_destroy(pair);
            if (all != want)
                linclass_reply_destroy(all);
        }
        linclass_reply_destroy(want);
        for (int p = 0; p < 3; p++)
            linclass_reply_destroy(replies[p]);
        end(&self);
    }
}

/* Answers and merges of replies, one by one. */
static void test_replies_without_memory(void **state)
{
    (void)state;
    fixture self = begin();
    const kept_request kept = first_request(self.ctx);
    linclass_reply *one = answer(&self, 0, &kept);
    linclass_reply *two = answer(&self, 1, &kept);
    memory_rounds answering = memory_rounds_begin(1);
    answering.may_do_without = true; /* a reply can say that its part lacked memory */
    while (memory_rounds_next(&answering)) {
        linclass_part part = self.parts.parts[0];
        part.X = &self.parts.views[0];
        linclass_reply *reply;
        const linclass_status status =
            linclass_part_answer(answering.ctx, &part, kept.bytes, kept.length, &reply);
        if (memory_rounds_failed(&answering, status))
            assert_null(reply);
        linclass_reply_destroy(reply);
    }
    memory_rounds merging = memory_rounds_begin(1);
    while (memory_rounds_next(&merging)) {
        linclass_reply *merged;
        const linclass_status status =
            linclass_reply_merge(merging.ctx, linclass_reply_bytes(one), linclass_reply_length(one),
                                 linclass_reply_bytes(two), linclass_reply_length(two), &merged);
        if (memory_rounds_failed(&merging, status))
            assert_null(merged);
        linclass_reply_destroy(merged);
    }
    linclass_reply_destroy(one);
    linclass_reply_destroy(two);
    end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spoilt_replies),
        cmocka_unit_test(test_damaged_requests),
        cmocka_unit_test(test_replies_that_do_not_merge),
        cmocka_unit_test(test_merging_is_associative),
        cmocka_unit_test(test_replies_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
