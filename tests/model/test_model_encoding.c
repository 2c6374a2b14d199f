/* A model that carries the encoding of a table: copies, files and memory give it back; texts that are none are
 * refused; memory that fails. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "data/encoding.h"
#include "data/encoding_text.h"
#include "models.h"
#include "support/counted_context.h"

/* Two columns, four features, three classes. */
static const char WHOLE[] =
    "{\"version\":1,\"missing\":\"mean\",\"label\":{\"place\":1,\"name\":\"kind \\\"of\\\"\"},"
    "\"classes\":[\"ant\",\"bee\",\"caf\xc3\xa9\"],\"columns\":[{\"name\":\"size\",\"mean\":\"-1."
    "5\"},"
    "{\"name\":\"\",\"categories\":[\"\",\"blue\",\"red\"]}]}";

static linclass_encoding *parsed(const char *text)
{
    linclass_encoding *encoding;
    if (encoding_parse(ctx, "text", text, &encoding) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    return encoding;
}

static void written_again(const linclass_encoding *encoding, const char *expected)
{
    char *text;
    assert_int_equal(encoding_text(ctx, encoding, &text), LINCLASS_OK);
    assert_string_equal(text, expected);
    context_release(ctx, text);
}

static void texts_come_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        WHOLE,
        "{\"version\":1,\"missing\":\"error\",\"columns\":[]}",
        "{\"version\":1,\"missing\":\"zero\",\"classes\":[\"a\"],\"columns\":[]}",
        "{\"version\":1,\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":\"1\"}]}",
        "{\"version\":1,\"missing\":\"zero\",\"label\":{\"place\":2},\"columns\":[{\"mean\":\"0\"},"
        "{\"categories\":[]}]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        linclass_encoding *encoding = parsed(texts[i]);
        written_again(encoding, texts[i]);
        encoding_destroy(encoding);
    }
}

static void keys_in_any_order(void **state)
{
    (void)state;
    linclass_encoding *encoding = parsed(
        " { \"columns\" : [ { \"mean\" : \"1\" , \"name\" : \"a\" } ] ,\n\"label\":{\"name\":"
        "\"b\",\"place\":0}, \"missing\":\"error\", \"version\": 1 } ");
    written_again(encoding, "{\"version\":1,\"missing\":\"error\",\"label\":{\"place\":0,\"name\":"
                            "\"b\"},\"columns\":[{\"name\":\"a\",\"mean\":\"1\"}]}");
    encoding_destroy(encoding);
}

static void texts_that_are_refused(void **state)
{
    (void)state;
#define BEGIN "{\"version\":1,\"missing\":\"mean\","
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"version\":1,\"missing\":\"mean\"}",
        "{\"version\":1,\"columns\":[]}",
        "{\"missing\":\"mean\",\"columns\":[]}",
        "{\"version\":2,\"missing\":\"mean\",\"columns\":[]}",
        "{\"version\":1,\"missing\":\"never\",\"columns\":[]}",
        "{\"version\":1,\"missing\":0,\"columns\":[]}",
        BEGIN "\"columns\":[]} x",
        BEGIN "\"columns\":[]",
        BEGIN "\"columns\":[],\"columns\":[]}",
        BEGIN "\"columns\":[],\"more\":1}",
        BEGIN "\"columns\":[{}]}",
        BEGIN "\"columns\":[{\"name\":\"a\"}]}",
        BEGIN "\"columns\":[{\"mean\":\"1\",\"categories\":[]}]}",
        BEGIN "\"columns\":[{\"mean\":\"1\",\"mean\":\"1\"}]}",
        BEGIN "\"columns\":[{\"mean\":1}]}",
        BEGIN "\"columns\":[{\"mean\":\"inf\"}]}",
        BEGIN "\"columns\":[{\"mean\":\"x\"}]}",
        BEGIN "\"columns\":[{\"kind\":\"x\"}]}",
        BEGIN "\"columns\":[{\"mean\":\"1\"},]}",
        BEGIN "\"columns\":[{\"mean\":\"1\"}{\"mean\":\"1\"}]}",
        BEGIN "\"columns\":[{\"mean\":\"1\",\"name\":\"a\"},{\"mean\":\"1\"}]}",
        BEGIN "\"columns\":[{\"categories\":[\"b\",\"a\"]}]}",
        BEGIN "\"columns\":[{\"categories\":[\"a\",\"a\"]}]}",
        BEGIN "\"columns\":[{\"categories\":[\"a\" \"b\"]}]}",
        BEGIN "\"columns\":[{\"categories\":[1]}]}",
        BEGIN "\"columns\":[{\"categories\":\"a\"}]}",
        BEGIN "\"columns\":[{\"categories\":[\"\\u0000\"]}]}",
        BEGIN "\"columns\":[{\"categories\":[\"\xe9\"]}]}",
        BEGIN "\"columns\":{}}",
        BEGIN "\"classes\":[\"b\",\"a\"],\"columns\":[]}",
        BEGIN "\"label\":{},\"columns\":[]}",
        BEGIN "\"label\":[],\"columns\":[]}",
        BEGIN "\"label\":{\"name\":\"a\"},\"columns\":[]}",
        BEGIN "\"label\":{\"place\":1},\"columns\":[]}",
        BEGIN "\"label\":{\"place\":-1},\"columns\":[]}",
        BEGIN "\"label\":{\"place\":0,\"place\":0},\"columns\":[]}",
        BEGIN "\"label\":{\"place\":0,\"name\":\"a\",\"name\":\"a\"},\"columns\":[]}",
        BEGIN "\"label\":{\"place\":0},\"columns\":[{\"name\":\"a\",\"mean\":\"1\"}]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        linclass_encoding *encoding;
        if (encoding_parse(ctx, "text", texts[i], &encoding) != LINCLASS_ERROR_FORMAT)
            fail_msg("%s is not refused", texts[i]);
        assert_null(encoding);
        assert_non_null(strstr(linclass_context_message(ctx), "text is not the encoding"));
    }
}

