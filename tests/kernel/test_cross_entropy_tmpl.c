/* Softmax and cross-entropy of every table, the reference too, against long double; and what
 * kernel.h promises of rows that have no finite result.
 *
 * The bounds. d_j = h_j - M is rounded once: exp(d_j) inherits a relative error |d_j| u (u: unit
 * roundoff), sums the mean of it over their terms. A dozen further roundings are 12 u; double sums
 * of k terms, k 2^-53. */
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

#define UNIT_ROUNDOFF (sizeof(real) == 4 ? 0x1p-24L : 0x1p-53L)
#define TINIEST       (sizeof(real) == 4 ? 0x1p-149L : 0x1p-1074L)

enum { ROWS = 24, CLASSES = 300 };

static real H[ROWS * CLASSES];
static real R[ROWS * CLASSES];
static int64_t y[ROWS];
static double loss[ROWS];

/* A row in long double. */
typedef struct exact_row {
    long double exp[CLASSES];    /* exp(d_j) */
    long double spread[CLASSES]; /* |d_j| where exp(d_j) is not 0 */
    long double others;          /* sum over j != y of exp(d_j) */
    long double others_spread;   /* mean of |d_j| in it */
    long double sum;
    long double sum_spread;
    long double loss;
} exact_row;

static void exact(int64_t k, const real *h, int64_t label, exact_row *row)
{
    long double max = -INFINITY;
    for (int64_t j = 0; j < k; j++)
        max = fmaxl(max, (long double)h[j]);
    long double moment = 0.0L;
    row->others = 0.0L;
    for (int64_t j = 0; j < k; j++) {
        const long double d = (long double)h[j] - max;
        row->exp[j] = expl(d);
        row->spread[j] = row->exp[j] > 0.0L ? -d : 0.0L;
        row->others += j == label ? 0.0L : row->exp[j];
        moment += j == label ? 0.0L : row->exp[j] * row->spread[j];
    }
    row->sum = row->others + row->exp[label];
    row->others_spread = row->others > 0.0L ? moment / row->others : 0.0L;
    row->sum_spread = (moment + row->exp[label] * row->spread[label]) / row->sum;
    const long double gap = max - (long double)h[label];
    row->loss = gap + (gap == 0.0L ? log1pl(row->others) : logl(row->sum));
}

static long double roundings(int64_t k, long double spread)
{
    return (12.0L + spread) * UNIT_ROUNDOFF + (long double)k * 0x1p-53L;
}

static void assert_close(long double got, long double want, long double relative)
{
    const long double error = fabsl(got - want);
    if (!(error <= relative * fabsl(want) + 2.0L * TINIEST))
        fail_msg("%.21Lg is not %.21Lg: %.3Lg times the bound", got, want,
                 error / (relative * fabsl(want) + 2.0L * TINIEST));
}

static void check_row(int64_t k, int64_t i, const exact_row *row)
{
    const real *r = R + i * k;
    long double sum = 0.0L;
    for (int64_t j = 0; j < k; j++) {
        sum += (long double)r[j];
        if (j != y[i])
            assert_close((long double)r[j], row->exp[j] / row->sum,
                         roundings(k, row->spread[j] + row->sum_spread));
    }
    assert_close((long double)r[y[i]], -row->others / row->sum,
                 roundings(k, row->others_spread + row->sum_spread));
    const long double scale = fabsl((long double)r[y[i]]);
    if (fabsl(sum) > roundings(k, 0.0L) * scale + (long double)k * TINIEST)
        fail_msg("the residuals of a row sum to %Lg, the label's is %Lg", sum, scale);
    const long double want = row->loss;
    const bool largest = row->exp[y[i]] == 1.0L;
    const long double bound = roundings(k, largest ? row->others_spread : row->sum_spread);
    assert_close((long double)loss[i], want, largest ? bound : bound / fminl(want, 1.0L));
}

