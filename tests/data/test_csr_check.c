/* What is checked of a CSR view, rule by rule: the error message names the argument, the index and the value,
 * of the lowest row in which something is wrong, for any number of threads. */
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/matrix.h"
#include "support/csr.h"
#include "support/noise.h"

/* Rows in a task of the check, and elements for which workers are woken. */
enum { TASK = 4096, COLS = 40, SHARED = 1 << 20 };

static linclass_context *contexts[3];

static int begin(void **state)
{
    (void)state;
    for (int i = 1; i < 3; i++) {
        linclass_context_options options;
        if (linclass_context_options_init(&options, sizeof options) != LINCLASS_OK)
            return 1;
        options.threads = i * 2;
        if (linclass_context_create(&options, &contexts[i]) != LINCLASS_OK)
            return 1;
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(contexts[1]);
    linclass_context_destroy(contexts[2]);
    return 0;
}

/* Rows of columns ascending from 0 in steps, all within COLS. */
typedef struct big {
    int64_t rows;
    int64_t *starts;
    void *columns;
    linclass_matrix view;
} big;

/* length(i): the elements of row i. */
static big big_new(int64_t rows, int32_t column_dtype, int64_t spare, int64_t (*length)(int64_t i))
{
    int64_t count = spare;
    for (int64_t i = 0; i < rows; i++)
        count += length(i);
    big made = {.rows = rows,
                .starts = calloc((size_t)rows + 1, sizeof(int64_t)),
                .columns = malloc((size_t)count * 8 + 8)};
    assert_true(made.starts != NULL && made.columns != NULL);
    memset(made.columns, 0xff, (size_t)count * 8 + 8);
    int64_t e = spare;
    for (int64_t i = 0; i < rows; i++) {
        made.starts[i] = e;
        for (int64_t j = 0; j < length(i); j++)
            csr_put(column_dtype, made.columns, e++, (double)(i % 3 + j));
    }
    made.starts[rows] = e;
    assert_int_equal(linclass_matrix_init_csr(&made.view, sizeof made.view, LINCLASS_FLOAT32, rows,
                                              COLS, made.starts, column_dtype, made.columns, NULL),
                     LINCLASS_OK);
    return made;
}

static void big_free(big *self)
{
    free(self->starts);
    free(self->columns);
}

static int64_t mixed(int64_t i)
{
    return i % 5 == 2 ? 0 : 1 + i % 30;
}

static int64_t none(int64_t i)
{
    (void)i;
    return 0;
}

/* Empty around the borders of the tasks. */
static int64_t empty_at_borders(int64_t i)
{
    return i % TASK < 3 || i % TASK > TASK - 3 ? 0 : 2 + i % 7;
}

static int64_t many(int64_t i)
{
    return i % TASK == 0 ? 0 : 34;
}

static void accept(const linclass_matrix *view)
{
    for (int i = 0; i < 3; i++) {
        linclass_matrix read;
        if (matrix_import(contexts[i], "X", view, &read) != LINCLASS_OK)
            fail_msg("refused: %s",
                     contexts[i] == NULL ? "" : linclass_context_message(contexts[i]));
    }
}

static void refuse(const linclass_matrix *view, linclass_status status, const char *text)
{
    for (int i = 0; i < 3; i++) {
        linclass_matrix read;
        assert_int_equal(matrix_import(contexts[i], "options.validation_X", view, &read), status);
        if (i > 0 && strstr(linclass_context_message(contexts[i]), text) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", text, linclass_context_message(contexts[i]));
    }
}

static void test_good_views(void **state)
{
    (void)state;
    int64_t (*const lengths[])(int64_t) = {mixed, none, empty_at_borders, many};
    static const int64_t rows[] = {1, 2, TASK - 1, TASK, TASK + 1, 2 * TASK + 5, 10 * TASK};
    for (int l = 0; l < 4; l++) {
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            for (int wide = 0; wide < 2; wide++) {
                big b = big_new(rows[r], wide ? LINCLASS_INT64 : LINCLASS_INT32,
                                (int64_t)(r % 3) * 5, lengths[l]);
                accept(&b.view);
                big_free(&b);
            }
        }
    }
}

static void test_nothing_to_check(void **state)
{
    (void)state;
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init_csr(&view, sizeof view, LINCLASS_FLOAT32, 0, 5, NULL,
                                              LINCLASS_INT32, NULL, NULL),
                     LINCLASS_OK);
    accept(&view);
    view.cols = 0;
    accept(&view);
    const int64_t starts[3] = {INT64_MAX / 8, INT64_MAX / 8, INT64_MAX / 8};
    view.rows = 2;
    view.row_starts = starts;
    accept(&view);
    const int64_t one[3] = {0, 1, 1};
    const int32_t column[1] = {0};
    view.row_starts = one;
    view.columns = column;
    refuse(&view, LINCLASS_ERROR_INVALID_ARGUMENT,
           "options.validation_X.columns[0], in row 0, is 0, of no columns");
}

static void test_row_starts(void **state)
{
    (void)state;
    big b = big_new(2 * TASK, LINCLASS_INT32, 0, mixed);
    b.starts[TASK] = b.starts[TASK - 1] - 1;
    char text[120];
    (void)snprintf(text, sizeof text,
                   "options.validation_X.row_starts[4096] is %" PRId64 ", less than %" PRId64,
                   b.starts[TASK], b.starts[TASK - 1]);
    refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT, text);
    b.starts[TASK] = b.starts[TASK - 1];
    b.starts[0] = -5;
    refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT,
           "options.validation_X.row_starts[0] is -5, less than 0");
    b.starts[0] = 0;
    b.starts[2 * TASK] = INT64_MAX;
    refuse(&b.view, LINCLASS_ERROR_DIMENSION,
           "options.validation_X.row_starts[8192] is 9223372036854775807, too many elements");
    big_free(&b);
}

