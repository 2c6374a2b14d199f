#include "support/check.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

#if REAL_BITS == 32
const arithmetic real_arithmetic = {FLT_EPSILON / 2, FLT_MIN};
#else
const arithmetic real_arithmetic = {DBL_EPSILON / 2, DBL_MIN};
#endif

static char trial[160] = "";

void check_describe(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(trial, sizeof trial, format, arguments);
    va_end(arguments);
}

void check_close(const char *what, int64_t rows, int64_t cols, const real *A, int64_t ld,
                 const long double *want, const double *bound)
{
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++) {
            const long double got = A[i * ld + j];
            const long double difference = fabsl(got - want[i * cols + j]);
            if (!(difference <= bound[i * cols + j]))
                fail_msg("%s: %s[%ld, %ld] is %.17Lg, not %.17Lg: off by %.3Lg, allowed %.3g",
                         trial, what, (long)i, (long)j, got, want[i * cols + j], difference,
                         bound[i * cols + j]);
        }
    }
}

void check_close_number(const char *what, double got, long double want, double bound)
{
    if (!(fabsl(got - want) <= bound))
        fail_msg("%s: %s is %.17g, not %.17Lg: off by %.3Lg, allowed %.3g", trial, what, got, want,
                 fabsl(got - want), bound);
}

void check_ok(linclass_context *ctx, linclass_status status, const char *what)
{
    if (status != LINCLASS_OK)
        fail_msg("%s: %s (%d): %s", what, linclass_status_string(status), (int)status,
                 linclass_context_message(ctx));
}
