/* G = scale X^T R and scale times the column sums of R, against plain long double loops. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/reference.h"
#include "support/sweep.h"
#include "support/trial.h"

static void check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 8);
    if ((m + n + k) % 3 == 0)
        p.a.g_bias = NULL;
    trial_call(GRADIENT, ctx, &p);

    long double *const X = trial_wide(&p, PROBLEM_X);
    long double *const R = trial_wide(&p, PROBLEM_R);
    long double *const G = reference_new(n, k);
    long double *const g_bias = reference_new(1, k);
    double *const dG = calloc((size_t)(n * k) + 1, sizeof *dG);
    double *const dg_bias = calloc((size_t)k + 1, sizeof *dg_bias);
    reference_gradient(m, n, k, X, R, p.a.scale, G, g_bias);
    bounds_gradient(real_arithmetic, m, n, k, X, R, NULL, p.a.scale, dG, dg_bias);
    check_close("G", n, k, p.a.G, p.a.ldg, G, dG);
    if (p.a.g_bias != NULL)
        check_close("g_bias", 1, k, p.a.g_bias, k, g_bias, dg_bias);

    free(dg_bias);
    free(dG);
    free(g_bias);
    free(G);
    free(R);
    free(X);
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_shapes(check_shape);
}

static void test_no_rows_give_zeros(void **state)
{
    (void)state;
    real G[6] = {1, 1, 1, 1, 1, 1};
    real g_bias[3] = {1, 1, 1};
    const real zeros[6] = {0};
    assert_int_equal(REAL(linclass_gradient)(NULL, 0, 2, 3, NULL, 2, NULL, 3, 1, G, 3, g_bias),
                     LINCLASS_OK);
    assert_memory_equal(G, zeros, sizeof G);
    assert_memory_equal(g_bias, zeros, sizeof g_bias);
}

/* Adjointness: <X theta, R> = <theta, X^T R>, whatever X, theta and R are. */
static void test_adjoint_of_logits(void **state)
{
    (void)state;
    problem p = problem_new(211, 97, 13, 0, 9);
    p.a.bias = NULL;
    p.a.scale = 1;
    assert_int_equal(call(LOGITS, NULL, &p.a), LINCLASS_OK);
    assert_int_equal(call(GRADIENT, NULL, &p.a), LINCLASS_OK);
    double left = 0;
    double right = 0;
    double magnitude = 0; /* of sums of |x theta r|: at most |theta r| for x in [-1, 1) */
    for (int64_t e = 0; e < p.a.m * p.a.k; e++)
        left += (double)p.a.H[e] * (double)p.a.R[e];
    for (int64_t e = 0; e < p.a.n * p.a.k; e++) {
        right += (double)p.a.theta[e] * (double)p.a.G[e];
        magnitude +=
            (p.a.theta[e] < 0 ? -(double)p.a.theta[e] : (double)p.a.theta[e]) * (double)p.a.m;
    }
    check_close_number("<theta, X^T R>", right, left,
                       real_arithmetic.u * (double)(p.a.m + p.a.n) * magnitude);
    problem_free(&p);
}

/* Of few rows the factors are looked at instead of G: one that makes it not finite is found wherever it stands, however
 * far it is from that, and those whose products are the largest numbers are not refused. */
static void test_one_large_factor(void **state)
{
    (void)state;
    enum { N = 37, K = 35 };
    static const real largest = REAL_BITS == 32 ? (real)FLT_MAX : (real)DBL_MAX;
    const struct {
        real value;
        linclass_status status;
    } cases[] = {
        {(real)NAN, LINCLASS_ERROR_NON_FINITE},
        {(real)-INFINITY, LINCLASS_ERROR_NON_FINITE},
        {largest, LINCLASS_ERROR_NUMERIC},
        {-largest / 2, LINCLASS_OK},
    };
    real X[N];
    real R[K];
    real G[N * K];
    for (int i = 0; i < N; i++)
        X[i] = -2;
    for (int i = 0; i < K; i++)
        R[i] = 2;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (int e = 0; e < N + K; e++) {
            real *const element = e < N ? &X[e] : &R[e - N];
            const real before = *element;
            *element = cases[c].value;
            const linclass_status found =
                REAL(linclass_gradient)(NULL, 1, N, K, X, N, R, K, 1, G, K, NULL);
            if (found != cases[c].status)
                fail_msg("%s[%d] is %g: status %d, should be %d", e < N ? "X" : "R",
                         e < N ? e : e - N, (double)cases[c].value, (int)found,
                         (int)cases[c].status);
            *element = before;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_no_rows_give_zeros),
        cmocka_unit_test(test_adjoint_of_logits),
        cmocka_unit_test(test_one_large_factor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
