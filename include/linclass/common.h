/* Definitions used by every other public header: fixed-width integers, the export mark, and how structs
 * of options and reports stay compatible.
 *
 * Structs. Every public struct that may grow begins with `size_t size`. Its `_init` function takes the
 * size of the struct *as the program was compiled with it*, writes that many bytes, and sets `size`. A
 * library newer than the program uses the defaults of the members that the program does not know. A
 * library older than the program refuses a struct whose unknown members are not all zero
 * (LINCLASS_ERROR_STRUCT_SIZE) instead of ignoring them.
 *
 * Flags are int32_t, 0 or 1; enumerations are int32_t with the enumerators listed. */
#ifndef LINCLASS_COMMON_H
#define LINCLASS_COMMON_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define LINCLASS_API __attribute__((visibility("default")))
#else
#define LINCLASS_API
#endif

#ifdef __cplusplus
#define LINCLASS_BEGIN_DECLS extern "C" {
#define LINCLASS_END_DECLS   }
#else
#define LINCLASS_BEGIN_DECLS
#define LINCLASS_END_DECLS
#endif

#define LINCLASS_VERSION_MAJOR 0
#define LINCLASS_VERSION_MINOR 2
#define LINCLASS_VERSION_PATCH 0

LINCLASS_BEGIN_DECLS

/* Status of a call. 0: success. Negative: an error, described by linclass_context_message().
 * Positive: usable results, but the work ended early for the reason named. */
typedef int32_t linclass_status;

/* Return the version of the library in use, "major.minor.patch", a constant string. The macros above are
 * the version of the headers that the program was compiled with. */
LINCLASS_API const char *linclass_version(void);

/* Return the name of the BLAS in use, with its release and the core whose kernels it chose where it tells
 * them: "OpenBLAS 0.3.21 (SkylakeX)". A constant string. */
LINCLASS_API const char *linclass_blas_name(void);

/* Return what keeps that BLAS from making use of the processor, and what helps: such as kernels whose
 * vectors are narrower than the processor's. "" when nothing is known to. A constant string. */
LINCLASS_API const char *linclass_blas_warning(void);

LINCLASS_END_DECLS

#endif
