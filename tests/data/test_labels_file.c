/* Labels from a file of their own: .npy of numbers and texts, IDX, a label on each line. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "idx_file.h"
#include "reading.h"

static const uint8_t SAMPLES[3] = {1, 2, 3};

static linclass_status read_both(byte_string labels, linclass_dataset **dataset)
{
    static char path[TEMPORARY_PATH_BYTES];
    char samples[TEMPORARY_PATH_BYTES];
    READING.options.labels_path = byte_string_write(&READING.directory, "labels", labels, path);
    byte_string_write(&READING.directory, "samples",
                      npy_file(1, "|u1", "False", "(3,)", SAMPLES, 3), samples);
    return linclass_dataset_read(READING.ctx, samples, &READING.options, dataset);
}

/* names: of the classes, NULL at the end; NULL for labels that are integers. */
static void expect_labels(byte_string labels, const int64_t expected[3], const char *const *names)
{
    linclass_dataset *dataset;
    if (read_both(labels, &dataset) != LINCLASS_OK)
        fail_msg("refused: %s", linclass_context_message(READING.ctx));
    for (int i = 0; i < 3; i++)
        assert_int_equal(linclass_dataset_labels(dataset)[i], expected[i]);
    int64_t count = 0;
    for (; names != NULL && names[count] != NULL; count++)
        assert_string_equal(linclass_dataset_class_name(dataset, count), names[count]);
    assert_int_equal(linclass_dataset_class_count(dataset), count);
    linclass_dataset_destroy(dataset);
}

static void refuse_labels(byte_string labels, linclass_status status, const char *part)
{
    linclass_dataset *dataset;
    const linclass_status found = read_both(labels, &dataset);
    const char *const message = linclass_context_message(READING.ctx);
    if (found != status)
        fail_msg("status %d, not %d: \"%s\"", (int)found, (int)status, message);
    assert_null(dataset);
    if (strstr(message, part) == NULL || strstr(message, "labels'") == NULL)
        fail_msg("the message \"%s\" lacks \"%s\" or the name of the file", message, part);
}

#define TEXT(text)                  byte_string_of(text, sizeof(text) - 1)
#define NPY(descr, shape, elements) npy_file(1, descr, "False", shape, elements, sizeof(elements))

static void integers_of_npy(void **state)
{
    (void)state;
    const int64_t expected[] = {7, -2, 100};
    expect_labels(NPY("<i8", "(3,)", expected), expected, NULL);
    expect_labels(NPY("<i4", "(3, 1)", ((int32_t[]){7, -2, 100})), expected, NULL);
    expect_labels(NPY("<i2", "(3,)", ((int16_t[]){7, -2, 100})), expected, NULL);
    expect_labels(NPY("|i1", "(3,)", ((int8_t[]){7, -2, 100})), expected, NULL);
    expect_labels(NPY("<f8", "(3,)", ((double[]){7, -2, 100})), expected, NULL);
    expect_labels(NPY("<f4", "(3,)", ((float[]){7, -2, 100})), expected, NULL);
    expect_labels(NPY("<f2", "(3,)", ((uint16_t[]){0x4700, 0xc000, 0x5640})), expected, NULL);
    expect_labels(NPY("<u2", "(3,)", ((uint16_t[]){7, 65535, 0})), (int64_t[]){7, 65535, 0}, NULL);
    expect_labels(NPY("<u4", "(3,)", ((uint32_t[]){7, UINT32_MAX, 0})),
                  (int64_t[]){7, UINT32_MAX, 0}, NULL);
    expect_labels(NPY(">u4", "(3,)", ((uint32_t[]){1 << 24, 0, 1})), (int64_t[]){1, 0, 1 << 24},
                  NULL);
    expect_labels(NPY("|u1", "(3,)", ((uint8_t[]){7, 255, 0})), (int64_t[]){7, 255, 0}, NULL);
    expect_labels(gzip_of(NPY("<i8", "(3,)", expected)), expected, NULL);
}

