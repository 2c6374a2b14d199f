/* Tables to data sets: labels, categories, missing cells, both layouts; an encoding applied to other tables;
 * every error with its line and column; memory that fails. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "data/encode.h"
#include "data/encoding.h"
#include "made_table.h"
#include "support/failing_allocator.h"

static failing_allocator memory;
static linclass_context *ctx;
static linclass_read_options options;

static int begin_test(void **state)
{
    (void)state;
    memory = failing_allocator_begin();
    ctx = failing_allocator_context(&memory, 1);
    linclass_read_options_init(&options, sizeof options);
    options.layout = LINCLASS_LAYOUT_STRIDED;
    return ctx == NULL;
}

static int end_test(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return memory.live != 0;
}

/* The status of encoding; the table is ended. */
static linclass_status encode(table source, linclass_dataset **dataset)
{
    assert_int_equal(dataset_new(ctx, dataset), LINCLASS_OK);
    const linclass_status status = encode_table(ctx, &source, &options, *dataset);
    table_end(&source);
    if (status != LINCLASS_OK) {
        linclass_dataset_destroy(*dataset);
        *dataset = NULL;
    }
    return status;
}

static linclass_dataset *encoded(table source)
{
    linclass_dataset *dataset;
    if (encode(source, &dataset) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    return dataset;
}

static void refuses(table source, linclass_status status, const char *message)
{
    linclass_dataset *dataset;
    assert_int_equal(encode(source, &dataset), status);
    assert_string_equal(linclass_context_message(ctx), message);
}

/* The element as a dense or a sparse view has it. */
static double element(const linclass_dataset *dataset, int64_t i, int64_t j)
{
    linclass_matrix X;
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    int64_t at = i * X.row_stride + j * X.col_stride;
    if (X.layout == LINCLASS_LAYOUT_CSR) {
        const int32_t *columns = X.columns;
        for (at = X.row_starts[i]; at < X.row_starts[i + 1] && columns[at] != j; at++) {
        }
        if (at == X.row_starts[i + 1])
            return 0;
        if (X.data == NULL)
            return 1;
    }
    return X.dtype == LINCLASS_FLOAT32 ? (double)((const float *)X.data)[at]
                                       : ((const double *)X.data)[at];
}

static void has_elements(const linclass_dataset *dataset, int64_t rows, int64_t cols,
                         const double *expected)
{
    linclass_matrix X;
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    assert_int_equal(X.rows, rows);
    assert_int_equal(X.cols, cols);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            assert_true(element(dataset, i, j) == expected[i * cols + j]);
}

static void has_labels(const linclass_dataset *dataset, int64_t rows, const int64_t *expected)
{
    assert_non_null(linclass_dataset_labels(dataset));
    assert_memory_equal(linclass_dataset_labels(dataset), expected,
                        (size_t)rows * sizeof *expected);
}

static const char *const NAMES[4] = {"size", "colour", "weight", "kind"};
static const char *const CELLS[16] = {
    "1.5", "red",  "0",  "bee", //
    "2",   "blue", NULL, "ant", //
    "0",   NULL,   "4",  "bee", //
    "-1",  "red",  "8",  "cow",
};

static table animals(void)
{
    return made_table(ctx, 4, 4, NAMES, CELLS);
}

static void numbers_texts_and_labels(void **state)
{
    (void)state;
    options.label = "kind";
    options.missing = LINCLASS_MISSING_MEAN;
    static const double EXPECTED[16] = {1.5, 0, 1, 0, 2, 1, 0, 4, 0, 0, 0, 4, -1, 0, 1, 8};
    static const int64_t LABELS[4] = {1, 0, 1, 2};
    static const char *const FEATURES[4] = {"size", "colour=blue", "colour=red", "weight"};
    for (int32_t layout = 0; layout <= 1; layout++) {
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
            options.layout = layout;
            options.dtype = dtype;
            linclass_dataset *dataset = encoded(animals());
            has_elements(dataset, 4, 4, EXPECTED);
            has_labels(dataset, 4, LABELS);
            for (int64_t j = 0; j < 4; j++)
                assert_string_equal(linclass_dataset_feature_name(dataset, j), FEATURES[j]);
            assert_null(linclass_dataset_feature_name(dataset, 4));
            assert_int_equal(linclass_dataset_class_count(dataset), 3);
            assert_string_equal(linclass_dataset_class_name(dataset, 0), "ant");
            assert_string_equal(linclass_dataset_class_name(dataset, 2), "cow");
            linclass_dataset_destroy(dataset);
        }
    }
}

