/* The nearest double to d * 10^q, d an integer of up to 19 digits.
 *
 * d < 2^53 and |q| <= 22: d and 10^|q| are doubles, so that one multiplication or division rounds once, which is
 * right (Clinger). Else, for |q| <= 64: d times a 128-bit approximation of 10^q, whose first 128 bits decide the
 * rounding in all but few cases (Lemire, "Number parsing at a gigabyte per second", 2021). Those cases, more
 * digits and larger exponents go to strtod in the C locale (core/decimal.h).
 *
 * Hazards: a text is not ended by a NUL, and may have a million digits. Beyond 768 significant digits only
 * whether any of them is not 0 can matter: a 1 stands for them. */
#include "data/formats/number_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/decimal.h"
#include "data/formats/number_powers.h"

enum { MOST_DIGITS = 19, ENOUGH_DIGITS = 770, FAR_EXPONENT = 1000000000 };

static const double EXACT_POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* For products of 64 bits by 64 bits. */
__extension__ typedef unsigned __int128 wide;

/* A number taken apart: (-1)^negative * mantissa * 10^exponent, unless it has too many digits. */
typedef struct number_parts {
    const char *first; /* the first digit that is not 0, or the end of the digits */
    const char *digits_end;
    uint64_t mantissa;
    int64_t exponent;
    char point;
    bool negative;
    bool exact; /* all digits are in the mantissa */
} number_parts;

static bool is_digit(char character)
{
    return (unsigned char)(character - '0') < 10;
}

/* The exponent after the digits, saturated; `at` where there is none. */
static const char *read_exponent(const char *at, const char *end, int64_t *exponent)
{
    const char *digit = at;
    if (digit == end || (*digit != 'e' && *digit != 'E'))
        return at;
    digit++;
    const bool negative = digit != end && *digit == '-';
    if (digit != end && (*digit == '-' || *digit == '+'))
        digit++;
    if (digit == end || !is_digit(*digit))
        return at;
    int64_t stated = 0;
    for (; digit != end && is_digit(*digit); digit++)
        if (stated < FAR_EXPONENT)
            stated = 10 * stated + (*digit - '0');
    *exponent += negative ? -stated : stated;
    return digit;
}

/* Digits and a point that do not fit into 64 bits: where the first digit is that counts. */
static void count_digits(number_parts *parts)
{
    const char *first = parts->first;
    while (first != parts->digits_end && (*first == '0' || *first == parts->point))
        first++;
    parts->first = first;
    const int64_t length = parts->digits_end - first;
    const bool has_point = length > 0 && memchr(first, parts->point, (size_t)length) != NULL;
    parts->exact = length - has_point <= MOST_DIGITS;
}

/* Returns the end of the number; `begin` where there is none. */
static inline const char *take_apart(const char *begin, const char *end, char point,
                                     number_parts *parts)
{
    const char *at = begin;
    parts->point = point;
    parts->negative = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+'))
        at++;
    parts->first = at;
    uint64_t mantissa = 0;
    for (; at != end && is_digit(*at); at++)
        mantissa = 10 * mantissa + (uint64_t)(*at - '0');
    int64_t digits = at - parts->first;
    parts->exponent = 0;
    if (at != end && *at == point) {
        const char *const fraction = ++at;
        for (; at != end && is_digit(*at); at++)
            mantissa = 10 * mantissa + (uint64_t)(*at - '0');
        parts->exponent = fraction - at;
        digits += at - fraction;
    }
    if (digits == 0)
        return begin;
    parts->mantissa = mantissa;
    parts->digits_end = at;
    parts->exact = digits <= MOST_DIGITS;
    if (!parts->exact)
        count_digits(parts);
    return read_exponent(at, end, &parts->exponent);
}

