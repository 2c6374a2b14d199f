/* Elements of every type against decoders of their own: all 65536 float16 and bfloat16, all bytes, integers at
 * their extremes; strides, scales. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/matrix.h>

#include "core/real.h"
#include "data/elements.h"

#define elements_convert REAL(elements_convert)

/* By the definition: sign, exponent, fraction; subnormal where the exponent is 0. */
static double decode(uint32_t bits, int exponent_bits, int fraction_bits)
{
    const int most = (1 << exponent_bits) - 1;
    const int bias = most / 2;
    const int exponent = (int)(bits >> fraction_bits) & most;
    const double fraction = ldexp((double)(bits & ((1u << fraction_bits) - 1)), -fraction_bits);
    const double sign = bits >> (exponent_bits + fraction_bits) & 1 ? -1 : 1;
    if (exponent == most)
        return fraction == 0 ? sign * (double)INFINITY : (double)NAN;
    return sign *
           (exponent == 0 ? ldexp(fraction, 1 - bias) : ldexp(1 + fraction, exponent - bias));
}

static int same(real found, double want)
{
    if (isnan(want))
        return isnan(found);
    return (double)found == want && !signbit(found) == !signbit(want);
}

static void check_16_bits(int32_t dtype, int exponent_bits, int fraction_bits)
{
    static uint16_t all[65536];
    static real out[65536];
    for (uint32_t i = 0; i < 65536; i++)
        all[i] = (uint16_t)i;
    for (int64_t stride = 1; stride <= 3; stride += 2) {
        const int64_t count = 65535 / stride + 1;
        elements_convert(dtype, all, 0, stride, 1, count, out);
        for (int64_t i = 0; i < count; i++) {
            const double want = decode(all[i * stride], exponent_bits, fraction_bits);
            if (!same(out[i], want))
                fail_msg("dtype %d: %#x is %g, should be %g", (int)dtype, all[i * stride],
                         (double)out[i], want);
            const double value = element_value(dtype, all, i * stride);
            assert_true(value == want || (isnan(value) && isnan(want)));
        }
    }
}

static void test_float16(void **state)
{
    (void)state;
    check_16_bits(LINCLASS_FLOAT16, 5, 10);
}

static void test_bfloat16(void **state)
{
    (void)state;
    check_16_bits(LINCLASS_BFLOAT16, 8, 7);
}

/* Elements i of the array, and what they are. */
static void check_numbers(int32_t dtype, const void *array, int count, const double *want)
{
    static const double scales[] = {1, -0.5, 1.0 / 3, 1e-18, 3e18};
    real out[16];
    for (int s = 0; s < 5; s++) {
        elements_convert(dtype, array, 0, 1, scales[s], count, out);
        for (int i = 0; i < count; i++) {
            const long double exact = (long double)scales[s] * want[i];
            const double unit = sizeof(real) == 4 ? 0x1p-24 : 0x1p-53;
            if (!(fabsl((long double)out[i] - exact) <= 2.5L * unit * fabsl(exact)))
                fail_msg("dtype %d: element %d times %g is %.17g", (int)dtype, i, scales[s],
                         (double)out[i]);
            assert_true(element_value(dtype, array, i) == want[i]);
        }
    }
    real backwards[16];
    elements_convert(dtype, array, count - 1, -1, 1, count, backwards);
    elements_convert(dtype, array, 0, 1, 1, count, out);
    for (int i = 0; i < count; i++)
        assert_true(backwards[i] == out[count - 1 - i] && out[i] == (real)want[i]);
}

static void test_extremes(void **state)
{
    (void)state;
    check_numbers(LINCLASS_INT8, (int8_t[]){0, 1, -1, INT8_MAX, INT8_MIN}, 5,
                  (double[]){0, 1, -1, 127, -128});
    check_numbers(LINCLASS_UINT8, (uint8_t[]){0, 1, 127, 128, 255}, 5,
                  (double[]){0, 1, 127, 128, 255});
    check_numbers(LINCLASS_INT16, (int16_t[]){0, 1, -1, INT16_MAX, INT16_MIN}, 5,
                  (double[]){0, 1, -1, 32767, -32768});
    check_numbers(LINCLASS_UINT16, (uint16_t[]){0, 1, 32768, UINT16_MAX}, 4,
                  (double[]){0, 1, 32768, 65535});
    check_numbers(LINCLASS_INT32, (int32_t[]){0, -1, INT32_MAX, INT32_MIN, 16777217}, 5,
                  (double[]){0, -1, 2147483647., -2147483648., 16777217});
    check_numbers(LINCLASS_INT64, (int64_t[]){0, -1, INT64_MAX, INT64_MIN, (INT64_C(1) << 53) + 1},
                  5, (double[]){0, -1, 0x1p63, -0x1p63, 0x1p53});
    check_numbers(LINCLASS_FLOAT32, (float[]){0, -1.5f, 0x1p-60f, 16777215}, 4,
                  (double[]){0, -1.5, 0x1p-60, 16777215});
    check_numbers(LINCLASS_FLOAT64, (double[]){0, -1.5, 0x1p-40, 16777215}, 4,
                  (double[]){0, -1.5, 0x1p-40, 16777215});
}

/* A scale that a float does not hold acts on numbers that take it back into range. */
static void test_scale_beyond_float(void **state)
{
    (void)state;
    real out[2];
    elements_convert(LINCLASS_FLOAT64, (double[]){1e-100, 2e-100}, 0, 1, 1e100, 2, out);
    assert_true(fabs((double)out[0] - 1) < 1e-6 && fabs((double)out[1] - 2) < 1e-6);
}

static void test_sizes(void **state)
{
    (void)state;
    static const size_t bytes[] = {0, 1, 4, 8, 1, 2, 2, 2, 2, 4, 8, 0};
    for (int32_t dtype = 0; dtype < 12; dtype++)
        assert_int_equal(element_bytes(dtype), bytes[dtype]);
    assert_int_equal(element_bytes(-1), 0);
    assert_int_equal(element_bytes(INT32_MAX), 0);
}

/* Whether the type holds what is asked of it. */
static void test_properties(void **state)
{
    (void)state;
    static const int finite[] = {1, 0, 0, 1, 1, 1, 0, 0, 1, 1};
    static const int floats[] = {1, 1, 0, 1, 1, 1, 1, 1, 0, 0};
    for (int32_t dtype = 1; dtype <= 10; dtype++) {
        assert_int_equal(element_may_be_non_finite(dtype), !finite[dtype - 1]);
        assert_int_equal(element_fits_float(dtype), floats[dtype - 1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_float16),  cmocka_unit_test(test_bfloat16),
        cmocka_unit_test(test_extremes), cmocka_unit_test(test_scale_beyond_float),
        cmocka_unit_test(test_sizes),    cmocka_unit_test(test_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
