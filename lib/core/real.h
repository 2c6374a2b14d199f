/* Code that exists in both precisions is written once, in *_tmpl.c, and compiled twice, with
 * REAL_BITS 32 and 64: `real` is the type, REAL(name) the name with its suffix. For each of its functions
 * and types, a header gives templates one name,
 *
 *     #define gemm REAL(gemm)
 *
 * and holds the two of the library, gemm_f32 and gemm_f64, as words: declared one after the other where
 * code that is no template includes it, else in a comment. */
#ifndef CORE_REAL_H
#define CORE_REAL_H

#if REAL_BITS == 32
typedef float real;
#define REAL(name) name##_f32
#define REAL_DTYPE LINCLASS_FLOAT32
#elif REAL_BITS == 64
typedef double real;
#define REAL(name) name##_f64
#define REAL_DTYPE LINCLASS_FLOAT64
#else
#error "compile *_tmpl.c with -DREAL_BITS=32 and -DREAL_BITS=64"
#endif

#endif
