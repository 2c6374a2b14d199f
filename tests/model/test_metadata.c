/* The caller's metadata: any text in UTF-8 comes back from copies, files and memory; what is no text, no key
 * or too much is refused, in calls and in files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model_file.h"
#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/failing_allocator.h"
#include "support/memory_rounds.h"

enum { N = 5, K = 3, MOST_KEYS = 64, MOST_BYTES = 1 << 19 };

/* The model with a text more; the one before is destroyed. */
static linclass_model *with(linclass_context *ctx, linclass_model *model, const char *key,
                            const char *value)
{
    linclass_model *changed;
    assert_int_equal(linclass_model_with_metadata(ctx, model, key, value, &changed), LINCLASS_OK);
    linclass_model_destroy(model);
    return changed;
}

/* The model as its bytes give it back. */
static linclass_model *by_way_of_bytes(linclass_context *ctx, const linclass_model *model)
{
    int64_t length;
    assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, &length), LINCLASS_OK);
    char *bytes = malloc((size_t)length);
    assert_non_null(bytes);
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, length, &length), LINCLASS_OK);
    assert_int_equal(length % 4, 0);
    linclass_model *back;
    assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &back), LINCLASS_OK);
    int64_t again;
    char *same = malloc((size_t)length);
    assert_non_null(same);
    assert_int_equal(linclass_model_serialize(ctx, back, same, length, &again), LINCLASS_OK);
    assert_int_equal(again, length);
    assert_memory_equal(same, bytes, (size_t)length);
    free(same);
    free(bytes);
    return back;
}

static void any_text_comes_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "plain",
        "[\"T-shirt\", \"ankle\\boot\"]",
        "line\nafter\tline\r\b\f and \x01 and \x1f and \x7f",
        "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x9c / end",
        "\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf",
        "\xee\x80\x80 \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf",
    };
    enum { COUNT = sizeof texts / sizeof texts[0] };
    linclass_context *ctx = context_of(1);
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1);
    for (int i = 0; i < COUNT; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "key %d.", i);
        model = with(ctx, model, key, texts[i]);
        assert_true(models_equal(model, plain));
        linclass_model *back = by_way_of_bytes(ctx, model);
        assert_true(models_equal(back, plain));
        for (int j = 0; j <= i; j++) {
            (void)snprintf(key, sizeof key, "key %d.", j);
            assert_string_equal(linclass_model_metadata(model, key), texts[j]);
            assert_string_equal(linclass_model_metadata(back, key), texts[j]);
            assert_string_equal(linclass_model_metadata_key(back, j), key);
        }
        assert_null(linclass_model_metadata_key(back, i + 1));
        linclass_model_destroy(back);
    }
    assert_null(linclass_model_metadata(model, "key 9."));
    assert_null(linclass_model_metadata_key(model, -1));
    assert_null(linclass_model_metadata_key(plain, 0));
    assert_null(linclass_model_metadata(plain, "key 0."));
    linclass_model_destroy(model);
    linclass_model_destroy(plain);
    linclass_context_destroy(ctx);
}

