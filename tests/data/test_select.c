/* Copies of some rows of a data set. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "idx_file.h"
#include "support/failing_allocator.h"

enum { SAMPLES = 20 };

static temporary_directory directory;
static failing_allocator memory;
static linclass_context *ctx;
static linclass_dataset *dataset; /* SAMPLES images of 2 x 3 bytes, with labels */

static int begin(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    char labels[TEMPORARY_PATH_BYTES];
    directory = temporary_directory_begin();
    memory = failing_allocator_begin();
    ctx = failing_allocator_context(&memory, 1);
    byte_string_write(&directory, "images", idx_images(SAMPLES, 2, 3), images);
    byte_string_write(&directory, "labels", idx_labels(SAMPLES), labels);
    return ctx == NULL || linclass_dataset_read_idx(ctx, images, labels, &dataset) != LINCLASS_OK;
}

static int end(void **state)
{
    (void)state;
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
    return memory.live != 0;
}

static void rows_and_labels_are_copied_in_order(void **state)
{
    (void)state;
    const int64_t rows[5] = {19, 0, 7, 7, 12};
    linclass_dataset *selected = NULL;
    assert_int_equal(linclass_dataset_select(ctx, dataset, 5, rows, &selected), LINCLASS_OK);
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(selected, &view, sizeof view), LINCLASS_OK);
    assert_int_equal(view.rows, 5);
    assert_int_equal(view.cols, 6);
    assert_int_equal(view.dtype, LINCLASS_UINT8);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(linclass_dataset_labels(selected)[i], rows[i] % 10);
        for (int j = 0; j < 6; j++)
            assert_int_equal(((const uint8_t *)view.data)[i * 6 + j], (rows[i] * 6 + j) % 251);
    }
    int64_t shape[2];
    assert_int_equal(linclass_dataset_sample_shape(selected, shape, 2), 2);
    assert_int_equal(shape[1], 3);
    linclass_dataset_destroy(selected);
}

static void selection_outlives_its_source_and_context(void **state)
{
    (void)state;
    linclass_dataset *first = NULL;
    linclass_dataset *second = NULL;
    assert_int_equal(linclass_dataset_select(NULL, dataset, 2, (int64_t[]){3, 4}, &first),
                     LINCLASS_OK);
    assert_int_equal(linclass_dataset_select(NULL, first, 1, (int64_t[]){1}, &second), LINCLASS_OK);
    linclass_dataset_destroy(first);
    assert_int_equal(linclass_dataset_labels(second)[0], 4);
    linclass_dataset_destroy(second);
}

static void no_rows(void **state)
{
    (void)state;
    linclass_dataset *selected = NULL;
    assert_int_equal(linclass_dataset_select(ctx, dataset, 0, NULL, &selected), LINCLASS_OK);
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(selected, &view, sizeof view), LINCLASS_OK);
    assert_int_equal(view.rows, 0);
    assert_int_equal(view.cols, 6);
    assert_non_null(linclass_dataset_labels(selected));
    linclass_dataset_destroy(selected);
}

static void labels_alone(void **state)
{
    (void)state;
    char path[TEMPORARY_PATH_BYTES];
    linclass_dataset *labels = NULL;
    linclass_dataset *selected = NULL;
    byte_string_write(&directory, "alone", idx_labels(30), path);
    assert_int_equal(linclass_dataset_read_idx_labels(ctx, path, &labels), LINCLASS_OK);
    assert_int_equal(linclass_dataset_select(ctx, labels, 2, (int64_t[]){29, 5}, &selected),
                     LINCLASS_OK);
    assert_int_equal(linclass_dataset_labels(selected)[0], 9);
    assert_int_equal(linclass_dataset_labels(selected)[1], 5);
    linclass_dataset_destroy(selected);
    linclass_dataset_destroy(labels);
}

static void refuse(int64_t count, const int64_t *rows, linclass_status status, const char *part)
{
    linclass_dataset *selected = dataset;
    assert_int_equal(linclass_dataset_select(ctx, dataset, count, rows, &selected), status);
    assert_null(selected);
    assert_non_null(strstr(linclass_context_message(ctx), part));
}

static void bad_arguments(void **state)
{
    (void)state;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    refuse(-1, NULL, LINCLASS_ERROR_DIMENSION, "count is -1");
    refuse(1, NULL, invalid, "rows is NULL");
    refuse(3, (int64_t[]){0, 19, 20}, invalid, "rows[2] is 20, none of the 20 rows");
    refuse(1, (int64_t[]){-1}, invalid, "rows[0] is -1");
    linclass_dataset *selected = NULL;
    assert_int_equal(linclass_dataset_select(ctx, NULL, 0, NULL, &selected), invalid);
    assert_int_equal(linclass_dataset_select(ctx, dataset, 0, NULL, NULL), invalid);
}

static void memory_that_fails(void **state)
{
    (void)state;
    const int64_t live = memory.live;
    for (int64_t k = 1;; k++) {
        const int64_t failures = memory.failures;
        failing_allocator_fail_at(&memory, k);
        linclass_dataset *selected = NULL;
        const linclass_status status =
            linclass_dataset_select(ctx, dataset, 1, (int64_t[]){3}, &selected);
        if (memory.failures == failures) {
            assert_int_equal(status, LINCLASS_OK);
            linclass_dataset_destroy(selected);
            assert_int_equal(k - 1, 3); /* the data set, its samples, its labels */
            return;
        }
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        assert_null(selected);
        assert_int_equal(memory.live, live);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_labels_are_copied_in_order),
        cmocka_unit_test(selection_outlives_its_source_and_context),
        cmocka_unit_test(no_rows),
        cmocka_unit_test(labels_alone),
        cmocka_unit_test(bad_arguments),
        cmocka_unit_test(memory_that_fails),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
