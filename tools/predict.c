/* linclass predict: a line for each sample. Rows go through the model in blocks, so that the memory
 * taken does not grow with their number. */
#include <argp.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linclass/linclass.h>

#include "class_texts.h"
#include "model_inputs.h"
#include "command_files.h"
#include "commands.h"
#include "exit_status.h"
#include "message.h"
#include "offset_file.h"
#include "options.h"
#include "prediction.h"
#include "replaced_file.h"

enum {
    KEY_PROBABILITIES = 256,
    KEY_SCORES,
    KEY_TOP,
    KEY_SETS,
    KEY_OFFSETS,
    KEY_OUTPUT,
    KEY_NAMES,
    KEY_LABELS,
    KEY_LABELS_AS_NUMBERS,
    KEY_JSON
};

enum { MOST_ROWS_IN_BLOCK = 4096, MOST_NUMBERS_IN_BLOCK = 1 << 20 };

typedef struct predict_settings {
    model_input_settings inputs;
    prediction_kind kind;
    int64_t top;
    double coverage; /* of SETS */
    const char *output;
    const char *offsets;
    bool names;             /* the header has the classes alone */
    bool labels_as_numbers; /* also where the classes have names */
    bool json;
} predict_settings;

static const struct argp_option OPTIONS[] = {
    {"probabilities", KEY_PROBABILITIES, NULL, 0,
     "write CSV with a header: a probability for each class", 2},
    {"scores", KEY_SCORES, NULL, 0, "write CSV with a header: a score (logit) for each class", 2},
    {"top", KEY_TOP, "K", 0,
     "write CSV with a header: the K labels with the highest scores, best first, and their scores; "
     "1 to the number of classes",
     2},
    {"sets", KEY_SETS, "COVERAGE", 0,
     "write the labels, with commas between them, of a set that contains the right one with this "
     "probability, between 0 and 1; the model has been calibrated with --sets",
     2},
    {"offsets", KEY_OFFSETS, "FILE", 0, "base scores, added to those of the samples, as for train",
     2},
    {"labels", KEY_LABELS, "FILE", 0, "labels, as other commands take them: not used", 2},
    {"names", KEY_NAMES, NULL, 0,
     "in the header of --probabilities and --scores, write the classes alone", 2},
    {"labels-as-numbers", KEY_LABELS_AS_NUMBERS, NULL, 0,
     "write the numbers of classes that have names: 0, 1, ... in the order of the names", 2},
    {"json", KEY_JSON, NULL, 0, "write a JSON object for each sample, a line each, instead", 2},
    {"output", KEY_OUTPUT, "FILE", 0, "write here; '-' (default) is standard output", 2},
    {0}};

static void choose_kind(struct argp_state *state, prediction_kind kind)
{
    predict_settings *settings = state->input;
    if (settings->kind != LABELS && settings->kind != kind)
        usage_error(state, "--probabilities, --scores, --top and --sets exclude each other");
    settings->kind = kind;
}

static void check_files(struct argp_state *state, const predict_settings *settings)
{
    command_files files = {0};
    model_inputs_files(&settings->inputs, &files);
    command_reads(&files, "--offsets", settings->offsets);
    command_writes(&files, "--output", settings->output);
    command_files_check(state, &files);
}

static const option_rule RULES[] = {
    {KEY_OUTPUT, OPTION_PATH, offsetof(predict_settings, output), 0},
    {KEY_OFFSETS, OPTION_PATH, offsetof(predict_settings, offsets), 0},
    {KEY_LABELS, OPTION_PATH, offsetof(predict_settings, inputs.data.labels), 0},
    {KEY_NAMES, OPTION_FLAG, offsetof(predict_settings, names), 0},
    {KEY_LABELS_AS_NUMBERS, OPTION_FLAG, offsetof(predict_settings, labels_as_numbers), 0},
    {KEY_JSON, OPTION_FLAG, offsetof(predict_settings, json), 0},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    predict_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->inputs.data;
        state->child_inputs[1] = &settings->inputs;
        return 0;
    case KEY_PROBABILITIES:
        choose_kind(state, PROBABILITIES);
        return 0;
    case KEY_SCORES:
        choose_kind(state, SCORES);
        return 0;
    case KEY_TOP:
        choose_kind(state, TOP);
        settings->top = option_integer(state, "--top", argument, 1, INT64_MAX);
        return 0;
    case KEY_SETS:
        choose_kind(state, SETS);
        settings->coverage = option_real(state, "--sets", argument, BETWEEN);
        return 0;
    case ARGP_KEY_END:
        if (settings->names && settings->json)
            usage_error(state, "--names and --json exclude each other");
        if (settings->names && settings->kind != PROBABILITIES && settings->kind != SCORES)
            usage_error(state, "--names is of --probabilities and --scores");
        if (settings->output == NULL)
            settings->output = "-";
        check_files(state, settings);
        return 0;
    default:
        return option_store(state, OPTIONS, RULES, key, argument, settings);
    }
}

