/* The panel products of each vector set, and when to use them: what the processor has and what the BLAS says of
 * itself decide, never a clock, so that the same machine always computes the same. */
#include "linalg/blas_name.h"
#include "linalg/gemm.h"
#include "linalg/panel/panel.h"
#include "linalg/panel/tables.h"

#include <linclass/context.h>

#define TABLE(set, suffix, runs) &panel_##set##_##suffix,

static const panel_f32 *const tables_f32[] = {VECTOR_SETS(TABLE, f32)};
static const panel_f64 *const tables_f64[] = {VECTOR_SETS(TABLE, f64)};

const panel_f32 *panel_of_f32(int32_t set)
{
    return tables_f32[set - 1];
}

const panel_f64 *panel_of_f64(int32_t set)
{
    return tables_f64[set - 1];
}

/* Measured on Zen 4 against OpenBLAS's kernels for AVX-512, which were tuned on Intel's processors: 1.03 to 1.1 times
 * as fast from 32 rows and 128 classes on in single precision, 1.02 to 1.2 times in double. With 100 classes BLAS is as
 * fast or faster. */
static bool foreign_avx512(int64_t k)
{
#if defined(__x86_64__)
    return k >= 128 && __builtin_cpu_is("amd");
#else
    (void)k;
    return false;
#endif
}

bool panel_is_faster(int32_t set, int64_t rows, int64_t k)
{
    const int bits = blas_bits();
    if (k <= GEMM_FEW || rows <= GEMM_FEW_ROWS)
        return false;
    if (set == LINCLASS_VECTOR_SET_AVX512)
        return foreign_avx512(k) || (bits > 0 && bits < 512);
    return set == LINCLASS_VECTOR_SET_AVX2 && bits > 0 && bits < 256;
}
