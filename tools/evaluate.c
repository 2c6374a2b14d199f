/* linclass evaluate: loss, error and confusion of a model on labelled samples. */
#include <argp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "commands.h"
#include "evaluation_report.h"
#include "exit_status.h"
#include "known_inputs.h"
#include "message.h"
#include "options.h"

/* Above this many classes the confusion matrix, k x k, is not computed. */
enum { MOST_CLASSES_CONFUSED = 4096 };

static int evaluate(const known_inputs *known, bool json)
{
    const model_inputs *app = &known->app;
    const size_t k = (size_t)linclass_model_classes(app->model);
    linclass_evaluation result;
    linclass_evaluation_init(&result, sizeof result);
    result.precision = allocate(k, sizeof *result.precision);
    result.recall = allocate(k, sizeof *result.recall);
    result.f1 = allocate(k, sizeof *result.f1);
    result.support = allocate(k, sizeof *result.support);
    result.sample_weight = known->arrays.sample_weight;
    result.with_averages = 1;
    result.with_roc_auc = k == 2;
    if (k <= MOST_CLASSES_CONFUSED)
        result.confusion = allocate(k * k, sizeof *result.confusion);
    const linclass_status evaluated =
        linclass_model_evaluate(app->ctx, app->model, &app->samples.X, app->samples.y, &result);
    class_texts texts = class_texts_shown(app->model);
    int status;
    if (evaluated != LINCLASS_OK)
        status = fail_library(app->ctx, evaluated);
    else
        status =
            json ? evaluation_print_json(&result, &texts) : evaluation_print_text(&result, &texts);
    class_texts_free(&texts);
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
        "Evaluate a model on labelled samples: mean loss, 0/1 error, precision, recall and F1 of "
        "each class, confusion matrix; for two classes the area under the ROC curve.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    known_input_settings settings = {0};
    const struct argp_child children[] = {{.argp = &known_input_argp}, {0}};
    const struct argp parser = {.doc = DOC, .children = children};
    options_parse(&parser, argc, argv, &settings);
    known_inputs known;
    int status = known_inputs_open(&settings, 0, &known);
    if (status == EXIT_OK)
        status = evaluate(&known, settings.inputs.data.json);
    known_inputs_close(&known);
    return status;
}
