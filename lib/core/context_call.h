/* A public function whose ctx may be NULL: begins with context_call_begin, returns context_call_end. */
#ifndef CORE_CONTEXT_CALL_H
#define CORE_CONTEXT_CALL_H

#include "core/context.h"

/* A call under way: its context, or one of its own where the caller gave none. */
typedef struct context_call {
    linclass_context local;
    linclass_context *ctx;
} context_call;

static inline linclass_context *context_call_begin(context_call *call, linclass_context *ctx)
{
    call->ctx = ctx;
    if (ctx == NULL) {
        context_begin_local(&call->local);
        call->ctx = &call->local;
    }
    return call->ctx;
}

static inline linclass_status context_call_end(context_call *call, linclass_status status)
{
    if (call->ctx == &call->local)
        context_end_local(&call->local);
    return status;
}

#endif
