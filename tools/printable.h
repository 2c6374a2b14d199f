/* Text for a terminal. Names of files and texts in them may hold anything: control characters that a
 * terminal obeys, marks that change the direction of what follows, bytes that are not UTF-8. */
#ifndef TOOLS_PRINTABLE_H
#define TOOLS_PRINTABLE_H

#include <stdarg.h>
#include <stddef.h>

/* A copy of `length` bytes of text, to be freed: valid UTF-8 that shows as itself stays; every other
 * character becomes \xNN (ASCII, and bytes that are not UTF-8) or \u{NNNN}. Without memory the program
 * ends. */
char *printable(const char *text, size_t length);

/* The same of what a format and its arguments make. */
char *printable_format(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

#endif
