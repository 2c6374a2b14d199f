#include "printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* The longest escape, "\u{10FFFF}". */
enum { LONGEST_ESCAPE = 10 };

/* Code points that do not show as themselves: control characters, separators of lines and paragraphs,
 * invisible and directional marks, noncharacters. The joiners U+200C and U+200D are parts of words and of
 * emoji, and stay. */
static const struct {
    uint32_t first;
    uint32_t last;
} HIDDEN[] = {
    {0x0, 0x1f},      {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},     {0x180e, 0x180e},
    {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},   {0xfdd0, 0xfdef},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a}, {0xe0000, 0xe007f},
};

static bool shows_as_itself(uint32_t point)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) {
        if (point >= HIDDEN[i].first && point <= HIDDEN[i].last)
            return false;
    }
    return (point & 0xfffe) != 0xfffe; /* the last two of each plane are noncharacters */
}

/* Bytes of the character at `text`, at most `room`, and its code point; 0: it is not UTF-8. */
static size_t decode(const unsigned char *text, size_t room, uint32_t *point)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char lead = text[0];
    const size_t length = lead < 0x80             ? 1
                          : (lead & 0xe0) == 0xc0 ? 2
                          : (lead & 0xf0) == 0xe0 ? 3
                          : (lead & 0xf8) == 0xf0 ? 4
                                                  : 0;
    if (length == 0 || length > room)
        return 0;
    *point = length == 1 ? lead : lead & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (text[i] & 0x3fU);
    }
    const bool surrogate = *point >= 0xd800 && *point <= 0xdfff;
    return *point < LEAST[length] || *point > 0x10ffff || surrogate ? 0 : length;
}

char *printable(const char *text, size_t length)
{
    char *shown = allocate(length + 1, LONGEST_ESCAPE);
    char *end = shown;
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        const unsigned char *next = (const unsigned char *)text + at;
        const size_t bytes = decode(next, length - at, &point);
        if (bytes > 0 && shows_as_itself(point)) {
            memcpy(end, next, bytes);
            end += bytes;
        } else if (bytes > 1) {
            end += sprintf(end, "\\u{%04X}", (unsigned)point);
        } else {
            end += sprintf(end, "\\x%02X", *next);
        }
        at += bytes == 0 ? 1 : bytes;
    }
    *end = '\0';
    return shown;
}

char *printable_format(const char *format, va_list arguments)
{
    char *message = NULL;
    const int length = vasprintf(&message, format, arguments);
    if (length < 0)
        fail_memory();
    char *shown = printable(message, (size_t)length);
    free(message);
    return shown;
}
