/* Text formats when the k-th allocation fails, for every k: MEMORY, nothing left behind, and the same call
 * succeeds afterwards on the same context. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "support/memory_rounds.h"

#include "data/byte_string.h"
#include "text_file.h"

static void fail_every_allocation_of_file(const char *path, const linclass_read_options *options,
                                          int64_t at_least)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        memory_rounds r = memory_rounds_begin(2);
        r.persistent = persistent != 0;
        r.may_do_without = true; /* one thread reads as well */
        while (memory_rounds_next(&r)) {
            linclass_dataset *dataset;
            if (memory_rounds_failed(&r, linclass_dataset_read(r.ctx, path, options, &dataset))) {
                assert_null(dataset);
                assert_int_equal(linclass_dataset_read(r.ctx, path, options, &dataset),
                                 LINCLASS_OK);
            }
            linclass_dataset_destroy(dataset);
        }
        assert_true(r.k - 1 >= at_least);
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
