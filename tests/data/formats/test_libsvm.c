/* LIBSVM text: the corners of the format, each refused with its place or read as it is meant. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "data/byte_string.h"
#include "text_file.h"

/* What a text says: rows x cols, the elements, the labels. values: NULL for rows of ones. */
typedef struct expected {
    int64_t rows;
    int64_t cols;
    const int64_t *row_starts;
    const int32_t *columns;
    const double *values;
    const int64_t *labels;
} expected;

static void check_values(const linclass_matrix *X, const double *values, int64_t count)
{
    if (values == NULL) {
        assert_null(X->data);
        return;
    }
    assert_non_null(X->data);
    for (int64_t e = 0; e < count; e++) {
        const double found = X->dtype == LINCLASS_FLOAT64 ? ((const double *)X->data)[e]
                                                          : (double)((const float *)X->data)[e];
        const double want = X->dtype == LINCLASS_FLOAT64 ? values[e] : (double)(float)values[e];
        assert_true(found == want);
    }
}

static void check(linclass_dataset *dataset, const expected *want)
{
    linclass_matrix X;
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    assert_int_equal(X.layout, LINCLASS_LAYOUT_CSR);
    assert_int_equal(X.column_dtype, LINCLASS_INT32);
    assert_int_equal(X.rows, want->rows);
    assert_int_equal(X.cols, want->cols);
    assert_memory_equal(X.row_starts, want->row_starts, (size_t)(X.rows + 1) * sizeof(int64_t));
    const int64_t count = X.row_starts[X.rows];
    if (count > 0)
        assert_memory_equal(X.columns, want->columns, (size_t)count * sizeof(int32_t));
    check_values(&X, want->values, count);
    assert_memory_equal(linclass_dataset_labels(dataset), want->labels,
                        (size_t)X.rows * sizeof(int64_t));
    linclass_dataset_destroy(dataset);
}

/* Two rows: label 1 with 0.5 in column 0 and -2 in column 2, label -1 with 3e2 in column 1. */
static const expected TWO_ROWS = {2,
                                  3,
                                  (const int64_t[]){0, 2, 3},
                                  (const int32_t[]){0, 2, 1},
                                  (const double[]){0.5, -2, 300},
                                  (const int64_t[]){1, -1}};

static void two_rows_however_written(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "+1 1:0.5 3:-2\n-1 2:3e2\n",
        "+1 1:0.5 3:-2\n-1 2:3e2",           /* no final newline */
        "1 1:.5 3:-2.\r\n-1 2:300\r\n",      /* CR LF */
        "1.0 1:0.5 3:-2\r\n-1e0 2:3e2",      /* labels as reals */
        "  1\t1:0.5  3:-2 \n\n\n -1 2:3e2 ", /* blanks, empty lines */
        "# a comment\n1 1:0.5 3:-2 # 7:8\n#9:9\n-1 2:3e2#x\n",
        "1 qid:3 1:0.5 3:-2\n-1 qid:4 2:3e2\n",
        "1 0001:0.5 03:-2\n-1 2:3e2\n",
        "1 1:0.5 3:-2 \n-1 2:3e2 # no newline",
        "+1 0:0.5 2:-2\n-1 1:3e2\n", /* from 0, at once */
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        check(text_file_read(TEXTS[i], NULL), &TWO_ROWS);
}

/* The base shows in the last line alone. */
static void index_zero_late_in_the_file(void **state)
{
    (void)state;
    const expected want = {2,
                           4,
                           (const int64_t[]){0, 1, 3},
                           (const int32_t[]){3, 0, 1},
                           (const double[]){2, 5, 6},
                           (const int64_t[]){1, 0}};
    check(text_file_read("1 3:2\n0 0:5 1:6\n", NULL), &want);
}