static void accessors_of_the_encoding(void **state)
{
    (void)state;
    options.label = "-1";
    options.missing = LINCLASS_MISSING_ZERO;
    linclass_dataset *dataset = encoded(animals());
    const linclass_encoding *encoding = linclass_dataset_encoding(dataset);
    assert_int_equal(linclass_encoding_columns(encoding), 3);
    assert_int_equal(linclass_encoding_features(encoding), 4);
    assert_string_equal(linclass_encoding_column_name(encoding, 2), "weight");
    assert_null(linclass_encoding_column_name(encoding, 3));
    assert_int_equal(linclass_encoding_column_kind(encoding, 0), LINCLASS_COLUMN_NUMBERS);
    assert_int_equal(linclass_encoding_column_kind(encoding, 1), LINCLASS_COLUMN_TEXTS);
    assert_int_equal(linclass_encoding_column_kind(encoding, -1), 0);
    assert_true(linclass_encoding_column_mean(encoding, 2) == 4);
    assert_true(linclass_encoding_column_mean(encoding, 3) == 0);
    assert_int_equal(linclass_encoding_categories(encoding, 0), 0);
    assert_int_equal(linclass_encoding_categories(encoding, 1), 2);
    assert_string_equal(linclass_encoding_category(encoding, 1, 0), "blue");
    assert_null(linclass_encoding_category(encoding, 1, 2));
    assert_null(linclass_encoding_category(encoding, 7, 0));
    assert_int_equal(linclass_dataset_missing(dataset, 0), 0);
    assert_int_equal(linclass_dataset_missing(dataset, 1), 1);
    assert_int_equal(linclass_dataset_missing(dataset, 2), 1);
    assert_int_equal(linclass_dataset_missing(dataset, 3), 0);
    assert_null(linclass_dataset_format(dataset));
    assert_null(linclass_dataset_dialect(dataset));
    assert_string_equal(linclass_encoding_label_name(encoding), "kind");
    assert_int_equal(linclass_encoding_classes(encoding), 3);
    assert_string_equal(linclass_encoding_class_name(encoding, 1), "bee");
    assert_int_equal(linclass_encoding_missing(encoding), LINCLASS_MISSING_ZERO);
    assert_int_equal(encoding_expects(encoding, "colour", 0), LINCLASS_COLUMN_TEXTS);
    assert_int_equal(encoding_expects(encoding, "kind", 0), LINCLASS_COLUMN_TEXTS);
    assert_int_equal(encoding_expects(encoding, "other", 0), 0);
    assert_int_equal(encoding_expects(encoding, NULL, 2), LINCLASS_COLUMN_NUMBERS);
    assert_int_equal(encoding_expects(encoding, NULL, 3), LINCLASS_COLUMN_TEXTS);
    linclass_dataset_destroy(dataset);
}

static void layout_by_bytes(void **state)
{
    (void)state;
    options.layout = -1;
    const char *const few[6] = {"1", "2", "3", "4", "5", "6"};
    linclass_dataset *dense = encoded(made_table(ctx, 2, 3, NULL, few));
    linclass_matrix X;
    linclass_dataset_matrix(dense, &X, sizeof X);
    assert_int_equal(X.layout, LINCLASS_LAYOUT_STRIDED);
    assert_null(linclass_dataset_feature_name(dense, 0));
    linclass_dataset_destroy(dense);

    const char *const texts[8] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    linclass_dataset *sparse = encoded(made_table(ctx, 8, 1, NULL, texts));
    linclass_dataset_matrix(sparse, &X, sizeof X);
    assert_int_equal(X.layout, LINCLASS_LAYOUT_CSR);
    assert_int_equal(X.cols, 8);
    assert_null(X.data);
    for (int64_t i = 0; i < 8; i++)
        for (int64_t j = 0; j < 8; j++)
            assert_true(element(sparse, i, j) == (i == j));
    assert_string_equal(linclass_dataset_feature_name(sparse, 7), "0=h");
    linclass_dataset_destroy(sparse);
}

static void integers_are_labels_as_they_are(void **state)
{
    (void)state;
    const char *const cells[6] = {"1", "-7", "2", "9007199254740992", "3", "0"};
    const int64_t labels[3] = {-7, INT64_C(9007199254740992), 0};
    options.label = "1";
    linclass_dataset *dataset = encoded(made_table(ctx, 3, 2, NULL, cells));
    has_labels(dataset, 3, labels);
    assert_int_equal(linclass_dataset_class_count(dataset), 0);
    linclass_dataset_destroy(dataset);
}

