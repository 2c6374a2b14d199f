/* Z = softmax(H) against plain long double loops, and the algebra of softmax. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/reference.h"
#include "support/sweep.h"
#include "support/trial.h"

static void compare(int64_t m, int64_t k, const long double *H, const real *Z, int64_t ldz)
{
    long double *const want = reference_new(m, k);
    double *const bound = calloc((size_t)(m * k) + 1, sizeof *bound);
    reference_softmax(m, k, H, want);
    bounds_softmax(real_arithmetic, m, k, H, NULL, bound);
    check_close("Z", m, k, Z, ldz, want, bound);
    free(bound);
    free(want);
}

static void check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 2);
    trial_call(SOFTMAX, ctx, &p);
    long double *const H = trial_wide(&p, PROBLEM_H);
    compare(m, k, H, p.a.Z, p.a.ldz);
    free(H);
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_rows(check_shape);
}

static void check_in_place(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 3);
    long double *const H = trial_wide(&p, PROBLEM_H);
    p.a.Z = p.a.H;
    p.a.ldz = p.a.ldh;
    check_ok(ctx, call(SOFTMAX, ctx, &p.a), "softmax in place");
    problem_check_guards(&p, SOFTMAX);
    compare(m, k, H, p.a.H, p.a.ldh);
    free(H);
    problem_free(&p);
}

static void test_in_place(void **state)
{
    (void)state;
    sweep_rows(check_in_place);
}

/* In place and out of place are the same computation. */
static void test_in_place_has_the_same_bits(void **state)
{
    (void)state;
    problem p = problem_new(33, 0, 21, 0, 4);
    assert_int_equal(call(SOFTMAX, NULL, &p.a), LINCLASS_OK);
    assert_int_equal(REAL(linclass_softmax)(NULL, p.a.m, p.a.k, p.a.H, p.a.ldh, p.a.H, p.a.ldh),
                     LINCLASS_OK);
    assert_memory_equal(p.a.H, p.a.Z, (size_t)(p.a.m * p.a.k) * sizeof(real));
    problem_free(&p);
}

static void test_rows_sum_to_one(void **state)
{
    (void)state;
    for (int64_t k = 1; k < 2000; k = k * 3 / 2 + 1) {
        problem p = problem_new(20, 0, k, 0, (uint64_t)k);
        assert_int_equal(call(SOFTMAX, NULL, &p.a), LINCLASS_OK);
        for (int64_t i = 0; i < p.a.m; i++) {
            double sum = 0;
            for (int64_t c = 0; c < k; c++)
                sum += p.a.Z[i * p.a.ldz + c];
            /* Each z carries a relative error that the sum averages: see bounds_softmax. */
            if (!(fabs(sum - 1) <= real_arithmetic.u * (double)(k + 30)))
                fail_msg("k=%ld: row %ld sums to %.17g", (long)k, (long)i, sum);
        }
        problem_free(&p);
    }
}

/* softmax(h + c) = softmax(h): exactly so when h + c is exact, because only h - max h is used. */
static void test_shift_invariance(void **state)
{
    (void)state;
    enum { K = 37 };
    real h[K];
    real shifted[K];
    real z[K];
    real z_shifted[K];
    for (int c = 0; c < K; c++) {
        h[c] = (real)(c * 7 % K) / 16;
        shifted[c] = h[c] + 1024;
    }
    assert_int_equal(REAL(linclass_softmax)(NULL, 1, K, h, K, z, K), LINCLASS_OK);
    assert_int_equal(REAL(linclass_softmax)(NULL, 1, K, shifted, K, z_shifted, K), LINCLASS_OK);
    assert_memory_equal(z, z_shifted, sizeof z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_in_place_has_the_same_bits),
        cmocka_unit_test(test_rows_sum_to_one),
        cmocka_unit_test(test_shift_invariance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
