/* The losses of every table, the reference too, against their definitions: values in long double, their
 * first derivatives by differences of it against the residuals, their second against the curvature;
 * numbers worked by hand; and the rows that have to be reported. */
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
#include "support/losses.h"

enum { CLASSES = 70 };

#define UNIT (sizeof(real) == 4 ? 0x1p-23L : 0x1p-52L)

static int count_losses(void)
{
    int count = 0;
    while (linclass_loss_name(count + 1) != NULL)
        count++;
    return count;
}

static const char *name_of(int loss)
{
    return losses_find(loss)->name;
}

static const REAL(loss_kernel) * kernel_of(const REAL(kernels) * table, int loss)
{
    return &table->losses[loss];
}

static void assert_near(const char *what, long double got, long double want, long double bound)
{
    if (!(fabsl(got - want) <= bound))
        fail_msg("%s: %.18Lg is not %.18Lg within %.3Lg", what, got, want, bound);
}

/* One row for a loss: scores and directions between -4 and 4, no violation within 0.01 of its kink. */
typedef struct row {
    int64_t k;
    int64_t y;
    real h[CLASSES];
    real d[CLASSES];
} row;

static row draw_row(int loss, int64_t k, uint64_t *state)
{
    row r = {.k = k};
    r.y = (int64_t)(random_uniform(state) * (double)(losses_find(loss)->one_score ? 2 : k));
    for (int64_t j = 0; j < k; j++) {
        r.h[j] = (real)(8.0 * random_uniform(state) - 4.0);
        r.d[j] = (real)(8.0 * random_uniform(state) - 4.0);
    }
    for (int64_t j = 0; j < k && !losses_find(loss)->one_score; j++) {
        const double v = (double)(r.h[j] - r.h[r.y]);
        if (j != r.y && (fabs(v) < 0.01 || fabs(v + 1.0) < 0.01))
            r.h[j] += (real)0.03;
    }
    return r;
}

/* The loss at h + a e_j + b d. */
static long double value_at(int loss, const row *r, int64_t j, long double a, long double b)
{
    long double h[CLASSES];
    for (int64_t i = 0; i < r->k; i++)
        h[i] = (long double)r->h[i] + b * (long double)r->d[i] + (i == j ? a : 0.0L);
    long double unused[CLASSES];
    return losses_mean(loss, 1, r->k, h, &r->y, unused);
}

static void check_residual(const REAL(loss_kernel) * kernel, int loss, const row *r)
{
    const long double step = 0x1p-17L;
    real h[CLASSES];
    double got;
    memcpy(h, r->h, sizeof h);
    assert_int_equal(kernel->residual(1, r->k, h, r->k, &r->y, &got), -1);
    const long double value = value_at(loss, r, 0, 0.0L, 0.0L);
    assert_near(name_of(loss), (long double)got, value, 20.0L * UNIT * (value + 1.0L));
    for (int64_t j = 0; j < r->k; j++) {
        const long double slope =
            (value_at(loss, r, j, step, 0.0L) - value_at(loss, r, j, -step, 0.0L)) / (2.0L * step);
        assert_near(name_of(loss), (long double)h[j], slope,
                    20.0L * UNIT * (fabsl(slope) + 1.0L) + 1e-8L);
    }
}

static void check_curvature(const REAL(loss_kernel) * kernel, int loss, const row *r)
{
    const long double step = 0x1p-12L;
    real d[CLASSES];
    memcpy(d, r->d, sizeof d);
    assert_int_equal(kernel->curvature(1, r->k, r->h, r->k, &r->y, d, r->k), -1);
    for (int64_t j = 0; j < r->k; j++) {
        const long double rise =
            value_at(loss, r, j, step, step) - value_at(loss, r, j, -step, step);
        const long double before =
            value_at(loss, r, j, step, -step) - value_at(loss, r, j, -step, -step);
        assert_near(name_of(loss), (long double)d[j], (rise - before) / (4.0L * step * step),
                    1e4L * UNIT + 1e-4L);
    }
}

static void test_against_differences(void **state)
{
    (void)state;
    static const int64_t sizes[] = {1, 2, 3, 9, 10, 17, 32, 33, CLASSES};
    uint64_t seed = 7;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    const int losses = count_losses();
    for (int which = 0; which < tables * losses; which++) {
        const int loss = which % losses + 1;
        const REAL(loss_kernel) *kernel = kernel_of(table[which / losses], loss);
        const size_t shapes = losses_find(loss)->one_score ? 1 : sizeof sizes / sizeof *sizes;
        for (size_t i = 0; i < 20 * shapes; i++) {
            const row r = draw_row(loss, sizes[i % shapes], &seed);
            check_residual(kernel, loss, &r);
            if (kernel->curvature != NULL)
                check_curvature(kernel, loss, &r);
        }
    }
}