/* Through strtod: the digits without the point, then the exponent. */
static double by_decimal(const number_parts *parts)
{
    char text[ENOUGH_DIGITS + 32];
    size_t length = 0;
    int64_t dropped = 0;
    bool sticky = false;
    for (const char *at = parts->first; at != parts->digits_end; at++) {
        if (*at == parts->point)
            continue;
        if (length < ENOUGH_DIGITS) {
            text[length++] = *at;
        } else {
            dropped++;
            sticky |= *at != '0';
        }
    }
    if (length == 0)
        return 0;
    if (sticky) {
        text[length++] = '1';
        dropped--;
    }
    int64_t exponent = parts->exponent + dropped;
    if (exponent > FAR_EXPONENT)
        exponent = FAR_EXPONENT;
    if (exponent < -FAR_EXPONENT)
        exponent = -FAR_EXPONENT;
    (void)snprintf(text + length, sizeof text - length, "e%lld", (long long)exponent);
    double value;
    return decimal_parse(text, &value) ? value : (double)INFINITY;
}

/* mantissa * 10^exponent by 128-bit products; false where they do not decide the rounding. */
static bool by_product(uint64_t mantissa, int exponent, double *value)
{
    const int zeros = __builtin_clzll(mantissa);
    const uint64_t *const power = NUMBER_POWERS[exponent + LARGEST_POWER];
    const uint64_t scaled = mantissa << zeros;
    wide product = (wide)scaled * power[0];
    if (((uint64_t)(product >> 64) & 0x1ff) == 0x1ff)
        product += (uint64_t)(((wide)scaled * power[1]) >> 64);
    const uint64_t high = (uint64_t)(product >> 64);
    const uint64_t low = (uint64_t)product;
    if (low == UINT64_MAX && (exponent < -27 || exponent > 55))
        return false;
    const int top = (int)(high >> 63);
    const int shift = top + 64 - 52 - 3;
    uint64_t bits = high >> shift;
    int64_t binary = ((217706 * exponent) >> 16) + 63 + top - zeros + 1023;
    if (low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1 && bits << shift == high)
        bits &= ~UINT64_C(1); /* half-way: to the even one */
    bits = (bits + (bits & 1)) >> 1;
    if (bits >= UINT64_C(2) << 52) {
        bits = UINT64_C(1) << 52;
        binary++;
    }
    bits = (bits & ~(UINT64_C(1) << 52)) | (uint64_t)binary << 52;
    memcpy(value, &bits, sizeof *value);
    return true;
}

static inline double assemble(const number_parts *parts)
{
    const uint64_t mantissa = parts->mantissa;
    const int64_t exponent = parts->exponent;
    double value;
    if (!parts->exact || exponent < -LARGEST_POWER || exponent > LARGEST_POWER)
        return by_decimal(parts);
    if (mantissa == 0)
        return 0;
    if (mantissa <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22)
        return exponent < 0 ? (double)mantissa / EXACT_POWERS[-exponent]
                            : (double)mantissa * EXACT_POWERS[exponent];
    return by_product(mantissa, (int)exponent, &value) ? value : by_decimal(parts);
}

const char *number_text_read_as(const char *begin, const char *end, char point, double *value)
{
    number_parts parts;
    const char *const stop = take_apart(begin, end, point, &parts);
    if (stop == begin)
        return begin;
    const double magnitude = assemble(&parts);
    *value = parts.negative ? -magnitude : magnitude;
    return stop;
}

const char *number_text_read(const char *begin, const char *end, double *value)
{
    return number_text_read_as(begin, end, '.', value);
}

bool number_text_parse_as(const char *begin, const char *end, char point, double *value)
{
    double found;
    if (begin == end || number_text_read_as(begin, end, point, &found) != end)
        return false;
    *value = found;
    return true;
}

bool number_text_parse(const char *begin, const char *end, double *value)
{
    return number_text_parse_as(begin, end, '.', value);
}

/* Whether the text is the word, in any case, after a sign. word: lower case. */
static bool is_word(const char *begin, const char *end, const char *word)
{
    if (begin != end && (*begin == '-' || *begin == '+'))
        begin++;
    for (; begin != end && *word != '\0'; begin++, word++)
        if ((*begin | 0x20) != *word)
            return false;
    return begin == end && *word == '\0';
}

bool number_text_is_infinite(const char *begin, const char *end)
{
    return is_word(begin, end, "inf") || is_word(begin, end, "infinity");
}

bool number_text_is_nan(const char *begin, const char *end)
{
    return is_word(begin, end, "nan");
}
