/* Shortest decimals: known texts, the round trip of many doubles to the bit, what is not a number. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "core/decimal.h"
#include "support/noise.h"

static void known_values_have_their_shortest_text(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } known[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e-5, "1e-05"},
        {123456789, "123456789"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {(double)INFINITY, "inf"},
        {-(double)INFINITY, "-inf"},
        {(double)NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char text[DECIMAL_SIZE];
        decimal_format(known[i].value, text);
        assert_string_equal(text, known[i].text);
    }
}

static void every_double_reads_back_to_the_bit(void **state)
{
    (void)state;
    uint64_t noise = 1;
    for (int i = 0; i < 50000; i++) {
        const uint64_t bits = noise_bits(&noise);
        double value;
        double back;
        char text[DECIMAL_SIZE];
        memcpy(&value, &bits, sizeof value);
        if (isnan(value))
            continue;
        decimal_format(value, text);
        assert_true(decimal_parse(text, &back));
        assert_memory_equal(&back, &value, sizeof back);
    }
}

static void not_a_number_reads_back_as_such(void **state)
{
    (void)state;
    double value = 0;
    assert_true(decimal_parse("nan", &value));
    assert_true(isnan(value));
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",      " 1",  "1 ",  "1,5",  "0x10",     "1e",   "e5",    "--1", ".",
        "1.5.2", "NaN", "NAN", "-nan", "infinity", "+inf", "1e999", "1\n", "1_000",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = -77;
        if (decimal_parse(texts[i], &value))
            fail_msg("'%s' was read as %g", texts[i], value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values_have_their_shortest_text),
        cmocka_unit_test(every_double_reads_back_to_the_bit),
        cmocka_unit_test(not_a_number_reads_back_as_such),
        cmocka_unit_test(other_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
