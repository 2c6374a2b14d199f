/* Files of numpy: each type, order and shape; damaged ones; labels from a second file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "reading.h"

static const double SIX[] = {0, 1, 2, 3, 4, 5};

static linclass_dataset *read_npy(const char *descr, const char *fortran_order, const char *shape,
                                  const void *elements, size_t bytes)
{
    return reading_accept(npy_file(1, descr, fortran_order, shape, elements, bytes));
}

static void every_type(void **state)
{
    (void)state;
    const uint8_t u1[] = {0, 1, 2, 3, 4, 5};
    const int16_t i2[] = {0, 1, 2, 3, 4, 5};
    const int32_t i4[] = {0, 1, 2, 3, 4, 5};
    const int64_t i8[] = {0, 1, 2, 3, 4, 5};
    const uint16_t f2[] = {0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500};
    const float f4[] = {0, 1, 2, 3, 4, 5};
    const struct {
        const char *descr;
        const void *elements;
        size_t bytes;
        int32_t dtype;
    } types[] = {
        {"|u1", u1, 6, LINCLASS_UINT8},    {"|b1", u1, 6, LINCLASS_UINT8},
        {"|i1", u1, 6, LINCLASS_INT8},     {"<u2", i2, 12, LINCLASS_UINT16},
        {"<i2", i2, 12, LINCLASS_INT16},   {"<i4", i4, 24, LINCLASS_INT32},
        {"<u4", i4, 24, LINCLASS_INT64},   {"<i8", i8, 48, LINCLASS_INT64},
        {"<u8", i8, 48, LINCLASS_INT64},   {"<f2", f2, 12, LINCLASS_FLOAT16},
        {"<f4", f4, 24, LINCLASS_FLOAT32}, {"<f8", SIX, 48, LINCLASS_FLOAT64},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        reading_expect(
            read_npy(types[i].descr, "False", "(2, 3)", types[i].elements, types[i].bytes),
            types[i].dtype, 2, 3, SIX);
}

static void swapped(const void *elements, size_t width, uint8_t *target)
{
    for (size_t i = 0; i < 6; i++)
        for (size_t byte = 0; byte < width; byte++)
            target[i * width + byte] = ((const uint8_t *)elements)[i * width + width - 1 - byte];
}

static void the_other_byte_order(void **state)
{
    (void)state;
    const int16_t i2[] = {0, 1, 2, 3, 4, 5};
    const uint32_t u4[] = {0, 1, 2, 3, 4, 5};
    const uint64_t u8[] = {0, 1, 2, 3, 4, 5};
    const float f4[] = {0, 1, 2, 3, 4, 5};
    uint8_t big[48];
    swapped(i2, 2, big);
    reading_expect(read_npy(">i2", "False", "(2, 3)", big, 12), LINCLASS_INT16, 2, 3, SIX);
    reading_expect(read_npy(">u2", "False", "(2, 3)", big, 12), LINCLASS_UINT16, 2, 3, SIX);
    swapped(u4, 4, big);
    reading_expect(read_npy(">i4", "False", "(2, 3)", big, 24), LINCLASS_INT32, 2, 3, SIX);
    reading_expect(read_npy(">u4", "False", "(2, 3)", big, 24), LINCLASS_INT64, 2, 3, SIX);
    swapped(u8, 8, big);
    reading_expect(read_npy(">u8", "False", "(2, 3)", big, 48), LINCLASS_INT64, 2, 3, SIX);
    swapped(f4, 4, big);
    reading_expect(read_npy(">f4", "False", "(2, 3)", big, 24), LINCLASS_FLOAT32, 2, 3, SIX);
    swapped(SIX, 8, big);
    reading_expect(read_npy(">f8", "False", "(2, 3)", big, 48), LINCLASS_FLOAT64, 2, 3, SIX);
    reading_expect(read_npy(">u1", "False", "(2, 3)", (uint8_t[]){0, 1, 2, 3, 4, 5}, 6),
                   LINCLASS_UINT8, 2, 3, SIX);
}

static void every_version(void **state)
{
    (void)state;
    for (int version = 1; version <= 3; version++)
        reading_expect(reading_accept(npy_file(version, "<f8", "False", "(2, 3)", SIX, sizeof SIX)),
                       LINCLASS_FLOAT64, 2, 3, SIX);
    reading_refuse(npy_file(4, "<f8", "False", "(2, 3)", SIX, sizeof SIX), LINCLASS_ERROR_FORMAT,
                   "version 4.0");
}

static void columns_one_after_the_other(void **state)
{
    (void)state;
    linclass_dataset *dataset = read_npy("<f8", "True", "(3, 2)", SIX, sizeof SIX);
    const linclass_matrix view = reading_view(dataset);
    assert_int_equal(view.row_stride, 1);
    assert_int_equal(view.col_stride, 3);
    reading_expect(dataset, LINCLASS_FLOAT64, 3, 2, (double[]){0, 3, 1, 4, 2, 5});
}

/* Element (i, j, l) of 2 x 2 x 3 in Fortran's order is number i + 2 j + 4 l; features are numbered 3 j + l. */
static void samples_of_two_dimensions(void **state)
{
    (void)state;
    double elements[12];
    for (int i = 0; i < 12; i++)
        elements[i] = i;
    linclass_dataset *dataset = read_npy("<f8", "True", "(2, 2, 3)", elements, sizeof elements);
    int64_t shape[2];
    assert_int_equal(linclass_dataset_sample_shape(dataset, shape, 2), 2);
    assert_int_equal(shape[0], 2);
    assert_int_equal(shape[1], 3);
    reading_expect(dataset, LINCLASS_FLOAT64, 2, 6,
                   (double[]){0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11});
    dataset = read_npy("<f8", "False", "(2, 2, 3)", elements, sizeof elements);
    assert_int_equal(linclass_dataset_sample_shape(dataset, NULL, 0), 2);
    reading_expect(dataset, LINCLASS_FLOAT64, 2, 6, elements);
}

