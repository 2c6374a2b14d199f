/* Floating-point numbers as text in files: the same whatever the locale of the process. */
#ifndef CORE_DECIMAL_H
#define CORE_DECIMAL_H

#include <stdbool.h>

enum { DECIMAL_SIZE = 32 };

/* The shortest decimal that reads back as `value`, with a point; "nan", "inf", "-inf". */
void decimal_format(double value, char text[DECIMAL_SIZE]);

/* A finite value with that many significant digits at most, 1 to 17, and a point: 17 give a double back, 9 a float. */
void decimal_format_digits(double value, int digits, char text[DECIMAL_SIZE]);

/* The double nearest to a whole text of that form: sign, digits, point, exponent; "nan", "inf",
 * "-inf". False for anything else (white space, hexadecimal, trailing characters, overflow). */
bool decimal_parse(const char *text, double *value);

#endif
