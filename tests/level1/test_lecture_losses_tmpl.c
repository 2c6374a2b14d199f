/* Worked examples of lectures on linear classifiers besides softmax regression, to the digits they are
 * printed with. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/check.h"

/* Half a unit of the last printed digit, and a rounding error of the precision under test. */
static double printed(double unit)
{
    return unit / 2 + 4 * real_arithmetic.u;
}

static void test_sigmoid(void **state)
{
    (void)state;
    const real h[2] = {-2, 0};
    real z[2];
    assert_int_equal(REAL(linclass_sigmoid)(NULL, 2, 1, h, 1, z, 1), LINCLASS_OK);
    check_close_number("sigmoid(-2)", z[0], 0.12, printed(1e-2));
    assert_true(z[1] == (real)0.5);
}

/* The words of four documents; the first feature is 1 in all. */
static void test_signs_of_documents(void **state)
{
    (void)state;
    const real documents[12] = {1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1};
    const real theta[3] = {-1, 2, -3};
    const real want[4] = {1, -1, -4, -2};
    real h[4];
    real z[4];
    assert_int_equal(REAL(linclass_logits)(NULL, 4, 3, 1, documents, 3, theta, 1, NULL, h, 1),
                     LINCLASS_OK);
    assert_memory_equal(h, want, sizeof h);
    assert_int_equal(REAL(linclass_sigmoid)(NULL, 4, 1, h, 1, z, 1), LINCLASS_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(z[i] > (real)0.5, i == 0);
}

/* For a positive with score h the derivative is -1 / (e^h + 1), for a negative 1 / (e^-h + 1). */
static void test_derivative_of_the_log_loss(void **state)
{
    (void)state;
    const int64_t y[2] = {1, 0};
    for (int score = -30; score <= 30; score += 3) {
        real h[2] = {(real)score, (real)score};
        double loss;
        assert_int_equal(
            REAL(linclass_loss_residual)(NULL, LINCLASS_LOSS_LOGISTIC, 2, 1, h, 1, y, &loss),
            LINCLASS_OK);
        const double positive = -1 / (exp(score) + 1);
        const double negative = 1 / (exp(-score) + 1);
        check_close_number("of a positive", h[0], positive, -20 * real_arithmetic.u * positive);
        check_close_number("of a negative", h[1], negative, 20 * real_arithmetic.u * negative);
        const double losses = log1p(exp(score)) + log1p(exp(-score));
        check_close_number("loss", loss, losses / 2, 20 * real_arithmetic.u * losses);
    }
}

/* theta = (0.04, 0.5), x = (1, 0.82), y = 1, alpha = 0.01: theta becomes (0.0439, 0.5032). */
static void test_one_step(void **state)
{
    (void)state;
    const real x[2] = {1, (real)0.82};
    const int64_t y = 1;
    real theta[2] = {(real)0.04, (real)0.5};
    real G[2];
    double loss;
    assert_int_equal(REAL(linclass_loss_gradient)(NULL, LINCLASS_LOSS_LOGISTIC, 1, 2, 1, x, 2, &y,
                                                  theta, 1, NULL, &loss, G, 1, NULL),
                     LINCLASS_OK);
    const double by_hand[2] = {theta[0] - 0.01 * G[0], theta[1] - 0.01 * G[1]};
    assert_int_equal(REAL(linclass_sgd_epoch)(NULL, LINCLASS_LOSS_LOGISTIC, 1, 2, 1, x, 2, &y, 1,
                                              (real)0.01, theta, 1, NULL),
                     LINCLASS_OK);
    check_close_number("theta_0", theta[0], 0.0439, printed(1e-4));
    check_close_number("theta_1", theta[1], 0.5032, printed(1e-4));
    for (int j = 0; j < 2; j++)
        check_close_number("the step", theta[j], by_hand[j], 4 * real_arithmetic.u);
}

/* x (p - y) p (1 - p): it all but vanishes where p is near 1 and y = 0; the log-loss's does not. */
static void test_gradient_of_the_squared_error(void **state)
{
    (void)state;
    const real x[2] = {1, -2};
    for (int64_t y = 0; y <= 1; y++) {
        for (int weight = -6; weight <= 6; weight++) {
            const real theta[2] = {(real)weight, (real)0.5};
            real G[2];
            real slope;
            double loss;
            assert_int_equal(REAL(linclass_loss_gradient)(NULL, LINCLASS_LOSS_SIGMOID_SQUARED, 1, 2,
                                                          1, x, 2, &y, theta, 1, NULL, &loss, G, 1,
                                                          &slope),
                             LINCLASS_OK);
            const double p = 1 / (1 + exp(-(weight - 1.0)));
            const double want = (p - (double)y) * p * (1 - p);
            for (int j = 0; j < 2; j++)
                check_close_number("G", G[j], x[j] * want, 40 * real_arithmetic.u);
            check_close_number("g_bias", slope, want, 20 * real_arithmetic.u);
            check_close_number("loss", loss, (p - (double)y) * (p - (double)y) / 2,
                               20 * real_arithmetic.u);
        }
    }
}

static void test_the_gradient_of_the_squared_error_vanishes(void **state)
{
    (void)state;
    const int64_t y = 0;
    real squared = 10;
    real logistic = 10;
    assert_int_equal(REAL(linclass_loss_residual)(NULL, LINCLASS_LOSS_SIGMOID_SQUARED, 1, 1,
                                                  &squared, 1, &y, NULL),
                     LINCLASS_OK);
    assert_int_equal(
        REAL(linclass_loss_residual)(NULL, LINCLASS_LOSS_LOGISTIC, 1, 1, &logistic, 1, &y, NULL),
        LINCLASS_OK);
    assert_true(squared < (real)5e-5);
    assert_true(logistic > (real)0.9999);
}

enum { ROWS = 3, CLASSES = 3 };
static const real scores[ROWS * CLASSES] = {(real)5.6,  (real)6.4,  (real)-4.6,
                                            (real)-1.8, (real)10.2, (real)3.5,
                                            (real)2.0,  (real)5.4,  (real)-8.6};
static const int64_t labels[ROWS] = {0, 1, 2};

typedef struct margin_example {
    int32_t loss;
    double losses[ROWS];
    double residuals[ROWS * CLASSES];
} margin_example;

static void check_margins(const margin_example *e)
{
    /* Scores of about ten, rounded to the precision, and squares of up to 15 of them. */
    const double allowed = 1000 * real_arithmetic.u;
    double mean = 0;
    for (int64_t i = 0; i < ROWS; i++) {
        double loss;
        assert_int_equal(REAL(linclass_loss_mean)(NULL, e->loss, 1, CLASSES, scores + i * CLASSES,
                                                  CLASSES, labels + i, &loss),
                         LINCLASS_OK);
        check_close_number("loss of a row", loss, e->losses[i], allowed);
        mean += e->losses[i] / ROWS;
    }
    real R[ROWS * CLASSES];
    double loss;
    memcpy(R, scores, sizeof R);
    assert_int_equal(
        REAL(linclass_loss_residual)(NULL, e->loss, ROWS, CLASSES, R, CLASSES, labels, &loss),
        LINCLASS_OK);
    check_close_number("mean loss", loss, mean, allowed);
    for (int at = 0; at < ROWS * CLASSES; at++)
        check_close_number("residual", R[at], e->residuals[at], allowed);
}

static void test_perceptron(void **state)
{
    (void)state;
    const margin_example perceptron = {
        LINCLASS_LOSS_PERCEPTRON, {0.8, 0, 24.6}, {-1, 1, 0, 0, 0, 0, 1, 1, -2}};
    check_margins(&perceptron);
    double loss;
    assert_int_equal(REAL(linclass_loss_mean)(NULL, LINCLASS_LOSS_PERCEPTRON, ROWS, CLASSES, scores,
                                              CLASSES, labels, &loss),
                     LINCLASS_OK);
    check_close_number("mean loss", loss, 8.47, printed(1e-2));
}

/* By hand: 6.4 - 5.6 + 1; none within 1; 2 + 8.6 + 1 and 5.4 + 8.6 + 1. */
static void test_hinge(void **state)
{
    (void)state;
    const margin_example hinge = {
        LINCLASS_LOSS_HINGE, {1.8, 0, 26.6}, {-1, 1, 0, 0, 0, 0, 1, 1, -2}};
    check_margins(&hinge);
}

/* The squares of those, and twice those. */
static void test_squared_hinge(void **state)
{
    (void)state;
    const margin_example squared = {LINCLASS_LOSS_SQUARED_HINGE,
                                    {3.24, 0, 134.56 + 225},
                                    {-3.6, 3.6, 0, 0, 0, 0, 23.2, 30, -53.2}};
    check_margins(&squared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigmoid),
        cmocka_unit_test(test_signs_of_documents),
        cmocka_unit_test(test_derivative_of_the_log_loss),
        cmocka_unit_test(test_one_step),
        cmocka_unit_test(test_gradient_of_the_squared_error),
        cmocka_unit_test(test_the_gradient_of_the_squared_error_vanishes),
        cmocka_unit_test(test_perceptron),
        cmocka_unit_test(test_hinge),
        cmocka_unit_test(test_squared_hinge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
