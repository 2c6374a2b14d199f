/* The materialised Jacobian: its layout, its product, and its gradient against the library's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "naive.h"

/* Two samples of two features, two classes: column j k + c belongs to feature j and class c. */
static void layout(void **state)
{
    (void)state;
    const double X[2][2] = {{3, 5}, {7, 11}};
    const double expected[4][4] = {{3, 0, 5, 0}, {0, 3, 0, 5}, {7, 0, 11, 0}, {0, 7, 0, 11}};
    double J[4][4];
    naive_jacobian_f64(2, 2, 2, X[0], 2, J[0]);
    assert_memory_equal(J, expected, sizeof J);
}

static float pseudo_random(int i)
{
    return (float)((i * 7919 + 13) % 101 - 50) / 50;
}

static void both_precisions_agree(void **state)
{
    (void)state;
    enum { B = 3, N = 17, K = 5, LDX = 20 };
    static float X32[B * LDX], R32[B * K], J32[B * K * N * K], G32[N * K];
    static double X64[B * LDX], R64[B * K], J64[B * K * N * K], G64[N * K];
    for (int i = 0; i < B * LDX; i++)
        X64[i] = X32[i] = pseudo_random(i);
    for (int i = 0; i < B * K; i++)
        R64[i] = R32[i] = pseudo_random(i + 1000);
    naive_jacobian_f32(B, N, K, X32, LDX, J32);
    naive_jacobian_f64(B, N, K, X64, LDX, J64);
    for (int i = 0; i < B * K * N * K; i++)
        assert_float_equal(J32[i], J64[i], 0);
    naive_product_f64(B, N, K, R64, J64, G64);
    naive_product_f32(B, N, K, R32, J32, G32);
    for (int i = 0; i < N * K; i++)
        assert_float_equal(G32[i], G64[i], 1e-5); /* sums of 3 terms below 1 in size */
    naive_product_f32(B, N, K, R32, J32, J32);
    for (int i = 0; i < N * K; i++)
        assert_float_equal(J32[i], G64[i], 1e-5);
}

static void compare_with_library(int m, int n, int k)
{
    double *const X = calloc((size_t)(m * n), sizeof *X);
    double *const theta = calloc((size_t)(n * k), sizeof *theta);
    double *const G = calloc((size_t)(n * k), sizeof *G);
    double *const expected = calloc((size_t)(n * k), sizeof *expected);
    double *const bias = calloc((size_t)k, sizeof *bias);
    double *const g_bias = calloc((size_t)k, sizeof *g_bias);
    double *const expected_bias = calloc((size_t)k, sizeof *expected_bias);
    int64_t *const y = calloc((size_t)m, sizeof *y);
    double loss, expected_loss;
    for (int i = 0; i < m * n; i++)
        X[i] = pseudo_random(i);
    for (int i = 0; i < n * k; i++)
        theta[i] = pseudo_random(i + 500);
    for (int c = 0; c < k; c++)
        bias[c] = pseudo_random(c + 900);
    for (int i = 0; i < m; i++)
        y[i] = (i * 7) % k;
    assert_int_equal(naive_loss_gradient_f64(m, n, k, X, y, theta, bias, &expected_loss, expected,
                                             expected_bias),
                     0);
    assert_int_equal(linclass_softmax_loss_gradient_f64(NULL, m, n, k, X, n, y, theta, k, bias,
                                                        &loss, G, k, g_bias),
                     LINCLASS_OK);
    assert_float_equal(loss, expected_loss, 1e-13 * (1 + expected_loss));
    for (int i = 0; i < n * k; i++)
        assert_float_equal(G[i], expected[i], 1e-13);
    for (int c = 0; c < k; c++)
        assert_float_equal(g_bias[c], expected_bias[c], 1e-13);
    free(X), free(theta), free(G), free(expected), free(bias), free(g_bias), free(expected_bias);
    free(y);
}

static void library_agrees(void **state)
{
    (void)state;
    compare_with_library(1, 1, 1);
    compare_with_library(1, 30, 10);
    compare_with_library(7, 13, 3);
    compare_with_library(300, 9, 10);
    compare_with_library(40, 5, 33);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout),
        cmocka_unit_test(both_precisions_agree),
        cmocka_unit_test(library_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