static void a_key_is_replaced_in_its_place_or_taken_away(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, K, 0, 2);
    model = with(ctx, model, "a", "1");
    model = with(ctx, model, "b", "2");
    linclass_model *other;
    assert_int_equal(linclass_model_with_metadata(ctx, model, "a", "a longer one", &other),
                     LINCLASS_OK);
    assert_string_equal(linclass_model_metadata(model, "a"), "1");
    assert_string_equal(linclass_model_metadata(other, "a"), "a longer one");
    assert_string_equal(linclass_model_metadata_key(other, 0), "a");
    other = with(ctx, other, "a", NULL);
    assert_null(linclass_model_metadata(other, "a"));
    assert_string_equal(linclass_model_metadata_key(other, 0), "b");
    assert_null(linclass_model_metadata_key(other, 1));
    other = with(ctx, other, "never there", NULL);
    assert_string_equal(linclass_model_metadata(other, "b"), "2");
    linclass_model_destroy(other);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void the_limits_are_reached_and_not_passed(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, K, 1, 3);
    linclass_model *refused;
    for (int i = 0; i < MOST_KEYS; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "%d", i);
        model = with(ctx, model, key, "x");
    }
    assert_refused(ctx, linclass_model_with_metadata(ctx, model, "more", "x", &refused),
                   LINCLASS_ERROR_DIMENSION, "65 keys");
    assert_null(refused);
    model = with(ctx, model, "7", "another");
    linclass_model_destroy(by_way_of_bytes(ctx, model));
    linclass_model_destroy(model);

    model = random_model(ctx, LINCLASS_FLOAT64, N, K, 1, 3);
    const size_t most = MOST_BYTES - strlen(",\"user.k\":\"\"");
    char *text = malloc(most + 2);
    assert_non_null(text);
    memset(text, 't', most + 1);
    text[most + 1] = '\0';
    assert_int_equal(linclass_model_with_metadata(ctx, model, "k", text, &refused),
                     LINCLASS_ERROR_DIMENSION);
    text[most] = '\0';
    model = with(ctx, model, "k", text);
    linclass_model *back = by_way_of_bytes(ctx, model);
    assert_string_equal(linclass_model_metadata(back, "k"), text);
    free(text);
    linclass_model_destroy(back);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void what_is_no_key_or_no_text_is_refused(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "",
        "a\"b",
        "a\\b",
        "tab\t",
        "\x7f",
        "na\xc3\xafve",
        "1234567890123456789012345678901234567890123456789",
    };
    static const struct {
        const char *value;
        const char *place;
    } values[] = {
        {"\x80", "byte 0 is 0x80"},     {"ab\xc3", "byte 2 is 0xc3"},
        {"\xc0\xaf", "byte 0"},         {"\xe0\x9f\xbf", "byte 0"},
        {"a\xed\xa0\x80", "byte 1"},    {"\xf0\x8f\xbf\xbf", "byte 0"},
        {"\xf4\x90\x80\x80", "byte 0"}, {"\xf5\x80\x80\x80", "byte 0"},
        {"\xe2\x82 ", "byte 0"},        {"\xff", "byte 0 is 0xff"},
        {"\xf0\x9f\x90\xc2", "byte 0"},
    };
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, K, 1, 3);
    linclass_model *changed = model;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_refused(ctx, linclass_model_with_metadata(ctx, model, keys[i], "x", &changed),
                       LINCLASS_ERROR_INVALID_ARGUMENT, "key is '");
        assert_null(changed);
    }
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_refused(ctx,
                       linclass_model_with_metadata(ctx, model, "k", values[i].value, &changed),
                       LINCLASS_ERROR_INVALID_ARGUMENT, values[i].place);
    }
    assert_int_equal(linclass_model_with_metadata(ctx, NULL, "k", "x", &changed),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_with_metadata(ctx, model, NULL, "x", &changed),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_with_metadata(ctx, model, "k", "x", NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_with_metadata(NULL, model, "k", "x", &changed),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* A file with that in its metadata: k = 1, n = 0. */
static linclass_status read_with(linclass_context *ctx, const char *members, linclass_model **model)
{
    static const int64_t label = 0;
    char header[MODEL_FILE_BYTES];
    (void)snprintf(header, sizeof header,
                   "{\"__metadata__\":{\"checksum\":\"00000000\",\"format\":\"linclass model\","
                   "\"schema\":\"1\",\"loss\":\"softmax\",\"dtype\":\"F64\",\"scale\":\"1\","
                   "\"l1\":\"0\",\"l2\":\"0\"%s},"
                   "\"labels\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                   "\"theta\":{\"dtype\":\"F64\",\"shape\":[0,1],\"data_offsets\":[8,8]}}",
                   members);
    model_bytes file = model_bytes_make(header, &label, sizeof label);
    model_bytes_sign(&file);
    return linclass_model_deserialize(ctx, file.bytes, (int64_t)file.size, model);
}

static void other_writers_may_spell_texts_as_they_like(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        const char *text;
    } spellings[] = {
        {",\"user.k\":\"na\\u00efve\"", "na\xc3\xafve"},
        {",\"user.k\":\"\\u20AC\\ud83d\\udc1c\"", "\xe2\x82\xac\xf0\x9f\x90\x9c"},
        {",\"user.k\":\"\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0041\"", "/\"\\\b\f\n\r\tA"},
        {", \"user.k\" : \"\"", ""},
        {",\"other\":\"\\ud800\",\"user.k\":\"x\",\"user\":\"y\"", "x"},
    };
    linclass_context *ctx = context_of(1);
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        linclass_model *model;
        assert_int_equal(read_with(ctx, spellings[i].member, &model), LINCLASS_OK);
        assert_string_equal(linclass_model_metadata(model, "k"), spellings[i].text);
        assert_null(linclass_model_metadata_key(model, 1));
        linclass_model_destroy(by_way_of_bytes(ctx, model));
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

static void files_that_hold_no_texts_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        const char *sentence;
    } refused[] = {
        {",\"user.k\":\"\\ud800\"", "'user.k' is no text"},
        {",\"user.k\":\"\\ud800x\"", "'user.k' is no text"},
        {",\"user.k\":\"\\ud800\\u0041\"", "'user.k' is no text"},
        {",\"user.k\":\"\\ud800\\ud800\"", "'user.k' is no text"},
        {",\"user.k\":\"\\udc1c\"", "'user.k' is no text"},
        {",\"user.k\":\"a\\u0000b\"", "'user.k' is no text"},
        {",\"user.k\":\"\xc3\"", "'user.k' is no text"},
        {",\"user.k\":\"\xed\xa0\x80\"", "'user.k' is no text"},
        {",\"user.k\":\"1\",\"user.k\":\"1\"", "'user.k' is there twice"},
        {",\"user.\":\"1\"", "is no key"},
        {",\"user.na\xc3\xafve\":\"1\"", "is no key"},
        {",\"user.1234567890123456789012345678901234567890123456789\":\"\"", "is no key"},
    };
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_refused(ctx, read_with(ctx, refused[i].member, &model), LINCLASS_ERROR_FORMAT,
                       refused[i].sentence);
        assert_null(model);
    }
    char members[(MOST_KEYS + 1) * 16] = "";
    for (int i = 0; i <= MOST_KEYS; i++)
        (void)snprintf(members + strlen(members), 16, ",\"user.%02d\":\"\"", i);
    assert_refused(ctx, read_with(ctx, members, &model), LINCLASS_ERROR_FORMAT,
                   "one more than there may be");
    members[strlen(members) - strlen(",\"user.64\":\"\"")] = '\0';
    assert_int_equal(read_with(ctx, members, &model), LINCLASS_OK);
    assert_string_equal(linclass_model_metadata_key(model, MOST_KEYS - 1), "63");
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void memory_that_fails_leaves_nothing(void **state)
{
    (void)state;
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT32, N, K, 1, 6);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *copy;
        const linclass_status status = linclass_model_with_metadata(r.ctx, model, "k", "v", &copy);
        if (memory_rounds_failed(&r, status))
            assert_int_equal(linclass_model_with_metadata(r.ctx, model, "k", "v", &copy),
                             LINCLASS_OK);
        assert_string_equal(linclass_model_metadata(copy, "k"), "v");
        linclass_model_destroy(copy);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
}

