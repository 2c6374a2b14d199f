/* The name of the BLAS, and the warning of kernels narrower than the processor, from texts as OpenBLAS gives
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linclass/linclass.h>

#include "linalg/blas_name.h"

static void expect_name(const char *config, const char *core, const char *expected)
{
    char text[80];
    blas_openblas_name(config, core, text, sizeof text);
    assert_string_equal(text, expected);
}

static void names_of_openblas(void **state)
{
    (void)state;
    expect_name("OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64",
                "SkylakeX", "OpenBLAS 0.3.21 (SkylakeX)");
    expect_name("OpenBLAS 0.3.34", "Haswell", "OpenBLAS 0.3.34 (Haswell)");
    expect_name("OpenBLAS 0.3.34.dev DYNAMIC_ARCH", "", "OpenBLAS 0.3.34.dev");
    expect_name("NO_AFFINITY Haswell", "Haswell", "OpenBLAS (Haswell)");
    expect_name("", "", "OpenBLAS");
}

static void long_names_are_cut(void **state)
{
    (void)state;
    char text[12];
    blas_openblas_name("OpenBLAS 0.3.21 X", "SkylakeX", text, sizeof text);
    assert_string_equal(text, "OpenBLAS 0.");
}

static void expect_warning(const char *core, int processor_bits, const char *words)
{
    char text[384];
    blas_core_warning(core, processor_bits, text, sizeof text);
    if (words == NULL)
        assert_string_equal(text, "");
    else
        assert_non_null(strstr(text, words));
}

static void narrower_kernels_are_warned_of(void **state)
{
    (void)state;
    expect_warning("Haswell", 512, "OPENBLAS_CORETYPE=SkylakeX");
    expect_warning("Zen", 512, "vectors of 256 bits, on a processor that has 512");
    expect_warning("Prescott", 512, "4 times as long");
    expect_warning("Prescott", 256, "OPENBLAS_CORETYPE=Haswell");
}

static void kernels_as_wide_as_the_processor_are_not(void **state)
{
    (void)state;
    expect_warning("SkylakeX", 512, NULL);
    expect_warning("SapphireRapids", 512, NULL);
    expect_warning("Haswell", 256, NULL);
    expect_warning("Zen", 256, NULL);
    expect_warning("Zen", 0, NULL);
    expect_warning("a core of the future", 512, NULL);
    expect_warning("", 512, NULL);
}

static void the_texts_of_this_process_are_constant(void **state)
{
    (void)state;
    assert_true(strlen(linclass_blas_name()) > 0);
    assert_ptr_equal(linclass_blas_name(), linclass_blas_name());
    assert_ptr_equal(linclass_blas_warning(), linclass_blas_warning());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_openblas),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(narrower_kernels_are_warned_of),
        cmocka_unit_test(kernels_as_wide_as_the_processor_are_not),
        cmocka_unit_test(the_texts_of_this_process_are_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
