/* linclass export: a model for other programs; linclass import: a model from one. */
#include <argp.h>
#include <stddef.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "command_files.h"
#include "commands.h"
#include "exit_status.h"
#include "message.h"
#include "model_file.h"
#include "options.h"
#include "replaced_file.h"

enum { KEY_MODEL = 256, KEY_ONNX, KEY_C, KEY_LIBLINEAR, KEY_NAME };

typedef struct exchange_settings {
    const char *model;
    const char *name;
    const char *onnx;
    const char *c;
    const char *liblinear; /* written by export, read by import */
} exchange_settings;

static const struct argp_option EXPORT_OPTIONS[] = {
    {.doc = "Required ('-' is standard input):", .group = 1},
    {"model", KEY_MODEL, "FILE", 0, "a model saved by linclass train", 0},
    {.doc = "Output, one or more ('-' is standard output):", .group = 2},
    {"onnx", KEY_ONNX, "FILE", 0, "write a graph of ONNX: labels, scores and probabilities", 0},
    {"c", KEY_C, "FILE", 0, "write a source of C99 that predicts without any library", 0},
    {"liblinear", KEY_LIBLINEAR, "FILE", 0, "write a model of LIBLINEAR", 0},
    {"name", KEY_NAME, "NAME", 0,
     "name of the graph, and beginning of the names of functions: an identifier of C. Default "
     "linclass",
     0},
    {0}};

static const struct argp_option IMPORT_OPTIONS[] = {
    {.doc = "Required ('-' is standard input or output):", .group = 1},
    {"liblinear", KEY_LIBLINEAR, "FILE", 0, "read a model of LIBLINEAR, a classifier", 0},
    {"model", KEY_MODEL, "FILE", 0, "save the model here, replacing an old file atomically", 0},
    {0}};

static const option_rule RULES[] = {
    {KEY_MODEL, OPTION_PATH, offsetof(exchange_settings, model), 0},
    {KEY_ONNX, OPTION_PATH, offsetof(exchange_settings, onnx), 0},
    {KEY_C, OPTION_PATH, offsetof(exchange_settings, c), 0},
    {KEY_LIBLINEAR, OPTION_PATH, offsetof(exchange_settings, liblinear), 0},
    {0}};

static void check_export(struct argp_state *state, const exchange_settings *settings)
{
    option_required(state, "--model", settings->model);
    if (settings->onnx == NULL && settings->c == NULL && settings->liblinear == NULL)
        usage_error(state, "--onnx, --c or --liblinear is required");
    command_files files = {0};
    command_reads(&files, "--model", settings->model);
    command_writes(&files, "--onnx", settings->onnx);
    command_writes(&files, "--c", settings->c);
    command_writes(&files, "--liblinear", settings->liblinear);
    command_files_check(state, &files);
}

static error_t parse_export(int key, char *argument, struct argp_state *state)
{
    exchange_settings *settings = state->input;
    switch (key) {
    case KEY_NAME:
        option_text(state, "--name", argument, &settings->name);
        return 0;
    case ARGP_KEY_END:
        check_export(state, settings);
        return 0;
    default:
        return option_store(state, EXPORT_OPTIONS, RULES, key, argument, settings);
    }
}

static error_t parse_import(int key, char *argument, struct argp_state *state)
{
    exchange_settings *settings = state->input;
    if (key != ARGP_KEY_END)
        return option_store(state, IMPORT_OPTIONS, RULES, key, argument, settings);
    option_required(state, "--liblinear", settings->liblinear);
    option_required(state, "--model", settings->model);
    command_files files = {0};
    command_reads(&files, "--liblinear", settings->liblinear);
    command_writes(&files, "--model", settings->model);
    command_files_check(state, &files);
    return 0;
}

/* path NULL: not asked for. */
static int export_as(linclass_context *ctx, const linclass_model *model,
                     const exchange_settings *settings, int32_t format, const char *path)
{
    if (path == NULL)
        return EXIT_OK;
    int64_t length;
    linclass_status status =
        linclass_model_export_bytes(ctx, model, format, settings->name, NULL, 0, &length);
    if (status != LINCLASS_OK)
        return fail_library(ctx, status);
    char *bytes = allocate((size_t)length, 1);
    status =
        linclass_model_export_bytes(ctx, model, format, settings->name, bytes, length, &length);
    replaced_file file = {0};
    int failed =
        status == LINCLASS_OK ? replaced_file_begin(&file, path) : fail_library(ctx, status);
    if (failed == EXIT_OK) {
        (void)fwrite(bytes, 1, (size_t)length, file.stream);
        failed = replaced_file_end(&file, EXIT_OK);
    }
    free(bytes);
    return failed;
}

int export_command(int argc, char **argv)
{
    static const char DOC[] =
        "Write a model for other programs, which predict by it without this one: ONNX, C source, "
        "LIBLINEAR.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    exchange_settings settings = {0};
    const struct argp parser = {.options = EXPORT_OPTIONS, .parser = parse_export, .doc = DOC};
    options_parse(&parser, argc, argv, &settings);
    linclass_context *ctx = NULL;
    linclass_model *model = NULL;
    int status = context_open(0, 0, &ctx);
    if (status == EXIT_OK)
        status = model_file_load(ctx, settings.model, &model);
    if (status == EXIT_OK)
        status = export_as(ctx, model, &settings, LINCLASS_EXPORT_ONNX, settings.onnx);
    if (status == EXIT_OK)
        status = export_as(ctx, model, &settings, LINCLASS_EXPORT_C, settings.c);
    if (status == EXIT_OK)
        status = export_as(ctx, model, &settings, LINCLASS_EXPORT_LIBLINEAR, settings.liblinear);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return status;
}

int import_command(int argc, char **argv)
{
    static const char DOC[] =
        "Make a model of one that LIBLINEAR has trained.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    exchange_settings settings = {0};
    const struct argp parser = {.options = IMPORT_OPTIONS, .parser = parse_import, .doc = DOC};
    options_parse(&parser, argc, argv, &settings);
    linclass_context *ctx = NULL;
    linclass_model *model = NULL;
    int status = context_open(0, 0, &ctx);
    if (status == EXIT_OK) {
        const linclass_status imported =
            linclass_model_import_liblinear(ctx, settings.liblinear, &model);
        status = imported == LINCLASS_OK ? model_file_save(ctx, model, settings.model)
                                         : fail_library(ctx, imported);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return status;
}
