/* Scores far apart and far from zero, to every loss besides softmax: exact limits where there is one, a
 * numeric error where the result overflows, never NaN. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/check.h"
#include "support/context_of.h"

#if REAL_BITS == 32
static const real largest = FLT_MAX;
#else
static const real largest = DBL_MAX;
#endif

static void check_one(int32_t number, real score, int64_t y, double want_loss, double want_r)
{
    double loss;
    check_describe("score %g, label %d", (double)score, (int)y);
    assert_int_equal(REAL(linclass_loss_mean)(NULL, number, 1, 1, &score, 1, &y, &loss),
                     LINCLASS_OK);
    check_close_number("loss", loss, want_loss, 4 * real_arithmetic.u * want_loss);
    assert_int_equal(REAL(linclass_loss_residual)(NULL, number, 1, 1, &score, 1, &y, &loss),
                     LINCLASS_OK);
    check_close_number("loss with the residual", loss, want_loss,
                       4 * real_arithmetic.u * want_loss);
    check_close_number("residual", score, want_r, real_arithmetic.tiny);
}

static void test_sigmoid(void **state)
{
    (void)state;
    const real h[7] = {(real)-1e30, -largest, -10000, 0, 10000, largest, (real)1e30};
    const real want[7] = {0, 0, 0, (real)0.5, 1, 1, 1};
    real z[7];
    assert_int_equal(REAL(linclass_sigmoid)(NULL, 7, 1, h, 1, z, 1), LINCLASS_OK);
    assert_memory_equal(z, want, sizeof z);
}

static void test_one_score(void **state)
{
    (void)state;
    const real far[3] = {10000, (real)1e30, largest};
    for (int i = 0; i < 3; i++) {
        for (int64_t y = 0; y <= 1; y++) {
            const real right = y == 1 ? far[i] : -far[i];
            const double wrong_r = y == 1 ? -1 : 1;
            check_one(LINCLASS_LOSS_LOGISTIC, right, y, 0, 0);
            check_one(LINCLASS_LOSS_LOGISTIC, -right, y, (double)far[i], wrong_r);
            check_one(LINCLASS_LOSS_SIGMOID_SQUARED, right, y, 0, 0);
            check_one(LINCLASS_LOSS_SIGMOID_SQUARED, -right, y, 0.5, 0);
        }
    }
}

typedef struct margin_loss {
    int32_t number;
    int margin;
    int squared;
} margin_loss;

static const margin_loss margins[] = {
    {LINCLASS_LOSS_PERCEPTRON, 0, 0},
    {LINCLASS_LOSS_HINGE, 1, 0},
    {LINCLASS_LOSS_SQUARED_HINGE, 1, 1},
};
enum { MARGINS = sizeof margins / sizeof *margins };

/* Row (a, b, c) with label 2: the violations are a - c + margin and b - c + margin. */
static void check_row(const margin_loss *f, real a, real b, real c)
{
    real h[3] = {a, b, c};
    const int64_t y = 2;
    double want = 0;
    double r[3] = {0};
    for (int j = 0; j < 2; j++) {
        const double v = fmax(0, (double)h[j] - (double)c + f->margin);
        want += f->squared ? v * v : v;
        r[j] = f->squared ? 2 * v : v > 0;
        r[2] -= r[j];
    }
    double loss;
    check_describe("scores %g %g %g", (double)a, (double)b, (double)c);
    assert_int_equal(REAL(linclass_loss_mean)(NULL, f->number, 1, 3, h, 3, &y, &loss), LINCLASS_OK);
    check_close_number("loss", loss, want, 8 * real_arithmetic.u * want);
    assert_int_equal(REAL(linclass_loss_residual)(NULL, f->number, 1, 3, h, 3, &y, &loss),
                     LINCLASS_OK);
    check_close_number("loss with the residual", loss, want, 8 * real_arithmetic.u * want);
    for (int j = 0; j < 3; j++)
        check_close_number("residual", h[j], r[j], 8 * real_arithmetic.u * fabs(r[j]));
}

static void test_margins(void **state)
{
    (void)state;
    const real inf = (real)INFINITY;
    for (int i = 0; i < MARGINS; i++) {
        check_row(&margins[i], (real)1e30, (real)-1e30, 0);
        check_row(&margins[i], 0, (real)-1e30, (real)1e30);
        check_row(&margins[i], (real)1e30, 0, (real)-1e30);
        check_row(&margins[i], -inf, 3, 1);
        check_row(&margins[i], -inf, -inf, -5);
        check_row(&margins[i], 10000, -10000, 0);
    }
}

static void test_one_class_has_no_loss(void **state)
{
    (void)state;
    const int64_t y = 0;
    for (int i = 0; i < MARGINS; i++) {
        real h = largest;
        double loss = 7;
        assert_int_equal(
            REAL(linclass_loss_residual)(NULL, margins[i].number, 1, 1, &h, 1, &y, &loss),
            LINCLASS_OK);
        assert_true(loss == 0 && h == 0);
    }
}

/* To the perceptron a tie is a violation of nothing: the loss is 0, the residual is not. */
static void test_ties(void **state)
{
    (void)state;
    for (int64_t k = 2; k <= 150; k++) {
        real h[150];
        for (int64_t c = 0; c < k; c++)
            h[c] = (real)-0.75;
        const int64_t y = k / 2;
        double loss = 7;
        assert_int_equal(
            REAL(linclass_loss_mean)(NULL, LINCLASS_LOSS_PERCEPTRON, 1, k, h, k, &y, &loss),
            LINCLASS_OK);
        assert_true(loss == 0);
        assert_int_equal(
            REAL(linclass_loss_residual)(NULL, LINCLASS_LOSS_PERCEPTRON, 1, k, h, k, &y, &loss),
            LINCLASS_OK);
        assert_true(loss == 0);
        for (int64_t c = 0; c < k; c++)
            assert_true(h[c] == (real)(c == y ? 1 - k : 1));
    }
}

