/* Moments and statistics of the columns of sparse rows: against long double, and those of dense rows. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/column_statistics.h"
#include "data/dataset.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "data/sparse_moments.h"
#include "support/csr.h"
#include "support/noise.h"

enum { M = 500, N = 9 };

static linclass_context *ctx;
static double X[M * N];
static double weights[M];

static int begin(void **state)
{
    (void)state;
    uint64_t noise = 3;
    for (int i = 0; i < M; i++)
        weights[i] = i < 7 ? 0 : 0.5 + (double)noise_below(&noise, 4);
    return linclass_context_create(NULL, &ctx);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

/* Columns that are full, constant, far from zero, nearly empty, empty. */
static void fill(double offset)
{
    uint64_t noise = 4;
    for (int i = 0; i < M; i++) {
        double *x = X + (ptrdiff_t)i * N;
        x[0] = offset + noise_uniform(&noise);
        x[1] = offset;
        x[2] = noise_below(&noise, 3) == 0 ? noise_uniform(&noise) : 0;
        x[3] = noise_below(&noise, 3) == 0 ? offset : 0;
        x[4] = 0;
        x[5] = i == 77 ? offset : 0;
        x[6] = i < 7 ? 1e6 * offset : noise_uniform(&noise); /* far away in rows of weight 0 */
        x[7] = i == 3 ? offset : 0;
        x[8] = i % 2 == 0 ? offset + noise_uniform(&noise) : 0;
    }
}

static csr sparse(void)
{
    return csr_new(M, N, X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 3});
}

/* By the definition, in two passes. */
static void define(int j, const double *w, long double *mean, long double *variance)
{
    long double weight = 0;
    long double sum = 0;
    for (int i = 0; i < M; i++) {
        weight += w == NULL ? 1 : w[i];
        sum += (w == NULL ? 1 : w[i]) * (long double)X[i * N + j];
    }
    *mean = sum / weight;
    sum = 0;
    for (int i = 0; i < M; i++) {
        const long double distance = X[i * N + j] - *mean;
        sum += (w == NULL ? 1 : w[i]) * distance * distance;
    }
    *variance = sum / weight;
}

static void check_moments(const linclass_matrix *view, const double *w)
{
    column_moments memory[N];
    column_moments columns[N];
    sparse_moments found = {.n = N, .columns = memory};
    sparse_moments_begin(&found, view);
    for (int64_t i = 0; i < M; i++)
        sparse_moments_add(&found, view, i, w == NULL ? 1 : w[i]);
    for (int j = 0; j < N; j++) {
        columns[j] = sparse_moments_column(&found, j);
        long double distance = 0;
        long double spread = 0;
        long double size = 0;
        long double square = 0;
        double largest = 0;
        for (int i = 0; i < M; i++) {
            const long double x = X[i * N + j];
            const long double weight = w == NULL ? 1 : w[i];
            distance += weight * (x - columns[j].shift);
            size += weight * fabsl(x - columns[j].shift);
            spread += weight * (x - columns[j].shift) * (x - columns[j].shift);
            square += weight * x * x;
            largest = fmax(largest, fabs(X[i * N + j]));
        }
        assert_true(fabsl(columns[j].distance - distance) <= 4 * M * 0x1p-53L * size);
        assert_true(fabsl(columns[j].spread - spread) <= 4 * M * 0x1p-53L * spread);
        assert_true(fabsl(columns[j].square - square) <= 4 * M * 0x1p-53L * square);
        assert_true(columns[j].largest == largest);
    }
    assert_true(columns[1].distance == 0 && columns[1].spread == 0);
    assert_true(columns[4].distance == 0 && columns[4].spread == 0);
}

static void test_moments(void **state)
{
    (void)state;
    static const double offsets[] = {1, -300, 1e5};
    for (int o = 0; o < 3; o++) {
        fill(offsets[o]);
        csr rows = sparse();
        check_moments(&rows.view, NULL);
        check_moments(&rows.view, weights);
        csr_free(&rows);
    }
}

/* Views without values, of ones and of others. */
static void test_moments_without_values(void **state)
{
    (void)state;
    static const double values[] = {1, 0.7, -2};
    for (int v = 0; v < 3; v++) {
        fill(1);
        for (int i = 0; i < M * N; i++)
            X[i] = X[i] != 0 ? values[v] : 0;
        csr rows = csr_new(M, N, X, (csr_form){0, LINCLASS_INT32, values[v], 3});
        check_moments(&rows.view, NULL);
        check_moments(&rows.view, weights);
        csr_free(&rows);
    }
}

