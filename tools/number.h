/* Numbers in text. The program stays in the C locale: the decimal point is a point everywhere. */
#ifndef TOOLS_NUMBER_H
#define TOOLS_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The whole of `text` as a finite decimal number; false, *value untouched, when it is not one
 * (spaces, hexadecimal, "nan", "inf", overflow and trailing characters included). */
bool parse_real(const char *text, double *value);

/* The whole of `text` as a decimal integer. */
bool parse_integer(const char *text, int64_t *value);
bool parse_unsigned(const char *text, uint64_t *value);

#endif
