/* Archives of arrays: members stored and deflated, the choice of samples and labels, damaged archives. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "reading.h"
#include "zip_file.h"

static const double SIX[] = {0, 1, 2, 3, 4, 5};
static const int64_t THREE[] = {7, 8, 9};

static byte_string matrix(void)
{
    return npy_file(1, "<f8", "False", "(3, 2)", SIX, sizeof SIX);
}

static byte_string vector(void)
{
    return npy_file(1, "<i8", "False", "(3,)", THREE, sizeof THREE);
}

static byte_string one(const char *name, byte_string content, int how, size_t pads)
{
    return zip_of((zip_part[]){{name, content, how, pads}, {0}}, 0);
}

static void expect_matrix(byte_string archive)
{
    reading_expect(reading_accept(archive), LINCLASS_FLOAT64, 3, 2, SIX);
}

static void every_way_to_store(void **state)
{
    (void)state;
    for (int how = 0; how < 8; how++)
        for (int wide = 0; wide < 2; wide++)
            expect_matrix(zip_of((zip_part[]){{"a.npy", matrix(), how, 0}, {0}}, wide));
    expect_matrix(gzip_of(one("X.npy", matrix(), ZIP_DEFLATED, 0)));
}

/* 30 bytes of a local header, 5 of the name, 29 of its extra field. */
static void a_member_that_is_aligned_stays_in_the_file(void **state)
{
    (void)state;
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        skip(); /* the file is */
    linclass_dataset *dataset = reading_accept(one("X.npy", matrix(), 0, 29));
    char path[TEMPORARY_PATH_BYTES];
    FILE *file = fopen(temporary_directory_path(&READING.directory, "file", path), "r+b");
    assert_non_null(file);
    const double other = 17;
    assert_int_equal(fseek(file, 64 + 128, SEEK_SET), 0);
    assert_int_equal(fwrite(&other, sizeof other, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    const linclass_matrix view = reading_view(dataset);
    assert_true(reading_element(&view, 0, 0) == 17);
    linclass_dataset_destroy(dataset);
}

static void expect_labels(byte_string archive, int present)
{
    linclass_dataset *dataset = reading_accept(archive);
    const int64_t *labels = linclass_dataset_labels(dataset);
    assert_int_equal(labels != NULL, present);
    for (int i = 0; i < 3 && present; i++)
        assert_int_equal(labels[i], THREE[i]);
    linclass_dataset_destroy(dataset);
}

static byte_string two(const char *first, const char *second)
{
    return zip_of((zip_part[]){{first, matrix(), 0, 0}, {second, vector(), ZIP_DEFLATED, 0}, {0}},
                  0);
}

static void samples_and_labels_that_are_not_named(void **state)
{
    (void)state;
    expect_labels(two("a.npy", "y.npy"), 1);
    expect_labels(two("a.npy", "target.npy"), 1);
    expect_labels(two("X_test.npy", "y_test.npy"), 1);
    expect_labels(two("X_test.npy", "y_train.npy"), 0);
    expect_labels(two("a.npy", "b.npy"), 0);
    const zip_part sets[] = {
        {"x_test.npy", matrix(), 0, 0},      {"x_train.npy", matrix(), 0, 0},
        {"y_train.npy", vector(), 0, 0},     {"readme", byte_string_of("no array", 8), 0, 0},
        {"me", byte_string_of("", 0), 0, 0}, {0}};
    expect_labels(zip_of(sets, 0), 1);
    reading_refuse(
        zip_of((zip_part[]){{"a.npy", matrix(), 0, 0}, {"b.npy", matrix(), 0, 0}, {0}}, 0),
        LINCLASS_ERROR_INVALID_ARGUMENT, "options.samples does not say which");
    reading_refuse(one("readme", byte_string_of("no array", 8), 0, 0),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "has 0 arrays");
    reading_expect(reading_accept(one("a.npy", vector(), 0, 0)), LINCLASS_INT64, 3, 1,
                   (double[]){7, 8, 9});
}

static void samples_and_labels_that_are_named(void **state)
{
    (void)state;
    READING.options.samples = "a";
    READING.options.label = "b";
    expect_labels(two("a.npy", "b.npy"), 1);
    reading_refuse(two("a.npy", "c.npy"), LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.label is 'b', which is no array of");
    reading_refuse(two("d.npy", "b.npy"), LINCLASS_ERROR_INVALID_ARGUMENT, "it has 'd', 'b'");
    READING.options.label = "a";
    reading_refuse(two("a.npy", "b.npy"), LINCLASS_ERROR_FORMAT, "labels are an array");
}

static void labels_that_are_texts(void **state)
{
    (void)state;
    const zip_part parts[] = {{"X.npy", matrix(), 0, 0},
                              {"y.npy", npy_file(1, "|S1", "False", "(3,)", "bab", 3), 0, 0},
                              {0}};
    linclass_dataset *dataset = reading_accept(zip_of(parts, 0));
    assert_int_equal(linclass_dataset_class_count(dataset), 2);
    assert_string_equal(linclass_dataset_class_name(dataset, 1), "b");
    assert_int_equal(linclass_dataset_labels(dataset)[0], 1);
    linclass_dataset_destroy(dataset);
}

/* An array of objects next to the samples is neither read nor in the way. */
static void arrays_that_are_not_read(void **state)
{
    (void)state;
    const zip_part parts[] = {{"X.npy", matrix(), 0, 0},
                              {"more.npy", npy_file(1, "|O", "False", "(1, 1)", "pickle", 6), 0, 0},
                              {0}};
    byte_string archive = zip_of(parts, 0);
    byte_string same = byte_string_of(archive.bytes, archive.size);
    expect_matrix(archive);
    READING.options.samples = "more";
    reading_refuse(same, LINCLASS_ERROR_UNSUPPORTED, "array 'more' has elements of dtype '|O'");
}

static byte_string spoilt(int how, int entry, size_t byte, uint8_t value)
{
    byte_string archive = one("X.npy", matrix(), how, 0);
    *(entry ? zip_entry(archive, 0) + byte : archive.bytes + byte) = value;
    return archive;
}

static void damaged_members(void **state)
{
    (void)state;
    reading_refuse(spoilt(0, 1, 16, 0x55), LINCLASS_ERROR_FORMAT, "its CRC-32 is not");
    reading_refuse(spoilt(ZIP_DEFLATED, 1, 16, 0x55), LINCLASS_ERROR_FORMAT, "its CRC-32 is not");
    reading_refuse(spoilt(0, 1, 20, 1), LINCLASS_ERROR_FORMAT, "claims more bytes");
    reading_refuse(spoilt(ZIP_DEFLATED, 1, 24, 1), LINCLASS_ERROR_FORMAT, "not as long as");
    reading_refuse(spoilt(ZIP_DEFLATED, 1, 24, 255), LINCLASS_ERROR_FORMAT, "not as long as");
    reading_refuse(spoilt(ZIP_DEFLATED, 1, 27, 1), LINCLASS_ERROR_FORMAT, "claims more bytes");
    reading_refuse(spoilt(ZIP_DEFLATED, 1, 20, 9), LINCLASS_ERROR_FORMAT, "");
    reading_refuse(spoilt(ZIP_DEFLATED, 0, 35, 0xff), LINCLASS_ERROR_FORMAT, "damaged deflate");
    reading_refuse(spoilt(0, 1, 23, 1), LINCLASS_ERROR_FORMAT, "goes on beyond the archive");
    reading_refuse(spoilt(0, 1, 43, 1), LINCLASS_ERROR_FORMAT, "is not where the directory says");
    reading_refuse(spoilt(0, 0, 0, 'Q'), LINCLASS_ERROR_FORMAT, "of no format that is known");
    reading_refuse(spoilt(0, 0, 30, 'Y'), LINCLASS_ERROR_FORMAT, "another name where it lies");
    reading_refuse(spoilt(0, 0, 26, 4), LINCLASS_ERROR_FORMAT, "another name where it lies");
    reading_refuse(spoilt(0, 1, 42, 200), LINCLASS_ERROR_FORMAT, "is not where the directory says");
    reading_refuse(spoilt(0, 1, 45, 1), LINCLASS_ERROR_FORMAT, "is not where the directory says");
    reading_refuse(spoilt(0, 0, 29, 255), LINCLASS_ERROR_FORMAT, "goes on beyond the archive");
}

/* The bytes of a member go on behind the end of what was deflated. */
static void bytes_behind_a_member(void **state)
{
    (void)state;
    byte_string archive = zip_of((zip_part[]){{"X.npy", matrix(), ZIP_DEFLATED, 0},
                                              {"y.npy", vector(), ZIP_DEFLATED, 0},
                                              {0}},
                                 0);
    zip_entry(archive, 0)[20]++;
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "X.npy");
}

/* The labels of a file of their own, whatever the archive has. */
static void labels_of_another_file(void **state)
{
    (void)state;
    const int64_t others[] = {4, 5, 6};
    char path[TEMPORARY_PATH_BYTES];
    (void)snprintf(
        path, sizeof path, "%s",
        reading_write("labels", npy_file(1, "<i8", "False", "(3,)", others, sizeof others)));
    READING.options.labels_path = path;
    linclass_dataset *dataset = reading_accept(two("X.npy", "y.npy"));
    assert_int_equal(linclass_dataset_labels(dataset)[2], 6);
    reading_expect(dataset, LINCLASS_FLOAT64, 3, 2, SIX);
}

/* No other program finds a member whose name has a zero byte: it is no array. */
static void a_name_with_a_zero_byte(void **state)
{
    (void)state;
    byte_string archive = two("X.npy", "yy.npy");
    uint8_t *const name = zip_entry(archive, 1) + 46;
    name[1] = '\0';
    expect_labels(archive, 0);
}

static void members_that_are_refused(void **state)
{
    (void)state;
    reading_refuse(spoilt(0, 1, 8, 1), LINCLASS_ERROR_UNSUPPORTED, "member 'X.npy' is encrypted");
    reading_refuse(spoilt(0, 1, 10, 12), LINCLASS_ERROR_UNSUPPORTED, "other than deflate");
}

static void damaged_directories(void **state)
{
    (void)state;
    reading_refuse(spoilt(0, 1, 0, 'Q'), LINCLASS_ERROR_FORMAT, "directory of the archive is dam");
    reading_refuse(spoilt(0, 1, 28, 200), LINCLASS_ERROR_FORMAT, "directory of the archive is dam");
    reading_refuse(spoilt(0, 1, 28, 4), LINCLASS_ERROR_FORMAT, "directory of the archive is dam");
    reading_refuse(spoilt(ZIP_WIDE, 1, 46 + 5 + 6, 200), LINCLASS_ERROR_FORMAT, "extra field");
    reading_refuse(spoilt(ZIP_WIDE, 1, 46 + 5 + 4, 9), LINCLASS_ERROR_FORMAT, "extra field");
    for (uint8_t length = 4; length < 24; length += 8) /* too short for each of the three numbers */
        reading_refuse(spoilt(ZIP_WIDE, 1, 46 + 5 + 6, length), LINCLASS_ERROR_FORMAT,
                       "extra field");
    reading_refuse(
        zip_of((zip_part[]){{"X.npy", matrix(), 0, 0}, {"X.npy", matrix(), 0, 0}, {0}}, 0),
        LINCLASS_ERROR_FORMAT, "member 'X.npy' is there twice");
    reading_refuse(zip_of((zip_part[]){{"a.npy", matrix(), 0, 0},
                                       {"y.npy", matrix(), 0, 0},
                                       {"a.npy", matrix(), 0, 0},
                                       {0}},
                          0),
                   LINCLASS_ERROR_FORMAT, "member 'a.npy' is there twice");
    byte_string archive = one("X.npy", matrix(), 0, 0);
    archive.bytes[archive.size - 6]++;
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "not where its end says");
    archive = one("X.npy", matrix(), 0, 0);
    archive.bytes[archive.size - 18]++;
    reading_refuse(archive, LINCLASS_ERROR_UNSUPPORTED, "several parts");
    archive = one("X.npy", matrix(), 0, 0);
    archive.bytes[archive.size - 11] = archive.bytes[archive.size - 13] = 0x20;
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "has 8193 members");
    archive = zip_of((zip_part[]){{"X.npy", matrix(), 0, 0}, {0}}, 1);
    archive.bytes[archive.size - 22 - 20 + 8]++;
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "in 64 bits is not where");
    archive = zip_of((zip_part[]){{"X.npy", matrix(), 0, 0}, {0}}, 1);
    archive.bytes[archive.size - 22 - 20 - 56 + 16] = 1;
    reading_refuse(archive, LINCLASS_ERROR_UNSUPPORTED, "several parts");
    for (size_t byte = 0; byte < 2; byte++) { /* the number of this part, that of the directory's */
        archive = one("X.npy", matrix(), 0, 0);
        archive.bytes[archive.size - 22 + 4 + 2 * byte] = 1;
        reading_refuse(archive, LINCLASS_ERROR_UNSUPPORTED, "several parts");
    }
    archive = one("X.npy", matrix(), 0, 0);
    archive.bytes[archive.size - 12] = archive.bytes[archive.size - 14] = 2;
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "directory of the archive is damaged");
    archive = one("X.npy", matrix(), 0, 0);
    archive.bytes[archive.size - 3] = 1; /* the directory begins beyond its end */
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "not where its end says");
    archive = zip_of((zip_part[]){{"X.npy", matrix(), 0, 0}, {0}}, 1);
    archive.bytes[archive.size - 22 - 20 + 15] = 1; /* the record in 64 bits, far behind the end */
    reading_refuse(archive, LINCLASS_ERROR_FORMAT, "in 64 bits is not where");
    archive = zip_of((zip_part[]){{"X.npy", matrix(), 0, 0}, {0}}, 1);
    archive.bytes[archive.size - 22 - 20 - 56 + 20] = 1;
    reading_refuse(archive, LINCLASS_ERROR_UNSUPPORTED, "several parts");
    archive = zip_of((zip_part[]){{"X.npy", matrix(), 0, 0}, {0}}, 1);
    archive.bytes[archive.size - 22 - 20 - 56 + 24]++;
    reading_refuse(archive, LINCLASS_ERROR_UNSUPPORTED, "several parts");
    /* A locator, and no room for a record before it. */
    static const uint8_t LOCATOR[42] = {'P', 'K', 6, 7, [20] = 'P', [21] = 'K', [22] = 5, [23] = 6};
    READING.options.format = "npz";
    reading_refuse(byte_string_of(LOCATOR, sizeof LOCATOR), LINCLASS_ERROR_FORMAT,
                   "in 64 bits is not where");
}