static void one_dimension_and_none(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        linclass_dataset *dataset =
            read_npy("<f8", i == 0 ? "False" : "True", "(6,)", SIX, sizeof SIX);
        assert_int_equal(linclass_dataset_sample_shape(dataset, NULL, 0), 0);
        reading_expect(dataset, LINCLASS_FLOAT64, 6, 1, SIX);
    }
    reading_refuse(npy_file(1, "<f8", "False", "()", SIX, 8), LINCLASS_ERROR_FORMAT,
                   "is a single number");
}

static void empty_arrays(void **state)
{
    (void)state;
    reading_expect(read_npy("<f4", "False", "(0, 5)", "", 0), LINCLASS_FLOAT32, 0, 5, NULL);
    reading_expect(read_npy("<f4", "True", "(0, 5)", "", 0), LINCLASS_FLOAT32, 0, 5, NULL);
    reading_expect(read_npy("<f4", "False", "(5, 0)", "", 0), LINCLASS_FLOAT32, 5, 0, NULL);
    reading_expect(read_npy(">f4", "True", "(5, 0, 3)", "", 0), LINCLASS_FLOAT32, 5, 0, NULL);
    reading_expect(read_npy("<f4", "False", "(0,)", "", 0), LINCLASS_FLOAT32, 0, 1, NULL);
}

/* numpy pads the header so that the elements are aligned; others need not. */
static void elements_that_are_not_aligned(void **state)
{
    (void)state;
    const char header[] = "{'shape':(2,3),'descr':\"=f8\",'fortran_order':False}\n";
    linclass_dataset *dataset = reading_accept(npy_with_header(1, header, SIX, sizeof SIX));
    assert_int_equal((uintptr_t)reading_view(dataset).data % 8, 0);
    reading_expect(dataset, LINCLASS_FLOAT64, 2, 3, SIX);
}

