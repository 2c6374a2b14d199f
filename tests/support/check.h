/* Comparisons that say where two arrays differ. Compiled once for each precision. */
#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include <stdint.h>

#include <linclass/linclass.h>

#include "support/bounds.h"
#include "core/real.h"

/* Unit roundoff and least normal number of `real`. */
extern const arithmetic real_arithmetic;

/* Name the trial under way, for the sentences of the checks that fail after it. */
void check_describe(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Fail unless |A - want| <= bound, element by element. A: rows x cols, leading dimension ld; want
 * and bound dense. what: the name to complain with. */
void check_close(const char *what, int64_t rows, int64_t cols, const real *A, int64_t ld,
                 const long double *want, const double *bound);

/* The same for one number. */
void check_close_number(const char *what, double got, long double want, double bound);

/* Fail unless the status is LINCLASS_OK, with the context's sentence. */
void check_ok(linclass_context *ctx, linclass_status status, const char *what);

#endif
