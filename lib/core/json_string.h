/* Texts in UTF-8 as what stands between the quotes of a JSON string, and back (RFC 8259, section 7). */
#ifndef CORE_JSON_STRING_H
#define CORE_JSON_STRING_H

#include <stdbool.h>
#include <stddef.h>

/* What stands between the quotes of a string, escapes as they are. */
typedef struct json_text {
    const char *begin;
    size_t length;
} json_text;

/* Index of the first byte of text[0 .. length - 1] that is no UTF-8 (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF); length when there is none. */
size_t utf8_valid_bytes(const char *text, size_t length);

/* Write the escaped text, without quotes and without a zero at its end; returns its bytes. escaped may be
 * NULL: then they are only counted. text: UTF-8. No spelling of
 * the text is shorter. */
size_t json_escape(const char *text, char *escaped);

/* The text a string stands for, in UTF-8, without a zero at its end; *length := its bytes, at most those of the
 * string. text may be NULL: then they are only counted. False, and nothing said of *length and text, when it
 * is no text of C: bytes that are no UTF-8, half a surrogate pair, U+0000. */
bool json_unescape(json_text string, char *text, size_t *length);

#endif
