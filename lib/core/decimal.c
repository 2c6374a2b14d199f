/* Shortest decimal: the fewest significant digits d, 1 <= d <= 17, whose rounding reads back as the
 * same double; 17 always do.
 *
 * Hazard: printf and strtod write and expect the locale's decimal separator, which may be a comma
 * or several bytes long. What printf put between the digits is replaced by a point; reading goes
 * through the "C" locale, which newlocale hands out without changing the process's. */
#include "core/decimal.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_ENOUGH = 17 };

static const char NUMBER[] = "0123456789+-e";

static void separator_to_point(char *text)
{
    char *separator = text + strspn(text, NUMBER);
    if (*separator == '\0')
        return;
    const char *fraction = separator + strcspn(separator, NUMBER);
    *separator = '.';
    memmove(separator + 1, fraction, strlen(fraction) + 1);
}

static bool parse_finite(const char *text, double *value)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (plain == (locale_t)0)
        return false;
    char *end;
    *value = strtod_l(text, &end, plain);
    freelocale(plain);
    return end != text && *end == '\0' && isfinite(*value);
}

void decimal_format_digits(double value, int digits, char text[DECIMAL_SIZE])
{
    (void)snprintf(text, DECIMAL_SIZE, "%.*g", digits, value);
    separator_to_point(text);
}

void decimal_format(double value, char text[DECIMAL_SIZE])
{
    if (!isfinite(value)) {
        const char *word = isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
        memcpy(text, word, strlen(word) + 1);
        return;
    }
    double back = 0;
    for (int digits = 1; digits <= DIGITS_ENOUGH; digits++) {
        decimal_format_digits(value, digits, text);
        if (parse_finite(text, &back) && back == value)
            return;
    }
}

bool decimal_parse(const char *text, double *value)
{
    if (strcmp(text, "nan") == 0)
        *value = (double)NAN;
    else if (strcmp(text, "inf") == 0)
        *value = (double)INFINITY;
    else if (strcmp(text, "-inf") == 0)
        *value = -(double)INFINITY;
    else
        return text[strspn(text, "0123456789+-e.")] == '\0' && parse_finite(text, value);
    return true;
}
