/* The context behind the public handle, and error messages. */
#ifndef CORE_CONTEXT_H
#define CORE_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/allocator.h"
#include "core/pool.h"

struct linclass_context {
    allocator allocator;
    int32_t threads;
    int32_t vector_set; /* LINCLASS_VECTOR_SET_*, usable */
    pool pool;
    void *scratch; /* work space of the call in progress, kept for the next */
    size_t scratch_bytes;
    /* Returns resources of the process when the context is destroyed; NULL: nothing to return. */
    void (*at_end)(linclass_context *ctx);
    atomic_bool in_use; /* a public function is running */
    char message[2048]; /* the last member, see context_begin_local */
};

/* A context on the caller's stack for functions whose ctx is NULL: one thread, malloc. */
void context_begin_local(linclass_context *ctx);
void context_end_local(linclass_context *ctx);

/* The first line of every public function that takes a context, after its handle has been set to NULL:
 * clears the error message, and locks the context until the function returns. While another call has it
 * locked (of another thread, or the call that invoked this callback), the function returns
 * LINCLASS_ERROR_BUSY, and the message remains that of the other call. A NULL ctx is never locked. Public
 * functions do not call each other with the same context. */
#define CONTEXT_ENTER(ctx) \
    linclass_context *entered_context __attribute__((cleanup(context_leave))) = (ctx); \
    if (!context_enter(&entered_context)) \
    return LINCLASS_ERROR_BUSY

/* The parts of CONTEXT_ENTER. If the context is locked already, *entered becomes NULL: nothing to leave. */
bool context_enter(linclass_context **entered);
void context_leave(linclass_context **entered);

/* Clear the error message of a failure that the call recovered from. ctx may be NULL. */
void context_clear(linclass_context *ctx);

/* Store the error message and return the status. Characters that are not printable are escaped (core/utf8.h):
 * the message may quote names and contents of files. Use: `return context_fail(ctx, LINCLASS_ERROR_..., "...", ...)`.
 * ctx may be NULL. */
linclass_status context_fail(linclass_context *ctx, linclass_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fail with MEMORY; the error message has the number of bytes and their purpose. */
linclass_status context_fail_memory(linclass_context *ctx, size_t bytes, const char *purpose);

/* Fail with IO: "cannot <action> <path>: <text of errno>". Of a path that is too long for the error
 * message, its beginning. */
linclass_status context_fail_errno(linclass_context *ctx, const char *action, const char *path);

/* *scratch: at least `bytes` bytes of work space on a 64-byte boundary, valid until the next call of
 * this function on ctx. It grows and is kept: the second call of a size allocates nothing. Only a
 * public function takes it, once, and carves it up for what it calls. */
linclass_status context_scratch(linclass_context *ctx, size_t bytes, void **scratch);

/* Allocate `bytes` bytes on a 64-byte boundary. purpose: for the error message. Errors: MEMORY. */
linclass_status context_allocate(linclass_context *ctx, size_t bytes, const char *purpose,
                                 void **pointer);
/* Allocate `count` elements of `size` bytes. count >= 0; *pointer: to be given to context_release.
 * Errors: MEMORY, also when the product overflows. */
linclass_status context_allocate_array(linclass_context *ctx, int64_t count, size_t size,
                                       const char *purpose, void **pointer);

/* The same of doubles. */
linclass_status context_allocate_doubles(linclass_context *ctx, int64_t count, const char *purpose,
                                         double **doubles);

/* Free what these allocated. pointer may be NULL. */
void context_release(linclass_context *ctx, void *pointer);

#endif
