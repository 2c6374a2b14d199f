/* Sampled rows, written in every type and read again: the elements that the views have, and nothing read from words
 * that are no blocks of rows. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/context.h"
#include "parts/sampled_rows.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/fitting.h"

enum { M = 7, MOST_COLUMNS = 17, MOST_WORDS = 3 + M * (3 + MOST_COLUMNS) };

/* Element (i, j) of each type: an integer that it holds, or one with a fraction. */
static double number_of(int32_t dtype, int64_t e)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        return (double)(e * 37 % 256);
    case LINCLASS_FLOAT64:
        return (double)e / 3 - 5;
    case LINCLASS_FLOAT32:
        return (double)((float)e / 3 - 5);
    default: /* int32, int64 */
        return (double)(e * 1234567 % 2000000011 - 1000000005);
    }
}

typedef struct elements {
    uint8_t bytes[M * MOST_COLUMNS];
    float floats[M * MOST_COLUMNS];
    double doubles[M * MOST_COLUMNS];
    int32_t integers[M * MOST_COLUMNS];
} elements;

static linclass_matrix view_of(elements *all, int32_t dtype, int64_t n)
{
    linclass_matrix X;
    const void *data = all->doubles;
    for (int64_t e = 0; e < M * n; e++) {
        const double value = number_of(dtype, e);
        if (dtype == LINCLASS_UINT8)
            all->bytes[e] = (uint8_t)value;
        else if (dtype == LINCLASS_FLOAT32)
            all->floats[e] = (float)value;
        else if (dtype == LINCLASS_INT32)
            all->integers[e] = (int32_t)value;
        else
            all->doubles[e] = value;
    }
    if (dtype == LINCLASS_UINT8)
        data = all->bytes;
    else if (dtype == LINCLASS_FLOAT32)
        data = all->floats;
    else if (dtype == LINCLASS_INT32)
        data = all->integers;
    assert_int_equal(linclass_matrix_init(&X, sizeof X, dtype, M, n, data, n), LINCLASS_OK);
    X.scale = 0.3;
    return X;
}

static const int64_t CLASSES[M] = {0, 2, 1, 1, 0, 2, 2};
static const double WEIGHTS[M] = {1, 0.5, 0, 2, 1, 1, 3};
static const double SCORES[M] = {0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7};

static part_fit fit_of(int32_t dtype, int64_t n)
{
    return (part_fit){.loss = LINCLASS_LOSS_LOGISTIC,
                      .dtype = dtype,
                      .n = n,
                      .k = 3,
                      .samples = M,
                      .weighted = 1,
                      .with_offset = 1};
}

static part_rows rows_of(const linclass_matrix *X)
{
    part_rows rows = {.X = *X, .y = (int64_t *)(uintptr_t)CLASSES};
    rows.sample_weights = (double *)(uintptr_t)WEIGHTS;
    rows.X.offset = SCORES;
    rows.X.offset_stride = 1;
    return rows;
}

/* Feature e of all, multiplied, in double. */
static double feature(const sampled_rows *got, int64_t e)
{
    switch (got->dtype) {
    case LINCLASS_UINT8:
        return got->factor * ((const uint8_t *)got->features)[e];
    case LINCLASS_FLOAT32:
        return (double)((const float *)got->features)[e];
    default:
        return ((const double *)got->features)[e];
    }
}

/* The rows are those of a view of that type, `first` and so on. */
static void expect_view(const sampled_rows *got, int64_t n, int32_t dtype, int64_t first)
{
    for (int64_t i = 0; i < M; i++) {
        assert_int_equal(got->y[first + i], CLASSES[i]);
        assert_true(got->weights[first + i] == WEIGHTS[i]);
        assert_true(got->scores[first + i] == SCORES[i]);
        for (int64_t j = 0; j < n; j++) {
            double want = 0.3 * number_of(dtype, i * n + j);
            if (got->dtype == LINCLASS_FLOAT32)
                want = (double)(float)want;
            assert_true(feature(got, (first + i) * n + j) == want);
        }
    }
}

