/* The losses whose kinks are rounded off, of every table, the reference too, against their definition in long double:
 *
 *     max over a in A of sum a_j (h_j - h_y + 1) - mu/2 sum a_j^2,   A: 0 <= a_j <= 1, or a_j >= 0 and sum a_j <= 1
 *
 * the residual against that a, which a bisection finds, and the curvature against differences of it; the groups of rows
 * of every set against single rows, bit by bit; and the rows that have to be reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/real.h"
#include "kernel/kernel.h"
#include "scores.h"

enum { CLASSES = 70, ROWS = 19 };

#define UNIT (sizeof(real) == 4 ? 0x1p-23L : 0x1p-52L)

static const int32_t LOSSES[] = {LINCLASS_LOSS_HINGE, LINCLASS_LOSS_CRAMMER_SINGER};
static const double WIDTHS[] = {10, 1, 0.1, 1e-3};
static const int64_t SIZES[] = {1, 2, 3, 9, 10, 17, 33, 64, 65, CLASSES};

typedef struct row {
    int32_t loss;
    int64_t k;
    int64_t y;
    long double mu;
} row;

static long double share(const row *of, const long double *h, int64_t j, long double offset)
{
    const long double a = (h[j] - h[of->y] + 1) / of->mu - offset;
    return j == of->y ? 0 : fminl(fmaxl(a, 0), 1);
}

static long double sum_of_shares(const row *of, const long double *h, long double offset)
{
    long double sum = 0;
    for (int64_t j = 0; j < of->k; j++)
        sum += share(of, h, j, offset);
    return sum;
}

/* a, and the value of the loss. */
static long double define(const row *of, const long double *h, long double *a)
{
    long double low = 0;
    long double high = 0;
    for (int64_t j = 0; j < of->k; j++)
        high = fmaxl(high, (h[j] - h[of->y] + 1) / of->mu);
    const bool free = of->loss == LINCLASS_LOSS_HINGE || sum_of_shares(of, h, 0) <= 1;
    for (int step = 0; step < 200 && !free; step++) {
        const long double middle = low + (high - low) / 2;
        *(sum_of_shares(of, h, middle) > 1 ? &low : &high) = middle;
    }
    long double value = 0;
    a[of->y] = 0;
    for (int64_t j = 0; j < of->k; j++) {
        if (j == of->y)
            continue;
        a[j] = share(of, h, j, free ? 0 : high);
        a[of->y] -= a[j];
        value += a[j] * (h[j] - h[of->y] + 1 - of->mu / 2 * a[j]);
    }
    return value;
}

static void assert_near(const char *what, const row *of, long double got, long double want,
                        long double bound)
{
    if (!(fabsl(got - want) <= bound))
        fail_msg("%s, loss %d, mu %Lg, k %ld: %.18Lg is not %.18Lg within %.3Lg", what,
                 (int)of->loss, of->mu, (long)of->k, got, want, bound);
}

/* Scores are rounded to u |h|, and so is what a is made of, over mu: up to 8 u of scores up to 4, of many for the mean
 * of a sum. */
static long double bound_of_shares(const row *of)
{
    return UNIT * (8 / of->mu + 8) * (long double)(4 + of->k / 8);
}

static void check_row(const row *of, const REAL(loss_kernel) * kernel, const real *h,
                      const real *direction)
{
    const long double step = 1e-9L;
    long double exact[CLASSES];
    long double up[CLASSES];
    long double want[CLASSES];
    long double above[CLASSES];
    long double below[CLASSES];
    real r[CLASSES];
    real d[CLASSES];
    double loss;
    double alone;
    const size_t bytes = (size_t)of->k * sizeof(real);
    for (int64_t j = 0; j < of->k; j++)
        exact[j] = (long double)h[j];
    const long double value = define(of, exact, want);
    memcpy(r, h, bytes);
    assert_int_equal(kernel->smooth_residual(1, of->k, r, of->k, &of->y, (double)of->mu, &loss),
                     -1);
    assert_int_equal(kernel->smooth_loss(1, of->k, h, of->k, &of->y, (double)of->mu, &alone), -1);
    assert_near("loss", of, loss, value, 20 * UNIT * (long double)of->k);
    assert_near("loss alone", of, alone, loss, 0);
    for (int64_t j = 0; j < of->k; j++)
        assert_near("residual", of, (long double)r[j], want[j],
                    bound_of_shares(of) * (j == of->y ? (long double)of->k : 1));
    memcpy(d, direction, bytes);
    assert_int_equal(kernel->smooth_curvature(1, of->k, h, of->k, &of->y, (double)of->mu, d, of->k),
                     -1);
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int64_t j = 0; j < of->k; j++)
            up[j] = exact[j] + sign * step * (long double)direction[j];
        (void)define(of, up, sign > 0 ? above : below);
    }
    for (int64_t j = 0; j < of->k; j++)
        assert_near("curvature", of, (long double)d[j], (above[j] - below[j]) / (2 * step),
                    (1e4L * UNIT + 1e-7L) * (long double)of->k / of->mu);
}

/* Every third row has all its violations below the width, where sum a < 1 at times. No score is within 1e-4 of a kink
 * of the hinge, so that single precision sees the same side of it. */
