/* Worked examples of lectures on softmax regression, to the digits they are printed with. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/check.h"

/* Half a unit of the last printed digit, and a rounding error of the precision under test. */
static double printed(double unit)
{
    return unit / 2 + 4 * real_arithmetic.u;
}

static void check_softmax(int64_t k, const real *h, const double *want, double unit)
{
    real z[4];
    assert_int_equal(REAL(linclass_softmax)(NULL, 1, k, h, k, z, k), LINCLASS_OK);
    for (int64_t c = 0; c < k; c++)
        check_close_number("z", z[c], want[c], printed(unit));
}

static void test_softmax_of_three_scores(void **state)
{
    (void)state;
    const real h[] = {1, -2, 3};
    check_softmax(3, h, (const double[]){0.11849965, 0.00589975, 0.8756006}, 1e-7);
}

static void test_softmax_of_four_scores(void **state)
{
    (void)state;
    /* The first is printed as 0.5647 where it is 0.56457: three halves of a unit are allowed. */
    const real h[] = {(real)1.45, (real)0.33, (real)-0.12, (real)0.01};
    check_softmax(4, h, (const double[]){0.5647, 0.1842, 0.1175, 0.1338}, 3e-4);
}

static void test_softmax_of_distant_scores(void **state)
{
    (void)state;
    const real h[] = {(real)5.6, (real)6.4, (real)-4.6};
    check_softmax(3, h, (const double[]){0.31, 0.69, 0.00}, 1e-2);
}

/* Three classes, four features; the lectures write a class's weights as a row. */
enum { FEATURES = 4, CLASSES = 3 };
static const double weights[CLASSES][FEATURES] = {
    {0.45, -0.12, 0.14, 1.3},
    {-0.7, 0.9, 0.68, -0.31},
    {-0.26, 0.05, 0.12, 0.51},
};
static const real sample[FEATURES] = {1, 1, 1, 0};

static void logits_of_the_example(real h[CLASSES])
{
    real theta[FEATURES * CLASSES];
    for (int j = 0; j < FEATURES; j++) {
        for (int c = 0; c < CLASSES; c++)
            theta[j * CLASSES + c] = (real)weights[c][j];
    }
    assert_int_equal(REAL(linclass_logits)(NULL, 1, FEATURES, CLASSES, sample, FEATURES, theta,
                                           CLASSES, NULL, h, CLASSES),
                     LINCLASS_OK);
}

static void test_scores_of_a_sample(void **state)
{
    (void)state;
    const double want[CLASSES] = {0.47, 0.88, -0.09};
    real h[CLASSES];
    logits_of_the_example(h);
    for (int c = 0; c < CLASSES; c++)
        check_close_number("score", h[c], want[c], printed(1e-2));
}

static void test_probabilities_of_a_sample(void **state)
{
    (void)state;
    real h[CLASSES];
    logits_of_the_example(h);
    check_softmax(CLASSES, h, (const double[]){0.3249, 0.4895, 0.1856}, 1e-4);
}

/* The second of the three classes, and so the smallest of their losses. */
static void test_class_of_a_sample(void **state)
{
    (void)state;
    real h[CLASSES];
    logits_of_the_example(h);
    double loss[CLASSES];
    for (int64_t y = 0; y < CLASSES; y++)
        assert_int_equal(REAL(linclass_cross_entropy)(NULL, 1, CLASSES, h, CLASSES, &y, &loss[y]),
                         LINCLASS_OK);
    assert_true(loss[1] < loss[0] && loss[1] < loss[2]);
    check_close_number("loss of class 2", loss[1], -log(0.4895), 1e-4 / 0.4895);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax_of_three_scores),
        cmocka_unit_test(test_softmax_of_four_scores),
        cmocka_unit_test(test_softmax_of_distant_scores),
        cmocka_unit_test(test_scores_of_a_sample),
        cmocka_unit_test(test_probabilities_of_a_sample),
        cmocka_unit_test(test_class_of_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
