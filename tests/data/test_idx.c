/* IDX files as they should be: every element type, any number of dimensions, no elements, labels of
 * every width, and the accessors of a data set. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "idx_file.h"

static temporary_directory directory;
static linclass_context *ctx;
static char path[TEMPORARY_PATH_BYTES];
static char label_path[TEMPORARY_PATH_BYTES];

static int begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    return linclass_context_create(NULL, &ctx);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
    return 0;
}

/* Read images (and labels when not NULL), expecting success. */
static linclass_dataset *read_files(const char *images, const char *labels)
{
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read_idx(ctx, images, labels, &dataset);
    assert_string_equal(linclass_context_message(ctx), "");
    assert_int_equal(status, LINCLASS_OK);
    assert_non_null(dataset);
    return dataset;
}

static linclass_matrix view_of(const linclass_dataset *dataset)
{
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    assert_int_equal(view.size, sizeof view);
    assert_int_equal(view.row_stride, view.cols);
    assert_int_equal(view.col_stride, 1);
    assert_true(view.scale == 0);
    return view;
}

static void images_of_bytes(void **state)
{
    (void)state;
    byte_string_write(&directory, "images", idx_images(5, 3, 4), path);
    linclass_dataset *dataset = read_files(path, NULL);
    const linclass_matrix view = view_of(dataset);
    assert_int_equal(view.dtype, LINCLASS_UINT8);
    assert_int_equal(view.rows, 5);
    assert_int_equal(view.cols, 12);
    for (int i = 0; i < 60; i++)
        assert_int_equal(((const uint8_t *)view.data)[i], i);
    assert_null(linclass_dataset_labels(dataset));
    linclass_dataset_destroy(dataset);
}

static void images_of_floats(void **state)
{
    (void)state;
    const float elements[] = {0.0F, -1.5F, 3.25e30F, 1e-40F, -0.0F, 7.0F};
    byte_string_write(&directory, "floats",
                      idx_file_of(IDX_FLOAT, 2, (uint32_t[]){3, 2}, elements, 6, sizeof(float)),
                      path);
    linclass_dataset *dataset = read_files(path, NULL);
    const linclass_matrix view = view_of(dataset);
    assert_int_equal(view.dtype, LINCLASS_FLOAT32);
    assert_int_equal(view.rows, 3);
    assert_memory_equal(view.data, elements, sizeof elements);
    linclass_dataset_destroy(dataset);
}

static void images_of_doubles(void **state)
{
    (void)state;
    const double elements[] = {0.1, -1e300, 5e-324, 2.0};
    byte_string_write(&directory, "doubles",
                      idx_file_of(IDX_DOUBLE, 2, (uint32_t[]){2, 2}, elements, 4, sizeof(double)),
                      path);
    linclass_dataset *dataset = read_files(path, NULL);
    const linclass_matrix view = view_of(dataset);
    assert_int_equal(view.dtype, LINCLASS_FLOAT64);
    assert_memory_equal(view.data, elements, sizeof elements);
    linclass_dataset_destroy(dataset);
}

static void one_dimension_is_one_feature(void **state)
{
    (void)state;
    byte_string_write(&directory, "column", idx_labels(7), path);
    linclass_dataset *dataset = read_files(path, NULL);
    const linclass_matrix view = view_of(dataset);
    assert_int_equal(view.rows, 7);
    assert_int_equal(view.cols, 1);
    assert_int_equal(linclass_dataset_sample_shape(dataset, NULL, 0), 0);
    linclass_dataset_destroy(dataset);
}

static void sample_shape_is_that_of_the_file(void **state)
{
    (void)state;
    const uint8_t elements[48] = {0};
    byte_string_write(&directory, "shape",
                      idx_file_of(IDX_UINT8, 4, (uint32_t[]){2, 3, 4, 2}, elements, 48, 1), path);
    linclass_dataset *dataset = read_files(path, NULL);
    int64_t shape[4] = {-1, -1, -1, -1};
    assert_int_equal(linclass_dataset_sample_shape(dataset, shape, 2), 3);
    assert_int_equal(shape[0], 3);
    assert_int_equal(shape[1], 4);
    assert_int_equal(shape[2], -1);
    assert_int_equal(linclass_dataset_sample_shape(dataset, shape, 4), 3);
    assert_int_equal(shape[2], 2);
    assert_int_equal(shape[3], -1);
    linclass_dataset_destroy(dataset);
}

static void most_dimensions_there_can_be(void **state)
{
    (void)state;
    uint32_t dimension[255];
    for (int i = 0; i < 255; i++)
        dimension[i] = 1;
    dimension[0] = 2;
    dimension[254] = 3;
    const uint8_t elements[6] = {1, 2, 3, 4, 5, 6};
    byte_string_write(&directory, "deep", idx_file_of(IDX_UINT8, 255, dimension, elements, 6, 1),
                      path);
    linclass_dataset *dataset = read_files(path, NULL);
    assert_int_equal(view_of(dataset).rows, 2);
    assert_int_equal(view_of(dataset).cols, 3);
    assert_int_equal(linclass_dataset_sample_shape(dataset, NULL, 0), 254);
    linclass_dataset_destroy(dataset);
}

static void no_samples(void **state)
{
    (void)state;
    byte_string_write(&directory, "none", idx_header_of(IDX_UINT8, 3, (uint32_t[]){0, 28, 28}),
                      path);
    byte_string_write(&directory, "none-labels", idx_labels(0), label_path);
    linclass_dataset *dataset = read_files(path, label_path);
    assert_int_equal(view_of(dataset).rows, 0);
    assert_int_equal(view_of(dataset).cols, 784);
    assert_non_null(linclass_dataset_labels(dataset));
    linclass_dataset_destroy(dataset);
}