static void base_of_the_options(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.index_base = 0;
    const expected want = {1,
                           4,
                           (const int64_t[]){0, 1},
                           (const int32_t[]){3},
                           (const double[]){2},
                           (const int64_t[]){1}};
    check(text_file_read("1 3:2\n", &options), &want);
    options.index_base = 1;
    text_file_refuse("1 3:2\n1 0:2\n", &options, LINCLASS_ERROR_FORMAT, "line 2, column 3: '0:2'");
    options.index_base = 2;
    text_file_refuse("1 3:2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT, "index_base is 2");
}

static void values_that_are_all_ones(void **state)
{
    (void)state;
    const expected want = {2,
                           7,
                           (const int64_t[]){0, 2, 3},
                           (const int32_t[]){0, 6, 2},
                           NULL,
                           (const int64_t[]){5, 6}};
    check(text_file_read("5 1:1 7:1.0\n6 3:1\n", NULL), &want);
}

static void rows_without_elements(void **state)
{
    (void)state;
    const expected want = {4,
                           2,
                           (const int64_t[]){0, 0, 1, 1, 1},
                           (const int32_t[]){1},
                           (const double[]){4},
                           (const int64_t[]){1, 2, 3, 4}};
    check(text_file_read("1\n2 2:4\n3 # 5:6\n4", NULL), &want);
    linclass_read_options options = text_options();
    options.format = "libsvm";
    const expected none = {2, 0, (const int64_t[]){0, 0, 0}, NULL, NULL, (const int64_t[]){1, 2}};
    check(text_file_read("1\n2\n", &options), &none);
}

static void features_of_the_options(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.features = 2;
    const expected cut = {2,
                          2,
                          (const int64_t[]){0, 1, 2},
                          (const int32_t[]){0, 1},
                          (const double[]){0.5, 300},
                          (const int64_t[]){1, -1}};
    check(text_file_read("+1 1:0.5 3:-2\n-1 2:3e2\n", &options), &cut);
    check(text_file_read("+1 0:0.5 2:-2\n-1 1:3e2\n", &options), &cut);
    options.features = 9;
    expected wide = TWO_ROWS;
    wide.cols = 9;
    check(text_file_read("+1 1:0.5 3:-2\n-1 2:3e2\n", &options), &wide);
    options.features = -1;
    text_file_refuse("1 1:2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT, "features is -1");
    options.features = INT64_C(1) << 31;
    text_file_refuse("1 1:2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                     "features is 2147483648");
}

static void doubles(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.dtype = LINCLASS_FLOAT64;
    const expected want = {1,
                           3,
                           (const int64_t[]){0, 3},
                           (const int32_t[]){0, 1, 2},
                           (const double[]){0.1, 1e300, 0},
                           (const int64_t[]){1}};
    check(text_file_read("1 1:0.1 2:1e300 3:1e-400\n", &options), &want);
    options.dtype = LINCLASS_UINT8;
    text_file_refuse("1 1:2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT, "dtype is 1");
}

static void labels_of_any_size(void **state)
{
    (void)state;
    const expected want = {4,
                           1,
                           (const int64_t[]){0, 1, 2, 3, 4},
                           (const int32_t[]){0, 0, 0, 0},
                           NULL,
                           (const int64_t[]){INT64_MAX, INT64_MIN, 9007199254740991, -200}};
    check(text_file_read("9223372036854775807 1:1\n-9223372036854775808 1:1\n"
                         "9007199254740991.0 1:1\n-2e2 1:1\n",
                         NULL),
          &want);
}

static void largest_index(void **state)
{
    (void)state;
    const expected want = {
        1,    2147483646,          (const int64_t[]){0, 1}, (const int32_t[]){2147483645},
        NULL, (const int64_t[]){1}};
    check(text_file_read("1 2147483646:1\n", NULL), &want);
}

static void mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        linclass_status status;
        const char *part;
    } CASES[] = {
        {"1 1:1\n2 3:4 2:5\n", LINCLASS_ERROR_FORMAT,
         "line 2, column 7: '2:5' has an index that is not"},
        {"1 1:1\n2 3:4 3:5\n", LINCLASS_ERROR_FORMAT,
         "line 2, column 7: '3:5' has an index that is not"},
        {"1,3 5:0.2\n", LINCLASS_ERROR_UNSUPPORTED, "line 1, column 1: '1,3' is several labels"},
        {"1 2:1\n3:1 4:1\n", LINCLASS_ERROR_FORMAT,
         "line 2, column 1: '3:1' begins with index:value"},
        {"1.5 1:1\n", LINCLASS_ERROR_LABEL, "line 1, column 1: '1.5' is no label"},
        {"1 1:1\n1e400 1:1\n", LINCLASS_ERROR_LABEL, "line 2, column 1: '1e400'"},
        {"9223372036854775808 1:1\n", LINCLASS_ERROR_LABEL, "'9223372036854775808'"},
        {"-9223372036854775809 1:1\n", LINCLASS_ERROR_LABEL, "'-9223372036854775809'"},
        {"99999999999999999999 1:1\n", LINCLASS_ERROR_LABEL, "'99999999999999999999'"},
        {"1 1:inf\n", LINCLASS_ERROR_FORMAT, "line 1, column 5: 'inf' is not finite"},
        {"1 1:-Infinity\n", LINCLASS_ERROR_FORMAT, "'-Infinity' is not finite"},
        {"1 1:NaN\n", LINCLASS_ERROR_FORMAT, "'NaN' is not finite"},
        {"1 1:1e400\n", LINCLASS_ERROR_FORMAT, "line 1, column 5: '1e400' is too large"},
        {"1 1:1e39\n", LINCLASS_ERROR_FORMAT, "'1e39' is too large"},
        {"1 1:\n", LINCLASS_ERROR_FORMAT, "line 1, column 5: '' is no number"},
        {"1 1:2x\n", LINCLASS_ERROR_FORMAT, "'2x' is no number"},
        {"1 1:0x10\n", LINCLASS_ERROR_FORMAT, "'0x10' is no number"},
        {"1 2147483647:1\n", LINCLASS_ERROR_FORMAT, "has an index above 2147483646"},
        {"1 99999999999999999999999:1\n", LINCLASS_ERROR_FORMAT, "has an index above"},
        {"1 0000000000000000000:1\n", LINCLASS_ERROR_FORMAT, "has an index above"},
        {"1 qid:x 1:2\n", LINCLASS_ERROR_FORMAT, "line 1, column 3: 'qid:x' is no qid:N"},
        {"1 qid: 1:2\n", LINCLASS_ERROR_FORMAT, "'qid:' is no qid:N"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        text_file_refuse(CASES[i].text, NULL, CASES[i].status, CASES[i].part);
}

/* Times of the day, numbers, a pair without an index. */
static void texts_that_are_none(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"1:00\n2:30\n", "1 2 3\n4 5 6\n", "1 1:2 -3:4\n", "1\n2\n",
                                        "1 1:2,3\n"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        linclass_dataset *dataset = text_file_read(TEXTS[i], NULL);
        assert_null(linclass_dataset_labels(dataset));
        linclass_dataset_destroy(dataset);
    }
}

static void mistakes_of_a_text_called_libsvm(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.format = "libsvm";
    text_file_refuse("1 1:2 -3:4\n", &options, LINCLASS_ERROR_FORMAT, "'-3:4' is no index:value");
    text_file_refuse("1 1:2 qid:4\n", &options, LINCLASS_ERROR_FORMAT, "'qid:4' is no index:value");
    text_file_refuse("1 qid:x 1:2\n", &options, LINCLASS_ERROR_FORMAT, "'qid:x' is no qid:N");
    text_file_refuse("a 1:2\n", &options, LINCLASS_ERROR_FORMAT, "'a' is no label");
    text_file_refuse("1 1:2 3", &options, LINCLASS_ERROR_FORMAT, "'3' is no index:value");
    text_file_refuse("1 1:2 0123456789012345678901234567890123456789more\n", &options,
                     LINCLASS_ERROR_FORMAT,
                     "'0123456789012345678901234567890123456789' is no index:value");
    text_file_refuse("# only\n\n", &options, LINCLASS_ERROR_FORMAT, "has no rows");
    text_file_refuse("", &options, LINCLASS_ERROR_FORMAT, "has no rows");
    text_file_refuse_bytes("1 1:2\0003", 7, &options, LINCLASS_ERROR_FORMAT, "is no number");
    text_file_refuse_bytes("1\0 1:2\n", 7, NULL, LINCLASS_ERROR_FORMAT, "is of no format");
}

enum { MANY = 60000 };

/* Rows of several pieces, in pieces of which some have comments and queries; the mistake, if any, in one row. */
static char *many_rows(int64_t mistake)
{
    char *const text = malloc((size_t)MANY * 64 + 1);
    assert_non_null(text);
    char *at = text;
    for (int64_t i = 0; i < MANY; i++) {
        at += sprintf(at, "%d ", (int)(i % 7));
        if (i % 5 == 0)
            at += sprintf(at, "qid:%d ", (int)i);
        for (int64_t j = 0; j < i % 4; j++)
            at += sprintf(at, "%d:%d.%d ", (int)(1 + i % 100 + 3 * j), (int)(i % 10), (int)j);
        if (i >= mistake)
            at += sprintf(at, "x%d ", (int)i);
        at += sprintf(at, i % 9 == 0 ? "# 1:2\n" : "\n");
    }
    return text;
}

static void check_many(linclass_dataset *dataset)
{
    linclass_matrix X;
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    assert_int_equal(X.rows, MANY);
    assert_int_equal(X.cols, 100 + 6);
    const int64_t *const labels = linclass_dataset_labels(dataset);
    int64_t e = 0;
    for (int64_t i = 0; i < MANY; i++) {
        assert_int_equal(labels[i], i % 7);
        assert_int_equal(X.row_starts[i], e);
        for (int64_t j = 0; j < i % 4; j++, e++) {
            assert_int_equal(((const int32_t *)X.columns)[e], i % 100 + 3 * j);
            const double want = (double)(i % 10) + 0.1 * (double)j;
            assert_true(fabs((double)((const float *)X.data)[e] - want) < 1e-5);
        }
    }
    assert_int_equal(X.row_starts[MANY], e);
    linclass_dataset_destroy(dataset);
}

static void many_pieces(void **state)
{
    (void)state;
    char *const text = many_rows(MANY);
    check_many(text_file_read(text, NULL));
    free(text);
}

static void first_mistake_of_many(void **state)
{
    (void)state;
    char *const text = many_rows(30001);
    text_file_refuse(text, NULL, LINCLASS_ERROR_FORMAT, "line 30002, column");
    free(text);
}

/* And, compressed, as long as a block that takes several reads after it has grown. */
static void one_line_that_is_longer_than_a_piece(void **state)
{
    (void)state;
    enum { PAIRS = 500000 };
    char *const text = malloc((size_t)PAIRS * 10 + 16);
    assert_non_null(text);
    char *at = text + sprintf(text, "1");
    for (int i = 1; i <= PAIRS; i++)
        at += sprintf(at, " %d:1", i);
    (void)sprintf(at, "\n2 3:1\n");
    linclass_dataset *dataset = text_file_read(text, NULL);
    linclass_matrix X;
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    assert_int_equal(X.rows, 2);
    assert_int_equal(X.cols, PAIRS);
    assert_int_equal(X.row_starts[2], PAIRS + 1);
    linclass_dataset_destroy(dataset);
    byte_string packed = gzip_of(byte_string_of(text, strlen(text)));
    dataset = text_file_read_bytes((const char *)packed.bytes, packed.size, NULL);
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    assert_int_equal(X.cols, PAIRS);
    assert_int_equal(X.row_starts[2], PAIRS + 1);
    linclass_dataset_destroy(dataset);
    byte_string_free(&packed);
    free(text);
}

/* Compressed: the text is read into a block that grows. */
static void many_pieces_compressed(void **state)
{
    (void)state;
    char *const text = many_rows(MANY);
    byte_string packed = gzip_of(byte_string_of(text, strlen(text)));
    check_many(text_file_read_bytes((const char *)packed.bytes, packed.size, NULL));
    packed.size--;
    text_file_refuse_bytes((const char *)packed.bytes, packed.size, NULL, LINCLASS_ERROR_FORMAT,
                           "truncated gzip stream");
    byte_string_free(&packed);
    free(text);
}

typedef struct calls {
    int64_t count;
    int64_t done;
    int64_t total;
    int stop;
} calls;

static int32_t count_call(int64_t done, int64_t total, void *user)
{
    calls *const self = user;
    assert_true(done >= self->done);
    assert_true(done <= total);
    self->count++;
    self->done = done;
    self->total = total;
    return self->stop;
}

static void progress_of_a_file(void **state)
{
    (void)state;
    char *const text = many_rows(MANY);
    calls seen = {0};
    linclass_read_options options = text_options();
    options.progress = count_call;
    options.progress_user = &seen;
    linclass_dataset_destroy(text_file_read(text, &options));
    assert_true(seen.count >= 1);
    assert_int_equal(seen.total, strlen(text));
    assert_int_equal(seen.done, seen.total);
    seen = (calls){.stop = 1};
    text_file_refuse(text, &options, LINCLASS_STOPPED_BY_CALLBACK, "");
    assert_int_equal(seen.count, 1);
    free(text);
}

static void progress_of_a_compressed_file(void **state)
{
    (void)state;
    char *const text = many_rows(MANY);
    byte_string packed = gzip_of(byte_string_of(text, strlen(text)));
    calls seen = {0};
    linclass_read_options options = text_options();
    options.progress = count_call;
    options.progress_user = &seen;
    linclass_dataset_destroy(
        text_file_read_bytes((const char *)packed.bytes, packed.size, &options));
    assert_true(seen.count >= 2);
    assert_int_equal(seen.total, packed.size);
    assert_int_equal(seen.done, seen.total);
    seen = (calls){.stop = 1};
    text_file_refuse_bytes((const char *)packed.bytes, packed.size, &options,
                           LINCLASS_STOPPED_BY_CALLBACK, "");
    assert_int_equal(seen.count, 1);
    byte_string_free(&packed);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_rows_however_written),
        cmocka_unit_test(index_zero_late_in_the_file),
        cmocka_unit_test(base_of_the_options),
        cmocka_unit_test(values_that_are_all_ones),
        cmocka_unit_test(rows_without_elements),
        cmocka_unit_test(features_of_the_options),
        cmocka_unit_test(doubles),
        cmocka_unit_test(labels_of_any_size),
        cmocka_unit_test(largest_index),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(texts_that_are_none),
        cmocka_unit_test(mistakes_of_a_text_called_libsvm),
        cmocka_unit_test(many_pieces),
        cmocka_unit_test(first_mistake_of_many),
        cmocka_unit_test(one_line_that_is_longer_than_a_piece),
        cmocka_unit_test(progress_of_a_file),
        cmocka_unit_test(many_pieces_compressed),
        cmocka_unit_test(progress_of_a_compressed_file),
    };
    return cmocka_run_group_tests(tests, text_file_begin, text_file_end);
}
