/* Reading IDX files when the k-th allocation fails, for every k: MEMORY, nothing left behind, and the
 * same call succeeds afterwards on the same context. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "support/memory_rounds.h"

#include "idx_file.h"

static temporary_directory directory;

static int begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    temporary_directory_end(&directory);
    return 0;
}

static void fail_every_allocation(const char *images, const char *labels, int64_t at_least)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        memory_rounds r = memory_rounds_begin(2);
        r.persistent = persistent != 0;
        while (memory_rounds_next(&r)) {
            linclass_dataset *dataset;
            const linclass_status status =
                linclass_dataset_read_idx(r.ctx, images, labels, &dataset);
            if (memory_rounds_failed(&r, status)) {
                assert_null(dataset);
                assert_int_equal(r.memory.live, r.live);
                assert_int_equal(linclass_dataset_read_idx(r.ctx, images, labels, &dataset),
                                 LINCLASS_OK);
            }
            linclass_dataset_destroy(dataset);
            assert_int_equal(r.memory.live, r.live);
        }
        assert_true(r.k - 1 >= at_least);
    }
}

/* Data set, reader, samples; reader, raw labels, labels. */
static void plain_files(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    char labels[TEMPORARY_PATH_BYTES];
    byte_string_write(&directory, "images", idx_images(50, 28, 28), images);
    byte_string_write(&directory, "labels", idx_labels(50), labels);
    fail_every_allocation(images, labels, 6);
}

/* The same, and zlib's state and window for each file. */
static void gzip_files(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    char labels[TEMPORARY_PATH_BYTES];
    byte_string_write(&directory, "images", gzip_of(idx_images(50, 28, 28)), images);
    byte_string_write(&directory, "labels", gzip_of(idx_labels(50)), labels);
    fail_every_allocation(images, labels, 8);
}

/* The same, and each step by which a block grows. */
static void gzip_file_that_grows(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    byte_string_write(&directory, "images", gzip_of(idx_images(3000, 28, 28)), images);
    fail_every_allocation(images, NULL, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files),
        cmocka_unit_test(gzip_files),
        cmocka_unit_test(gzip_file_that_grows),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