/* Sizes and a place that are said to be in the extra field, where there is none. */
static void numbers_of_64_bits_that_are_missing(void **state)
{
    (void)state;
    static const size_t PLACES[] = {24, 20, 42};
    for (size_t i = 0; i < 3; i++) {
        byte_string archive = one("X.npy", matrix(), 0, 0);
        memset(zip_entry(archive, 0) + PLACES[i], 0xff, 4);
        reading_refuse(archive, LINCLASS_ERROR_FORMAT, "extra field");
    }
}

static void every_truncation(void **state)
{
    (void)state;
    byte_string whole = two("X.npy", "y.npy");
    READING.options.format = "npz";
    for (size_t size = 0; size < whole.size; size++)
        reading_refuse(byte_string_of(whole.bytes, size), LINCLASS_ERROR_FORMAT,
                       "it is no zip archive, or truncated");
    byte_string_free(&whole);
}

static void a_comment_at_the_end(void **state)
{
    (void)state;
    byte_string archive = one("X.npy", matrix(), 0, 0);
    archive.bytes[archive.size - 2] = 3;
    expect_matrix(byte_string_join(archive, byte_string_of("end", 3)));
    reading_refuse(byte_string_join(one("X.npy", matrix(), 0, 0), byte_string_of("end", 3)),
                   LINCLASS_ERROR_FORMAT, "no zip archive, or truncated");
}