static void expect_numeric(linclass_context *ctx, linclass_status status, const char *what)
{
    if (status != LINCLASS_ERROR_NUMERIC)
        fail_msg("%s: status %d", what, (int)status);
    assert_string_not_equal(linclass_context_message(ctx), "");
}

static void test_a_label_out_of_the_question_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const int64_t y[2] = {0, 0};
    for (int i = 0; i < MARGINS; i++) {
        real h[4] = {0, 1, (real)-INFINITY, 1};
        double loss;
        expect_numeric(ctx, REAL(linclass_loss_mean)(ctx, margins[i].number, 2, 2, h, 2, y, &loss),
                       "loss");
        assert_non_null(strstr(linclass_context_message(ctx), "row 1"));
        expect_numeric(ctx,
                       REAL(linclass_loss_residual)(ctx, margins[i].number, 2, 2, h, 2, y, &loss),
                       "residual");
    }
    linclass_context_destroy(ctx);
}

static void test_an_overflowing_violation_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const int64_t y = 1;
    for (int i = 0; i < MARGINS; i++) {
        real h[2] = {largest, -largest};
        double loss;
        expect_numeric(ctx, REAL(linclass_loss_mean)(ctx, margins[i].number, 1, 2, h, 2, &y, &loss),
                       "loss");
        expect_numeric(ctx,
                       REAL(linclass_loss_residual)(ctx, margins[i].number, 1, 2, h, 2, &y, &loss),
                       "residual");
    }
    linclass_context_destroy(ctx);
}

/* In single precision the square fits a double, and twice the violation no float: the loss alone is
 * finite, the residual is refused, at every width of rows. */
static void test_an_overflowing_residual_is_a_numeric_error(void **state)
{
    (void)state;
    if (sizeof(real) == sizeof(double))
        return;
    linclass_context *ctx = context_of(1);
    for (int64_t k = 2; k <= 150; k++) {
        real h[150] = {0};
        h[k - 1] = (real)2e38;
        const int64_t y = k / 3;
        double loss;
        assert_int_equal(
            REAL(linclass_loss_mean)(ctx, LINCLASS_LOSS_SQUARED_HINGE, 1, k, h, k, &y, &loss),
            LINCLASS_OK);
        assert_true(loss > 3e76);
        expect_numeric(
            ctx,
            REAL(linclass_loss_residual)(ctx, LINCLASS_LOSS_SQUARED_HINGE, 1, k, h, k, &y, &loss),
            "residual");
    }
    linclass_context_destroy(ctx);
}

/* Each row's loss is finite; their sum is not. */
static void test_an_overflowing_sum_is_a_numeric_error(void **state)
{
    (void)state;
    if (sizeof(real) == sizeof(float))
        return;
    linclass_context *ctx = context_of(1);
    const real h[2] = {-largest, -largest};
    const int64_t y[2] = {1, 1};
    const real X[2] = {1, 1};
    const real theta = -largest;
    real G;
    double loss;
    expect_numeric(ctx, REAL(linclass_loss_mean)(ctx, LINCLASS_LOSS_LOGISTIC, 2, 1, h, 1, y, &loss),
                   "loss");
    expect_numeric(ctx,
                   REAL(linclass_loss_gradient)(ctx, LINCLASS_LOSS_LOGISTIC, 2, 1, 1, X, 1, y,
                                                &theta, 1, NULL, &loss, &G, 1, NULL),
                   "loss_gradient");
    linclass_context_destroy(ctx);
}

/* Scores, losses and residuals are finite; X^T R is not. */
static void test_an_overflowing_gradient_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real big = sizeof(real) == sizeof(float) ? (real)1e25 : (real)1e160;
    const real small = sizeof(real) == sizeof(float) ? (real)1e-6 : (real)1e-10;
    const real theta[4] = {0, 0, 0, 0};
    const int64_t y = 0;
    const real bias[2] = {0, big};
    const real X[2] = {big, small};
    real G[4];
    double loss;
    expect_numeric(ctx,
                   REAL(linclass_loss_gradient)(ctx, LINCLASS_LOSS_SQUARED_HINGE, 1, 2, 2, X, 2, &y,
                                                theta, 2, bias, &loss, G, 2, NULL),
                   "loss_gradient");
    linclass_context_destroy(ctx);
}

static void test_overflowing_scores_are_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real big = sizeof(real) == sizeof(float) ? (real)1e30 : (real)1e300;
    const real X[2] = {1, big};
    const int64_t y[2] = {1, 1};
    real G;
    double loss;
    for (int sign = -1; sign <= 1; sign += 2) {
        const real theta = (real)sign * big;
        expect_numeric(ctx,
                       REAL(linclass_loss_gradient)(ctx, LINCLASS_LOSS_LOGISTIC, 2, 1, 1, X, 1, y,
                                                    &theta, 1, NULL, &loss, &G, 1, NULL),
                       "loss_gradient");
        assert_non_null(strstr(linclass_context_message(ctx), "row 1"));
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigmoid),
        cmocka_unit_test(test_one_score),
        cmocka_unit_test(test_margins),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_one_class_has_no_loss),
        cmocka_unit_test(test_a_label_out_of_the_question_is_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_violation_is_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_residual_is_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_sum_is_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_gradient_is_a_numeric_error),
        cmocka_unit_test(test_overflowing_scores_are_a_numeric_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
