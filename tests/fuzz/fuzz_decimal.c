/* Any bytes as a decimal number in a file. Byte 0 of the input: 0, a text; else eight bytes of a double.
 *
 * A text that is taken is one strtod takes whole, with the same value, and is written in digits that are
 * read back as that value; every double is. */
#include "fuzz.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"

enum { LONGEST = 400 };

static void expect(int truth)
{
    if (!truth)
        abort();
}

static int same(double a, double b)
{
    return a == b ? signbit(a) == signbit(b) : isnan(a) && isnan(b);
}

static void check_written(double value)
{
    char text[DECIMAL_SIZE];
    memset(text, 'x', sizeof text);
    decimal_format(value, text);
    expect(memchr(text, '\0', sizeof text) != NULL);
    double again;
    expect(decimal_parse(text, &again) && same(value, again));
}

static void check_text(const char *text)
{
    double value;
    if (!decimal_parse(text, &value))
        return;
    static locale_t plain; /* in which a point is a point */
    if (plain == NULL)
        plain = newlocale(LC_ALL_MASK, "C", NULL);
    char *end;
    expect(same(strtod_l(text, &end, plain), value) && *end == '\0');
    expect(strpbrk(text, "xXpP ()\t\n") == NULL);
    check_written(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[LONGEST + 1] = "";
    double value;
    if (size < 1 || size > LONGEST)
        return 0;
    if (data[0] == 0) {
        memcpy(text, data + 1, size - 1);
        check_text(text);
    } else if (size > sizeof value) {
        memcpy(&value, data + 1, sizeof value);
        check_written(value);
    }
    return 0;
}

#define TEXT(text) \
    { \
        "\0" text, sizeof(text) \
    }

static const struct {
    const char *bytes;
    size_t size;
} SEEDS[] = {
    TEXT("0.5"),
    TEXT("-1e-300"),
    TEXT("nan"),
    TEXT("-inf"),
    TEXT("1e308"),
    TEXT("123456"),
    TEXT("+.5"),
    TEXT("4.9406564584124654e-324"),
    {"\1\1\2\3\4\5\6\7\x3f", 9},
    {"\1\0\0\0\0\0\0\xf0\x7f", 9},
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    memcpy(bytes, SEEDS[index].bytes, SEEDS[index].size);
    return SEEDS[index].size;
}
