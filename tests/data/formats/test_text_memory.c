/* Text formats when the k-th allocation fails, for every k: MEMORY, nothing left behind, and the same call
 * succeeds afterwards on the same context. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data/idx_file.h"
#include "support/failing_allocator.h"
#include "text_file.h"

/* One run with the k-th allocation (and all after it, when persistent) failing; whether any did. */
static int run(const char *path, const linclass_read_options *options, int64_t k, int persistent)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 2);
    assert_non_null(ctx);
    if (persistent)
        failing_allocator_fail_from(&memory, k);
    else
        failing_allocator_fail_at(&memory, k);
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read(ctx, path, options, &dataset);
    const int failed = memory.failures > 0;
    /* The threads of the context are not needed, and stay. */
    if (status != LINCLASS_OK) {
        assert_true(failed);
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        assert_null(dataset);
        assert_non_null(strstr(linclass_context_message(ctx), "out of memory"));
        failing_allocator_fail_never(&memory);
        assert_int_equal(linclass_dataset_read(ctx, path, options, &dataset), LINCLASS_OK);
    }
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
    return failed;
}

static void fail_every_allocation_of_file(const char *path, const linclass_read_options *options,
                                          int64_t at_least)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        int64_t k = 1;
        while (run(path, options, k, persistent))
            k++;
        assert_true(k - 1 >= at_least);
    }
}

static void fail_every_allocation(const char *text, const linclass_read_options *options,
                                  int64_t at_least)
{
    fail_every_allocation_of_file(text_file_write(text, strlen(text)), options, at_least);
}

/* Reader, data set, cuts, pieces, values, row starts, columns, labels. */
static void libsvm(void **state)
{
    (void)state;
    fail_every_allocation("1 1:2 3:4\n2 2:5\n", NULL, 8);
}

/* Besides, the decompressor's, and steps of a block that grows. */
static void libsvm_compressed(void **state)
{
    (void)state;
    enum { ROWS = 60000 };
    static const char ROW[] = "1 1:2 3:4\n";
    byte_string text = {malloc(ROWS * (sizeof ROW - 1) + 1), ROWS * (sizeof ROW - 1)};
    assert_non_null(text.bytes);
    for (size_t i = 0; i < ROWS; i++)
        memcpy(text.bytes + i * (sizeof ROW - 1), ROW, sizeof ROW - 1);
    byte_string packed = gzip_of(text);
    fail_every_allocation_of_file(text_file_write((const char *)packed.bytes, packed.size), NULL,
                                  13);
    byte_string_free(&packed);
}

/* The pieces twice, the sample, its guesses, names and their order, columns, lines, categories. */
static void csv(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.label = "y";
    options.missing = LINCLASS_MISSING_MEAN;
    fail_every_allocation("a,b,y\n1,x,0\n2,\"y\"\"\",1\nNA,x,1\n", &options, 20);
    fail_every_allocation("a,y\rx,0\ry,1\r", &options, 20);
    fail_every_allocation("a,y\nx,p\ny,q\n", &options, 20);
}

/* By the encoding of another table, and compressed. */
static void csv_encoded(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.label = "y";
    linclass_dataset *const first = text_file_read("a,b,y\n1,x,0\n2,z,1\n", &options);
    options.encoding = linclass_dataset_encoding(first);
    fail_every_allocation("a,b,y\n1,x,0\n2,z,1\n", &options, 20);
    const char text[] = "a,b,y\r1,x,0\r2,z,1\r";
    byte_string packed = gzip_of(byte_string_of(text, sizeof text - 1));
    fail_every_allocation_of_file(text_file_write((const char *)packed.bytes, packed.size),
                                  &options, 20);
    byte_string_free(&packed);
    linclass_dataset_destroy(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libsvm),
        cmocka_unit_test(libsvm_compressed),
        cmocka_unit_test(csv),
        cmocka_unit_test(csv_encoded),
    };
    return cmocka_run_group_tests(tests, text_file_begin, text_file_end);
}