static void a_file_is_mapped(void **state)
{
    (void)state;
    linclass_dataset *dataset = read_npy("=f8", "False", "(2, 3)", SIX, sizeof SIX);
    char path[TEMPORARY_PATH_BYTES];
    FILE *file = fopen(temporary_directory_path(&READING.directory, "file", path), "r+b");
    assert_non_null(file);
    const double other = 17;
    assert_int_equal(fseek(file, 128, SEEK_SET), 0);
    assert_int_equal(fwrite(&other, sizeof other, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    const linclass_matrix view = reading_view(dataset);
    assert_true(reading_element(&view, 0, 0) == 17);
    linclass_dataset_destroy(dataset);
}

static void compressed_files(void **state)
{
    (void)state;
    reading_expect(reading_accept(gzip_of(npy_file(1, "<f8", "False", "(2, 3)", SIX, sizeof SIX))),
                   LINCLASS_FLOAT64, 2, 3, SIX);
    reading_refuse(gzip_of(npy_file(1, "<f8", "False", "(2, 3)", SIX, 47)), LINCLASS_ERROR_FORMAT,
                   "2 x 3 <f8, 48 bytes, but no more than 47 follow it");
    static double many[100000];
    reading_expect(
        reading_accept(gzip_of(npy_file(1, "<f8", "False", "(100, 1000)", many, sizeof many))),
        LINCLASS_FLOAT64, 100, 1000, many);
    reading_refuse(gzip_of(npy_file(1, "<f8", "False", "(100, 999)", many, sizeof many)),
                   LINCLASS_ERROR_FORMAT, "goes on after the last of its 100 x 999 <f8");
}

static void types_that_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *descr;
        const char *part;
    } types[] = {
        {"|O", "'|O', Python objects"},
        {"<c8", "'<c8', complex numbers"},
        {"<M8[ns]", "'<M8[ns]', times"},
        {"<m8[D]", "'<m8[D]', times"},
        {"<f16", "'<f16', floats of an"},
        {"|V2", "'|V2', neither numbers nor"},
        {"<i3", "'<i3', neither"},
        {"", "'', neither"},
        {"<", "'<', neither"},
        {"<f4x", "'<f4x'"},
        {"|S268435457", "'|S268435457', neither"},
        {"<f04", "'<f04'"},
        {"<f 4", "'<f 4'"},
        {"<U3", "only labels may be texts"},
        {"|S3", "only labels may be texts"},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        reading_refuse(npy_file(1, types[i].descr, "False", "(0,)", "", 0),
                       LINCLASS_ERROR_UNSUPPORTED, types[i].part);
    reading_refuse(
        npy_with_header(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (0,)}\n", "",
                        0),
        LINCLASS_ERROR_UNSUPPORTED, "'[...]', neither");
}

static void headers_that_are_wrong(void **state)
{
    (void)state;
    static const char *const HEADERS[] = {
        "{}\n",
        "{'descr': '<f8', 'fortran_order': False}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}\nx\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), 'more': 1}\n",
        "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr': '<f8' 'fortran_order': False, 'shape': (0,)}\n",
        "{, 'descr': '<f8', 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (0,)}\n",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (0,)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': [0]}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (01,)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1 1)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (,)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,)\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0\n",
        "{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr': 5, 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr': [('a', '<f4', 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr: '<f8', 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr' '<f8', 'fortran_order': False, 'shape': (0,)}\n",
        "{5: '<f8', 'fortran_order': False, 'shape': (0,)}\n",
        "{'descr': '<f8', 'shape': (0,), 'fortran_order': Fal",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808,)}\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), 'desc",
        "{'shape': (0,), 'fortran_order': False, 'descr': ",
        "{'descr': '<f8', 'shape': (0,)}\n",
        "{'shape': (0,), 'fortran_order': False}\n",
        "{'descr': '<f8', 'a key that is longer than any': False, 'shape': (0,)}\n",
    };
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++)
        reading_refuse(npy_with_header(1, HEADERS[i], "", 0), LINCLASS_ERROR_FORMAT,
                       "the header is not");
}

static void a_shape_of_too_many_dimensions(void **state)
{
    (void)state;
    char header[600] = "{'descr': '<f8', 'fortran_order': False, 'shape': (";
    for (int i = 0; i < 64; i++)
        (void)strcat(header, "1, ");
    char whole[700];
    (void)snprintf(whole, sizeof whole, "%s)}\n", header);
    reading_expect(reading_accept(npy_with_header(2, whole, SIX, 8)), LINCLASS_FLOAT64, 1, 1, SIX);
    (void)snprintf(whole, sizeof whole, "%s1)}\n", header);
    reading_refuse(npy_with_header(2, whole, SIX, 8), LINCLASS_ERROR_FORMAT, "the header is not");
}

static void claims_beyond_the_file(void **state)
{
    (void)state;
    reading_refuse(npy_file(1, "<f8", "False", "(2, 3)", SIX, 47), LINCLASS_ERROR_FORMAT,
                   "2 x 3 <f8, 48 bytes, but no more than 47 follow it");
    reading_refuse(npy_file(1, "<f8", "False", "(2, 2)", SIX, 40), LINCLASS_ERROR_FORMAT,
                   "goes on after the last of its 2 x 2 <f8 elements");
    reading_refuse(npy_file(1, "<f8", "False", "(4611686018427387904, 1)", SIX, 48),
                   LINCLASS_ERROR_FORMAT, "more elements than can be addressed");
    reading_refuse(npy_file(1, "|u1", "False", "(4611686018427387904, 1)", SIX, 48),
                   LINCLASS_ERROR_FORMAT, "but no more than 48 follow");
    reading_refuse(
        npy_file(1, "|u1", "False", "(0, 4611686018427387904, 4611686018427387904)", "", 0),
        LINCLASS_ERROR_FORMAT, "more elements than can be addressed");
    reading_refuse(gzip_of(npy_file(1, "|u1", "False", "(4611686018427387904, 1)", SIX, 48)),
                   LINCLASS_ERROR_FORMAT, "but no more than 48 follow");
    reading_refuse(npy_file(1, "<u8", "False", "(1,)", &(uint64_t){UINT64_MAX}, 8),
                   LINCLASS_ERROR_FORMAT, "element 0 is 18446744073709551615");
}

