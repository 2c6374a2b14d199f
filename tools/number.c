#include "number.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What strto* accept beyond a decimal number: leading space, "0x", "inf", "nan". */
static bool only(const char *text, const char *characters)
{
    return text[0] != '\0' && text[strspn(text, characters)] == '\0';
}

bool parse_real(const char *text, double *value)
{
    if (!only(text, "0123456789.eE+-"))
        return false;
    char *end;
    const double parsed = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

bool parse_integer(const char *text, int64_t *value)
{
    if (!only(text, "0123456789+-"))
        return false;
    char *end;
    errno = 0;
    const intmax_t parsed = strtoimax(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0)
        return false;
    *value = parsed;
    return true;
}

bool parse_unsigned(const char *text, uint64_t *value)
{
    if (!only(text, "0123456789"))
        return false;
    errno = 0;
    const uintmax_t parsed = strtoumax(text, NULL, 10);
    if (errno != 0)
        return false;
    *value = parsed;
    return true;
}
