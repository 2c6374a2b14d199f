/* Numbers in text files, the same whatever the locale of the process. */
#ifndef DATA_FORMATS_NUMBER_TEXT_H
#define DATA_FORMATS_NUMBER_TEXT_H

#include <stdbool.h>

/* Read the longest decimal number at the beginning of a text: [+-] digits [. digits] [e [+-] digits], with a
 * digit before or after the point. Returns its end; `begin` where there is none, and *value is then
 * unchanged. *value: the nearest double, which is infinite where the number is too large. */
const char *number_text_read(const char *begin, const char *end, double *value);

/* Whether the whole text is a number. */
bool number_text_parse(const char *begin, const char *end, double *value);

/* Both with another decimal point, such as a comma. */
const char *number_text_read_as(const char *begin, const char *end, char point, double *value);
bool number_text_parse_as(const char *begin, const char *end, char point, double *value);

/* Whether the whole text is a word for an infinite number: [+-] inf or infinity, in any case. */
bool number_text_is_infinite(const char *begin, const char *end);

/* Whether the whole text is a word for NaN: [+-] nan, in any case. */
bool number_text_is_nan(const char *begin, const char *end);

#endif
