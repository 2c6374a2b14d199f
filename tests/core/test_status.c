/* Names of statuses, and the version. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

static void every_status_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (linclass_status a = -12; a <= LINCLASS_NO_MINIMUM; a++) {
        assert_string_not_equal(linclass_status_string(a), "unknown status");
        for (linclass_status b = -11; b < a; b++)
            assert_string_not_equal(linclass_status_string(a), linclass_status_string(b));
    }
}

static void other_numbers_are_unknown(void **state)
{
    (void)state;
    const linclass_status others[] = {INT32_MIN, -13, LINCLASS_NO_MINIMUM + 1, INT32_MAX};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_string_equal(linclass_status_string(others[i]), "unknown status");
}

static void version_is_that_of_the_headers(void **state)
{
    (void)state;
    char expected[64];
    (void)snprintf(expected, sizeof expected, "%d.%d.%d", LINCLASS_VERSION_MAJOR,
                   LINCLASS_VERSION_MINOR, LINCLASS_VERSION_PATCH);
    assert_string_equal(linclass_version(), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_of_its_own),
        cmocka_unit_test(other_numbers_are_unknown),
        cmocka_unit_test(version_is_that_of_the_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
