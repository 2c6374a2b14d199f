/* JSON strings, escaped and plain.
 *
 * The writer emits the shortest form, with only quotes, backslashes and control characters escaped, so that
 * a text has one spelling. The reader accepts every escape, and rejects what a C string in UTF-8 cannot
 * hold: half a surrogate pair, U+0000. */
#include "core/json_string.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

size_t utf8_valid_bytes(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        const size_t sequence = utf8_sequence(text + at, length - at);
        if (sequence == 0)
            return at;
        at += sequence;
    }
    return length;
}

/* Escapes of one letter, and what they stand for; a slash needs none when it is written. */
static const char LETTERS[] = "\"\\bfnrt/";
static const char MEANINGS[] = "\"\\\b\f\n\r\t/";

size_t json_escape(const char *text, char *escaped)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        char unit[8] = {*text};
        size_t bytes = 1;
        const char *meaning = *text == '/' ? NULL : strchr(MEANINGS, *text);
        if (meaning != NULL) {
            unit[0] = '\\';
            unit[1] = LETTERS[meaning - MEANINGS];
            bytes = 2;
        } else if ((unsigned char)*text < ' ') {
            bytes = (size_t)snprintf(unit, sizeof unit, "\\u%04x", (unsigned)*text);
        }
        if (escaped != NULL)
            memcpy(escaped + count, unit, bytes);
        count += bytes;
    }
    return count;
}

static uint32_t hexadecimal(const char *digits)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = digits[i];
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        value = 16 * value + (uint32_t)digit;
    }
    return value;
}

static size_t encode_utf8(uint32_t point, char bytes[4])
{
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    const size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, point >>= 6)
        bytes[i] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)(marks[length == 1 ? 0 : length] | point);
    return length;
}

/* The code point of the \u escape at `at`, two of them for a surrogate pair; 0 for half of one. *bytes: how
 * many the escape takes. The cursor that read the string has seen that each has its four digits. */
static uint32_t code_point(const char *at, const char *end, size_t *bytes)
{
    const uint32_t unit = hexadecimal(at + 2);
    *bytes = 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    if (unit > 0xdbff || end - at < 12 || at[6] != '\\' || at[7] != 'u')
        return 0;
    const uint32_t low = hexadecimal(at + 8);
    *bytes = 12;
    return low < 0xdc00 || low > 0xdfff ? 0 : 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

/* The character the escape at `at` stands for, as UTF-8; 0 bytes when it is none of C's. */
static size_t unescape_one(const char *at, const char *end, char character[4], size_t *bytes)
{
    if (at[1] == 'u') {
        const uint32_t point = code_point(at, end, bytes);
        return point == 0 ? 0 : encode_utf8(point, character);
    }
    *bytes = 2;
    character[0] = MEANINGS[strchr(LETTERS, at[1]) - LETTERS];
    return 1;
}

bool json_unescape(json_text string, char *text, size_t *length)
{
    const char *at = string.begin;
    const char *const end = string.begin + string.length;
    size_t count = 0;
    while (at < end) {
        char character[4];
        size_t taken;
        size_t bytes = 0;
        if (*at == '\\') {
            bytes = unescape_one(at, end, character, &taken);
        } else {
            taken = utf8_sequence(at, (size_t)(end - at));
            bytes = taken;
            memcpy(character, at, taken);
        }
        if (bytes == 0)
            return false;
        if (text != NULL)
            memcpy(text + count, character, bytes);
        count += bytes;
        at += taken;
    }
    *length = count;
    return true;
}
