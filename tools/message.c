#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <linclass/status.h>

#include "exit_status.h"

static void say(const char *format, va_list arguments)
{
    fputs("linclass: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

int fail(int exit_status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return exit_status;
}

int exit_status_of(linclass_status status)
{
    switch (status) {
    case LINCLASS_ERROR_INVALID_ARGUMENT:
    case LINCLASS_ERROR_UNSUPPORTED:
        return EXIT_USAGE;
    case LINCLASS_ERROR_DIMENSION:
    case LINCLASS_ERROR_NON_FINITE:
    case LINCLASS_ERROR_LABEL:
    case LINCLASS_ERROR_FORMAT:
    case LINCLASS_ERROR_NUMERIC:
        return EXIT_DATA;
    case LINCLASS_ERROR_IO:
        return EXIT_IO;
    default:
        return status < 0 ? EXIT_INTERNAL : EXIT_OK;
    }
}

int fail_library(const linclass_context *ctx, linclass_status status)
{
    const char *sentence = linclass_context_message(ctx);
    return fail(exit_status_of(status), "%s",
                sentence[0] != '\0' ? sentence : linclass_status_string(status));
}

int context_open(int32_t threads, linclass_context **ctx)
{
    linclass_context_options options;
    linclass_context_options_init(&options, sizeof options);
    options.threads = threads;
    const linclass_status status = linclass_context_create(&options, ctx);
    return status == LINCLASS_OK ? EXIT_OK : fail_library(NULL, status);
}

void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL)
        fail_memory();
    return memory;
}

void fail_memory(void)
{
    exit(fail(EXIT_INTERNAL, "out of memory"));
}
