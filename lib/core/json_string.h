/* Conversion between UTF-8 texts and the contents of JSON strings (RFC 8259, section 7). */
#ifndef CORE_JSON_STRING_H
#define CORE_JSON_STRING_H

#include <stdbool.h>
#include <stddef.h>

/* The contents of a JSON string, without quotes and with its escapes. */
typedef struct json_text {
    const char *begin;
    size_t length;
} json_text;

/* Return the index of the first byte of text[0 .. length - 1] that is not valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF); length if there is none. */
size_t utf8_valid_bytes(const char *text, size_t length);

/* Write the shortest escaped form of a UTF-8 text, without quotes and terminating zero, to `escaped`, which
 * may be NULL. Returns its length in bytes. */
size_t json_escape(const char *text, char *escaped);

/* Write the text of a JSON string in UTF-8, without terminating zero, to `text`, which may be NULL, and its
 * length in bytes, at most that of the string, to *length. Returns false, with *length and text undefined,
 * for bytes that are not UTF-8, half a surrogate pair, and U+0000. */
bool json_unescape(json_text string, char *text, size_t *length);

#endif
