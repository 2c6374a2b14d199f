/* exp in single precision, on every one of the 2^32 floats, in every vector table: within 2 ulp of the
 * value in double precision. The reference, which is the C library's expf(), has one block in 16.
 *
 *   test_exp_f32            every float
 *   test_exp_f32 1/N        one block of them in N, always the same
 *
 * That value is the C library's exp(), itself within 1 ulp of double precision; where |x| < 2^-18 it
 * is 1 + x + x^2 / 2 (the next term is below 2^-56), and where the result is out of range it needs no
 * computing. That leaves one input in ten for the C library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/kernel.h"
#include "support/noise.h"
#include "support/one_in.h"

/* Inputs that share all but their last twelve bits: sign and exponent among them. */
enum { LOWER = 12, BLOCK = 1 << LOWER, BLOCKS = 1 << (32 - LOWER), SLOW_STRIDE = 16 };

#define OVERFLOW 0x1p128

static uint64_t stride; /* one block in so many */

/* By its number's bits, so that no regular pattern of inputs is left out. */
static bool block_is_chosen(uint32_t block)
{
    uint64_t state = block;
    return noise_bits(&state) % stride == 0;
}

static float x[BLOCK];
static double truth[BLOCK];
static double ulps[BLOCK]; /* in one: 1 / the unit in the last place of a float next to truth */
static float y[BLOCK];

static void fill_inputs(uint32_t block)
{
    for (uint32_t lower = 0; lower < BLOCK; lower++) {
        const uint32_t bits = (block << LOWER) | lower;
        memcpy(&x[lower], &bits, sizeof bits);
    }
}

static bool block_has_no_numbers(uint32_t block)
{
    const uint32_t exponent = 0xffu << (23 - LOWER);
    return (block & exponent) == exponent; /* infinities and NaN */
}

/* Values that overflow are OVERFLOW, wherever beyond it they lie; none of the inputs is NaN. */
static void fill_truth(void)
{
    const double first = (double)x[0];
    if (fabs(first) < 0x1p-19) { /* |x| of the block is less than twice that of the first */
        for (int i = 0; i < BLOCK; i++) {
            const double at = (double)x[i];
            truth[i] = 1.0 + (at + 0.5 * at * at);
        }
    } else if (fabs(first) >= 1024.0) {
        for (int i = 0; i < BLOCK; i++)
            truth[i] = first > 0.0 ? OVERFLOW : 0.0;
    } else {
        for (int i = 0; i < BLOCK; i++)
            truth[i] = fmin(exp((double)x[i]), OVERFLOW);
    }
}

/* From the exponents of truth: the unit is 2^(exponent - 23), or 2^-149. */
static void fill_ulps(void)
{
    for (int i = 0; i < BLOCK; i++) {
        const double normal = truth[i] > 0x1p-126 ? truth[i] : 0x1p-126;
        uint64_t bits;
        memcpy(&bits, &normal, sizeof bits);
        const uint64_t inverse = ((uint64_t)(2 * 1023 + 23) << 52) - (bits & 0x7ff0000000000000u);
        memcpy(&ulps[i], &inverse, sizeof inverse);
    }
}

/* The largest error in the block, in ulp; infinity for a NaN. */
static double largest_error(void)
{
    enum { LANES = 8 };
    double largest[LANES] = {0.0};
    double sum[LANES] = {0.0}; /* NaN when an error is */
    for (int i = 0; i < BLOCK; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            const double got = (double)y[i + j];
            const double error =
                fabs((got > OVERFLOW ? OVERFLOW : got) - truth[i + j]) * ulps[i + j];
            largest[j] = error > largest[j] ? error : largest[j];
            sum[j] += error;
        }
    }
    for (int j = 0; j < LANES; j++)
        largest[0] = isnan(sum[j]) ? INFINITY : fmax(largest[0], largest[j]);
    return largest[0];
}

static int count_not_nan(void)
{
    int count = 0;
    for (int i = 0; i < BLOCK; i++)
        count += y[i] == y[i];
    return count;
}

/* The reference, and the portable set where there is a faster one: a fused multiply-add may be a call there. */
static bool is_slow(int table, int tables)
{
    return table < 2 && table < tables - 1;
}

static void test_every_number(void **state)
{
    (void)state;
    int tables;
    const kernels_f32 *const *table = kernels_all_f32(&tables);
    double largest[8] = {0.0};
    assert_in_range(tables, 1, 8);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        if (!block_is_chosen(block) || block_has_no_numbers(block))
            continue;
        fill_inputs(block);
        fill_truth();
        fill_ulps();
        for (int i = 0; i < tables; i++) {
            if (is_slow(i, tables) && block % SLOW_STRIDE != 0)
                continue;
            table[i]->exp(BLOCK, x, y);
            largest[i] = fmax(largest[i], largest_error());
        }
    }
    for (int i = 0; i < tables; i++) {
        print_message("%s: largest error %.4f ulp\n", table[i]->name, largest[i]);
        assert_true(largest[i] <= 2.0);
    }
}

static void test_every_nan(void **state)
{
    (void)state;
    int tables;
    const kernels_f32 *const *table = kernels_all_f32(&tables);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        if (!block_has_no_numbers(block))
            continue;
        fill_inputs(block);
        const int infinities = isinf(x[0]) ? 1 : 0;
        for (int i = 0; i < tables; i++) {
            table[i]->exp(BLOCK, x, y);
            assert_int_equal(count_not_nan(), infinities);
            if (infinities)
                assert_true(y[0] == (x[0] > 0.0f ? INFINITY : 0.0f));
        }
    }
}

int main(int count, char **arguments)
{
    stride = one_in(count, arguments);
    if (stride == 0)
        return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_every_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