/* Every beginning of a text is refused. */
static void texts_cut_short(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof WHOLE - 1; length++) {
        char text[sizeof WHOLE];
        memcpy(text, WHOLE, length);
        text[length] = '\0';
        linclass_encoding *encoding;
        assert_int_equal(encoding_parse(ctx, "text", text, &encoding), LINCLASS_ERROR_FORMAT);
    }
}

/* The bytes of a model, from malloc. */
static char *bytes_of(const linclass_model *model, int64_t *length)
{
    assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, length), LINCLASS_OK);
    char *bytes = malloc((size_t)*length);
    assert_non_null(bytes);
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, *length, length), LINCLASS_OK);
    return bytes;
}

static void is_carried(const linclass_model *model)
{
    assert_non_null(linclass_model_encoding(model));
    written_again(linclass_model_encoding(model), WHOLE);
    assert_string_equal(linclass_model_class_name(model, 0), "ant");
    assert_string_equal(linclass_model_class_name(model, 2), "caf\xc3\xa9");
    assert_null(linclass_model_class_name(model, 3));
    assert_null(linclass_model_metadata(model, "encoding"));
}

static void carried_by_copies_and_files(void **state)
{
    (void)state;
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT32, 4, 3, 1, 1);
    assert_null(linclass_model_encoding(plain));
    assert_null(linclass_model_class_name(plain, 0));
    linclass_encoding *encoding = parsed(WHOLE);
    linclass_model *model;
    linclass_model *more;
    assert_int_equal(linclass_model_with_encoding(ctx, plain, encoding, &model), LINCLASS_OK);
    encoding_destroy(encoding);
    is_carried(model);
    assert_int_equal(linclass_model_with_metadata(ctx, model, "encoding", "mine", &more),
                     LINCLASS_OK);
    written_again(linclass_model_encoding(more), WHOLE);
    assert_string_equal(linclass_model_metadata(more, "encoding"), "mine");
    linclass_model_destroy(more);

    int64_t length;
    char *bytes = bytes_of(model, &length);
    linclass_model *back;
    assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &back), LINCLASS_OK);
    is_carried(back);
    assert_true(models_equal(back, plain));
    linclass_model_destroy(model);

    linclass_model *without;
    assert_int_equal(linclass_model_with_encoding(ctx, back, NULL, &without), LINCLASS_OK);
    assert_null(linclass_model_encoding(without));
    int64_t plain_length;
    free(bytes);
    bytes = bytes_of(plain, &plain_length);
    char *bytes_without = bytes_of(without, &length);
    assert_int_equal(length, plain_length);
    assert_memory_equal(bytes_without, bytes, (size_t)length);
    free(bytes_without);
    free(bytes);
    linclass_model_destroy(without);
    linclass_model_destroy(back);
    linclass_model_destroy(plain);
}