/* A 0 among the dimensions makes 0 elements, whatever the others are. */
static void an_array_without_elements_may_have_huge_dimensions(void **state)
{
    (void)state;
    for (int type = IDX_UINT8; type <= IDX_DOUBLE; type += IDX_DOUBLE - IDX_UINT8) {
        for (int place = 0; place < 5; place++) {
            uint32_t dimension[5] = {7, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
            const int dimensions = place == 0 ? 2 : 5; /* so that the features can be counted */
            dimension[place] = 0;
            byte_string_write(&directory, "none", idx_header_of(type, dimensions, dimension), path);
            linclass_dataset *dataset = read_files(path, NULL);
            const linclass_matrix view = view_of(dataset);
            assert_int_equal(view.rows, place == 0 ? 0 : 7);
            assert_int_equal(view.cols, place == 0 ? UINT32_MAX : 0);
            linclass_dataset_destroy(dataset);
        }
    }
}

static void labels_go_with_samples(void **state)
{
    (void)state;
    byte_string_write(&directory, "images", idx_images(23, 2, 2), path);
    byte_string_write(&directory, "labels", idx_labels(23), label_path);
    linclass_dataset *dataset = read_files(path, label_path);
    const int64_t *labels = linclass_dataset_labels(dataset);
    for (int i = 0; i < 23; i++)
        assert_int_equal(labels[i], i % 10);
    linclass_dataset_destroy(dataset);
}

/* Labels alone, of one width, all of that type's extremes. */
static void check_label_type(int type, const void *elements, size_t width, const int64_t *expected,
                             uint32_t count)
{
    byte_string_write(&directory, "typed", idx_file_of(type, 1, &count, elements, count, width),
                      path);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx_labels(ctx, path, &dataset), LINCLASS_OK);
    const linclass_matrix view = view_of(dataset);
    assert_int_equal(view.rows, count);
    assert_int_equal(view.cols, 0);
    const int64_t *labels = linclass_dataset_labels(dataset);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(labels[i], expected[i]);
    linclass_dataset_destroy(dataset);
}

static void labels_of_every_width(void **state)
{
    (void)state;
    check_label_type(IDX_UINT8, (uint8_t[]){0, 1, 255}, 1, (int64_t[]){0, 1, 255}, 3);
    check_label_type(IDX_INT8, (int8_t[]){-128, -1, 127}, 1, (int64_t[]){-128, -1, 127}, 3);
    check_label_type(IDX_INT16, (int16_t[]){INT16_MIN, -1, 258, INT16_MAX}, 2,
                     (int64_t[]){INT16_MIN, -1, 258, INT16_MAX}, 4);
    check_label_type(IDX_INT32, (int32_t[]){INT32_MIN, -1, 16909060, INT32_MAX}, 4,
                     (int64_t[]){INT32_MIN, -1, 16909060, INT32_MAX}, 4);
}

static void context_may_be_null_and_gone(void **state)
{
    (void)state;
    byte_string_write(&directory, "images", idx_images(3, 2, 2), path);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(NULL, path, NULL, &dataset), LINCLASS_OK);
    assert_int_equal(view_of(dataset).rows, 3);
    linclass_dataset_destroy(dataset);

    linclass_context *brief = NULL;
    assert_int_equal(linclass_context_create(NULL, &brief), LINCLASS_OK);
    assert_int_equal(linclass_dataset_read_idx(brief, path, NULL, &dataset), LINCLASS_OK);
    linclass_context_destroy(brief);
    assert_int_equal(((const uint8_t *)view_of(dataset).data)[11], 11);
    linclass_dataset_destroy(dataset);
}

static void accessors_of_nothing(void **state)
{
    (void)state;
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(NULL, &view, sizeof view),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_null(linclass_dataset_labels(NULL));
    assert_int_equal(linclass_dataset_sample_shape(NULL, NULL, 0), 0);
    linclass_dataset_destroy(NULL);
}

static void view_of_a_program_with_another_struct(void **state)
{
    (void)state;
    byte_string_write(&directory, "images", idx_images(3, 2, 2), path);
    linclass_dataset *dataset = read_files(path, NULL);
    struct {
        linclass_matrix known;
        int64_t unknown;
    } newer;
    memset(&newer, 0xff, sizeof newer);
    assert_int_equal(linclass_dataset_matrix(dataset, &newer.known, sizeof newer), LINCLASS_OK);
    assert_int_equal(newer.known.size, sizeof newer);
    assert_int_equal(newer.unknown, 0);
    assert_int_equal(linclass_dataset_matrix(dataset, &newer.known, sizeof(size_t)),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_dataset_destroy(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_of_bytes),
        cmocka_unit_test(images_of_floats),
        cmocka_unit_test(images_of_doubles),
        cmocka_unit_test(one_dimension_is_one_feature),
        cmocka_unit_test(sample_shape_is_that_of_the_file),
        cmocka_unit_test(most_dimensions_there_can_be),
        cmocka_unit_test(no_samples),
        cmocka_unit_test(an_array_without_elements_may_have_huge_dimensions),
        cmocka_unit_test(labels_go_with_samples),
        cmocka_unit_test(labels_of_every_width),
        cmocka_unit_test(context_may_be_null_and_gone),
        cmocka_unit_test(accessors_of_nothing),
        cmocka_unit_test(view_of_a_program_with_another_struct),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