static linclass_status compute(linclass_context *ctx, const linclass_model *model,
                               const linclass_matrix *X, const prediction *result)
{
    /* An object has the label beside the numbers of the classes. */
    if (result->json && (result->kind == PROBABILITIES || result->kind == SCORES)) {
        const linclass_status status = linclass_model_predict(ctx, model, X, result->labels);
        if (status != LINCLASS_OK)
            return status;
    }
    switch (result->kind) {
    case PROBABILITIES:
        return linclass_model_probabilities(ctx, model, X, result->dtype, result->numbers,
                                            result->width);
    case SCORES:
        return linclass_model_scores(ctx, model, X, result->dtype, result->numbers, result->width);
    case TOP:
        return linclass_model_top_k(ctx, model, X, result->width, result->labels, result->numbers);
    case SETS:
        return linclass_model_predict_sets(ctx, model, X, result->coverage, result->sets,
                                           result->width);
    default:
        return linclass_model_predict(ctx, model, X, result->labels);
    }
}

/* The column of a class: probability_LABEL, quoted where the label is. */
static void print_column(FILE *file, const prediction *result, int64_t j)
{
    const char *text = result->texts.text[j];
    const char *quote = text[0] == '"' ? "\"" : "";
    fprintf(file, "%s%s_%s", quote, result->kind == SCORES ? "score" : "probability",
            text + (text[0] == '"'));
}

static void print_header(FILE *file, const prediction *result, bool names)
{
    if (result->kind == LABELS || result->kind == SETS)
        return;
    for (int64_t j = 0; j < result->width; j++) {
        fputs(j == 0 ? "" : ",", file);
        if (result->kind == TOP)
            fprintf(file, "label_%" PRId64 ",score_%" PRId64, j + 1, j + 1);
        else if (names)
            fputs(result->texts.text[j], file);
        else
            print_column(file, result, j);
    }
    fputc('\n', file);
}

/* The classes in the set, in the order of the labels; none of them: an empty line. */
static void print_set(FILE *file, const prediction *result, int64_t row)
{
    const char *separator = "";
    for (int64_t j = 0; j < result->width; j++) {
        if (!result->sets[row * result->width + j])
            continue;
        fprintf(file, "%s%s", separator, result->texts.text[j]);
        separator = ",";
    }
    fputc('\n', file);
}

static void print_row(FILE *file, const prediction *result, int64_t row)
{
    if (result->kind == SETS) {
        print_set(file, result, row);
        return;
    }
    if (result->kind == LABELS)
        fputs(class_text(&result->texts, result->labels[row]), file);
    for (int64_t j = 0; result->kind != LABELS && j < result->width; j++) {
        const int64_t index = row * result->width + j;
        if (j > 0)
            fputc(',', file);
        if (result->kind == TOP)
            fprintf(file, "%s,", class_text(&result->texts, result->labels[index]));
        prediction_print_number(file, result, index);
    }
    fputc('\n', file);
}

static int predict_blocks(const model_inputs *app, const prediction *result, int64_t rows_in_block,
                          FILE *file)
{
    const int64_t m = app->samples.X.rows;
    for (int64_t first = 0; first < m && !ferror(file); first += rows_in_block) {
        const int64_t count = m - first < rows_in_block ? m - first : rows_in_block;
        const linclass_matrix block = samples_rows(&app->samples.X, first, count);
        const linclass_status status = compute(app->ctx, app->model, &block, result);
        if (status != LINCLASS_OK) {
            if (first > 0)
                warn("in the %" PRId64 " rows from row %" PRId64 " on, counted from there:", count,
                     first);
            return fail_library(app->ctx, status);
        }
        for (int64_t row = 0; row < count; row++) {
            if (result->json)
                prediction_print_json(file, result, row);
            else
                print_row(file, result, row);
        }
    }
    return EXIT_OK;
}

