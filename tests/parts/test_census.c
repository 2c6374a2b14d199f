/* A census that says of a part what no part may say is refused when it is read. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/context.h"
#include "parts/census.h"
#include "support/context_of.h"
#include "support/fitting.h"

/* Fields that are 0 or 1: one with another value went on to the next request, which every part refused. */
static void test_truths_are_0_or_1(void **state)
{
    static const size_t truths[] = {
        offsetof(census, weighted),    offsetof(census, wide),       offsetof(census, sparse),
        offsetof(census, with_offset), offsetof(census, unlabelled), offsetof(census, automatic),
    };
    static const int64_t labels[] = {3, 5};
    static const float x[] = {1, 2};
    (void)state;
    linclass_context *ctx = context_of(1);
    part_rows rows = {.labels = labels};
    assert_int_equal(linclass_matrix_init(&rows.X, sizeof rows.X, LINCLASS_FLOAT32, 2, 1, x, 1),
                     LINCLASS_OK);
    part_node node = {.first = 0};
    assert_int_equal(census_take(ctx, &rows, true, false, &node), LINCLASS_OK);
    census found;
    assert_int_equal(census_read(ctx, &node, &found), LINCLASS_OK);
    for (size_t t = 0; t < sizeof truths / sizeof *truths; t++) {
        char *field = (char *)node.sums + truths[t];
        const int64_t wrong[] = {2, 255, -1, INT64_MAX};
        int64_t right;
        memcpy(&right, field, sizeof right);
        for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
            memcpy(field, &wrong[w], sizeof *wrong);
            assert_int_equal(census_read(ctx, &node, &found), LINCLASS_ERROR_FORMAT);
        }
        memcpy(field, &right, sizeof right);
        assert_int_equal(census_read(ctx, &node, &found), LINCLASS_OK);
    }
    context_release(ctx, node.sums);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truths_are_0_or_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
