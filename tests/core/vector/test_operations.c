/* The operations of vector.h in every set this processor can run, in both precisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/vector/sets.h"
#include "core/vector/usable.h"
#include "operations.h"

#define DECLARE(set, suffix, runs)  void check_operations_##set##_##suffix(void);
#define FUNCTION(set, suffix, runs) check_operations_##set##_##suffix,

VECTOR_SETS(DECLARE, f32)
VECTOR_SETS(DECLARE, f64)

static void (*const checks_f32[])(void) = {VECTOR_SETS(FUNCTION, f32)};
static void (*const checks_f64[])(void) = {VECTOR_SETS(FUNCTION, f64)};

void operation_differs(const char *set, const char *operation, int lane, double a, double b,
                       double c, double found, double expected)
{
    fail_msg("%s, %s of %a, %a, %a: lane %d is %a, should be %a", set, operation, a, b, c, lane,
             found, expected);
}

void operation_fails(const char *set, const char *text)
{
    fail_msg("%s: %s", set, text);
}

static void test_f32(void **state)
{
    (void)state;
    for (int32_t set = 0; set < vector_sets_usable(); set++)
        checks_f32[set]();
}

static void test_f64(void **state)
{
    (void)state;
    for (int32_t set = 0; set < vector_sets_usable(); set++)
        checks_f64[set]();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_f32), cmocka_unit_test(test_f64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