static void other_features_are_refused(void **state)
{
    (void)state;
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT64, 5, 3, 1, 1);
    linclass_encoding *encoding = parsed(WHOLE);
    linclass_model *model;
    assert_int_equal(linclass_model_with_encoding(ctx, plain, encoding, &model),
                     LINCLASS_ERROR_DIMENSION);
    assert_null(model);
    assert_string_equal(linclass_context_message(ctx), "encoding has 4 features and the model 5");
    assert_int_equal(linclass_model_with_encoding(ctx, NULL, encoding, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_with_encoding(ctx, plain, encoding, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    encoding_destroy(encoding);
    linclass_model_destroy(plain);
}

/* The model with an encoding, as bytes and back, while allocation k fails; whether it did. */
static int fails_at(const linclass_model *plain, const linclass_encoding *encoding, int64_t k)
{
    const int64_t before = memory.failures;
    linclass_model *model = NULL;
    linclass_model *more = NULL;
    linclass_encoding *again = NULL;
    failing_allocator_fail_at(&memory, k);
    linclass_status status = encoding_parse(ctx, "text", WHOLE, &again);
    if (status == LINCLASS_OK)
        status = linclass_model_with_encoding(ctx, plain, encoding, &model);
    if (status == LINCLASS_OK)
        status = linclass_model_with_metadata(ctx, model, "a", "b", &more);
    failing_allocator_fail_never(&memory);
    encoding_destroy(again);
    linclass_model_destroy(more);
    linclass_model_destroy(model);
    assert_int_equal(status, memory.failures > before ? LINCLASS_ERROR_MEMORY : LINCLASS_OK);
    return memory.failures > before;
}

static void memory_that_fails(void **state)
{
    (void)state;
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT32, 4, 3, 1, 1);
    linclass_encoding *encoding = parsed(WHOLE);
    for (int64_t k = 1; fails_at(plain, encoding, k); k++) {
    }
    encoding_destroy(encoding);
    linclass_model_destroy(plain);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_test, end_test)

/* Names without a table: kept beside the columns of a table where there is one. */
static void classes_are_named(void **state)
{
    (void)state;
    static const char *const names[] = {"", "a", "caf\xc3\xa9"};
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT64, 4, 3, 1, 1);
    linclass_model *named;
    assert_int_equal(linclass_model_with_class_names(ctx, plain, 3, names, &named), LINCLASS_OK);
    for (int64_t c = 0; c < 3; c++)
        assert_string_equal(linclass_model_class_name(named, c), names[c]);
    assert_null(linclass_model_class_name(named, 3));
    assert_null(linclass_model_class_name(plain, 0));
    linclass_encoding *encoding = parsed(WHOLE);
    linclass_model *of_table;
    linclass_model *renamed;
    assert_int_equal(linclass_model_with_encoding(ctx, named, encoding, &of_table), LINCLASS_OK);
    assert_int_equal(linclass_model_with_class_names(ctx, of_table, 2, names, &renamed),
                     LINCLASS_OK);
    assert_string_equal(linclass_model_class_name(renamed, 1), "a");
    assert_null(linclass_model_class_name(renamed, 2));
    assert_int_equal(linclass_encoding_columns(linclass_model_encoding(renamed)), 2);
    linclass_model_destroy(renamed);
    assert_int_equal(linclass_model_with_class_names(ctx, named, 0, NULL, &renamed), LINCLASS_OK);
    assert_null(linclass_model_encoding(renamed));
    encoding_destroy(encoding);
    linclass_model_destroy(renamed);
    linclass_model_destroy(of_table);
    linclass_model_destroy(named);
    linclass_model_destroy(plain);
}

static void names_that_are_refused(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"b", "a"}, {"a", "a"}, {"a", "\xff"}, {NULL, "a"}};
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT64, 4, 3, 1, 1);
    linclass_model *named = plain;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(linclass_model_with_class_names(ctx, plain, 2, names[i], &named),
                         LINCLASS_ERROR_INVALID_ARGUMENT);
        assert_null(named);
    }
    assert_int_equal(linclass_model_with_class_names(ctx, plain, -1, NULL, &named),
                     LINCLASS_ERROR_DIMENSION);
    assert_int_equal(linclass_model_with_class_names(ctx, plain, 1, NULL, &named),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_model_destroy(plain);
}

static void memory_for_names_may_fail(void **state)
{
    (void)state;
    static const char *const names[] = {"ant", "bee", "cat"};
    linclass_model *plain = random_model(ctx, LINCLASS_FLOAT64, 4, 3, 1, 1);
    for (int64_t k = 1;; k++) {
        const int64_t live = memory.live;
        const int64_t failures = memory.failures;
        linclass_model *named;
        failing_allocator_fail_at(&memory, k);
        const linclass_status status =
            linclass_model_with_class_names(ctx, plain, 3, names, &named);
        failing_allocator_fail_never(&memory);
        linclass_model_destroy(named);
        assert_int_equal(memory.live, live);
        if (memory.failures == failures) {
            assert_int_equal(status, LINCLASS_OK);
            break;
        }
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
    }
    linclass_model_destroy(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_come_back),
        TEST(keys_in_any_order),
        TEST(texts_that_are_refused),
        TEST(texts_cut_short),
        TEST(carried_by_copies_and_files),
        TEST(other_features_are_refused),
        TEST(memory_that_fails),
        TEST(classes_are_named),
        TEST(names_that_are_refused),
        TEST(memory_for_names_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
