/* linclass_dataset_read: the format found by the content, or taken from the options, then its reader. */
#include "data/read.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context_call.h"
#include "core/versioned.h"
#include "data/encode_classes.h"
#include "data/formats/formats.h"
#include "data/formats/labels_file.h"

static const linclass_read_options DEFAULTS = {
    .size = sizeof(linclass_read_options),
    .dtype = LINCLASS_FLOAT32,
    .layout = -1,
    .header = -1,
    .quote = -1,
    .index_base = -1,
};

linclass_status linclass_read_options_init(linclass_read_options *options, size_t size)
{
    return versioned_init(options, size, &DEFAULTS, sizeof DEFAULTS, FIRST_READ_OPTIONS);
}

static linclass_status check_options(linclass_context *ctx, const char *path,
                                     const linclass_read_options *options)
{
    if (options->ignore_labels < 0 || options->ignore_labels > 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.ignore_labels is %d, neither 0 nor 1",
                            (int)options->ignore_labels);
    if (options->labels_path == NULL)
        return LINCLASS_OK;
    if (options->label != NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.label and options.labels_path both name labels");
    if (path != NULL && strcmp(path, "-") == 0 && strcmp(options->labels_path, "-") == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "path and options.labels_path are both \"-\", standard input");
    return LINCLASS_OK;
}

linclass_status read_options_import(linclass_context *ctx, const char *path,
                                    const linclass_read_options *options,
                                    linclass_read_options *known)
{
    const linclass_status status = versioned_read(ctx, "options", options, known, &DEFAULTS,
                                                  sizeof DEFAULTS, FIRST_READ_OPTIONS);
    return status == LINCLASS_OK ? check_options(ctx, path, known) : status;
}

linclass_status read_other_labels(linclass_context *ctx, const linclass_read_options *options,
                                  linclass_dataset *dataset)
{
    if (options->ignore_labels) {
        allocator_give(&dataset->allocator, dataset->labels);
        dataset->labels = NULL;
        text_list_end(&dataset->class_names, &dataset->allocator);
        return LINCLASS_OK;
    }
    const linclass_status status =
        options->labels_path == NULL ? LINCLASS_OK : labels_file_read(ctx, options, dataset);
    return status == LINCLASS_OK ? encode_classes(ctx, options->encoding, dataset) : status;
}

static linclass_status find_format(linclass_context *ctx, const format_input *input,
                                   const file_format **found)
{
    const char *wanted = input->options->format;
    const uint8_t *begin;
    size_t count;
    bool whole;
    const linclass_status status = byte_reader_peek(input->reader, &begin, &count, &whole);
    if (status != LINCLASS_OK)
        return status;
    for (const file_format *const *format = formats_all(); *format != NULL; format++) {
        if (wanted == NULL ? (*format)->recognises(begin, count, whole)
                           : strcmp((*format)->name, wanted) == 0) {
            *found = *format;
            return LINCLASS_OK;
        }
    }
    if (wanted != NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.format is '%s', which is no format", wanted);
    if (count == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s is empty",
                            byte_reader_name(input->reader));
    const bool utf16 = count >= 2 && ((begin[0] == 0xff && begin[1] == 0xfe) ||
                                      (begin[0] == 0xfe && begin[1] == 0xff));
    return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s is of no format that is known%s",
                        byte_reader_name(input->reader),
                        utf16 ? ": it begins as a text in UTF-16 does; save it as UTF-8" : "");
}

/* Options of other formats than that of the file are mistakes: they would say nothing. Those that a program sets
 * before it knows the format are not looked at: features, and what is of tables. */
static linclass_status check_format_options(linclass_context *ctx, const format_input *input,
                                            const file_format *format)
{
    const linclass_read_options *const options = input->options;
    const struct {
        const char *name;
        bool given;
        const char *formats; /* a blank before and after each */
    } OPTIONS[] = {
        {"label", options->label != NULL, " csv npz safetensors "},
        {"samples", options->samples != NULL, " npz safetensors "},
        {"header", options->header != DEFAULTS.header, " csv "},
        {"delimiter", options->delimiter != DEFAULTS.delimiter, " csv "},
        {"quote", options->quote != DEFAULTS.quote, " csv "},
        {"decimal", options->decimal != DEFAULTS.decimal, " csv "},
        {"index_base", options->index_base != DEFAULTS.index_base, " libsvm "},
    };
    char wanted[32];
    (void)snprintf(wanted, sizeof wanted, " %s ", format->name);
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (OPTIONS[i].given && strstr(OPTIONS[i].formats, wanted) == NULL)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s is of the format %s, for which options.%s means nothing: it is "
                                "an option of%.*s",
                                byte_reader_name(input->reader), format->name, OPTIONS[i].name,
                                (int)strlen(OPTIONS[i].formats) - 1, OPTIONS[i].formats);
    return LINCLASS_OK;
}

static linclass_status read_dataset(linclass_context *ctx, const char *path,
                                    const linclass_read_options *options,
                                    linclass_dataset **dataset)
{
    format_input input = {.options = options};
    const file_format *format = NULL;
    linclass_dataset *made = NULL;
    linclass_status status = byte_reader_open(ctx, path, &input.reader);
    if (status == LINCLASS_OK)
        status = find_format(ctx, &input, &format);
    assert(status != LINCLASS_OK || format != NULL);
    if (status == LINCLASS_OK)
        status = check_format_options(ctx, &input, format);
    if (status == LINCLASS_OK)
        status = dataset_new(ctx, &made);
    if (status == LINCLASS_OK) {
        made->format = format->name;
        status = format->read(ctx, &input, made);
    }
    byte_reader_close(input.reader);
    if (status == LINCLASS_OK)
        status = read_other_labels(ctx, options, made);
    if (status == LINCLASS_OK)
        *dataset = made;
    else
        linclass_dataset_destroy(made);
    return status;
}

linclass_status linclass_dataset_read(linclass_context *ctx, const char *path,
                                      const linclass_read_options *options,
                                      linclass_dataset **dataset)
{
    if (dataset != NULL)
        *dataset = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"dataset", dataset}, {"path", path}};
    if (!all_given(ctx, 2, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_read_options known;
    const linclass_status status = read_options_import(ctx, path, options, &known);
    if (status != LINCLASS_OK)
        return status;
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, read_dataset(ctx, path, &known, dataset));
}