static void labels_that_are_refused(void **state)
{
    (void)state;
    options.missing = LINCLASS_MISSING_ZERO;
    options.label = "size";
    refuses(
        animals(), LINCLASS_ERROR_LABEL,
        "'made.csv', line 2, column 'size': the label 1.5 is no integer between -2^53 and 2^53");
    options.label = "weight";
    refuses(animals(), LINCLASS_ERROR_LABEL,
            "'made.csv', line 3, column 'weight': the label is missing");
    options.label = "colour";
    refuses(animals(), LINCLASS_ERROR_LABEL,
            "'made.csv', line 4, column 'colour': the label is missing");
    options.label = "knd";
    refuses(animals(), LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label is 'knd', which is no column: did you mean 'kind'? The columns of "
            "'made.csv' are 'size', 'colour', 'weight', 'kind'");
    options.label = "Kind";
    refuses(animals(), LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label is 'Kind', which is no column: did you mean 'kind'? The columns of "
            "'made.csv' are 'size', 'colour', 'weight', 'kind'");
    options.label = "species";
    refuses(animals(), LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label is 'species', which is no column; the columns of 'made.csv' are 'size', "
            "'colour', 'weight', 'kind'");
    options.label = "-5";
    refuses(animals(), LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label is -5, but 'made.csv' has columns 0 to 3");
    options.label = "kind";
    refuses(made_table(ctx, 4, 4, NULL, CELLS), LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label is 'kind', which is no column: the 4 columns of 'made.csv' have no "
            "names, only the numbers 0 to 3; "
            "options.header=yes says that its first line has them");
    const char *const twice[4] = {"a", "kind", "b", "kind"};
    refuses(made_table(ctx, 4, 4, twice, CELLS), LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label is 'kind', the name of 2 columns of 'made.csv': give the number of one, "
            "such as 1");
}

static void a_column_named_by_a_number(void **state)
{
    (void)state;
    const char *const names[2] = {"1", "0"};
    const char *const cells[4] = {"5", "6", "7", "8"};
    const int64_t labels[2] = {5, 7};
    options.label = "1";
    linclass_dataset *dataset = encoded(made_table(ctx, 2, 2, names, cells));
    has_labels(dataset, 2, labels);
    linclass_dataset_destroy(dataset);
}

static void cells_that_are_refused(void **state)
{
    (void)state;
    options.label = "kind";
    refuses(animals(), LINCLASS_ERROR_FORMAT,
            "'made.csv', line 3, column 'weight': the cell is missing (options.missing can be mean "
            "or zero)");
    const char *const large[4] = {"1", "3.4028235e38", "2", "3.4028236e38"};
    options.label = NULL;
    refuses(made_table(ctx, 2, 2, NULL, large), LINCLASS_ERROR_FORMAT,
            "'made.csv', line 2, column 1: 3.4028236e+38 is too large for float32 (options.dtype "
            "can be float64)");
    const char *const latin[2] = {"a", "\xe9"};
    refuses(made_table(ctx, 2, 1, NULL, latin), LINCLASS_ERROR_FORMAT,
            "'made.csv', line 2, column 0: the category '\\xE9' is not UTF-8");
    const char *const nothing[2] = {NULL, NULL};
    options.missing = LINCLASS_MISSING_MEAN;
    refuses(made_table(ctx, 2, 1, NAMES, nothing), LINCLASS_ERROR_FORMAT,
            "'made.csv', column 'size': there is no number, so no mean (options.missing can be "
            "zero)");
    options.missing = 3;
    refuses(animals(), LINCLASS_ERROR_INVALID_ARGUMENT, "options.missing is 3, not 0 to 2");
}

/* Sums beyond the largest double: their mean is not. */
static void mean_of_the_largest_numbers(void **state)
{
    (void)state;
    const char *const cells[3] = {"1.6e308", "1.2e308", NULL};
    options.dtype = LINCLASS_FLOAT64;
    options.missing = LINCLASS_MISSING_MEAN;
    linclass_dataset *dataset = encoded(made_table(ctx, 3, 1, NULL, cells));
    assert_true(fabs(element(dataset, 2, 0) / 1.4e308 - 1) < 1e-15);
    linclass_dataset_destroy(dataset);
}

/* The encoding of the animals with another table. */
static linclass_dataset *fitted(void)
{
    options.label = "kind";
    options.missing = LINCLASS_MISSING_MEAN;
    linclass_dataset *dataset = encoded(animals());
    options.label = NULL;
    options.encoding = linclass_dataset_encoding(dataset);
    return dataset;
}

static void another_table_of_the_same_encoding(void **state)
{
    (void)state;
    linclass_dataset *training = fitted();
    const char *const names[5] = {"kind", "extra", "weight", "size", "colour"};
    const char *const cells[15] = {
        "cow", "x", NULL, "5", "red",    //
        "ant", "y", "1",  "6", "purple", //
        "bee", "z", "2",  "7", "blue",
    };
    static const double EXPECTED[12] = {5, 0, 1, 4, 6, 0, 0, 1, 7, 1, 0, 2};
    static const int64_t LABELS[3] = {2, 0, 1};
    linclass_dataset *other = encoded(made_table(ctx, 3, 5, names, cells));
    has_elements(other, 3, 4, EXPECTED);
    has_labels(other, 3, LABELS);
    assert_string_equal(linclass_dataset_feature_name(other, 1), "colour=blue");
    linclass_dataset_destroy(other);

    linclass_dataset *unlabelled =
        encoded(made_table(ctx, 3, 4, names + 1,
                           (const char *const[]){"x", NULL, "5", "red", "y", "1", "6", "purple",
                                                 "z", "2", "7", "blue"}));
    has_elements(unlabelled, 3, 4, EXPECTED);
    assert_null(linclass_dataset_labels(unlabelled));
    linclass_dataset_destroy(unlabelled);

    linclass_dataset *places =
        encoded(made_table(ctx, 1, 3, NULL, (const char *const[]){"5", "red", NULL}));
    has_elements(places, 1, 4, EXPECTED);
    linclass_dataset_destroy(places);

    options.unknown = LINCLASS_UNKNOWN_ERROR;
    refuses(made_table(ctx, 3, 5, names, cells), LINCLASS_ERROR_FORMAT,
            "'made.csv', line 3, column 'colour': the category 'purple' is unknown "
            "(options.unknown is error)");
    linclass_dataset_destroy(training);
}

/* A column of labels without any value: rows to predict. */
static void labels_still_to_be_found(void **state)
{
    (void)state;
    linclass_dataset *training = fitted();
    linclass_dataset *other =
        encoded(made_table(ctx, 1, 4, NAMES, (const char *const[]){"5", "red", "1", NULL}));
    assert_null(linclass_dataset_labels(other));
    linclass_dataset_destroy(other);
    linclass_dataset_destroy(training);
}

static void tables_that_the_encoding_refuses(void **state)
{
    (void)state;
    linclass_dataset *training = fitted();
    const char *const names[4] = {"size", "color", "weight", "kind"};
    refuses(made_table(ctx, 4, 4, names, CELLS), LINCLASS_ERROR_DIMENSION,
            "there is no column 'colour', which the model needs: did you mean 'color'? The columns "
            "of 'made.csv' are 'size', 'color', 'weight', 'kind'");
    refuses(made_table(ctx, 2, 2, NULL, CELLS), LINCLASS_ERROR_DIMENSION,
            "'made.csv' has 2 columns, but the encoding of the model 3");
    refuses(made_table(ctx, 1, 4, NAMES, (const char *const[]){"5", "red", "1", "dog"}),
            LINCLASS_ERROR_LABEL,
            "'made.csv', line 2, column 'kind': 'dog' is no class that is known");
    refuses(made_table(ctx, 1, 4, NAMES, (const char *const[]){"5", "red", "1", "12"}),
            LINCLASS_ERROR_LABEL,
            "'made.csv', line 2, column 'kind': '12' is no class that is known");
    refuses(made_table(ctx, 2, 4, NAMES,
                       (const char *const[]){"5", "red", "1", "ant", "few", "red", "1", "bee"}),
            LINCLASS_ERROR_FORMAT, "'made.csv', line 3, column 'size': 'few' is no number");
    linclass_dataset_destroy(training);
}

/* Digits are numbers where there are only digits, and categories where the encoding says so. */
static void digits_as_categories(void **state)
{
    (void)state;
    const char *const cells[6] = {"10", "a", "9", "x", "0.5", "b"};
    linclass_dataset *training = encoded(made_table(ctx, 3, 2, NULL, cells));
    assert_int_equal(linclass_encoding_features(linclass_dataset_encoding(training)), 4);
    linclass_dataset_destroy(training);

    const char *const mixed[4] = {"10", "9", "0.5", "x"};
    training = encoded(made_table(ctx, 4, 1, NULL, mixed)); /* 0.5, 10, 9, x */
    options.encoding = linclass_dataset_encoding(training);
    static const double EXPECTED[12] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    linclass_dataset *other =
        encoded(made_table(ctx, 3, 1, NULL, (const char *const[]){"9", "10", "11"}));
    has_elements(other, 3, 4, EXPECTED);
    linclass_dataset_destroy(other);
    linclass_dataset_destroy(training);
}

/* Columns without names: the column of labels is known by its place. */
static void labels_by_place(void **state)
{
    (void)state;
    const char *const cells[6] = {"a", "1", "2", "b", "3", "4"};
    options.label = "0";
    linclass_dataset *training = encoded(made_table(ctx, 2, 3, NULL, cells));
    options.label = NULL;
    options.encoding = linclass_dataset_encoding(training);
    static const double EXPECTED[4] = {1, 2, 3, 4};
    static const int64_t LABELS[2] = {0, 1};
    linclass_dataset *other = encoded(made_table(ctx, 2, 3, NULL, cells));
    has_elements(other, 2, 2, EXPECTED);
    has_labels(other, 2, LABELS);
    linclass_dataset_destroy(other);
    other = encoded(made_table(ctx, 1, 2, NULL, cells + 1));
    has_elements(other, 1, 2, EXPECTED);
    linclass_dataset_destroy(other);
    linclass_dataset_destroy(training);
}

/* Rows selected from a table keep names, classes and encoding. */
static void selected_rows(void **state)
{
    (void)state;
    options.label = "kind";
    options.missing = LINCLASS_MISSING_MEAN;
    static const int64_t ROWS[2] = {3, 0};
    static const double EXPECTED[8] = {-1, 0, 1, 8, 1.5, 0, 1, 0};
    static const int64_t LABELS[2] = {2, 1};
    for (int32_t layout = 0; layout <= 1; layout++) {
        options.layout = layout;
        linclass_dataset *dataset = encoded(animals());
        linclass_dataset *selected;
        assert_int_equal(linclass_dataset_select(ctx, dataset, 2, ROWS, &selected), LINCLASS_OK);
        linclass_dataset_destroy(dataset);
        has_elements(selected, 2, 4, EXPECTED);
        has_labels(selected, 2, LABELS);
        assert_string_equal(linclass_dataset_feature_name(selected, 1), "colour=blue");
        assert_string_equal(linclass_dataset_class_name(selected, 0), "ant");
        const linclass_encoding *encoding = linclass_dataset_encoding(selected);
        assert_string_equal(linclass_encoding_label_name(encoding), "kind");
        assert_int_equal(linclass_dataset_missing(selected, 1), 0);
        linclass_dataset_destroy(selected);
    }
}

static void no_rows(void **state)
{
    (void)state;
    options.missing = LINCLASS_MISSING_MEAN;
    for (int32_t layout = -1; layout <= 1; layout++) {
        options.layout = layout;
        linclass_dataset *dataset = encoded(made_table(ctx, 0, 2, NAMES, NULL));
        has_elements(dataset, 0, 2, NULL);
        linclass_dataset_destroy(dataset);
    }
}

/* What is allocated for a table, an encoding and a data set may fail anywhere. */
static void memory_that_fails(void **state)
{
    (void)state;
    linclass_dataset *training = fitted();
    const linclass_encoding *const encodings[2] = {NULL, linclass_dataset_encoding(training)};
    const char *const digits[8] = {"1", "2", "3", "10", "4", "5", "6", "9"};
    for (int which = 0; which < 4; which++) {
        options.encoding = encodings[which % 2];
        options.label = "kind";
        options.layout = which / 2;
        for (int64_t k = 1;; k++) {
            table source = which == 3 ? made_table(ctx, 2, 4, NAMES, digits) : animals();
            linclass_dataset *dataset;
            assert_int_equal(dataset_new(ctx, &dataset), LINCLASS_OK);
            const int64_t before = memory.failures;
            failing_allocator_fail_at(&memory, k);
            const linclass_status status = encode_table(ctx, &source, &options, dataset);
            failing_allocator_fail_never(&memory);
            table_end(&source);
            linclass_dataset_destroy(dataset);
            if (memory.failures == before) {
                assert_int_equal(status, which == 3 ? LINCLASS_ERROR_LABEL : LINCLASS_OK);
                break;
            }
            assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        }
    }
    linclass_dataset_destroy(training);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_test, end_test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_texts_and_labels),
        TEST(accessors_of_the_encoding),
        TEST(layout_by_bytes),
        TEST(integers_are_labels_as_they_are),
        TEST(labels_that_are_refused),
        TEST(a_column_named_by_a_number),
        TEST(cells_that_are_refused),
        TEST(mean_of_the_largest_numbers),
        TEST(another_table_of_the_same_encoding),
        TEST(labels_still_to_be_found),
        TEST(tables_that_the_encoding_refuses),
        TEST(digits_as_categories),
        TEST(labels_by_place),
        TEST(selected_rows),
        TEST(no_rows),
        TEST(memory_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
