/* linclass convert: a data file of any format that is read, written in another. */
#include <argp.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "command_files.h"
#include "commands.h"
#include "data_writer.h"
#include "exit_status.h"
#include "message.h"
#include "options.h"
#include "read_options.h"
#include "reading.h"
#include "replaced_file.h"

enum { KEY_TO = 256, KEY_LABELS, KEY_DTYPE, KEY_LAYOUT };

typedef struct convert_settings {
    const char *input;
    const char *output;
    const char *labels;
    const data_writer *writer;
    read_settings read;
} convert_settings;

static const struct argp_option OPTIONS[] = {
    {"to", KEY_TO, "FORMAT", 0, "csv, libsvm, npy or npz. Default: the ending of OUT", 1},
    {"labels", KEY_LABELS, "FILE", 0, "labels in a file of their own, as for linclass train", 1},
    {"dtype", KEY_DTYPE, "TYPE", 0, "numbers of text files as float32 or float64 (default)", 1},
    {"layout", KEY_LAYOUT, "LAYOUT", 0,
     "features of a table as dense or sparse rows. Default: whichever takes fewer bytes", 1},
    {0}};

static const named_value LAYOUTS[] = {
    {"dense", LINCLASS_LAYOUT_STRIDED}, {"sparse", LINCLASS_LAYOUT_CSR}, {NULL, 0}};

/* The writer of that name; NULL: there is none. */
static const data_writer *writer_named(const char *name)
{
    const data_writer *writer = DATA_WRITERS;
    while (writer->name != NULL && strcmp(writer->name, name) != 0)
        writer++;
    return writer->name == NULL ? NULL : writer;
}

static const data_writer *writer_by_ending(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (dot == NULL)
        return NULL;
    return writer_named(strcmp(dot, ".svm") == 0 ? "libsvm" : dot + 1);
}

static void check_together(struct argp_state *state, convert_settings *settings)
{
    option_required(state, "IN", settings->input);
    option_required(state, "OUT", settings->output);
    if (settings->writer == NULL)
        settings->writer = writer_by_ending(settings->output);
    if (settings->writer == NULL)
        usage_error(state, "the name of %s does not say the format: give it with --to",
                    settings->output);
    if (settings->labels != NULL && settings->read.options.label != NULL)
        usage_error(state, "--label and --labels exclude each other");
    command_files files = {0};
    command_reads(&files, "IN", settings->input);
    command_reads(&files, "--labels", settings->labels);
    command_writes(&files, "OUT", settings->output);
    command_files_check(state, &files);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    convert_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        read_settings_begin(&settings->read);
        settings->read.options.dtype = LINCLASS_FLOAT64;
        state->child_inputs[0] = &settings->read;
        return 0;
    case KEY_TO:
        settings->writer = writer_named(argument);
        if (settings->writer == NULL)
            usage_error(state, "--to: '%s' is not one of: csv, libsvm, npy, npz", argument);
        return 0;
    case KEY_LABELS:
        option_path(state, "--labels", argument, &settings->labels);
        return 0;
    case KEY_DTYPE:
        settings->read.options.dtype = option_choice(state, "--dtype", argument, DTYPE_NAMES);
        return 0;
    case KEY_LAYOUT:
        settings->read.options.layout = option_choice(state, "--layout", argument, LAYOUTS);
        return 0;
    case ARGP_KEY_ARG:
        option_argument(state, settings->input == NULL ? "IN" : "OUT", argument,
                        settings->input == NULL ? &settings->input : &settings->output);
        return 0;
    case ARGP_KEY_END:
        check_together(state, settings);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int write_dataset(const convert_settings *settings, const linclass_dataset *dataset)
{
    replaced_file file;
    assert(settings->writer != NULL); /* a usage error otherwise */
    const int status = replaced_file_begin(&file, settings->output);
    if (status != EXIT_OK)
        return status;
    return replaced_file_end(&file, settings->writer->write(dataset, file.stream));
}

static int convert(linclass_context *ctx, const convert_settings *settings)
{
    linclass_read_options options = settings->read.options;
    linclass_dataset *dataset = NULL;
    reading_display display;
    options.labels_path = settings->labels;
    if (settings->writer == writer_named("npy"))
        options.layout = LINCLASS_LAYOUT_STRIDED;
    reading_begin(&display, settings->input, false, &options);
    const linclass_status read = linclass_dataset_read(ctx, settings->input, &options, &dataset);
    reading_end(&display);
    if (read != LINCLASS_OK)
        return fail_library(ctx, read);
    int status = read_settings_check(&settings->read, settings->input, dataset);
    if (status == EXIT_OK)
        status = write_dataset(settings, dataset);
    linclass_dataset_destroy(dataset);
    return status;
}

int convert_command(int argc, char **argv)
{
    static const char DOC[] =
        "Write a data file in another format: CSV, LIBSVM, npy or npz. Columns of texts become a "
        "feature for each text.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    convert_settings settings = {0};
    const struct argp_child children[] = {{.argp = &read_argp}, {0}};
    const struct argp parser = {.options = OPTIONS,
                                .parser = parse_option,
                                .args_doc = "IN OUT",
                                .doc = DOC,
                                .children = children};
    options_parse(&parser, argc, argv, &settings);
    linclass_context *ctx = NULL;
    int status = context_open(0, 0, &ctx);
    if (status == EXIT_OK)
        status = convert(ctx, &settings);
    linclass_context_destroy(ctx);
    return status;
}