static void test_against_long_double(void **state)
{
    (void)state;
    static exact_row row;
    static const int64_t sizes[] = {1, 2, 3, 5, 10, 16, 17, 31, 33, 64, 100, CLASSES};
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int which = 0; which < tables * SCORES_BROKEN; which++) {
        const enum scores_kind kind = (enum scores_kind)(which % SCORES_BROKEN);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            const int64_t k = sizes[s];
            REAL(scores_fill)(kind, ROWS, k, k, (uint64_t)(1000 * kind) + s, H, y);
            memcpy(R, H, sizeof H);
            const REAL(loss_kernel) *kernel =
                &table[which / SCORES_BROKEN]->losses[LINCLASS_LOSS_SOFTMAX];
            assert_int_equal(kernel->residual(ROWS, k, R, k, y, loss), -1);
            for (int64_t i = 0; i < ROWS; i++) {
                exact(k, H + i * k, y[i], &row);
                check_row(k, i, &row);
            }
        }
    }
}

static void test_probabilities_sum_to_one(void **state)
{
    (void)state;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int which = 0; which < tables * SCORES_BROKEN; which++) {
        const enum scores_kind kind = (enum scores_kind)(which % SCORES_BROKEN);
        for (int64_t k = 1; k <= CLASSES; k += 13) {
            REAL(scores_fill)(kind, ROWS, k, k, (uint64_t)k, H, y);
            assert_int_equal(table[which / SCORES_BROKEN]->softmax(ROWS, k, H, k, R, k), -1);
            for (int64_t i = 0; i < ROWS; i++) {
                long double sum = 0.0L;
                for (int64_t j = 0; j < k; j++)
                    sum += (long double)R[i * k + j];
                assert_close(sum, 1.0L, roundings(k, 0.0L));
            }
        }
    }
}

/* h[2][k] with one score of row 1 replaced; the row that loss, residual and softmax report. */
static void check_reported(int64_t k, int64_t j, real score, int64_t want, int64_t want_softmax)
{
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int i = 0; i < tables; i++) {
        for (int64_t at = 0; at < 2 * k; at++)
            H[at] = (real)(at % 7);
        for (int64_t at = 0; at < k && j < 0; at++)
            H[k + at] = score;
        if (j >= 0)
            H[k + j] = score;
        y[0] = y[1] = 0;
        assert_int_equal(table[i]->losses[LINCLASS_LOSS_SOFTMAX].loss(2, k, H, k, y, loss), want);
        assert_int_equal(table[i]->softmax(2, k, H, k, R, k), want_softmax);
        assert_int_equal(table[i]->losses[LINCLASS_LOSS_SOFTMAX].residual(2, k, H, k, y, loss),
                         want);
    }
}

static void test_rows_without_a_result(void **state)
{
    (void)state;
    for (int64_t k = 2; k <= 70; k++) {
        check_reported(k, 0, NAN, 1, 1);
        check_reported(k, k - 1, NAN, 1, 1);
        check_reported(k, 0, INFINITY, 1, 1);
        check_reported(k, k / 2, INFINITY, 1, 1);
        check_reported(k, -1, -INFINITY, 1, 1);      /* all of the row */
        check_reported(k, 0, -INFINITY, 1, -1);      /* the label: infinite loss, probability 0 */
        check_reported(k, k - 1, -INFINITY, -1, -1); /* another class: probability 0 */
        check_reported(k, k - 1, (real)-1e30, -1, -1);
    }
}

static void test_one_class_and_none(void **state)
{
    (void)state;
    int tables;
    const REAL(kernels) *const *table = REAL(kernels_all)(&tables);
    for (int i = 0; i < tables; i++) {
        H[0] = 5;
        y[0] = 0;
        loss[0] = 1.0;
        assert_int_equal(table[i]->losses[LINCLASS_LOSS_SOFTMAX].residual(1, 1, H, 1, y, loss), -1);
        assert_true(H[0] == 0 && loss[0] == 0.0);
        loss[0] = 1.0;
        assert_int_equal(table[i]->losses[LINCLASS_LOSS_SOFTMAX].loss(1, 0, H, 1, y, loss), -1);
        assert_true(loss[0] == 0.0);
        assert_int_equal(table[i]->softmax(3, 0, H, 1, R, 1), -1);
        assert_int_equal(table[i]->losses[LINCLASS_LOSS_SOFTMAX].loss(0, 5, NULL, 5, NULL, NULL),
                         -1);
    }
}

int main(void)
{
    if (LDBL_MANT_DIG < DBL_MANT_DIG + 8) {
        print_message("long double is no more precise than double here: nothing to compare with\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_long_double),
        cmocka_unit_test(test_probabilities_sum_to_one),
        cmocka_unit_test(test_rows_without_a_result),
        cmocka_unit_test(test_one_class_and_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