static void expect_rows(const sampled_rows *got, int64_t n, int32_t dtype)
{
    assert_int_equal(got->count, M);
    expect_view(got, n, dtype, 0);
}

static void round_trip(linclass_context *ctx, int32_t dtype, int32_t of_fit, int64_t n)
{
    elements all;
    double block[MOST_WORDS];
    const part_fit fit = fit_of(of_fit, n);
    const linclass_matrix X = view_of(&all, dtype, n);
    const part_rows rows = rows_of(&X);
    const int64_t length = sampled_rows_length(&fit, &X, M);
    assert_true(length <= MOST_WORDS);
    assert_int_equal(sampled_rows_write(ctx, &fit, &rows, M, block), LINCLASS_OK);
    sampled_rows got;
    const part_node node = {.length = length, .sums = block};
    assert_int_equal(sampled_rows_read(ctx, &fit, &node, &got), LINCLASS_OK);
    assert_int_equal(got.dtype, dtype == LINCLASS_UINT8 ? dtype : of_fit);
    expect_rows(&got, n, dtype);
    sampled_rows_end(ctx, &got);
}

static void test_every_element_comes_back(void **state)
{
    static const int32_t types[] = {LINCLASS_UINT8, LINCLASS_FLOAT32, LINCLASS_FLOAT64,
                                    LINCLASS_INT32};
    static const int64_t columns[] = {0, 1, 2, 7, 8, 9, MOST_COLUMNS};
    (void)state;
    linclass_context *ctx = context_of(1);
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            round_trip(ctx, types[t], LINCLASS_FLOAT32, columns[c]);
            round_trip(ctx, types[t], LINCLASS_FLOAT64, columns[c]);
        }
    }
    linclass_context_destroy(ctx);
}

/* The rows of two parts, the second a piece of the node of the first. */
static void expect_together(linclass_context *ctx, int32_t first, int32_t second, double scale,
                            int32_t dtype)
{
    enum { COLUMNS = 11 };
    elements all[2];
    double blocks[2][MOST_WORDS];
    const part_fit fit = fit_of(LINCLASS_FLOAT32, COLUMNS);
    const linclass_matrix X[2] = {view_of(&all[0], first, COLUMNS),
                                  view_of(&all[1], second, COLUMNS)};
    for (int part = 0; part < 2; part++) {
        part_rows rows = rows_of(&X[part]);
        rows.X.scale = part == 0 ? 0.3 : scale;
        assert_int_equal(sampled_rows_write(ctx, &fit, &rows, M, blocks[part]), LINCLASS_OK);
    }
    part_piece piece = {.length = sampled_rows_length(&fit, &X[1], M), .sums = blocks[1]};
    const part_node node = {.length = sampled_rows_length(&fit, &X[0], M) + piece.length,
                            .sums = blocks[0],
                            .more = &piece,
                            .last = &piece};
    sampled_rows got;
    assert_int_equal(sampled_rows_read(ctx, &fit, &node, &got), LINCLASS_OK);
    assert_int_equal(got.count, 2 * M);
    assert_int_equal(got.dtype, dtype);
    expect_view(&got, COLUMNS, first, 0);
    if (scale == 0.3)
        expect_view(&got, COLUMNS, second, M);
    sampled_rows_end(ctx, &got);
}

static void test_bytes_of_one_factor_remain_bytes(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    expect_together(ctx, LINCLASS_UINT8, LINCLASS_UINT8, 0.3, LINCLASS_UINT8);
    expect_together(ctx, LINCLASS_UINT8, LINCLASS_UINT8, 0.5, LINCLASS_FLOAT32);
    expect_together(ctx, LINCLASS_UINT8, LINCLASS_FLOAT32, 0.3, LINCLASS_FLOAT32);
    expect_together(ctx, LINCLASS_FLOAT64, LINCLASS_UINT8, 0.3, LINCLASS_FLOAT32);
    linclass_context_destroy(ctx);
}

