#include "model_inputs.h"

#include <stddef.h>

#include "exit_status.h"
#include "message.h"
#include "model_file.h"
#include "options.h"

enum { KEY_MODEL = 1152, KEY_SCALE };

static const struct argp_option OPTIONS[] = {
    {.doc = "Required ('-' is standard input):", .group = 1},
    {"model", KEY_MODEL, "FILE", 0, "a model saved by linclass train", 0},
    {.doc = "Options:", .group = 2},
    {"scale", KEY_SCALE, "V", 0,
     "multiply every element by V, not 0. Default: the scale stored in the model", 0},
    {0}};

static const option_rule RULES[] = {
    {KEY_MODEL, OPTION_PATH, offsetof(model_input_settings, model), 0},
    {KEY_SCALE, OPTION_REAL, offsetof(model_input_settings, scale), NOT_ZERO},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    model_input_settings *settings = state->input;
    if (key == ARGP_KEY_END)
        option_required(state, "--model", settings->model);
    return option_store(state, OPTIONS, RULES, key, argument, settings);
}

const struct argp model_input_argp = {.options = OPTIONS, .parser = parse_option};

void model_inputs_files(const model_input_settings *settings, command_files *files)
{
    command_reads(files, "--model", settings->model);
    data_files(&settings->data, files);
}

int64_t model_scores(const linclass_model *model)
{
    return linclass_loss_columns(linclass_model_loss(model), linclass_model_classes(model));
}

int model_inputs_open(const model_input_settings *settings, model_inputs *app)
{
    *app = (model_inputs){0};
    int status = context_open(settings->data.threads, settings->data.vector_set, &app->ctx);
    if (status == EXIT_OK)
        status = model_file_load(app->ctx, settings->model, &app->model);
    if (status != EXIT_OK)
        return status;
    const double scale = linclass_model_scale(app->model);
    const samples_reading how = {.encoding = linclass_model_encoding(app->model),
                                 .features = linclass_model_features(app->model),
                                 .dtype = linclass_model_dtype(app->model),
                                 .ignore_labels = settings->ignore_labels};
    status = samples_read(app->ctx, &settings->data, how, settings->scale, &app->samples);
    if (status == EXIT_OK && settings->scale == 0)
        samples_warn_of_scale(&app->samples.X, scale, data_name(&settings->data));
    return status;
}

void model_inputs_close(model_inputs *app)
{
    samples_close(&app->samples);
    linclass_model_destroy(app->model);
    linclass_context_destroy(app->ctx);
}
