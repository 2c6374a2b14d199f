/* Words every other public header uses: fixed-width integers, the export mark, and how structs
 * of options and reports stay compatible.
 *
 * Structs. Every public struct that may grow begins with `size_t size`. Its `_init` function is
 * given sizeof the struct *as the program was compiled with it*, writes that many bytes and no
 * more, and sets `size`. A library newer than the program gives the members the program does not
 * know their defaults; a library older than the program refuses a struct whose unknown tail is
 * not all zero (LINCLASS_ERROR_STRUCT_SIZE) rather than ignore what was asked of it.
 *
 * Flags are int32_t, 0 or 1; names of alternatives are int32_t with the enumerators listed. */
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
#define LINCLASS_VERSION_MINOR 1
#define LINCLASS_VERSION_PATCH 0

LINCLASS_BEGIN_DECLS

/* What happened. 0: done. Negative: an error, and the sentence is linclass_context_message().
 * Positive: done as far as it went, for the reason named. */
typedef int32_t linclass_status;

/* Release of the library in use, "major.minor.patch"; a constant string. The macros above are
 * those of the headers the program was compiled with. */
LINCLASS_API const char *linclass_version(void);

LINCLASS_END_DECLS

#endif