static void test_bytes_travel_as_bytes(void **state)
{
    (void)state;
    elements all;
    const part_fit single = fit_of(LINCLASS_FLOAT32, 16);
    const part_fit twofold = fit_of(LINCLASS_FLOAT64, 16);
    linclass_matrix X = view_of(&all, LINCLASS_UINT8, 16);
    const int64_t of_a_row = 3; /* class, weight, base score */
    assert_int_equal(sampled_rows_length(&twofold, &X, M), 3 + M * (of_a_row + 2));
    X = view_of(&all, LINCLASS_FLOAT32, 16);
    assert_int_equal(sampled_rows_length(&twofold, &X, M), 3 + M * (of_a_row + 8));
    X = view_of(&all, LINCLASS_FLOAT64, 16);
    assert_int_equal(sampled_rows_length(&single, &X, M), 3 + M * (of_a_row + 8));
    assert_int_equal(sampled_rows_length(&twofold, &X, M), 3 + M * (of_a_row + 16));
    assert_int_equal(sampled_rows_length(&twofold, &X, INT64_MAX / 16), -1);
}

/* Word `at` of a sound block replaced, and so many words of it. */
static void expect_refusal(linclass_context *ctx, int64_t at, double value, int64_t less)
{
    enum { COLUMNS = 9 };
    elements all;
    double block[MOST_WORDS];
    const part_fit fit = fit_of(LINCLASS_FLOAT32, COLUMNS);
    const linclass_matrix X = view_of(&all, LINCLASS_UINT8, COLUMNS);
    const part_rows rows = rows_of(&X);
    const int64_t length = sampled_rows_length(&fit, &X, M);
    assert_int_equal(sampled_rows_write(ctx, &fit, &rows, M, block), LINCLASS_OK);
    block[at] = value;
    sampled_rows got;
    const part_node node = {.length = length - less, .sums = block};
    assert_refused(ctx, sampled_rows_read(ctx, &fit, &node, &got), LINCLASS_ERROR_FORMAT,
                   "the reply has ");
    sampled_rows_end(ctx, &got);
}

static void test_what_is_no_block_is_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const double rows[] = {-1, 8, 0, 6, 1e300, NAN};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        expect_refusal(ctx, 0, rows[r], 0);
    const double bytes[] = {-1, 0, 2, 4, 8, 16, NAN};
    for (size_t b = 0; b < sizeof bytes / sizeof *bytes; b++)
        expect_refusal(ctx, 1, bytes[b], 0);
    expect_refusal(ctx, 2, INFINITY, 0);
    expect_refusal(ctx, 3, 3, 0); /* a class */
    expect_refusal(ctx, 4, -1, 0);
    expect_refusal(ctx, 5, NAN, 0);
    for (int64_t less = 1; less <= 3 + M * 5; less++)
        expect_refusal(ctx, 2, 0.3, less);
    linclass_context_destroy(ctx);
}

static void test_an_element_that_is_not_finite_is_named(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    elements all;
    double block[MOST_WORDS];
    const part_fit fit = fit_of(LINCLASS_FLOAT32, 5);
    const linclass_matrix X = view_of(&all, LINCLASS_FLOAT32, 5);
    const part_rows rows = rows_of(&X);
    all.floats[2 * 5 + 4] = NAN;
    assert_refused(ctx, sampled_rows_write(ctx, &fit, &rows, M, block), LINCLASS_ERROR_NON_FINITE,
                   "X[2, 4] is nan");
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_element_comes_back),
        cmocka_unit_test(test_bytes_of_one_factor_remain_bytes),
        cmocka_unit_test(test_bytes_travel_as_bytes),
        cmocka_unit_test(test_what_is_no_block_is_refused),
        cmocka_unit_test(test_an_element_that_is_not_finite_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