/* Mean and variance lose no more digits than a column is standard deviations from zero. */
static void test_statistics(void **state)
{
    (void)state;
    static const double offsets[] = {1, -300, 1e5};
    for (int o = 0; o < 3; o++) {
        fill(offsets[o]);
        csr rows = sparse();
        linclass_matrix dense;
        assert_int_equal(linclass_matrix_init(&dense, sizeof dense, LINCLASS_FLOAT64, M, N, X, N),
                         LINCLASS_OK);
        dense.scale = 1;
        for (int weighted = 0; weighted < 2; weighted++) {
            const double *w = weighted ? weights : NULL;
            column_statistics a;
            column_statistics b;
            assert_int_equal(column_statistics_begin(&a, ctx, &rows.view, w), LINCLASS_OK);
            assert_int_equal(column_statistics_begin(&b, ctx, &dense, w), LINCLASS_OK);
            for (int j = 0; j < N; j++) {
                long double mean;
                long double variance;
                define(j, w, &mean, &variance);
                const double bound = 1e-11 * (double)(sqrtl(variance) + 1e-12L);
                if (!(fabsl(a.mean[j] - mean) <= bound + 1e-15L * fabsl(mean)))
                    fail_msg("offset %g, column %d: mean %.17g, should be %.17Lg", offsets[o], j,
                             a.mean[j], mean);
                if (!(fabsl(a.variance[j] - variance) <= 1e-10L * variance))
                    fail_msg("offset %g, column %d: variance %.17g, should be %.17Lg", offsets[o],
                             j, a.variance[j], variance);
                assert_true(a.largest[j] == b.largest[j]);
                assert_true(a.typical[j] == b.typical[j]);
            }
            assert_true(a.variance[1] == 0 && a.variance[4] == 0);
            column_statistics_end(&a, ctx);
            column_statistics_end(&b, ctx);
        }
        csr_free(&rows);
    }
}

static void test_not_finite(void **state)
{
    (void)state;
    fill(2);
    X[100 * N + 2] = (double)NAN;
    csr rows = sparse();
    column_statistics found;
    assert_int_equal(column_statistics_begin(&found, ctx, &rows.view, NULL),
                     LINCLASS_ERROR_NON_FINITE);
    assert_non_null(strstr(linclass_context_message(ctx), "X[100, 2] is"));
    column_statistics_end(&found, ctx);
    csr_free(&rows);
}

static linclass_dataset *dataset_of(const csr *rows, int64_t *y)
{
    linclass_dataset *made;
    assert_int_equal(dataset_new(ctx, &made), LINCLASS_OK);
    made->dtype = rows->view.dtype;
    made->layout = LINCLASS_LAYOUT_CSR;
    made->rows = M;
    made->cols = N;
    made->data = rows->view.data;
    made->row_starts = rows->view.row_starts;
    made->columns = rows->view.columns;
    made->column_dtype = rows->view.column_dtype;
    made->labels = y;
    return made;
}

static void release(linclass_dataset *dataset)
{
    dataset->labels = NULL; /* this test's */
    linclass_dataset_destroy(dataset);
}

static int64_t y[M];

static void test_select_sparse(void **state)
{
    (void)state;
    csr_fill(M, N, 30, 2, 6, X);
    const int64_t picked[] = {499, 0, 3, 8, 8, 2, 77, 8};
    for (int form = 0; form <= 10; form++) {
        for (int i = 0; i < M * N; i++)
            X[i] = form == 0 && X[i] != 0 ? 2 : X[i];
        csr rows =
            csr_new(M, N, X, (csr_form){form, form % 2 ? LINCLASS_INT32 : LINCLASS_INT64, 2, 5});
        rows.view.scale = 1;
        for (int i = 0; i < M; i++)
            y[i] = 3 * i;
        linclass_dataset *whole = dataset_of(&rows, y);
        linclass_dataset *some = NULL;
        linclass_matrix view;
        linclass_matrix read;
        assert_int_equal(linclass_dataset_select(ctx, whole, 8, picked, &some), LINCLASS_OK);
        release(whole);
        assert_int_equal(linclass_dataset_matrix(some, &view, sizeof view), LINCLASS_OK);
        assert_int_equal(matrix_import(ctx, "X", &view, &read), LINCLASS_OK);
        assert_int_equal(view.rows, 8);
        assert_int_equal(view.row_starts[0], 0);
        double dense[8 * N];
        (void)row_block_read_dense_f64(&read, 0, 8, dense);
        for (int i = 0; i < 8; i++) {
            assert_int_equal(linclass_dataset_labels(some)[i], 3 * picked[i]);
            for (int j = 0; j < N; j++) {
                const double want = X[picked[i] * N + j] / 2;
                assert_true(dense[i * N + j] == want);
            }
        }
        linclass_dataset_destroy(some);
        csr_free(&rows);
        csr_fill(M, N, 30, 2, 6, X);
    }
}

static void test_select_strided(void **state)
{
    (void)state;
    csr_fill(M, N, 30, 1, 6, X);
    const int64_t picked[] = {10, 3, 3};
    linclass_dataset *whole;
    assert_int_equal(dataset_new(ctx, &whole), LINCLASS_OK);
    whole->dtype = LINCLASS_FLOAT64;
    whole->rows = N; /* the transpose, and backwards */
    whole->cols = M;
    whole->row_stride = -1;
    whole->col_stride = N;
    whole->data = X + N - 1;
    linclass_dataset *some = NULL;
    linclass_matrix view;
    assert_int_equal(linclass_dataset_select(ctx, whole, 3, picked, &some),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_null(some);
    assert_int_equal(linclass_dataset_select(ctx, whole, 2, picked + 1, &some), LINCLASS_OK);
    assert_int_equal(linclass_dataset_matrix(some, &view, sizeof view), LINCLASS_OK);
    const double *data = view.data;
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < M; j++)
            assert_true(data[i * view.row_stride + j * view.col_stride] == X[j * N + N - 1 - 3]);
    }
    linclass_dataset_destroy(some);
    linclass_dataset_destroy(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),       cmocka_unit_test(test_moments_without_values),
        cmocka_unit_test(test_statistics),    cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_select_sparse), cmocka_unit_test(test_select_strided),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
