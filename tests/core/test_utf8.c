/* Text that may be shown: every code point, bytes that are not UTF-8, too little room, messages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "core/utf8.h"
#include "support/noise.h"

enum { SHOWN = 4096 };

/* By the definition of the encoding; surrogates too. */
static size_t encode(uint32_t point, char *bytes)
{
    const int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char LEAD[] = {0, 0xc0, 0xe0, 0xf0};
    bytes[0] = (char)(LEAD[more] | point >> 6 * more);
    for (int i = 1; i <= more; i++)
        bytes[i] = (char)(0x80 | (point >> 6 * (more - i) & 0x3f));
    bytes[more + 1] = '\0';
    return (size_t)more + 1;
}

static void assert_shown(const char *text, const char *expected)
{
    char shown[SHOWN];
    utf8_printable(text, shown, sizeof shown);
    assert_string_equal(shown, expected);
}

static void every_code_point_has_one_length(void **state)
{
    (void)state;
    char bytes[8];
    for (uint32_t point = 1; point < 0x110000; point++) {
        const size_t length = encode(point, bytes);
        const bool surrogate = point >= 0xd800 && point < 0xe000;
        assert_int_equal(utf8_sequence(bytes, length), surrogate ? 0 : length);
        assert_int_equal(length == 1 ? 0 : utf8_sequence(bytes, length - 1), 0);
    }
}

static void what_is_no_utf8_is_shown_byte_by_byte(void **state)
{
    (void)state;
    assert_shown("\xc0\xaf", "\\xC0\\xAF");
    assert_shown("\xe0\x80\xaf", "\\xE0\\x80\\xAF");
    assert_shown("\xed\xa0\x80", "\\xED\\xA0\\x80");
    assert_shown("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80");
    assert_shown("\xf5\xff", "\\xF5\\xFF");
    assert_shown("a\xe2\x80", "a\\xE2\\x80");
    assert_shown("\x80z", "\\x80z");
}

static void what_is_hidden_is_escaped_and_all_else_kept(void **state)
{
    (void)state;
    assert_shown("plain %s \\ text", "plain %s \\ text");
    assert_shown("\x1b[2J\r\n\x7f", "\\x1B[2J\\x0D\\x0A\\x7F");
    assert_shown("\xc2\x9b\xc2\x80\xc2\x9f\xc2\xa0", "\\u{009B}\\u{0080}\\u{009F}\xc2\xa0");
    static const uint32_t HIDDEN[] = {0xad,   0x61c,  0x200b, 0x200e, 0x200f,  0x2028,  0x2029,
                                      0x202a, 0x202b, 0x202c, 0x202d, 0x202e,  0x2066,  0x2067,
                                      0x2068, 0x2069, 0xfeff, 0xfffe, 0x1fffe, 0xe0041, 0x10ffff};
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) {
        char text[8];
        char expected[16];
        encode(HIDDEN[i], text);
        (void)snprintf(expected, sizeof expected, "\\u{%04X}", (unsigned)HIDDEN[i]);
        assert_shown(text, expected);
    }
    static const uint32_t KEPT[] = {0xe9, 0x5d0, 0x627, 0x200c, 0x200d, 0x2020, 0x4e2d, 0x1f600};
    for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++) {
        char text[8];
        encode(KEPT[i], text);
        assert_shown(text, text);
    }
}

/* What a random text is shown as is valid, has no byte that a terminal obeys, and fits. */
static void random_bytes_are_shown_harmlessly(void **state)
{
    (void)state;
    uint64_t noise = 3;
    for (int trial = 0; trial < 20000; trial++) {
        char text[65];
        char shown[SHOWN];
        const size_t length = (size_t)noise_below(&noise, 64);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + noise_below(&noise, 255));
        text[length] = '\0';
        const size_t capacity = 1 + (size_t)noise_below(&noise, 300);
        memset(shown, 'z', sizeof shown);
        utf8_printable(text, shown, capacity);
        const size_t written = strlen(shown);
        assert_true(written < capacity);
        assert_int_equal(shown[capacity], 'z');
        for (size_t at = 0; at < written;) {
            const size_t sequence = utf8_sequence(shown + at, written - at);
            assert_true(sequence > 0);
            assert_false(sequence == 1 && ((unsigned char)shown[at] < ' ' || shown[at] == 0x7f));
            assert_false(sequence == 2 && (unsigned char)shown[at] == 0xc2 &&
                         (unsigned char)shown[at + 1] < 0xa0);
            at += sequence;
        }
    }
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    char shown[8];
    utf8_printable("ab\x1b"
                   "c",
                   shown, 6);
    assert_string_equal(shown, "ab");
    utf8_printable("ab\x1b"
                   "c",
                   shown, 7);
    assert_string_equal(shown, "ab\\x1B");
    utf8_printable("a\xc3\xa9", shown, 3);
    assert_string_equal(shown, "a");
    utf8_printable("a", shown, 1);
    assert_string_equal(shown, "");
}

static void messages_quote_escaped(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s: '%s'", "\xff\xc3\xa9", "\xe2\x80\xae\x07");
    assert_string_equal(linclass_context_message(ctx), "\\xFF\xc3\xa9: '\\u{202E}\\x07'");
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_has_one_length),
        cmocka_unit_test(what_is_no_utf8_is_shown_byte_by_byte),
        cmocka_unit_test(what_is_hidden_is_escaped_and_all_else_kept),
        cmocka_unit_test(random_bytes_are_shown_harmlessly),
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
        cmocka_unit_test(messages_quote_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
