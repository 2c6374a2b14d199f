#include "text_file.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static temporary_directory directory;
static linclass_context *ctx;

int text_file_begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    linclass_context_options options;
    (void)linclass_context_options_init(&options, sizeof options);
    options.threads = 3;
    return linclass_context_create(&options, &ctx);
}

int text_file_end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
    return 0;
}

linclass_context *text_file_context(void)
{
    return ctx;
}

linclass_read_options text_options(void)
{
    linclass_read_options options;
    assert_int_equal(linclass_read_options_init(&options, sizeof options), LINCLASS_OK);
    return options;
}

const char *text_file_write(const char *text, size_t length)
{
    static char path[TEMPORARY_PATH_BYTES];
    return temporary_directory_write(&directory, "text", text, length, path);
}

linclass_dataset *text_file_read_bytes(const char *text, size_t length,
                                       const linclass_read_options *options)
{
    linclass_dataset *dataset = NULL;
    const char *const path = text_file_write(text, length);
    const linclass_status status = linclass_dataset_read(ctx, path, options, &dataset);
    if (status != LINCLASS_OK)
        fail_msg("\"%.60s\": %d, %s", text, (int)status, linclass_context_message(ctx));
    assert_non_null(dataset);
    return dataset;
}

void text_file_refuse_bytes(const char *text, size_t length, const linclass_read_options *options,
                            linclass_status status, const char *part)
{
    linclass_dataset *dataset = (linclass_dataset *)&directory;
    const char *const path = text_file_write(text, length);
    const linclass_status found = linclass_dataset_read(ctx, path, options, &dataset);
    if (found != status || strstr(linclass_context_message(ctx), part) == NULL)
        fail_msg("\"%.60s\": %d, \"%s\", not %d, \"%s\"", text, (int)found,
                 linclass_context_message(ctx), (int)status, part);
    assert_null(dataset);
}

linclass_dataset *text_file_read(const char *text, const linclass_read_options *options)
{
    return text_file_read_bytes(text, strlen(text), options);
}

void text_file_refuse(const char *text, const linclass_read_options *options,
                      linclass_status status, const char *part)
{
    text_file_refuse_bytes(text, strlen(text), options, status, part);
}