static int predict_to(const model_inputs *app, const predict_settings *settings, FILE *file)
{
    const int64_t k = linclass_model_classes(app->model);
    prediction result = {.kind = settings->kind,
                         .dtype = linclass_model_dtype(app->model),
                         .k = k,
                         .json = settings->json};
    result.width = settings->kind == TOP ? settings->top : settings->kind == LABELS ? 1 : k;
    int64_t rows = MOST_NUMBERS_IN_BLOCK / result.width;
    rows = rows < 1 ? 1 : rows > MOST_ROWS_IN_BLOCK ? MOST_ROWS_IN_BLOCK : rows;
    const size_t numbers = (size_t)(rows * result.width);
    result.labels = allocate(numbers, sizeof *result.labels);
    result.numbers = allocate(numbers, sizeof(double));
    result.sets = allocate(numbers, sizeof *result.sets);
    result.coverage = settings->coverage;
    if (settings->json)
        result.texts = class_texts_json(app->model, settings->labels_as_numbers);
    else
        result.texts = isatty(fileno(file)) != 0 && !settings->labels_as_numbers
                           ? class_texts_shown(app->model)
                           : class_texts_csv(app->model, settings->labels_as_numbers);
    if (!settings->json)
        print_header(file, &result, settings->names);
    const int status = predict_blocks(app, &result, rows, file);
    class_texts_free(&result.texts);
    free(result.sets);
    free(result.numbers);
    free(result.labels);
    return status;
}

static void warn_of_few_rows(const linclass_model *model, double coverage)
{
    if (isinf(linclass_model_sets_threshold(model, coverage)))
        warn("every class is in every set: %" PRId64 " samples, by which the sets were calibrated, "
             "are too few for a coverage of %g",
             linclass_model_sets_samples(model), coverage);
}

/* No rows at all: refuses what the model does not offer while an old output is still whole. */
static int predict_nothing(const model_inputs *app, const predict_settings *settings)
{
    const linclass_matrix none = samples_rows(&app->samples.X, 0, 0);
    const int64_t k = linclass_model_classes(app->model);
    linclass_status status = LINCLASS_OK;
    if (settings->kind == PROBABILITIES)
        status =
            linclass_model_probabilities(app->ctx, app->model, &none, LINCLASS_FLOAT64, NULL, k);
    if (settings->kind == SETS)
        status =
            linclass_model_predict_sets(app->ctx, app->model, &none, settings->coverage, NULL, k);
    if (status != LINCLASS_OK)
        return fail_library(app->ctx, status);
    if (settings->kind == SETS)
        warn_of_few_rows(app->model, settings->coverage);
    return EXIT_OK;
}

static int predict(const model_inputs *app, const predict_settings *settings)
{
    const int64_t n = linclass_model_features(app->model);
    const int64_t k = linclass_model_classes(app->model);
    if (app->samples.X.cols != n)
        return fail(EXIT_DATA, "%s has %" PRId64 " features a sample, the model %" PRId64,
                    data_name(&settings->inputs.data), app->samples.X.cols, n);
    if (settings->kind == TOP && settings->top > k)
        return fail(EXIT_USAGE, "--top: %" PRId64 " is more than the model's %" PRId64 " classes",
                    settings->top, k);
    const int possible = predict_nothing(app, settings);
    if (possible != EXIT_OK)
        return possible;
    replaced_file file;
    const int begun = replaced_file_begin(&file, settings->output);
    if (begun != EXIT_OK)
        return begun;
    return replaced_file_end(&file, predict_to(app, settings, file.stream));
}

int predict_command(int argc, char **argv)
{
    static const char DOC[] =
        "Write the label that a model predicts for each sample, one per line.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    predict_settings settings = {.inputs = {.ignore_labels = true}};
    const struct argp_child children[] = {{.argp = &data_argp}, {.argp = &model_input_argp}, {0}};
    const struct argp parser = {
        .options = OPTIONS, .parser = parse_option, .doc = DOC, .children = children};
    options_parse(&parser, argc, argv, &settings);
    model_inputs app;
    int status = model_inputs_open(&settings.inputs, &app);
    if (status == EXIT_OK)
        status = offset_file_read(app.ctx, "--offsets", settings.offsets, model_scores(app.model),
                                  &app.samples, NULL);
    if (status == EXIT_OK)
        status = predict(&app, &settings);
    model_inputs_close(&app);
    return status;
}
