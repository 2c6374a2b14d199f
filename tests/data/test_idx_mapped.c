/* IDX files by linclass_dataset_read: bytes stay in the mapped file, other types are put in order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "idx_file.h"
#include "reading.h"

static const uint32_t SHAPE[] = {2, 3};

static void every_type(void **state)
{
    (void)state;
    const double bytes[] = {0, 1, 2, 3, 4, 5};
    reading_expect(reading_accept(idx_images(2, 3, 1)), LINCLASS_UINT8, 2, 3, bytes);
    reading_expect(reading_accept(gzip_of(idx_images(2, 3, 1))), LINCLASS_UINT8, 2, 3, bytes);
    const double values[] = {-1, 0, 1, -128, 127, 5};
    const int8_t i1[] = {-1, 0, 1, -128, 127, 5};
    const int16_t i2[] = {-1, 0, 1, -128, 127, 5};
    const int32_t i4[] = {-1, 0, 1, -128, 127, 5};
    const float f4[] = {-1, 0, 1, -128, 127, 5};
    reading_expect(reading_accept(idx_file_of(IDX_INT8, 2, SHAPE, i1, 6, 1)), LINCLASS_INT8, 2, 3,
                   values);
    reading_expect(reading_accept(idx_file_of(IDX_INT16, 2, SHAPE, i2, 6, 2)), LINCLASS_INT16, 2, 3,
                   values);
    reading_expect(reading_accept(idx_file_of(IDX_INT32, 2, SHAPE, i4, 6, 4)), LINCLASS_INT32, 2, 3,
                   values);
    reading_expect(reading_accept(idx_file_of(IDX_FLOAT, 2, SHAPE, f4, 6, 4)), LINCLASS_FLOAT32, 2,
                   3, values);
    reading_expect(reading_accept(idx_file_of(IDX_DOUBLE, 2, SHAPE, values, 6, 8)),
                   LINCLASS_FLOAT64, 2, 3, values);
}

static void bytes_are_mapped(void **state)
{
    (void)state;
    linclass_dataset *dataset = reading_accept(idx_images(2, 3, 1));
    char path[TEMPORARY_PATH_BYTES];
    FILE *file = fopen(temporary_directory_path(&READING.directory, "file", path), "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 16, SEEK_SET), 0);
    assert_int_equal(fputc(17, file), 17);
    assert_int_equal(fclose(file), 0);
    const linclass_matrix view = reading_view(dataset);
    assert_true(reading_element(&view, 0, 0) == 17);
    linclass_dataset_destroy(dataset);
}

static void lengths_that_are_wrong(void **state)
{
    (void)state;
    byte_string cut = idx_images(2, 3, 1);
    cut.size--;
    reading_refuse(cut, LINCLASS_ERROR_FORMAT, "but no more than 5 follow");
    reading_refuse(byte_string_join(idx_images(2, 3, 1), byte_string_of("x", 1)),
                   LINCLASS_ERROR_FORMAT, "goes on after the last of its 2 x 3 x 1 uint8");
    reading_expect(reading_accept(idx_images(0, 3, 1)), LINCLASS_UINT8, 0, 3, NULL);
}

static void allocations(void **state)
{
    (void)state;
    reading_fail_allocations(idx_images(2, 3, 1), 2);
    reading_fail_allocations(gzip_of(idx_images(2, 3, 1)), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_type, reading_defaults),
        cmocka_unit_test_setup(bytes_are_mapped, reading_defaults),
        cmocka_unit_test_setup(lengths_that_are_wrong, reading_defaults),
        cmocka_unit_test_setup(allocations, reading_defaults),
    };
    return cmocka_run_group_tests(tests, reading_begin, reading_end);
}
