/* Every damage to a model file is found: cut at every byte, every bit turned over, bytes added. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "loading.h"
#include "model_file.h"

static void assert_damaged(const model_bytes *file, const char *how, size_t place)
{
    char message[512];
    const linclass_status status = loading(file, message);
    if (status != LINCLASS_ERROR_FORMAT)
        fail_msg("%s %zu: status %d, '%s'", how, place, status, message);
}

static void a_file_cut_at_any_byte_is_damaged(void **state)
{
    (void)state;
    model_bytes file = model_bytes_read(GOLDEN_FILE);
    const size_t whole = file.size;
    for (file.size = 0; file.size < whole; file.size++)
        assert_damaged(&file, "cut at byte", file.size);
}

static void any_bit_turned_over_is_found(void **state)
{
    (void)state;
    model_bytes file = model_bytes_read(GOLDEN_FILE);
    for (size_t place = 0; place < file.size; place++)
        for (int bit = 0; bit < 8; bit++) {
            file.bytes[place] ^= (uint8_t)(1 << bit);
            assert_damaged(&file, "bit turned over in byte", place);
            file.bytes[place] ^= (uint8_t)(1 << bit);
        }
    char message[512];
    assert_int_equal(loading(&file, message), LINCLASS_OK);
}

static void any_byte_set_to_anything_with_a_right_checksum_does_no_harm(void **state)
{
    (void)state;
    const model_bytes whole = model_bytes_read(GOLDEN_FILE);
    static const uint8_t values[] = {0, '"', '0', '9', '[', ']', '{', '}', ',', '-', 0x7f, 0xff};
    for (size_t place = 0; place < whole.size; place++)
        for (size_t v = 0; v < sizeof values; v++) {
            model_bytes file = whole;
            char message[512];
            file.bytes[place] = values[v];
            model_bytes_sign(&file);
            const linclass_status status = loading(&file, message);
            assert_true(status == LINCLASS_OK || status == LINCLASS_ERROR_FORMAT);
        }
}

/* The eight digits alone are what a checksum is compared by. */
static void a_checksum_of_more_than_eight_digits_is_refused(void **state)
{
    (void)state;
    static const char beginning[] = "{\"__metadata__\":{\"checksum\":\"00000000";
    const model_bytes whole = model_bytes_read(GOLDEN_FILE);
    const size_t length = whole.bytes[0] | (size_t)whole.bytes[1] << 8;
    char header[4096];
    (void)snprintf(header, sizeof header, "%s1234567%.*s", beginning,
                   (int)(length - (sizeof beginning - 1)),
                   (const char *)whole.bytes + 8 + sizeof beginning - 1);
    model_bytes file = model_bytes_make(header, whole.bytes + 8 + length, whole.size - 8 - length);
    model_bytes_sign(&file);
    char message[512];
    assert_int_equal(loading(&file, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "the checksum is not eight"));
}

/* A key that is passed over is part of the JSON all the same. */
static void a_header_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    model_bytes file = model_bytes_read(GOLDEN_FILE);
    uint8_t *key = memmem(file.bytes, file.size, "report.seconds", 14);
    assert_non_null(key);
    key[9] = 0xef;
    model_bytes_sign(&file);
    char message[512];
    assert_int_equal(loading(&file, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "is not UTF-8 at its byte"));
}

static void bytes_after_the_end_are_found(void **state)
{
    (void)state;
    model_bytes file = model_bytes_read(GOLDEN_FILE);
    file.size++;
    model_bytes_sign(&file);
    char message[512];
    assert_int_equal(loading(&file, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "1 bytes after the end of the last tensor"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_cut_at_any_byte_is_damaged),
        cmocka_unit_test(any_bit_turned_over_is_found),
        cmocka_unit_test(any_byte_set_to_anything_with_a_right_checksum_does_no_harm),
        cmocka_unit_test(a_checksum_of_more_than_eight_digits_is_refused),
        cmocka_unit_test(a_header_that_is_not_utf8_is_refused),
        cmocka_unit_test(bytes_after_the_end_are_found),
    };
    return cmocka_run_group_tests(tests, loading_begin, loading_end);
}
