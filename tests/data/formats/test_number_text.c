/* Numbers in texts against strtod: random ones of every length and exponent, the hard cases of rounding, and the
 * table of powers against long multiplication. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data/formats/number_powers.h"
#include "data/formats/number_text.h"

static uint64_t state_of_random = 1;

static uint64_t next_random(void)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return state_of_random;
}

static int below(int bound)
{
    return (int)(next_random() % (uint64_t)bound);
}

/* What the locale wrote between the digits becomes a point. */
static char *with_point(char *text)
{
    char *comma = strchr(text, ',');
    if (comma != NULL)
        *comma = '.';
    return text;
}

static double strtod_of_c(const char *text)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    assert_true(plain != (locale_t)0);
    const double value = strtod_l(text, NULL, plain);
    freelocale(plain);
    return value;
}

/* In a block of exactly that length, for the sanitizers. */
static void expect_as_strtod(const char *text)
{
    const size_t length = strlen(text);
    char *const exact = malloc(length + 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    double found = -7;
    const bool is_number = number_text_parse(exact, exact + length, &found);
    free(exact);
    const double want = strtod_of_c(text);
    if (!is_number || memcmp(&found, &want, sizeof want) != 0)
        fail_msg("%.60s: %a, not %a", text, found, want);
}

static char *put_digits(char *at, int count)
{
    for (int i = 0; i < count; i++)
        *at++ = (char)('0' + below(10));
    return at;
}

static void random_texts(void **state)
{
    (void)state;
    for (int i = 0; i < 3000000; i++) {
        char text[96];
        char *at = text;
        if (below(3) == 0)
            *at++ = "+-"[below(2)];
        const int before = below(below(8) == 0 ? 30 : 12);
        at = put_digits(at, before);
        if (before == 0 || below(2) == 0) {
            *at++ = '.';
            at = put_digits(at, before == 0 ? 1 + below(20) : below(20));
        }
        if (below(3) == 0)
            at += sprintf(at, "%c%+d", "eE"[below(2)], below(below(4) == 0 ? 700 : 60) - 30);
        *at = '\0';
        expect_as_strtod(text);
    }
}

/* Doubles printed with 17 digits, as programs write them; and half-way between two doubles. */
static void random_doubles(void **state)
{
    (void)state;
    for (int i = 0; i < 1000000; i++) {
        const uint64_t bits = next_random();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        char text[64];
        (void)sprintf(text, "%.17g", value);
        expect_as_strtod(with_point(text));
        (void)sprintf(text, "%.17g", ldexp(1 + 0x1p-52 * (double)below(1000), below(60) - 30));
        expect_as_strtod(with_point(text));
        (void)sprintf(text, "%llu",
                      (unsigned long long)((next_random() | 1ULL << 53) >> below(10)));
        expect_as_strtod(text);
    }
}

static void hard_cases(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "9007199254740993",
        "9007199254740992",
        "9007199254740991",
        "9007199254740995e0",
        "9007199254740993e22",
        "9007199254740993e-22",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "1e23",
        "8.5e22",
        "1e22",
        "1e-22",
        "1e-23",
        "1e308",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "1e309",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.4e-324",
        "2.5e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "0e999999999999",
        "0.0e-999999999999",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "-0",
        "0",
        "00000000000000000000000000001.5",
        "00000000000000000000000000000",
        "00000000000000000000000000000e99",
        "-000000000000000.0000000000000e7",
        "0.00000000000000000000000000000000000015",
        "1.",
        ".5",
        "1.e5",
        "+.5e-3",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "5e-20",
        "50000000000000000000000000000000000000000000",
        "7.2057594037927933e16",
        "5708990770823839e14",
        "123456789012345678e-64",
        "123456789012345678e64",
        "123456789012345678e65",
        "1e-64",
        "1e-65",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        expect_as_strtod(TEXTS[i]);
}

/* 2^-1074 and half of it, in all their digits, and with something far behind them. */
static void very_long_texts(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    char *const text = malloc(LONG + 32);
    assert_non_null(text);
    for (int i = 0; i < 4; i++) {
        int length = sprintf(text, "%.1080f", i < 2 ? 0x1p-1074 : 1 + 0x1p-52);
        if (i % 2 == 1)
            length = sprintf(text, "%.1100f", 0x1p-1022 * 1.5);
        memset(text + length, '0', LONG - (size_t)length);
        text[LONG] = (char)('0' + i);
        text[LONG + 1] = '\0';
        expect_as_strtod(with_point(text));
    }
    /* Half-way between 1 and the next double, decided by the last digit of many. */
    int length = sprintf(text, "%s", "1.00000000000000011102230246251565404236316680908203125");
    memset(text + length, '0', LONG - (size_t)length);
    text[LONG] = '1';
    text[LONG + 1] = '\0';
    expect_as_strtod(text);
    /* 10^99999 as digits, and made small again. */
    memset(text, '0', LONG);
    text[0] = '1';
    (void)strcpy(text + LONG, "e-99990");
    expect_as_strtod(text);
    text[LONG] = '\0';
    expect_as_strtod(text);
    free(text);
}

static void no_numbers(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "",   "+",   "-",    ".",     "-.",  "e5",  ".e5", "1,5", "0x10",  "1 ", " 1",
        "1e", "1e+", "1e5.", "1.2.3", "--1", "+-1", "inf", "nan", "1_000", "1f", "1d5"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        double value = 7;
        assert_false(number_text_parse(TEXTS[i], TEXTS[i] + strlen(TEXTS[i]), &value));
        assert_true(value == 7);
    }
}

