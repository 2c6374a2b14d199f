/* A cursor over JSON text (RFC 8259).
 *
 * Why not a general parser: those build a tree, from malloc, and the one at hand ends the process or
 * reads past its buffer when malloc fails in the middle of a string. The header of a model has three
 * levels, known before; a cursor that takes what it expects is shorter than walking a tree. */
#include "core/json_read.h"

#include <string.h>

static void skip_space(json_cursor *cursor)
{
    while (cursor->next < cursor->end && strchr(" \t\n\r", *cursor->next) != NULL &&
           *cursor->next != '\0')
        cursor->next++;
}

bool json_at_end(json_cursor *cursor)
{
    skip_space(cursor);
    return cursor->next == cursor->end;
}

bool json_take(json_cursor *cursor, char punctuation)
{
    if (json_at_end(cursor) || *cursor->next != punctuation)
        return false;
    cursor->next++;
    return true;
}

static bool is_hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Bytes of the escape at `at`, a backslash; 0 when it is none. */
static size_t escape_length(const char *at, const char *end)
{
    if (end - at < 2)
        return 0;
    if (at[1] != 'u')
        return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) != NULL ? 2 : 0;
    if (end - at < 6)
        return 0;
    for (int i = 2; i < 6; i++)
        if (!is_hexadecimal(at[i]))
            return 0;
    return 6;
}

bool json_take_string(json_cursor *cursor, json_text *text)
{
    if (json_at_end(cursor) || *cursor->next != '"')
        return false;
    const char *const begin = cursor->next + 1;
    const char *at = begin;
    while (at < cursor->end && *at != '"') {
        const size_t length = *at == '\\' ? escape_length(at, cursor->end) : 1;
        if (length == 0 || (unsigned char)*at < ' ')
            return false;
        at += length;
    }
    if (at >= cursor->end)
        return false;
    *text = (json_text){begin, (size_t)(at - begin)};
    cursor->next = at + 1;
    return true;
}

bool json_take_size(json_cursor *cursor, int64_t *size)
{
    if (json_at_end(cursor))
        return false;
    const char *at = cursor->next;
    int64_t value = 0;
    for (; at < cursor->end && *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *at - '0', &value))
            return false;
    if (at == cursor->next || (*cursor->next == '0' && at - cursor->next > 1))
        return false;
    *size = value;
    cursor->next = at;
    return true;
}

json_step json_next_member(json_cursor *cursor, int64_t index, json_text *key)
{
    if (json_take(cursor, '}'))
        return JSON_END;
    if (index > 0 && !json_take(cursor, ','))
        return JSON_ERROR;
    if (!json_take_string(cursor, key) || memchr(key->begin, '\\', key->length) != NULL ||
        !json_take(cursor, ':'))
        return JSON_ERROR;
    return JSON_MEMBER;
}

bool json_text_is(json_text text, const char *word)
{
    return text.length == strlen(word) && memcmp(text.begin, word, text.length) == 0;
}

bool json_texts_equal(json_text a, json_text b)
{
    return a.length == b.length && memcmp(a.begin, b.begin, a.length) == 0;
}