/* One wrong column, in the first, last and middle element of rows at the borders of tasks. */
static void spoil_one(int32_t column_dtype, int64_t (*length)(int64_t i), int64_t spare)
{
    static const int64_t rows[] = {0, 1, TASK - 4, TASK + 3, 2 * TASK + 3, 3 * TASK - 5};
    big b = big_new(3 * TASK, column_dtype, spare, length);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        int64_t row = rows[r];
        while (b.starts[row] == b.starts[row + 1])
            row++;
        const int64_t count = b.starts[row + 1] - b.starts[row];
        for (int64_t which = 0; which<count; which += count> 2 ? count / 2 : 1) {
            const int64_t e = b.starts[row] + which;
            const int64_t kept = row % 3 + which;
            static const int64_t wrong[] = {-1, COLS, INT32_MAX, INT32_MIN};
            char text[160];
            for (int w = 0; w < 4; w++) {
                csr_put(column_dtype, b.columns, e, (double)wrong[w]);
                (void)snprintf(text, sizeof text,
                               "options.validation_X.columns[%" PRId64 "], in row %" PRId64
                               ", is %" PRId64 ", not in 0..%d",
                               e, row, wrong[w], COLS - 1);
                refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT, text);
            }
            for (int64_t less = 0; which > 0 && less < 2 && less < kept; less++) {
                csr_put(column_dtype, b.columns, e, (double)(kept - 1 - less));
                (void)snprintf(text, sizeof text,
                               "options.validation_X.columns[%" PRId64 "], in row %" PRId64
                               ", is %" PRId64 ", after %" PRId64,
                               e, row, kept - 1 - less, kept - 1);
                refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT, text);
            }
            csr_put(column_dtype, b.columns, e, (double)kept);
        }
    }
    accept(&b.view);
    big_free(&b);
}

static void test_columns(void **state)
{
    (void)state;
    spoil_one(LINCLASS_INT32, mixed, 0);
    spoil_one(LINCLASS_INT64, mixed, 3);
    spoil_one(LINCLASS_INT32, empty_at_borders, 9);
    spoil_one(LINCLASS_INT64, empty_at_borders, 0);
}

/* 32 bits are not enough for a column of 64: 2^32 is not column 0. */
static void test_columns_beyond_32_bits(void **state)
{
    (void)state;
    big b = big_new(4, LINCLASS_INT64, 0, mixed);
    ((int64_t *)b.columns)[0] = INT64_C(1) << 32;
    refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT, "is 4294967296, not in 0..39");
    ((int64_t *)b.columns)[0] = INT64_MIN;
    refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT, "is -9223372036854775808, not in 0..39");
    big_free(&b);
}

/* Enough elements for several workers: the lowest row is named. */
static void test_the_lowest_row_is_named(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        const int32_t dtype = wide ? LINCLASS_INT64 : LINCLASS_INT32;
        big b = big_new(9 * TASK, dtype, 2, many);
        assert_true(b.starts[b.rows] > SHARED);
        accept(&b.view);
        for (int64_t row = 8 * TASK + 1; row > 0; row -= TASK - 1) {
            csr_put(dtype, b.columns, b.starts[row] + 7, (double)COLS);
            char text[80];
            (void)snprintf(text, sizeof text, "in row %" PRId64 ", is 40", row);
            refuse(&b.view, LINCLASS_ERROR_INVALID_ARGUMENT, text);
        }
        big_free(&b);
    }
}

/* Views of a few rows with any columns: refused exactly where the rules say so. */
static void test_random_columns(void **state)
{
    (void)state;
    uint64_t noise = 12;
    int64_t starts[9];
    int32_t narrow[40];
    int64_t wide[40];
    for (int trial = 0; trial < 200000; trial++) {
        const int64_t rows = 1 + noise_below(&noise, 8);
        const int64_t cols = 1 + noise_below(&noise, 6);
        bool good = true;
        starts[0] = noise_below(&noise, 4);
        for (int64_t i = 0; i < rows; i++) {
            starts[i + 1] = starts[i] + noise_below(&noise, 4);
            int64_t column = noise_below(&noise, 2) - (trial % 16 == 0);
            for (int64_t e = starts[i]; e < starts[i + 1]; e++) {
                narrow[e] = (int32_t)column;
                wide[e] = column;
                good = good && column >= 0 && column < cols &&
                       (e == starts[i] || column > wide[e - 1]);
                column += noise_below(&noise, 12) == 0 ? -noise_below(&noise, 3)
                                                       : 1 + noise_below(&noise, 2);
            }
        }
        linclass_matrix view;
        linclass_matrix read;
        assert_int_equal(linclass_matrix_init_csr(&view, sizeof view, LINCLASS_INT8, rows, cols,
                                                  starts, LINCLASS_INT32, narrow, NULL),
                         LINCLASS_OK);
        const linclass_status expected = good ? LINCLASS_OK : LINCLASS_ERROR_INVALID_ARGUMENT;
        assert_int_equal(matrix_import(NULL, "X", &view, &read), expected);
        view.columns = wide;
        view.column_dtype = LINCLASS_INT64;
        assert_int_equal(matrix_import(NULL, "X", &view, &read), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_views),
        cmocka_unit_test(test_nothing_to_check),
        cmocka_unit_test(test_row_starts),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_columns_beyond_32_bits),
        cmocka_unit_test(test_the_lowest_row_is_named),
        cmocka_unit_test(test_random_columns),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
