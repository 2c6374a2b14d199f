#include "application.h"

#include "exit_status.h"
#include "message.h"
#include "model_file.h"
#include "options.h"

enum { KEY_MODEL = 512, KEY_IMAGES, KEY_SCALE, KEY_THREADS };

static const struct argp_option OPTIONS[] = {
    {.doc = "Required ('-' is standard input):", .group = 1},
    {"images", KEY_IMAGES, "FILE", 0, "samples: an IDX file, plain or gzip'd", 0},
    {"model", KEY_MODEL, "FILE", 0, "a model that linclass train has saved", 0},
    {.doc = "Options:", .group = 2},
    {"scale", KEY_SCALE, "V", 0,
     "multiply every element by V, not 0. Default: what the model was trained with", 0},
    {"threads", KEY_THREADS, "T", 0,
     "threads that compute, 1 to 1024; 0 (default): as many as the process may run on. The result "
     "does not depend on it",
     0},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    application_settings *settings = state->input;
    switch (key) {
    case KEY_MODEL:
        settings->model = option_path(state, "--model", argument);
        return 0;
    case KEY_IMAGES:
        settings->images = option_path(state, "--images", argument);
        return 0;
    case KEY_SCALE:
        settings->scale = option_real(state, "--scale", argument, NOT_ZERO);
        return 0;
    case KEY_THREADS:
        settings->threads = (int32_t)option_integer(state, "--threads", argument, 0, MAX_THREADS);
        return 0;
    case ARGP_KEY_ARG:
        usage_error(state, "unexpected argument '%s'", argument);
        return 0;
    case ARGP_KEY_END:
        option_required(state, "--model", settings->model);
        option_required(state, "--images", settings->images);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp application_argp = {.options = OPTIONS, .parser = parse_option};

void application_files(const application_settings *settings, command_files *files)
{
    command_reads(files, "--model", settings->model);
    command_reads(files, "--images", settings->images);
    command_reads(files, "--labels", settings->labels);
}

int application_open(const application_settings *settings, application *app)
{
    *app = (application){0};
    int status = context_open(settings->threads, &app->ctx);
    if (status == EXIT_OK)
        status = model_file_load(app->ctx, settings->model, &app->model);
    if (status != EXIT_OK)
        return status;
    const double scale = settings->scale != 0 ? settings->scale : linclass_model_scale(app->model);
    status = samples_read(app->ctx, settings->images, settings->labels, scale, &app->samples);
    if (status == EXIT_OK && settings->scale == 0)
        samples_warn_of_scale(&app->samples.X, settings->images);
    return status;
}

void application_close(application *app)
{
    samples_close(&app->samples);
    linclass_model_destroy(app->model);
    linclass_context_destroy(app->ctx);
}
