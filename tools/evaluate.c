/* linclass evaluate: loss, error and confusion of a model on labelled samples. */
#include <argp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "model_inputs.h"
#include "command_files.h"
#include "commands.h"
#include "evaluation_report.h"
#include "exit_status.h"
#include "message.h"
#include "row_options.h"

/* Above this many classes the confusion matrix, k x k, is not computed. */
enum { MOST_CLASSES_CONFUSED = 4096 };

typedef struct evaluate_settings {
    model_input_settings inputs;
    row_settings rows;
} evaluate_settings;

static void check_files(struct argp_state *state, const evaluate_settings *settings)
{
    command_files files = {0};
    model_inputs_files(&settings->inputs, &files);
    command_reads(&files, "--sample-weights", settings->rows.sample_weights);
    command_prints(&files);
    command_files_check(state, &files);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    evaluate_settings *settings = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->inputs.data;
        state->child_inputs[1] = &settings->inputs;
        state->child_inputs[2] = &settings->rows;
        return 0;
    case ARGP_KEY_END:
        check_files(state, settings);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* weights: of the samples, or NULL. */
static int evaluate(const model_inputs *app, const evaluate_settings *settings,
                    const double *weights)
{
    const size_t k = (size_t)linclass_model_classes(app->model);
    linclass_evaluation result;
    linclass_evaluation_init(&result, sizeof result);
    result.precision = allocate(k, sizeof *result.precision);
    result.recall = allocate(k, sizeof *result.recall);
    result.f1 = allocate(k, sizeof *result.f1);
    result.support = allocate(k, sizeof *result.support);
    result.sample_weight = weights;
    result.with_averages = 1;
    result.with_roc_auc = k == 2;
    if (k <= MOST_CLASSES_CONFUSED)
        result.confusion = allocate(k * k, sizeof *result.confusion);
    const linclass_status evaluated =
        linclass_model_evaluate(app->ctx, app->model, &app->samples.X, app->samples.y, &result);
    const int64_t *labels = linclass_model_labels(app->model);
    int status;
    if (evaluated != LINCLASS_OK)
        status = fail_library(app->ctx, evaluated);
    else
        status = settings->inputs.data.json ? evaluation_print_json(&result, labels)
                                            : evaluation_print_text(&result, labels);
    free(result.precision);
    free(result.recall);
    free(result.f1);
    free(result.support);
    free(result.confusion);
    return status;
}

int evaluate_command(int argc, char **argv)
{
    static const char DOC[] =
        "Evaluate a model on labelled images: mean loss, 0/1 error, precision, recall and F1 of "
        "each class, confusion matrix; for two classes the area under the ROC curve.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    evaluate_settings settings = {0};
    const struct argp_child children[] = {
        {.argp = &labelled_data_argp}, {.argp = &model_input_argp}, {.argp = &known_row_argp}, {0}};
    const struct argp parser = {.parser = parse_option, .doc = DOC, .children = children};
    argp_parse(&parser, argc, argv, 0, NULL, &settings);
    model_inputs app;
    int status = model_inputs_open(&settings.inputs, &app);
    samples left_out = {0};
    row_arrays arrays = {0};
    if (status == EXIT_OK)
        status = known_rows_choose(app.ctx, &settings.rows, 0, &app.samples, &left_out, &arrays);
    if (status == EXIT_OK)
        status = evaluate(&app, &settings, arrays.sample_weight);
    row_arrays_free(&arrays);
    model_inputs_close(&app);
    row_settings_free(&settings.rows);
    return status;
}