static void draw(const row *of, int64_t i, uint64_t *state, real *h, real *d)
{
    for (int64_t j = 0; j < of->k; j++) {
        const double spread = i % 3 == 0 ? 0.2 * (double)of->mu : 4;
        h[j] = (real)(spread * (random_uniform(state) - 0.5) - (i % 3 == 0 ? 1 : 0));
        d[j] = (real)(2 * random_uniform(state) - 1);
    }
    if (i % 3 == 0)
        h[of->y] = (real)(-0.1 * (double)of->mu);
}

static bool has_kink_near(const row *of, const real *h)
{
    long double exact[CLASSES];
    long double a[CLASSES];
    const long double near = 1e3L * bound_of_shares(of);
    for (int64_t j = 0; j < of->k; j++)
        exact[j] = (long double)h[j];
    (void)define(of, exact, a);
    const long double sum = sum_of_shares(of, exact, 0);
    bool found = of->loss == LINCLASS_LOSS_CRAMMER_SINGER && fabsl(sum - 1) < near;
    long double offset = 0;
    for (int64_t j = 0; j < of->k; j++) {
        const long double t = (exact[j] - exact[of->y] + 1) / of->mu;
        if (j != of->y && a[j] > 0 && a[j] < 1)
            offset = t - a[j];
    }
    for (int64_t j = 0; j < of->k; j++) {
        const long double t = (exact[j] - exact[of->y] + 1) / of->mu - offset;
        found |= j != of->y && (fabsl(t) < near || fabsl(t - 1) < near);
    }
    return found;
}

static void test_against_definition(void **state)
{
    (void)state;
    uint64_t seed = 11;
    int tables;
    int checked = 0;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    const int shapes = sizeof SIZES / sizeof *SIZES;
    for (int which = 0; which < 8 * shapes; which++) {
        for (int64_t i = 0; i < 30; i++) {
            row of = {LOSSES[which % 2], SIZES[which / 8], 0, WIDTHS[which / 2 % 4]};
            of.y = (int64_t)(random_uniform(&seed) * (double)of.k);
            real h[CLASSES];
            real d[CLASSES];
            draw(&of, i, &seed, h, d);
            if (has_kink_near(&of, h))
                continue;
            checked++;
            for (int t = 0; t < tables; t++)
                check_row(&of, &table[t]->losses[of.loss], h, d);
        }
    }
    assert_true(checked > 500);
}

/* Rows in groups, of every number, against each by itself. */
static void test_groups(void **state)
{
    (void)state;
    static real h[ROWS * CLASSES];
    static real d[ROWS * CLASSES];
    static real R[ROWS * CLASSES];
    static real C[ROWS * CLASSES];
    int64_t y[ROWS];
    double loss[ROWS];
    uint64_t seed = 12;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int which = 0; which < 2 * 10 * tables; which++) {
        row of = {LOSSES[which % 2], SIZES[which / 2 % 10], 0, 0.1L};
        const REAL(loss_kernel) *kernel = &table[which / 20]->losses[of.loss];
        const int64_t k = of.k;
        for (int64_t i = 0; i < ROWS; i++) {
            of.y = y[i] = i % k;
            draw(&of, i, &seed, h + i * k, d + i * k);
        }
        memcpy(R, h, sizeof R);
        memcpy(C, d, sizeof C);
        assert_int_equal(kernel->smooth_residual(ROWS, k, R, k, y, 0.1, loss), -1);
        assert_int_equal(kernel->smooth_curvature(ROWS, k, h, k, y, 0.1, C, k), -1);
        for (int64_t i = 0; i < ROWS; i++) {
            double alone;
            const size_t bytes = (size_t)k * sizeof(real);
            real r[CLASSES];
            real c[CLASSES];
            memcpy(r, h + i * k, bytes);
            memcpy(c, d + i * k, bytes);
            (void)kernel->smooth_residual(1, k, r, k, y + i, 0.1, &alone);
            (void)kernel->smooth_curvature(1, k, h + i * k, k, y + i, 0.1, c, k);
            assert_memory_equal(r, R + i * k, bytes);
            assert_memory_equal(c, C + i * k, bytes);
            assert_memory_equal(&alone, loss + i, sizeof alone);
        }
    }
}

static void test_reported_rows(void **state)
{
    (void)state;
    static const double SPOILT[] = {NAN, INFINITY};
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int which = 0; which < 2 * 2 * 2 * tables; which++) {
        const int64_t k = which / 4 % 2 == 0 ? 5 : CLASSES;
        const REAL(loss_kernel) *kernel = &table[which / 8]->losses[LOSSES[which % 2]];
        for (int64_t at = 0; at < k; at++) {
            real h[3 * CLASSES] = {0};
            real d[3 * CLASSES] = {0};
            const int64_t y[] = {0, 1, 2};
            double loss[3];
            h[k + at] = (real)SPOILT[which / 2 % 2];
            assert_int_equal(kernel->smooth_loss(3, k, h, k, y, 0.1, loss), 1);
            assert_int_equal(kernel->smooth_curvature(3, k, h, k, y, 0.1, d, k), 1);
            assert_int_equal(kernel->smooth_residual(3, k, h, k, y, 0.1, loss), 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_definition),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_reported_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