static void allocations(void **state)
{
    (void)state;
    reading_fail_allocations(two("X.npy", "y.npy"), 10);
    reading_fail_allocations(gzip_of(one("X.npy", matrix(), ZIP_DEFLATED, 0)), 10);
}

/* The matrix 1 0 2 / 0 0 0 / 0 3 0 / 0 0 4. */
static const double SPARSE[] = {1, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 4};

#define NPY(descr, shape, elements) npy_file(1, descr, "False", shape, elements, sizeof(elements))

static byte_string sparse(const char *format, byte_string data, const char *first_name,
                          byte_string first, const char *second_name, byte_string second)
{
    const zip_part parts[] = {
        {"format.npy", npy_file(1, "|S3", "False", "()", format, 3), ZIP_DEFLATED, 0},
        {"shape.npy", NPY("<i8", "(2,)", ((int64_t[]){4, 3})), 0, 0},
        {"data.npy", data, ZIP_DEFLATED, 0},
        {first_name, first, ZIP_DEFLATED, 0},
        {second_name, second, ZIP_DEFLATED, 0},
        {"y.npy", NPY("<i8", "(4,)", ((int64_t[]){0, 1, 2, 3})), 0, 0},
        {0}};
    return zip_of(parts, 0);
}

static byte_string values(void)
{
    return NPY("<f4", "(4,)", ((float[]){1, 2, 3, 4}));
}