static void numbers_that_are_no_labels(void **state)
{
    (void)state;
    refuse_labels(NPY("<f8", "(3,)", ((double[]){7, 1.5, 100})), LINCLASS_ERROR_LABEL,
                  "label 1 is 1.5, not an integer");
    refuse_labels(NPY("<f4", "(3,)", ((uint32_t[]){0, 0, 0x7fc00000})), LINCLASS_ERROR_LABEL,
                  "label 2 is nan");
    refuse_labels(NPY("<f2", "(3,)", ((uint16_t[]){0, 0x7c00, 0})), LINCLASS_ERROR_LABEL,
                  "label 1 is inf");
    refuse_labels(NPY("<f2", "(3,)", ((uint16_t[]){0, 0, 0x8001})), LINCLASS_ERROR_LABEL,
                  "label 2 is -5.9604644775390625e-08");
    refuse_labels(NPY("<f8", "(3,)", ((double[]){0, 1e300, 0})), LINCLASS_ERROR_LABEL, "1e+300");
    refuse_labels(NPY("<u8", "(3,)", ((uint64_t[]){0, UINT64_MAX, 0})), LINCLASS_ERROR_FORMAT,
                  "above the largest int64");
    refuse_labels(NPY("<i8", "(2,)", ((int64_t[]){0, 1})), LINCLASS_ERROR_DIMENSION,
                  "has 2 labels, for 3 samples");
    refuse_labels(NPY("<i8", "(3, 2)", ((int64_t[]){0, 1, 2, 3, 4, 5})), LINCLASS_ERROR_FORMAT,
                  "is 3 x 2 <i8; labels are");
    refuse_labels(NPY("<i8", "()", ((int64_t[]){0})), LINCLASS_ERROR_FORMAT, "labels are");
}

static void texts_of_npy(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"", "ab", "b\xc3\xa9", NULL};
    expect_labels(NPY("|S3", "(3,)", ((char[]){'b', '\xc3', '\xa9', 0, 0, 0, 'a', 'b', 0})),
                  (int64_t[]){2, 0, 1}, NAMES);
    const uint32_t points[] = {'b', 0xe9, 0, 0, 'a', 'b'};
    expect_labels(NPY("<U2", "(3,)", points), (int64_t[]){2, 0, 1}, NAMES);
    uint32_t big[6];
    for (int i = 0; i < 6; i++)
        big[i] = __builtin_bswap32(points[i]);
    expect_labels(NPY(">U2", "(3,)", big), (int64_t[]){2, 0, 1}, NAMES);
    static const char *const WIDE[] = {"\xe2\x82\xac", "\xf0\x9f\x98\x80", NULL};
    expect_labels(NPY("<U1", "(3,)", ((uint32_t[]){0x1f600, 0x20ac, 0x20ac})), (int64_t[]){1, 0, 0},
                  WIDE);
    expect_labels(npy_file(1, "|S0", "False", "(3,)", "", 0), (int64_t[]){0, 0, 0},
                  (const char *const[]){"", NULL});
}

static void texts_that_are_none(void **state)
{
    (void)state;
    refuse_labels(NPY("|S2", "(3,)", ((char[]){'a', 0, 'a', '\xff', 'a', 0})),
                  LINCLASS_ERROR_FORMAT, "label 1, counted from 0, is not a text in UTF-8");
    refuse_labels(NPY("|S2", "(3,)", ((char[]){'a', 0, 'a', 0, 0, 'a'})), LINCLASS_ERROR_FORMAT,
                  "label 2");
    refuse_labels(NPY("<U1", "(3,)", ((uint32_t[]){'a', 0xd800, 'a'})), LINCLASS_ERROR_FORMAT,
                  "label 1");
    refuse_labels(NPY("<U1", "(3,)", ((uint32_t[]){0x110000, 'a', 'a'})), LINCLASS_ERROR_FORMAT,
                  "label 0");
    refuse_labels(npy_file(1, "<U99999999", "False", "(3,)", "", 0), LINCLASS_ERROR_FORMAT,
                  "truncated");
    refuse_labels(npy_file(1, "|O", "False", "(3,)", "", 0), LINCLASS_ERROR_UNSUPPORTED,
                  "Python objects");
}

static void labels_of_idx(void **state)
{
    (void)state;
    const int16_t elements[] = {-300, 2, 3};
    expect_labels(idx_file_of(IDX_INT16, 1, (uint32_t[]){3}, elements, 3, 2),
                  (int64_t[]){-300, 2, 3}, NULL);
    refuse_labels(idx_labels(4), LINCLASS_ERROR_DIMENSION, "has 4 labels, for 3 samples");
}