static void every_truncation(void **state)
{
    (void)state;
    for (int version = 1; version <= 2; version++) {
        byte_string whole = npy_file(version, "<f8", "False", "(2, 3)", SIX, sizeof SIX);
        READING.options.format = "npy";
        for (size_t size = 0; size < whole.size; size++)
            reading_refuse(byte_string_of(whole.bytes, size), LINCLASS_ERROR_FORMAT, "");
        byte_string_free(&whole);
    }
}

static void a_header_that_is_too_long(void **state)
{
    (void)state;
    byte_string whole = npy_file(2, "<f8", "False", "(2, 3)", SIX, sizeof SIX);
    whole.bytes[11] = 0xff;
    reading_refuse(whole, LINCLASS_ERROR_FORMAT, "more than any array of numbers needs");
}

static void allocations(void **state)
{
    (void)state;
    reading_fail_allocations(npy_file(1, "=f8", "False", "(2, 3)", SIX, sizeof SIX), 2);
    const char *const other = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? "<f8" : ">f8";
    reading_fail_allocations(npy_file(1, other, "True", "(1, 2, 3)", SIX, sizeof SIX), 4);
    static double many[100000];
    reading_fail_allocations(gzip_of(npy_file(1, "<u8", "False", "(100, 1000)", many, sizeof many)),
                             8);
}

typedef struct progress_seen {
    int calls;
    int64_t done;
    int64_t total;
    int32_t answer;
} progress_seen;

static int32_t see_progress(int64_t done, int64_t total, void *user)
{
    progress_seen *const seen = user;
    seen->calls++;
    seen->done = done;
    seen->total = total;
    return seen->answer;
}

static void progress_is_reported_and_may_stop(void **state)
{
    (void)state;
    progress_seen seen = {0};
    READING.options.progress = see_progress;
    READING.options.progress_user = &seen;
    linclass_dataset_destroy(
        reading_accept(gzip_of(npy_file(1, "<f8", "False", "(2, 3)", SIX, sizeof SIX))));
    assert_true(seen.calls > 0 && seen.done == seen.total && seen.total > 0);
    seen.answer = 1;
    reading_refuse(gzip_of(npy_file(1, "<f8", "False", "(2, 3)", SIX, sizeof SIX)),
                   LINCLASS_STOPPED_BY_CALLBACK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_type, reading_defaults),
        cmocka_unit_test_setup(the_other_byte_order, reading_defaults),
        cmocka_unit_test_setup(every_version, reading_defaults),
        cmocka_unit_test_setup(columns_one_after_the_other, reading_defaults),
        cmocka_unit_test_setup(samples_of_two_dimensions, reading_defaults),
        cmocka_unit_test_setup(one_dimension_and_none, reading_defaults),
        cmocka_unit_test_setup(empty_arrays, reading_defaults),
        cmocka_unit_test_setup(elements_that_are_not_aligned, reading_defaults),
        cmocka_unit_test_setup(a_file_is_mapped, reading_defaults),
        cmocka_unit_test_setup(compressed_files, reading_defaults),
        cmocka_unit_test_setup(types_that_are_refused, reading_defaults),
        cmocka_unit_test_setup(headers_that_are_wrong, reading_defaults),
        cmocka_unit_test_setup(a_shape_of_too_many_dimensions, reading_defaults),
        cmocka_unit_test_setup(claims_beyond_the_file, reading_defaults),
        cmocka_unit_test_setup(every_truncation, reading_defaults),
        cmocka_unit_test_setup(a_header_that_is_too_long, reading_defaults),
        cmocka_unit_test_setup(allocations, reading_defaults),
        cmocka_unit_test_setup(progress_is_reported_and_may_stop, reading_defaults),
    };
    return cmocka_run_group_tests(tests, reading_begin, reading_end);
}