static byte_string rows_of(byte_string data, byte_string indices, byte_string indptr)
{
    return sparse("csr", data, "indices.npy", indices, "indptr.npy", indptr);
}

static void expect_sparse(byte_string archive, int32_t dtype, int32_t column_dtype)
{
    linclass_dataset *dataset = reading_accept(archive);
    const linclass_matrix view = reading_view(dataset);
    assert_int_equal(view.layout, LINCLASS_LAYOUT_CSR);
    assert_int_equal(view.column_dtype, column_dtype);
    for (int64_t i = 0; i < view.rows; i++)
        for (int64_t e = view.row_starts[i] + 1; e < view.row_starts[i + 1]; e++)
            assert_true(((const int32_t *)view.columns)[e] >
                            ((const int32_t *)view.columns)[e - 1] ||
                        column_dtype == LINCLASS_INT64);
    assert_int_equal(linclass_dataset_labels(dataset)[3], 3);
    reading_expect(dataset, dtype, 4, 3, SPARSE);
}

static void compressed_rows(void **state)
{
    (void)state;
    const int32_t indices[] = {0, 2, 1, 2};
    const int64_t wide[] = {0, 2, 1, 2};
    const int32_t starts[] = {0, 2, 2, 3, 4};
    const int64_t wide_starts[] = {0, 2, 2, 3, 4};
    expect_sparse(rows_of(values(), NPY("<i4", "(4,)", indices), NPY("<i4", "(5,)", starts)),
                  LINCLASS_FLOAT32, LINCLASS_INT32);
    expect_sparse(rows_of(values(), NPY("<i8", "(4,)", wide), NPY("<i8", "(5,)", wide_starts)),
                  LINCLASS_FLOAT32, LINCLASS_INT64);
    expect_sparse(rows_of(NPY("|u1", "(4,)", ((uint8_t[]){1, 2, 3, 4})),
                          NPY("<i4", "(4,)", indices), NPY("<i4", "(5,)", starts)),
                  LINCLASS_UINT8, LINCLASS_INT32);
}