static void prefixes(void **state)
{
    (void)state;
    static const char TEXT[] = "12.5e+x";
    double value;
    assert_ptr_equal(number_text_read(TEXT, TEXT + 7, &value), TEXT + 4);
    assert_true(value == 12.5);
    assert_ptr_equal(number_text_read(TEXT, TEXT + 2, &value), TEXT + 2);
    assert_true(value == 12);
    assert_ptr_equal(number_text_read(TEXT + 6, TEXT + 7, &value), TEXT + 6);
}

static bool is_infinite(const char *text)
{
    return number_text_is_infinite(text, text + strlen(text));
}

static void words(void **state)
{
    (void)state;
    assert_true(is_infinite("inf") && is_infinite("-Infinity") && is_infinite("+INF"));
    assert_false(is_infinite("info") || is_infinite("in") || is_infinite("") || is_infinite("nan"));
    static const char NAN_TEXT[] = "-NaN";
    assert_true(number_text_is_nan(NAN_TEXT, NAN_TEXT + 4));
}

enum { LIMBS = 16 };

/* A number of 32-bit limbs times a small one. */
static void multiply(uint32_t number[LIMBS], uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)number[i] * factor;
        number[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int bit_length(const uint32_t number[LIMBS])
{
    for (int bit = 32 * LIMBS - 1; bit >= 0; bit--)
        if ((number[bit / 32] >> (bit % 32) & 1) != 0)
            return bit + 1;
    return 0;
}

/* a - b; its sign. */
static int compare(const uint32_t a[LIMBS], const uint32_t b[LIMBS])
{
    for (int i = LIMBS - 1; i >= 0; i--)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static void shift_left(uint32_t number[LIMBS], int bits)
{
    for (int i = 0; i < bits; i++)
        multiply(number, 2);
}

static void add_one(uint32_t number[LIMBS])
{
    uint64_t carry = 1;
    for (int i = 0; i < LIMBS && carry > 0; i++) {
        carry += number[i];
        number[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void load(uint32_t number[LIMBS], const uint64_t power[2])
{
    memset(number, 0, LIMBS * sizeof *number);
    number[0] = (uint32_t)power[1];
    number[1] = (uint32_t)(power[1] >> 32);
    number[2] = (uint32_t)power[0];
    number[3] = (uint32_t)(power[0] >> 32);
}

/* left <= 2^bit < left + step, or 2^bit < left <= 2^bit + step. */
static void expect_power_of_two(const uint32_t left[LIMBS], const uint32_t step[LIMBS], bool above)
{
    uint32_t two[LIMBS] = {0};
    const int bit = above ? bit_length(left) - 1 : bit_length(left);
    two[bit / 32] = UINT32_C(1) << (bit % 32);
    const uint32_t *const low = above ? two : left;
    const uint32_t *const high = above ? left : two;
    assert_true(compare(low, high) < 0);
    uint32_t sum[LIMBS];
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)low[i] + step[i];
        sum[i] = (uint32_t)carry;
        carry >>= 32;
    }
    assert_true(compare(sum, high) >= 0);
}

/* T <= 5^q 2^s < T + 1 for q >= 0; 2^s - 5^-q <= T 5^-q < 2^s for q < -27, and the other side of 2^s for the
 * others. */
static void powers_by_long_multiplication(void **state)
{
    (void)state;
    for (int q = -LARGEST_POWER; q <= LARGEST_POWER; q++) {
        const uint64_t *const power = NUMBER_POWERS[q + LARGEST_POWER];
        assert_true(power[0] >> 63 == 1);
        uint32_t five[LIMBS] = {1};
        for (int i = 0; i < abs(q); i++)
            multiply(five, 5);
        uint32_t table[LIMBS];
        load(table, power);
        if (q < 0) {
            for (int i = 0; i < -q; i++)
                multiply(table, 5);
            expect_power_of_two(table, five, q >= -27);
            continue;
        }
        shift_left(five, bit_length(five) < 128 ? 128 - bit_length(five) : 0);
        shift_left(table, bit_length(five) - 128);
        assert_true(compare(table, five) <= 0);
        load(table, power);
        add_one(table);
        shift_left(table, bit_length(five) - 128);
        assert_true(compare(table, five) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts), cmocka_unit_test(random_doubles),
        cmocka_unit_test(hard_cases),   cmocka_unit_test(very_long_texts),
        cmocka_unit_test(no_numbers),   cmocka_unit_test(prefixes),
        cmocka_unit_test(words),        cmocka_unit_test(powers_by_long_multiplication),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