static void integers_on_lines(void **state)
{
    (void)state;
    expect_labels(TEXT("7\n-2\n100\n"), (int64_t[]){7, -2, 100}, NULL);
    expect_labels(TEXT("7\r\n +2 \r\n\t100"), (int64_t[]){7, 2, 100}, NULL);
    expect_labels(TEXT("\xef\xbb\xbf"
                       "1.0\n2e3\n-0\n"),
                  (int64_t[]){1, 2000, 0}, NULL);
    expect_labels(TEXT("9223372036854775807\n-9223372036854775808\n0"),
                  (int64_t[]){INT64_MAX, INT64_MIN, 0}, NULL);
    expect_labels(gzip_of(TEXT("7\n-2\n100\n")), (int64_t[]){7, -2, 100}, NULL);
    refuse_labels(TEXT("1\n2.5\n3\n"), LINCLASS_ERROR_LABEL, "line 2: label 2.5 is not an integer");
    refuse_labels(TEXT("1\n2\nnan\n"), LINCLASS_ERROR_LABEL, "line 3: label nan");
    refuse_labels(TEXT("9223372036854775808\n2\n3\n"), LINCLASS_ERROR_LABEL, "line 1");
}

static void texts_on_lines(void **state)
{
    (void)state;
    expect_labels(TEXT("cat\ndog\ncat\n"), (int64_t[]){0, 1, 0},
                  (const char *const[]){"cat", "dog", NULL});
    expect_labels(TEXT("1\n10\n+ 2\n"), (int64_t[]){1, 2, 0},
                  (const char *const[]){"+ 2", "1", "10", NULL});
    expect_labels(
        TEXT("-\n+\n0123456789012345678901234567890123456789012345678901234567890123456"),
        (int64_t[]){1, 0, 2},
        (const char *const[]){
            "+", "-", "0123456789012345678901234567890123456789012345678901234567890123456", NULL});
}

static void lines_that_are_no_labels(void **state)
{
    (void)state;
    refuse_labels(TEXT("a\n\nc\n"), LINCLASS_ERROR_FORMAT, "line 2: there is no label");
    refuse_labels(TEXT("a\n\xff\nc\n"), LINCLASS_ERROR_FORMAT, "line 2: the label is not a text");
    refuse_labels(TEXT("a\nb\nc\0\n"), LINCLASS_ERROR_FORMAT, "line 3: the label is not a text");
    refuse_labels(TEXT("a\nb\nc\nd\n"), LINCLASS_ERROR_DIMENSION, "has 4 labels, for 3 samples");
    refuse_labels(TEXT(""), LINCLASS_ERROR_DIMENSION, "has 0 labels, for 3 samples");
}

static void options_that_contradict_each_other(void **state)
{
    (void)state;
    linclass_dataset *dataset;
    READING.options.label = "y";
    assert_int_equal(read_both(TEXT("1\n2\n3"), &dataset), LINCLASS_ERROR_INVALID_ARGUMENT);
    READING.options.label = NULL;
    READING.options.labels_path = "-";
    assert_int_equal(linclass_dataset_read(READING.ctx, "-", &READING.options, &dataset),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    READING.options.labels_path = "/no/such/file";
    const char *const path = reading_write("only", npy_file(1, "|u1", "False", "(3,)", SAMPLES, 3));
    assert_int_equal(linclass_dataset_read(READING.ctx, path, &READING.options, &dataset),
                     LINCLASS_ERROR_IO);
    assert_null(dataset);
}

static void allocations(void **state)
{
    (void)state;
    const struct {
        byte_string labels;
        int64_t at_least;
    } files[] = {
        {TEXT("cat\ndog\ncat\n"), 8},
        {gzip_of(TEXT("1\n2\n3\n")), 6},
        {NPY("|S1", "(3,)", ((char[]){'a', 'b', 'c'})), 8},
        {NPY(">i8", "(3,)", ((int64_t[]){1, 2, 3})), 5},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[TEMPORARY_PATH_BYTES];
        READING.options.labels_path =
            byte_string_write(&READING.directory, "labels", files[i].labels, path);
        reading_fail_allocations(npy_file(1, "|u1", "False", "(3,)", SAMPLES, 3),
                                 files[i].at_least);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(integers_of_npy, reading_defaults),
        cmocka_unit_test_setup(numbers_that_are_no_labels, reading_defaults),
        cmocka_unit_test_setup(texts_of_npy, reading_defaults),
        cmocka_unit_test_setup(texts_that_are_none, reading_defaults),
        cmocka_unit_test_setup(labels_of_idx, reading_defaults),
        cmocka_unit_test_setup(integers_on_lines, reading_defaults),
        cmocka_unit_test_setup(texts_on_lines, reading_defaults),
        cmocka_unit_test_setup(lines_that_are_no_labels, reading_defaults),
        cmocka_unit_test_setup(options_that_contradict_each_other, reading_defaults),
        cmocka_unit_test_setup(allocations, reading_defaults),
    };
    return cmocka_run_group_tests(tests, reading_begin, reading_end);
}