/* Columns out of order; twice the same, summed. */
static void rows_out_of_order(void **state)
{
    (void)state;
    const int32_t starts[] = {0, 2, 2, 3, 4};
    expect_sparse(rows_of(NPY("<f8", "(4,)", ((double[]){2, 1, 3, 4})),
                          NPY("<i4", "(4,)", ((int32_t[]){2, 0, 1, 2})),
                          NPY("<i4", "(5,)", starts)),
                  LINCLASS_FLOAT64, LINCLASS_INT32);
    const int64_t longer[] = {0, 4, 4, 5, 6};
    expect_sparse(rows_of(NPY("|i1", "(6,)", ((int8_t[]){127, 2, -63, -63, 3, 4})),
                          NPY("<i8", "(6,)", ((int64_t[]){0, 2, 0, 0, 1, 2})),
                          NPY("<i8", "(5,)", longer)),
                  LINCLASS_FLOAT32, LINCLASS_INT32);
}

static void columns_and_coordinates(void **state)
{
    (void)state;
    expect_sparse(sparse("csc", NPY("<f4", "(4,)", ((float[]){1, 3, 2, 4})), "indices.npy",
                         NPY("<i4", "(4,)", ((int32_t[]){0, 2, 0, 3})), "indptr.npy",
                         NPY("<i4", "(4,)", ((int32_t[]){0, 1, 2, 4}))),
                  LINCLASS_FLOAT32, LINCLASS_INT32);
    expect_sparse(sparse("coo", NPY("<i8", "(5,)", ((int64_t[]){4, 3, 1, 1, 1})), "row.npy",
                         NPY("<i4", "(5,)", ((int32_t[]){3, 2, 0, 0, 0})), "col.npy",
                         NPY("<i8", "(5,)", ((int64_t[]){2, 1, 2, 0, 2}))),
                  LINCLASS_FLOAT64, LINCLASS_INT32);
}

