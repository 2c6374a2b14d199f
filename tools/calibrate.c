/* linclass calibrate: a temperature, or prediction sets, fitted to samples that the model has not seen. */
#include <argp.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include <linclass/linclass.h>

#include "command_files.h"
#include "commands.h"
#include "exit_status.h"
#include "json.h"
#include "known_inputs.h"
#include "message.h"
#include "model_file.h"
#include "options.h"
#include "output.h"

enum { KEY_OUTPUT = 256, KEY_SETS };

typedef struct calibrate_settings {
    known_input_settings known;
    const char *output;
    int32_t sets; /* LINCLASS_SETS_*; 0: the temperature */
} calibrate_settings;

static const struct argp_option OPTIONS[] = {
    {"output", KEY_OUTPUT, "FILE", 0, "write the calibrated model here. Required", 2},
    {"sets", KEY_SETS, "METHOD", 0,
     "calibrate prediction sets instead of the temperature: lac (small sets, some may be empty) or "
     "aps (none is empty, larger where the model is in doubt)",
     2},
    {0}};

static void check_files(struct argp_state *state, const calibrate_settings *settings)
{
    command_files files = {0};
    model_inputs_files(&settings->known.inputs, &files);
    command_reads(&files, "--sample-weights", settings->known.rows.sample_weights);
    command_reads(&files, "--offsets", settings->known.rows.offsets);
    command_writes(&files, "--output", settings->output);
    command_prints(&files);
    command_files_check(state, &files);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    calibrate_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->known;
        return 0;
    case KEY_OUTPUT:
        option_path(state, "--output", argument, &settings->output);
        return 0;
    case KEY_SETS:
        settings->sets = option_choice(state, "--sets", argument, SETS_NAMES);
        return 0;
    case ARGP_KEY_END:
        option_required(state, "--output", settings->output);
        if (settings->sets != 0 && settings->known.rows.sample_weights != NULL)
            usage_error(state, "--sets counts each sample once: it takes no --sample-weights");
        check_files(state, settings);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Coverages whose thresholds are printed. */
static const double COVERAGES[] = {0.8, 0.9, 0.95, 0.99};
enum { COVERAGES_SHOWN = sizeof COVERAGES / sizeof *COVERAGES };

static int print_json(const linclass_model *model, int64_t count, const linclass_calibration *found)
{
    json_t *object = object_begin("linclass-calibrate-1");
    object_set_integer(object, "samples", count);
    object_set_real(object, "temperature", linclass_model_temperature(model));
    object_set_real(object, "loss", found->loss);
    object_set_real(object, "uncalibrated_loss", found->uncalibrated_loss);
    object_set_real(object, "calibration_error", found->calibration_error);
    object_set_real(object, "uncalibrated_calibration_error",
                    found->uncalibrated_calibration_error);
    object_set_sets(object, model);
    return object_print(object);
}

static int print_text(const linclass_model *model, int64_t count, const linclass_calibration *found)
{
    printf("samples            %" PRId64 "\n", count);
    printf("temperature        %.9g\n", linclass_model_temperature(model));
    if (linclass_model_sets(model) == 0) {
        printf("loss               %.9g (uncalibrated %.9g)\n", found->loss,
               found->uncalibrated_loss);
        printf("calibration error  %.6g (uncalibrated %.6g)\n", found->calibration_error,
               found->uncalibrated_calibration_error);
        return output_finish(stdout, "-");
    }
    printf("prediction sets    %s\n", name_of(SETS_NAMES, linclass_model_sets(model)));
    for (int i = 0; i < COVERAGES_SHOWN; i++) {
        const double threshold = linclass_model_sets_threshold(model, COVERAGES[i]);
        if (isinf(threshold))
            printf("coverage %-9g too few samples: every class is in every set\n", COVERAGES[i]);
        else
            printf("coverage %-9g threshold %.9g\n", COVERAGES[i], threshold);
    }
    return output_finish(stdout, "-");
}

static int calibrate(const known_inputs *known, const calibrate_settings *settings)
{
    const model_inputs *app = &known->app;
    linclass_model *calibrated;
    linclass_calibration found;
    linclass_calibration_init(&found, sizeof found);
    found.sample_weight = known->arrays.sample_weight;
    found.loss = found.uncalibrated_loss = (double)NAN;
    found.calibration_error = found.uncalibrated_calibration_error = (double)NAN;
    const linclass_status made =
        settings->sets != 0
            ? linclass_model_calibrate_sets(app->ctx, app->model, &app->samples.X, app->samples.y,
                                            settings->sets, &calibrated)
            : linclass_model_calibrate(app->ctx, app->model, &app->samples.X, app->samples.y,
                                       &found, &calibrated);
    if (made != LINCLASS_OK)
        return fail_library(app->ctx, made);
    int status = model_file_save(app->ctx, calibrated, settings->output);
    if (status == EXIT_OK && settings->known.inputs.data.json)
        status = print_json(calibrated, app->samples.X.rows, &found);
    else if (status == EXIT_OK)
        status = print_text(calibrated, app->samples.X.rows, &found);
    linclass_model_destroy(calibrated);
    return status;
}

int calibrate_command(int argc, char **argv)
{
    static const char DOC[] =
        "Calibrate a model on labelled samples that it was not trained on: the temperature of its "
        "probabilities, or its prediction sets.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    calibrate_settings settings = {0};
    const struct argp_child children[] = {{.argp = &known_input_argp}, {0}};
    const struct argp parser = {
        .options = OPTIONS, .parser = parse_option, .doc = DOC, .children = children};
    options_parse(&parser, argc, argv, &settings);
    known_inputs known;
    int status = model_file_check(settings.output);
    if (status != EXIT_OK)
        return status;
    status = known_inputs_open(&settings.known, 0, &known);
    if (status == EXIT_OK)
        status = calibrate(&known, &settings);
    known_inputs_close(&known);
    return status;
}
