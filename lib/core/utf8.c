/* Ranges of bytes decide whether a sequence is valid: of the leading byte, and of the second one, which is where
 * overlong forms, surrogates and what is above U+10FFFF differ. */
#include "core/utf8.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t utf8_sequence(const char *text, size_t room)
{
    assert(room >= 1);
    const unsigned char *byte = (const unsigned char *)text;
    const unsigned char first = byte[0];
    if (first < 0x80)
        return 1;
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length > room)
        return 0;
    const unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte[1] < least || byte[1] > most)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (byte[i] < 0x80 || byte[i] > 0xbf)
            return 0;
    return length;
}

/* The code point of a valid sequence. */
static uint32_t code_point(const char *text, size_t length)
{
    static const unsigned char PAYLOAD[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t point = (unsigned char)text[0] & PAYLOAD[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)text[i] & 0x3f);
    return point;
}

static bool within(uint32_t point, uint32_t first, uint32_t last)
{
    return point >= first && point <= last;
}

/* Control characters, and format characters but for the joiners U+200C and U+200D, which are parts of words
 * and of emoji, and for those that are seen. */
static bool shows_as_itself(uint32_t point)
{
    if (point < 0xa0)
        return within(point, 0x20, 0x7e);
    const bool noncharacter = (point & 0xfffe) == 0xfffe || within(point, 0xfdd0, 0xfdef);
    const bool mark = point == 0xad || point == 0x61c || point == 0x180e || point == 0x200b ||
                      within(point, 0x200e, 0x200f) || within(point, 0x2028, 0x202e) ||
                      within(point, 0x2060, 0x206f) || point == 0xfeff ||
                      within(point, 0xfff9, 0xfffb) || within(point, 0x1d173, 0x1d17a) ||
                      within(point, 0xe0000, 0xe007f);
    return !noncharacter && !mark;
}

void utf8_printable(const char *text, char *shown, size_t capacity)
{
    assert(capacity >= 1);
    size_t room = capacity - 1;
    size_t left = strlen(text);
    while (left > 0) {
        char unit[16];
        const size_t length = utf8_sequence(text, left);
        const uint32_t point = length > 1 ? code_point(text, length) : (unsigned char)*text;
        size_t bytes = length;
        if (length > 0 && shows_as_itself(point))
            memcpy(unit, text, length);
        else
            bytes = (size_t)snprintf(unit, sizeof unit, length > 1 ? "\\u{%04X}" : "\\x%02X",
                                     (unsigned)point);
        if (bytes > room)
            break;
        memcpy(shown, unit, bytes);
        shown += bytes;
        room -= bytes;
        text += length == 0 ? 1 : length;
        left -= length == 0 ? 1 : length;
    }
    *shown = '\0';
}