static void sparse_matrices_that_are_wrong(void **state)
{
    (void)state;
    const int32_t indices[] = {0, 2, 1, 2};
    const struct {
        int32_t starts[5];
        int32_t indices[4];
        const char *part;
    } wrong[] = {
        {{1, 2, 2, 3, 4}, {0, 2, 1, 2}, "begin with 0"},
        {{0, 2, 1, 3, 4}, {0, 2, 1, 2}, "indptr[2] is 1, after 2"},
        {{0, 2, 2, 3, 5}, {0, 2, 1, 2}, "indptr[4] is 5"},
        {{0, 2, 2, 3, 4}, {0, 3, 1, 2}, "element 1 has column 3, none of 3"},
        {{0, 2, 2, 3, 4}, {0, 2, -1, 2}, "element 2 has column -1"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        reading_refuse(rows_of(values(), NPY("<i4", "(4,)", wrong[i].indices),
                               NPY("<i4", "(5,)", wrong[i].starts)),
                       LINCLASS_ERROR_FORMAT, wrong[i].part);
    reading_refuse(rows_of(values(), NPY("<i4", "(4,)", indices),
                           NPY("<i4", "(4,)", ((int32_t[]){0, 2, 2, 3}))),
                   LINCLASS_ERROR_FORMAT, "indptr has 4 numbers, not 5");
    reading_refuse(
        rows_of(values(), NPY("<i4", "(4,)", indices), npy_file(1, "<i4", "False", "(0,)", "", 0)),
        LINCLASS_ERROR_FORMAT, "indptr has 0 numbers, not 5");
    reading_refuse(rows_of(values(), NPY("<i4", "(2,)", ((int32_t[]){0, 2})),
                           NPY("<i4", "(5,)", ((int32_t[]){0, 2, 2, 3, 4}))),
                   LINCLASS_ERROR_FORMAT, "4 elements with 2 indices");
    reading_refuse(rows_of(values(), NPY("<f4", "(4,)", ((float[]){0, 2, 1, 2})),
                           NPY("<i4", "(5,)", ((int32_t[]){0, 2, 2, 3, 4}))),
                   LINCLASS_ERROR_FORMAT, "array 'indices': a list of numbers");
    reading_refuse(sparse("coo", values(), "row.npy", NPY("<i4", "(4,)", ((int32_t[]){4, 0, 0, 0})),
                          "col.npy", NPY("<i4", "(4,)", indices)),
                   LINCLASS_ERROR_FORMAT, "element 0 has row 4, none of 4");
    reading_refuse(sparse("bsr", values(), "a.npy", vector(), "b.npy", vector()),
                   LINCLASS_ERROR_UNSUPPORTED, "of format 'bsr'; csr, csc and coo are read");
    reading_refuse(sparse("csr", values(), "a.npy", vector(), "b.npy", vector()),
                   LINCLASS_ERROR_FORMAT, "there is no array 'indices'");
}

static void shapes_that_are_wrong(void **state)
{
    (void)state;
    const int64_t shapes[][2] = {{INT64_C(1) << 40, 3}, {-1, 3}, {4, INT64_C(1) << 31}};
    static const linclass_status STATUS[] = {LINCLASS_ERROR_FORMAT, LINCLASS_ERROR_FORMAT,
                                             LINCLASS_ERROR_DIMENSION};
    for (int i = 0; i < 3; i++) {
        const zip_part parts[] = {
            {"format.npy", NPY("<U3", "()", ((uint32_t[]){'c', 'o', 'o'})), 0, 0},
            {"shape.npy", npy_file(1, "<i8", "False", "(2,)", shapes[i], 16), 0, 0},
            {"data.npy", values(), 0, 0},
            {"row.npy", NPY("<i4", "(4,)", ((int32_t[]){0, 0, 2, 3})), 0, 0},
            {"col.npy", NPY("<i4", "(4,)", ((int32_t[]){0, 2, 1, 2})), 0, 0},
            {0}};
        reading_refuse(zip_of(parts, 0), STATUS[i], "");
    }
}

/* Rows with the format and the shape as a test has them. */
static byte_string described(byte_string format, byte_string shape)
{
    const zip_part parts[] = {
        {"format.npy", format, 0, 0},
        {"shape.npy", shape, 0, 0},
        {"data.npy", values(), 0, 0},
        {"indices.npy", NPY("<i4", "(4,)", ((int32_t[]){0, 2, 1, 2})), 0, 0},
        {"indptr.npy", NPY("<i4", "(5,)", ((int32_t[]){0, 2, 2, 3, 4})), 0, 0},
        {"y.npy", NPY("<i8", "(4,)", ((int64_t[]){0, 1, 2, 3})), 0, 0},
        {0}};
    return zip_of(parts, 0);
}

static byte_string csr_format(void)
{
    return npy_file(1, "|S3", "False", "()", "csr", 3);
}

static byte_string shape_of_four_and_three(void)
{
    return NPY("<i8", "(2,)", ((int64_t[]){4, 3}));
}

static void formats_and_shapes_however_written(void **state)
{
    (void)state;
    static const char BIG[] = "\0\0\0c\0\0\0s\0\0\0r";
    expect_sparse(described(npy_file(1, ">U3", "False", "()", BIG, 12), shape_of_four_and_three()),
                  LINCLASS_FLOAT32, LINCLASS_INT32);
    expect_sparse(described(csr_format(), NPY("<i4", "(2,)", ((int32_t[]){4, 3}))),
                  LINCLASS_FLOAT32, LINCLASS_INT32);
}

static void formats_and_shapes_that_are_none(void **state)
{
    (void)state;
    reading_refuse(
        described(npy_file(1, "|S9", "False", "()", "csr_array", 9), shape_of_four_and_three()),
        LINCLASS_ERROR_UNSUPPORTED, "of format 'csr_arr'");
    reading_refuse(
        described(NPY("|u1", "(3,)", ((uint8_t[]){'c', 's', 'r'})), shape_of_four_and_three()),
        LINCLASS_ERROR_UNSUPPORTED, "of format ''");
    reading_refuse(described(byte_string_of("csr", 3), shape_of_four_and_three()),
                   LINCLASS_ERROR_FORMAT, "format");
    const char *const wrong = "the shape of a sparse matrix is two sizes";
    reading_refuse(described(csr_format(), NPY("<i8", "(3,)", ((int64_t[]){4, 3, 1}))),
                   LINCLASS_ERROR_FORMAT, wrong);
    reading_refuse(described(csr_format(), NPY("<f8", "(2,)", ((double[]){4, 3}))),
                   LINCLASS_ERROR_FORMAT, wrong);
    reading_refuse(described(csr_format(), NPY("<i4", "(2,)", ((int32_t[]){4, -3}))),
                   LINCLASS_ERROR_FORMAT, wrong);
}

static void parts_of_other_lengths(void **state)
{
    (void)state;
    const int32_t indices[] = {0, 2, 1, 2};
    reading_refuse(sparse("coo", values(), "row.npy", NPY("<i4", "(4,)", indices), "col.npy",
                          NPY("<i4", "(3,)", ((int32_t[]){0, 2, 1}))),
                   LINCLASS_ERROR_FORMAT, "4 elements with 3 indices");
    reading_refuse(rows_of(NPY("<f4", "(2, 2)", ((float[]){1, 2, 3, 4})),
                           NPY("<i4", "(4,)", indices),
                           NPY("<i4", "(5,)", ((int32_t[]){0, 2, 2, 3, 4}))),
                   LINCLASS_ERROR_FORMAT, "array 'data': a list of numbers");
}

static void allocations_of_sparse_rows(void **state)
{
    (void)state;
    const int32_t starts[] = {0, 2, 2, 3, 4};
    reading_fail_allocations(rows_of(values(), NPY("<i4", "(4,)", ((int32_t[]){0, 2, 1, 2})),
                                     NPY("<i4", "(5,)", starts)),
                             15);
    reading_fail_allocations(rows_of(values(), NPY("<i4", "(4,)", ((int32_t[]){2, 0, 1, 2})),
                                     NPY("<i4", "(5,)", starts)),
                             15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_way_to_store, reading_defaults),
        cmocka_unit_test_setup(a_member_that_is_aligned_stays_in_the_file, reading_defaults),
        cmocka_unit_test_setup(samples_and_labels_that_are_not_named, reading_defaults),
        cmocka_unit_test_setup(samples_and_labels_that_are_named, reading_defaults),
        cmocka_unit_test_setup(labels_that_are_texts, reading_defaults),
        cmocka_unit_test_setup(arrays_that_are_not_read, reading_defaults),
        cmocka_unit_test_setup(damaged_members, reading_defaults),
        cmocka_unit_test_setup(bytes_behind_a_member, reading_defaults),
        cmocka_unit_test_setup(labels_of_another_file, reading_defaults),
        cmocka_unit_test_setup(a_name_with_a_zero_byte, reading_defaults),
        cmocka_unit_test_setup(members_that_are_refused, reading_defaults),
        cmocka_unit_test_setup(damaged_directories, reading_defaults),
        cmocka_unit_test_setup(numbers_of_64_bits_that_are_missing, reading_defaults),
        cmocka_unit_test_setup(every_truncation, reading_defaults),
        cmocka_unit_test_setup(a_comment_at_the_end, reading_defaults),
        cmocka_unit_test_setup(allocations, reading_defaults),
        cmocka_unit_test_setup(compressed_rows, reading_defaults),
        cmocka_unit_test_setup(rows_out_of_order, reading_defaults),
        cmocka_unit_test_setup(columns_and_coordinates, reading_defaults),
        cmocka_unit_test_setup(sparse_matrices_that_are_wrong, reading_defaults),
        cmocka_unit_test_setup(shapes_that_are_wrong, reading_defaults),
        cmocka_unit_test_setup(formats_and_shapes_however_written, reading_defaults),
        cmocka_unit_test_setup(formats_and_shapes_that_are_none, reading_defaults),
        cmocka_unit_test_setup(parts_of_other_lengths, reading_defaults),
        cmocka_unit_test_setup(allocations_of_sparse_rows, reading_defaults),
    };
    return cmocka_run_group_tests(tests, reading_begin, reading_end);
}
