/* The list is that of the build (lib/meson.build): VECTOR_AVX2 and VECTOR_AVX512 say what was compiled. */
#include "core/vector/usable.h"

int vector_sets_usable(void)
{
    int count = 0;
#ifdef VECTOR_AVX2
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return count;
    count++;
#endif
#ifdef VECTOR_AVX512
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl"))
        return count;
    count++;
#endif
    return count;
}
