/* UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF), and text that is safe to print on
 * a terminal. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stddef.h>

/* Return the number of bytes of the character at text[0 .. room - 1], room >= 1; 0 if it is not UTF-8. */
size_t utf8_sequence(const char *text, size_t room);

/* Copy a text into shown[0 .. capacity - 1], capacity >= 1, zero at the end included. Valid UTF-8 that shows as
 * itself stays; control characters, separators of lines, invisible and directional marks, noncharacters
 * and bytes that are not UTF-8 become \xNN or \u{NNNN}. What does not fit is left out, whole characters
 * and escapes at a time. */
void utf8_printable(const char *text, char *shown, size_t capacity);

#endif
