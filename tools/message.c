#include "message.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/status.h>

#include "exit_status.h"
#include "printable.h"

static void say(const char *format, va_list arguments)
{
    char *shown = printable_format(format, arguments);
    fprintf(stderr, "linclass: %s\n", shown);
    free(shown);
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
                   {"initial", "warm-start"},
                   {"labels_path", "labels"},
                   {"lambdas", "path"},
                   {"max_iterations", "epochs"},
                   {"patience", "early-stopping"},
                   {"rates", "learning-rate-search"},
                   {"ratio", "path-ratio"}};

/* Write the option that sets a member, of `length` characters. */
static void write_option(const char *member, size_t length, FILE *out)
{
    fputs("--", out);
    for (size_t i = 0; i < sizeof OTHER_NAMES / sizeof OTHER_NAMES[0]; i++)
        if (strlen(OTHER_NAMES[i].member) == length &&
            memcmp(OTHER_NAMES[i].member, member, length) == 0) {
            fputs(OTHER_NAMES[i].option, out);
            return;
        }
    for (size_t i = 0; i < length; i++)
        fputc(member[i] == '_' ? '-' : member[i], out);
}

/* Write a message of the library with options named as by the program. What is before `from` stays as it is: it
 * may quote names of files and texts in them, which may be called anything. */
static void write_message(const char *message, const char *from, FILE *out)
{
    static const char MEMBER[] = "options.";
    const char *rest = from;
    fwrite(message, 1, (size_t)(from - message), out);
    const char *member;
    while ((member = strstr(rest, MEMBER)) != NULL) {
        fwrite(rest, 1, (size_t)(member - rest), out);
        member += sizeof MEMBER - 1;
        const size_t length = strspn(member, "abcdefghijklmnopqrstuvwxyz_0123456789");
        write_option(member, length, out);
        rest = member + length;
    }
    fputs(rest, out);
}

int fail_library(const linclass_context *ctx, linclass_status status)
{
    const char *message = linclass_context_message(ctx);
    if (message[0] == '\0')
        message = linclass_status_string(status);
    const bool of_options = status == LINCLASS_ERROR_INVALID_ARGUMENT ||
                            status == LINCLASS_ERROR_UNSUPPORTED || status == LINCLASS_ERROR_LABEL;
    const char *quote = of_options ? NULL : strrchr(message, '\'');
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        fail_memory();
    write_message(message, quote == NULL ? message : quote, out);
    if (fclose(out) != 0)
        fail_memory();
    fail(exit_status_of(status), "%s", text);
    free(text);
    return exit_status_of(status);
}

int context_open(int32_t threads, int32_t vector_set, linclass_context **ctx)
{
    linclass_context_options options;
    linclass_context_options_init(&options, sizeof options);
    options.threads = threads;
    options.vector_set = vector_set;
    const linclass_status status = linclass_context_create(&options, ctx);
    if (status == LINCLASS_ERROR_UNSUPPORTED)
        return fail(EXIT_USAGE,
                    "--vector-set: %s is beyond this processor or this build, whose best is %s",
                    linclass_vector_set_name(vector_set),
                    linclass_vector_set_name(linclass_context_vector_set(NULL)));
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
    fputs("linclass: out of memory\n", stderr);
    exit(EXIT_INTERNAL);
}