/* The example of the table of definitions. */
static void test_worked_numbers(void **state)
{
    (void)state;
    static const int64_t y = 0;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int i = 0; i < tables; i++) {
        for (int loss = 1; loss <= count_losses(); loss++) {
            const loss_definition *of = losses_find(loss);
            const int64_t k = losses_columns(loss, WORKED_SCORES);
            real h[WORKED_SCORES];
            double got;
            for (int64_t j = 0; j < k; j++)
                h[j] = (real)losses_worked[j];
            assert_int_equal(kernel_of(table[i], loss)->residual(1, k, h, k, &y, &got), -1);
            assert_near(of->name, (long double)got, (long double)of->worked_loss, 8.0L * UNIT);
            for (int64_t j = 0; j < k; j++)
                assert_near(of->name, (long double)h[j], (long double)of->worked_residual[j],
                            4.0L * UNIT);
        }
    }
}

static void test_numbers_of_the_perceptron(void **state)
{
    (void)state;
    static const real H[] = {(real)5.6, (real)6.4, (real)-4.6, (real)-1.8, (real)10.2,
                             (real)3.5, (real)2.0, (real)5.4,  (real)-8.6};
    static const int64_t y[] = {0, 1, 2};
    static const struct {
        int32_t loss;
        double rows[3];
    } want[] = {{LINCLASS_LOSS_PERCEPTRON, {0.8, 0.0, 24.6}},
                {LINCLASS_LOSS_HINGE, {1.8, 0.0, 26.6}},
                {LINCLASS_LOSS_SQUARED_HINGE, {3.24, 0.0, 359.56}}};
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int i = 0; i < tables; i++) {
        for (size_t w = 0; w < sizeof want / sizeof *want; w++) {
            double got[3];
            assert_int_equal(kernel_of(table[i], want[w].loss)->loss(3, 3, H, 3, y, got), -1);
            for (int at = 0; at < 3; at++)
                assert_near(name_of(want[w].loss), (long double)got[at],
                            (long double)want[w].rows[at], 2e3L * UNIT);
        }
    }
}

/* Far out on the right side: what is left is tiny and keeps its digits; on the wrong: no overflow. */
static void test_saturated_sigmoid(void **state)
{
    (void)state;
    static const int64_t y[] = {1, 0, 1, 0};
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    const long double tiny = expl(-40.0L);
    for (int i = 0; i < tables; i++) {
        real h[] = {40, -40, -1000, 1000};
        double loss[4];
        assert_int_equal(table[i]->losses[LINCLASS_LOSS_LOGISTIC].residual(4, 1, h, 1, y, loss),
                         -1);
        assert_near("loss", (long double)loss[0], tiny, 8.0L * UNIT * tiny);
        assert_near("loss", (long double)loss[1], tiny, 8.0L * UNIT * tiny);
        assert_near("residual", (long double)h[0], -tiny, 8.0L * UNIT * tiny);
        assert_near("residual", (long double)h[1], tiny, 8.0L * UNIT * tiny);
        assert_true(loss[2] == 1000.0 && loss[3] == 1000.0 && h[2] == -1 && h[3] == 1);

        real at[] = {40, -40, -1000, 1000};
        assert_int_equal(
            table[i]->losses[LINCLASS_LOSS_SIGMOID_SQUARED].residual(4, 1, at, 1, y, loss), -1);
        assert_near("loss", (long double)loss[0], 0.5L * tiny * tiny, 16.0L * UNIT * tiny * tiny);
        assert_near("residual", (long double)at[0], -tiny * tiny, 16.0L * UNIT * tiny * tiny);
        assert_true(loss[2] == 0.5 && loss[3] == 0.5 && at[2] == 0 && at[3] == 0);

        real z[] = {-2, 0, 1000, -80};
        assert_int_equal(table[i]->sigmoid(2, 2, z, 2, z, 2), -1);
        assert_near("sigmoid", (long double)z[0], 0.119202922022117560L, 4.0L * UNIT);
        assert_true(z[1] == (real)0.5 && z[2] == 1);
        assert_near("sigmoid", (long double)z[3], expl(-80.0L), 8.0L * UNIT * expl(-80.0L));
    }
}

