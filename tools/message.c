#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Options of the program whose names are not those of the library's members. */
static const struct {
    const char *member;
    const char *option;
} OTHER_NAMES[] = {{"folds", "cv"},
                   {"gradient_tolerance", "tolerance"},
                   {"lambdas", "path"},
                   {"max_iterations", "epochs"},
                   {"patience", "early-stopping"},
                   {"rates", "learning-rate-search"},
                   {"ratio", "path-ratio"}};

/* Write the option that sets a member, of `length` characters. */
static void write_option(const char *member, size_t length)
{
    fputs("--", stderr);
    for (size_t i = 0; i < sizeof OTHER_NAMES / sizeof OTHER_NAMES[0]; i++)
        if (strlen(OTHER_NAMES[i].member) == length &&
            memcmp(OTHER_NAMES[i].member, member, length) == 0) {
            fputs(OTHER_NAMES[i].option, stderr);
            return;
        }
    for (size_t i = 0; i < length; i++)
        fputc(member[i] == '_' ? '-' : member[i], stderr);
}

/* Write a sentence of the library's, with the program's options in the place of its members. */
static void write_sentence(const char *sentence)
{
    static const char MEMBER[] = "options.";
    const char *rest = sentence;
    const char *member;
    while ((member = strstr(rest, MEMBER)) != NULL) {
        fwrite(rest, 1, (size_t)(member - rest), stderr);
        member += sizeof MEMBER - 1;
        const size_t length = strspn(member, "abcdefghijklmnopqrstuvwxyz_0123456789");
        write_option(member, length);
        rest = member + length;
    }
    fputs(rest, stderr);
}

int fail_library(const linclass_context *ctx, linclass_status status)
{
    const char *sentence = linclass_context_message(ctx);
    if (sentence[0] == '\0')
        sentence = linclass_status_string(status);
    /* Sentences of other statuses may name files, which may be called anything. */
    if (status != LINCLASS_ERROR_INVALID_ARGUMENT && status != LINCLASS_ERROR_UNSUPPORTED &&
        status != LINCLASS_ERROR_LABEL)
        return fail(exit_status_of(status), "%s", sentence);
    fputs("linclass: ", stderr);
    write_sentence(sentence);
    fputc('\n', stderr);
    return exit_status_of(status);
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
