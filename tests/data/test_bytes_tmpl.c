/* Bytes to reals by every instruction set this processor has: scale x, rounded once. Both arrays end at a
 * page that may not be touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/real.h"
#include "data/bytes.h"
#include "support/guarded.h"

static void check(const REAL(bytes) * set, int64_t count)
{
    const real scale = (real)(1.0 / 255);
    guarded x = guarded_new(1, count, count, 1);
    guarded out = guarded_new(1, count, count, sizeof(real));
    uint8_t *byte = x.data;
    const real *found = out.data;
    for (int64_t i = 0; i < count; i++)
        byte[i] = (uint8_t)(37 * i + count);
    set->convert(byte, scale, count, out.data);
    for (int64_t i = 0; i < count; i++) {
        if (found[i] != scale * (real)byte[i])
            fail_msg("%s, %d bytes: element %d, %d, is %.17g", set->name, (int)count, (int)i,
                     byte[i], (double)found[i]);
    }
    if (!guarded_intact(&out))
        fail_msg("%s, %d bytes: wrote before the array", set->name, (int)count);
    guarded_free(&x);
    guarded_free(&out);
}

static void test_every_length(void **state)
{
    (void)state;
    int sets;
    const REAL(bytes) *all = REAL(bytes_all)(&sets);
    for (int set = 0; set < sets; set++) {
        for (int64_t count = 0; count <= 300; count++)
            check(&all[set], count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_length)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
