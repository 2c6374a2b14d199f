/* The context: the message of the last error, and the work space. */
#include "core/context.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"
#include "core/vector/usable.h"

int32_t linclass_context_threads(const linclass_context *ctx)
{
    return ctx == NULL ? 1 : ctx->threads;
}

const char *linclass_context_message(const linclass_context *ctx)
{
    return ctx == NULL ? "" : ctx->message;
}

void context_begin_local(linclass_context *ctx)
{
    /* The message is most of it. */
    memset(ctx, 0, offsetof(linclass_context, message));
    ctx->message[0] = '\0';
    ctx->allocator = allocator_default();
    ctx->threads = 1;
    ctx->vector_set = vector_sets_usable();
}

void context_end_local(linclass_context *ctx)
{
    if (ctx->at_end != NULL)
        ctx->at_end(ctx);
    allocator_give(&ctx->allocator, ctx->scratch);
}

bool context_enter(linclass_context **entered)
{
    linclass_context *const ctx = *entered;
    if (ctx == NULL)
        return true;
    if (atomic_exchange_explicit(&ctx->in_use, true, memory_order_acquire)) {
        *entered = NULL;
        return false;
    }
    ctx->message[0] = '\0';
    return true;
}

void context_leave(linclass_context **entered)
{
    if (*entered != NULL)
        atomic_store_explicit(&(*entered)->in_use, false, memory_order_release);
}

void context_clear(linclass_context *ctx)
{
    if (ctx != NULL)
        ctx->message[0] = '\0';
}

linclass_status context_fail(linclass_context *ctx, linclass_status status, const char *format, ...)
{
    if (ctx != NULL) {
        /* Numbers with a decimal point, whatever the program's locale: the C locale for this thread,
         * for this line. Making it takes no memory. */
        const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        const locale_t before = plain == (locale_t)0 ? (locale_t)0 : uselocale(plain);
        va_list arguments;
        va_start(arguments, format);
        char text[sizeof ctx->message];
        (void)vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        utf8_printable(text, ctx->message, sizeof ctx->message);
        if (before != (locale_t)0)
            (void)uselocale(before);
        if (plain != (locale_t)0)
            freelocale(plain);
    }
    return status;
}

linclass_status linclass_context_fail(linclass_context *ctx, linclass_status status,
                                      const char *message)
{
    CONTEXT_ENTER(ctx);
    return context_fail(ctx, status, "%s", message == NULL ? "" : message);
}

linclass_status context_fail_memory(linclass_context *ctx, size_t bytes, const char *purpose)
{
    return context_fail(ctx, LINCLASS_ERROR_MEMORY, "out of memory: %zu bytes for %s", bytes,
                        purpose);
}

linclass_status context_fail_errno(linclass_context *ctx, const char *action, const char *path)
{
    char text[128];
    return context_fail(ctx, LINCLASS_ERROR_IO, "cannot %s %.300s: %s", action, path,
                        strerror_r(errno, text, sizeof text));
}

linclass_status context_scratch(linclass_context *ctx, size_t bytes, void **scratch)
{
    if (bytes > ctx->scratch_bytes) {
        allocator_give(&ctx->allocator, ctx->scratch);
        ctx->scratch_bytes = 0;
        ctx->scratch = allocator_take(&ctx->allocator, bytes);
        if (ctx->scratch == NULL)
            return context_fail_memory(ctx, bytes, "work space");
        ctx->scratch_bytes = bytes;
    }
    *scratch = ctx->scratch;
    return LINCLASS_OK;
}

linclass_status context_allocate(linclass_context *ctx, size_t bytes, const char *purpose,
                                 void **pointer)
{
    *pointer = allocator_take(&ctx->allocator, bytes);
    return *pointer == NULL ? context_fail_memory(ctx, bytes, purpose) : LINCLASS_OK;
}

linclass_status context_allocate_array(linclass_context *ctx, int64_t count, size_t size,
                                       const char *purpose, void **pointer)
{
    size_t bytes;
    if (checked_bytes(count, 1, size, &bytes))
        return context_allocate(ctx, bytes, purpose, pointer);
    *pointer = NULL;
    return context_fail_memory(ctx, SIZE_MAX, purpose);
}

linclass_status context_allocate_doubles(linclass_context *ctx, int64_t count, const char *purpose,
                                         double **doubles)
{
    void *memory;
    const linclass_status status =
        context_allocate_array(ctx, count, sizeof **doubles, purpose, &memory);
    *doubles = memory;
    return status;
}

void context_release(linclass_context *ctx, void *pointer)
{
    allocator_give(&ctx->allocator, pointer);
}