/* Two classes, one almost certain: z_0 z_1 (d_0 - d_1), in which z_1 = exp(-30) is all there is. */
static void test_curvature_does_not_cancel(void **state)
{
    (void)state;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    const long double want = 2.0L * expl(-30.0L) / powl(1.0L + expl(-30.0L), 2.0L);
    for (int64_t k = 2; k <= CLASSES; k += CLASSES - 2) {
        for (int i = 0; i < tables; i++) {
            real h[CLASSES];
            real d[CLASSES] = {0};
            for (int64_t j = 0; j < k; j++)
                h[j] = -INFINITY;
            h[0] = 0;
            h[k - 1] = 30;
            d[0] = -1;
            d[k - 1] = 1;
            assert_int_equal(
                table[i]->losses[LINCLASS_LOSS_SOFTMAX].curvature(1, k, h, k, NULL, d, k), -1);
            assert_near("curvature", (long double)d[k - 1], want, 16.0L * UNIT * want);
            assert_near("curvature", (long double)d[0], -want, 16.0L * UNIT * want);
        }
    }
}

/* All the weight on the label: as with the label, and as accurate. */
static void test_certain_targets(void **state)
{
    (void)state;
    enum { ROWS = 20 };
    static real H[ROWS * CLASSES];
    static real P[ROWS * CLASSES];
    static real R[ROWS * CLASSES];
    int64_t y[ROWS];
    double want[ROWS];
    double got[ROWS];
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int64_t k = 1; k <= CLASSES; k += 23) {
        for (int i = 0; i < tables; i++) {
            REAL(scores_fill)(SCORES_SURE, ROWS, k, k, (uint64_t)k, H, y);
            memcpy(R, H, sizeof R);
            memset(P, 0, sizeof P);
            for (int64_t at = 0; at < ROWS; at++)
                P[at * k + y[at]] = 1;
            const REAL(loss_kernel) *kernel = &table[i]->losses[LINCLASS_LOSS_SOFTMAX];
            assert_int_equal(kernel->residual(ROWS, k, R, k, y, want), -1);
            assert_int_equal(kernel->soft_residual(ROWS, k, H, k, P, k, got), -1);
            for (int64_t at = 0; at < ROWS; at++) {
                const long double loss = (long double)want[at];
                assert_near("loss", (long double)got[at], loss, 4.0L * UNIT * loss);
            }
            for (int64_t at = 0; at < ROWS * k; at++) {
                const long double residual = (long double)R[at];
                assert_near("residual", (long double)H[at], residual,
                            4.0L * UNIT * fabsl(residual));
            }
        }
    }
}

/* Row 1 of three has `score` for class j (its label is 0): does the loss report it? */
static bool is_reported(const REAL(loss_kernel) * kernel, int64_t k, int64_t j, real score)
{
    real H[3 * CLASSES];
    real D[3 * CLASSES];
    const int64_t y[3] = {0, 0, 0};
    double loss[3];
    for (int64_t at = 0; at < 3 * k; at++)
        H[at] = D[at] = (real)(at % 5);
    H[k + j] = score;
    const int64_t first = kernel->loss(3, k, H, k, y, loss);
    assert_true(first == -1 || first == 1);
    if (kernel->curvature != NULL &&
        kernel->soft_loss == NULL) /* of which the loss may be infinite */
        assert_int_equal(kernel->curvature(3, k, H, k, y, D, k), first);
    assert_int_equal(kernel->residual(3, k, H, k, y, loss), first);
    assert_true(isfinite(loss[0]) && isfinite(loss[2]));
    return first == 1;
}

static void test_reported_rows(void **state)
{
    (void)state;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    const int losses = count_losses();
    for (int which = 0; which < tables * losses; which++) {
        const int loss = which % losses + 1;
        const REAL(loss_kernel) *kernel = kernel_of(table[which / losses], loss);
        for (int64_t k = losses_find(loss)->one_score ? 1 : 2; k <= CLASSES; k += 17) {
            assert_true(is_reported(kernel, k, 0, NAN));
            assert_true(is_reported(kernel, k, k - 1, NAN));
            assert_true(is_reported(kernel, k, 0, INFINITY));
            assert_true(is_reported(kernel, k, k - 1, INFINITY));
            assert_true(is_reported(kernel, k, 0, -INFINITY));
            if (losses_find(loss)->one_score)
                break;
            assert_false(is_reported(kernel, k, k - 1, -INFINITY));
            assert_false(is_reported(kernel, k, k - 1, (real)1e18));
            assert_false(is_reported(kernel, k, 0, (real)-1e30));
        }
    }
}

int main(void)
{
    if (LDBL_MANT_DIG < DBL_MANT_DIG + 8) {
        print_message("long double is no more precise than double here: nothing to compare with\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_differences),
        cmocka_unit_test(test_worked_numbers),
        cmocka_unit_test(test_numbers_of_the_perceptron),
        cmocka_unit_test(test_saturated_sigmoid),
        cmocka_unit_test(test_curvature_does_not_cancel),
        cmocka_unit_test(test_certain_targets),
        cmocka_unit_test(test_reported_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
