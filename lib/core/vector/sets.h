/* The vector sets, each of which contains the one before: the one list of them in the code, in the order of
 * LINCLASS_VECTOR_SET_*. Their compiler flags are in lib/meson.build, which defines VECTOR_AVX2, ... for those
 * that the compiler knows; the portable set is that of any compiler and processor.
 *
 *     VECTOR_SETS(X, suffix)        X(set, suffix, runs) for each of those compiled
 *     VECTOR_SETS_KNOWN(X, suffix)  the same for all, for declarations
 *
 * set: its name in the names of functions and tables. runs: whether this processor can run it. */
#ifndef CORE_VECTOR_SETS_H
#define CORE_VECTOR_SETS_H

#define VECTOR_SET_PORTABLE(X, suffix) X(portable, suffix, true)
#define VECTOR_SET_AVX2(X, suffix) \
    X(avx2, suffix, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define VECTOR_SET_AVX512(X, suffix) \
    X(avx512, suffix, \
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && \
          __builtin_cpu_supports("avx512vl"))

#define VECTOR_SETS_KNOWN(X, suffix) \
    VECTOR_SET_PORTABLE(X, suffix) VECTOR_SET_AVX2(X, suffix) VECTOR_SET_AVX512(X, suffix)

#if defined VECTOR_AVX512
#define VECTOR_SETS(X, suffix) VECTOR_SETS_KNOWN(X, suffix)
#elif defined VECTOR_AVX2
#define VECTOR_SETS(X, suffix) VECTOR_SET_PORTABLE(X, suffix) VECTOR_SET_AVX2(X, suffix)
#else
#define VECTOR_SETS(X, suffix) VECTOR_SET_PORTABLE(X, suffix)
#endif

#endif
