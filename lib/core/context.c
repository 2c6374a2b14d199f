/* The context: creation, the message of the last error, and the work space. */
#include "core/context.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/processor.h"
#include "core/utf8.h"
#include "core/versioned.h"

enum { MAX_THREADS = 1024 };

static const linclass_context_options DEFAULT_OPTIONS = {.size = sizeof(linclass_context_options)};

linclass_status linclass_context_options_init(linclass_context_options *options, size_t size)
{
    return versioned_init(options, size, &DEFAULT_OPTIONS, sizeof DEFAULT_OPTIONS,
                          sizeof DEFAULT_OPTIONS);
}

linclass_status linclass_context_create(const linclass_context_options *options,
                                        linclass_context **ctx)
{
    if (ctx == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    *ctx = NULL;
    linclass_context_options given;
    const linclass_status status =
        versioned_read(NULL, "options", options, &given, &DEFAULT_OPTIONS, sizeof DEFAULT_OPTIONS,
                       sizeof DEFAULT_OPTIONS);
    if (status != LINCLASS_OK)
        return status;
    if (given.threads < 0 || given.threads > MAX_THREADS || given.reserved != 0 ||
        (given.allocate == NULL) != (given.release == NULL))
        return LINCLASS_ERROR_INVALID_ARGUMENT;

    const allocator source = given.allocate == NULL
                                 ? allocator_default()
                                 : (allocator){given.allocate, given.release, given.user};
    linclass_context *made = allocator_take_zeroed(&source, sizeof *made);
    if (made == NULL)
        return LINCLASS_ERROR_MEMORY;
    made->allocator = source;
    made->threads = given.threads == 0 ? processor_count() : given.threads;
    const linclass_status pool_status = pool_begin(&made->pool, &made->allocator, made->threads);
    if (pool_status != LINCLASS_OK) {
        allocator_give(&source, made);
        return pool_status;
    }
    *ctx = made;
    return LINCLASS_OK;
}

void linclass_context_destroy(linclass_context *ctx)
{
    if (ctx == NULL)
        return;
    const allocator source = ctx->allocator;
    pool_end(&ctx->pool);
    if (ctx->at_end != NULL)
        ctx->at_end(ctx);
    allocator_give(&source, ctx->scratch);
    allocator_give(&source, ctx);
}

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
}

void context_end_local(linclass_context *ctx)
{
    if (ctx->at_end != NULL)
        ctx->at_end(ctx);
    allocator_give(&ctx->allocator, ctx->scratch);
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
        char sentence[sizeof ctx->message];
        (void)vsnprintf(sentence, sizeof sentence, format, arguments);
        va_end(arguments);
        utf8_printable(sentence, ctx->message, sizeof ctx->message);
        if (before != (locale_t)0)
            (void)uselocale(before);
        if (plain != (locale_t)0)
            freelocale(plain);
    }
    return status;
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

void context_release(linclass_context *ctx, void *pointer)
{
    allocator_give(&ctx->allocator, pointer);
}
