/* Reading IDX files when the k-th allocation fails, for every k: MEMORY, nothing left behind, and the
 * same call succeeds afterwards on the same context. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "idx_file.h"
#include "support/failing_allocator.h"

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

/* One run with the k-th allocation (and all after it, when persistent) failing; whether any did. */
static int run(const char *images, const char *labels, int64_t k, int persistent)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 2);
    assert_non_null(ctx);
    const int64_t live = memory.live;
    if (persistent)
        failing_allocator_fail_from(&memory, k);
    else
        failing_allocator_fail_at(&memory, k);

    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read_idx(ctx, images, labels, &dataset);
    const int failed = memory.failures > 0;
    if (failed) {
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        assert_null(dataset);
        assert_int_equal(memory.live, live);
        assert_non_null(strstr(linclass_context_message(ctx), "out of memory"));
        failing_allocator_fail_never(&memory);
        assert_int_equal(linclass_dataset_read_idx(ctx, images, labels, &dataset), LINCLASS_OK);
    } else {
        assert_int_equal(status, LINCLASS_OK);
    }
    linclass_dataset_destroy(dataset);
    assert_int_equal(memory.live, live);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
    return failed;
}

static void fail_every_allocation(const char *images, const char *labels, int64_t at_least)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        int64_t k = 1;
        while (run(images, labels, k, persistent))
            k++;
        assert_true(k - 1 >= at_least);
    }
}

/* Data set, reader, samples; reader, raw labels, labels. */
static void plain_files(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    char labels[TEMPORARY_PATH_BYTES];
    idx_write(&directory, "images", idx_images(50, 28, 28), images);
    idx_write(&directory, "labels", idx_labels(50), labels);
    fail_every_allocation(images, labels, 6);
}

/* The same, and zlib's state and window for each file. */
static void gzip_files(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    char labels[TEMPORARY_PATH_BYTES];
    idx_write(&directory, "images", gzip_of(idx_images(50, 28, 28)), images);
    idx_write(&directory, "labels", gzip_of(idx_labels(50)), labels);
    fail_every_allocation(images, labels, 8);
}

/* The same, and each step by which a block grows. */
static void gzip_file_that_grows(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    idx_write(&directory, "images", gzip_of(idx_images(3000, 28, 28)), images);
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
