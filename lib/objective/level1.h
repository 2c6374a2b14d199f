/* What every level-1 function does before and after its work. For *_tmpl.c. */
#ifndef OBJECTIVE_LEVEL1_H
#define OBJECTIVE_LEVEL1_H

#include <linclass/matrix.h>

#include "core/context.h"
#include "core/real.h"

/* A call under way: its context, or one of its own where the caller gave none. */
typedef struct level1_call {
    linclass_context local;
    linclass_context *ctx;
} level1_call;

static inline linclass_context *level1_begin(level1_call *call, linclass_context *ctx)
{
    call->ctx = ctx;
    if (ctx == NULL) {
        context_begin_local(&call->local);
        call->ctx = &call->local;
    }
    return call->ctx;
}

static inline linclass_status level1_end(level1_call *call, linclass_status status)
{
    if (call->ctx == &call->local)
        context_end_local(&call->local);
    return status;
}

/* NON_FINITE naming the first element of A (rows x cols) that is not finite; NULL passes. */
linclass_status REAL(level1_finite)(linclass_context *ctx, const char *name, int64_t rows,
                                    int64_t cols, const real *A, int64_t lda);

/* A view of a caller's X. */
linclass_matrix REAL(level1_view)(int64_t m, int64_t n, const real *X, int64_t ldx);

#endif