/* The text as it is, and no second time as JSON. */
static void a_model_holds_a_text_once(void **state)
{
    (void)state;
    enum { BYTES = 100000, SLACK = 256 };
    static char text[BYTES + 1];
    memset(text, '"', BYTES);
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 7);
    const size_t before = memory.live_bytes;
    linclass_model *told;
    assert_int_equal(linclass_model_with_metadata(ctx, model, "k", text, &told), LINCLASS_OK);
    linclass_model_destroy(model);
    assert_in_range(memory.live_bytes - before, BYTES, BYTES + SLACK);
    linclass_model *back = by_way_of_bytes(ctx, told);
    linclass_model_destroy(told);
    assert_in_range(memory.live_bytes - before, BYTES, BYTES + SLACK);
    assert_string_equal(linclass_model_metadata(back, "k"), text);
    linclass_model_destroy(back);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
}

/* Pairs in the order they were given, after the library's own; the shortest escapes. */
static void a_file_spells_a_text_in_one_way(void **state)
{
    (void)state;
    static const char EXPECTED[] =
        ",\"user.b\":\"\\\"\\\\\\b\\f\\n\\r\\t/\\u0001\x7f\xc3\xa9\",\"user.a\":\"\"},"
        "\"labels\":{\"dtype\":\"I64\"";
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 8);
    model = with(ctx, model, "b", "\"\\\b\f\n\r\t/\x01\x7f\xc3\xa9");
    model = with(ctx, model, "a", "");
    int64_t length;
    assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, &length), LINCLASS_OK);
    char *bytes = malloc((size_t)length);
    assert_non_null(bytes);
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, length, &length), LINCLASS_OK);
    assert_non_null(memmem(bytes, (size_t)length, EXPECTED, sizeof EXPECTED - 1));
    free(bytes);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_comes_back),
        cmocka_unit_test(a_key_is_replaced_in_its_place_or_taken_away),
        cmocka_unit_test(the_limits_are_reached_and_not_passed),
        cmocka_unit_test(what_is_no_key_or_no_text_is_refused),
        cmocka_unit_test(other_writers_may_spell_texts_as_they_like),
        cmocka_unit_test(files_that_hold_no_texts_are_refused),
        cmocka_unit_test(memory_that_fails_leaves_nothing),
        cmocka_unit_test(a_model_holds_a_text_once),
        cmocka_unit_test(a_file_spells_a_text_in_one_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
