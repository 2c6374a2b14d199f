#include "row_options.h"

#include <stddef.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "class_weights.h"
#include "exit_status.h"
#include "label_texts.h"
#include "message.h"
#include "offset_file.h"
#include "options.h"
#include "weight_file.h"

enum {
    KEY_SAMPLE_WEIGHTS = 512,
    KEY_VALIDATION_SAMPLE_WEIGHTS,
    KEY_CLASS_WEIGHT,
    KEY_IGNORE_LABEL,
    KEY_LABEL_SMOOTHING,
    KEY_ONLY_LABELS,
    KEY_VALIDATION_FRACTION,
    KEY_OFFSETS,
    KEY_VALIDATION_OFFSETS
};

static const struct argp_option OPTIONS[] = {
    {"only-labels", KEY_ONLY_LABELS, "LIST", 0,
     "take only samples with these labels, such as 2,4 or cat,dog, for training and validation", 2},
    {"validation-fraction", KEY_VALIDATION_FRACTION, "F", 0,
     "validate on a random share F of the training samples, the classes in proportion, and train "
     "on the others, > 0 and < 1",
     2},
    {.doc = "Rows:", .group = 3},
    {"sample-weights", KEY_SAMPLE_WEIGHTS, "FILE", 0,
     "weights of the samples: a text file, one number >= 0 per line. Default 1 each", 0},
    {"validation-sample-weights", KEY_VALIDATION_SAMPLE_WEIGHTS, "FILE", 0,
     "the same for the validation samples", 0},
    {"offsets", KEY_OFFSETS, "FILE", 0,
     "base scores, added to those of the samples: a file of numbers of any format, a column for "
     "each score, such as predict --scores writes",
     0},
    {"validation-offsets", KEY_VALIDATION_OFFSETS, "FILE", 0, "the same for the validation samples",
     0},
    {"class-weight", KEY_CLASS_WEIGHT, "WEIGHTS", 0,
     "weights of the classes: LABEL=W,..., 1 for labels not given; or balanced: the same total for "
     "all classes",
     0},
    {"ignore-label", KEY_IGNORE_LABEL, "LABEL", 0, "give samples with this label weight 0", 0},
    {"label-smoothing", KEY_LABEL_SMOOTHING, "E", 0,
     "fit to probability 1 - E for the label plus E / k for every class, 0 <= E < 1. "
     "Default 0. softmax only",
     0},
    {0}};

static const option_rule RULES[] = {
    {KEY_SAMPLE_WEIGHTS, OPTION_PATH, offsetof(row_settings, sample_weights), 0},
    {KEY_VALIDATION_SAMPLE_WEIGHTS, OPTION_PATH, offsetof(row_settings, validation_sample_weights),
     0},
    {KEY_OFFSETS, OPTION_PATH, offsetof(row_settings, offsets), 0},
    {KEY_VALIDATION_OFFSETS, OPTION_PATH, offsetof(row_settings, validation_offsets), 0},
    {KEY_VALIDATION_FRACTION, OPTION_REAL, offsetof(row_settings, validation_fraction), BETWEEN},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    row_settings *settings = state->input;
    switch (key) {
    case KEY_CLASS_WEIGHT:
        if (settings->fit->class_weight_balanced)
            settings->class_weight = "balanced";
        option_text(state, "--class-weight", argument, &settings->class_weight);
        settings->fit->class_weight_balanced = strcmp(argument, "balanced") == 0;
        if (settings->fit->class_weight_balanced)
            settings->class_weight = NULL;
        else if (!class_weights_check(argument))
            usage_error(state,
                        "--class-weight: '%s' is neither 'balanced' nor LABEL=WEIGHT,... with "
                        "weights >= 0, each label once",
                        argument);
        return 0;
    case KEY_IGNORE_LABEL:
        option_text(state, "--ignore-label", argument, &settings->ignore_label);
        return 0;
    case KEY_ONLY_LABELS:
        option_text(state, "--only-labels", argument, &settings->only_labels);
        return 0;
    case KEY_LABEL_SMOOTHING:
        settings->fit->label_smoothing =
            option_real(state, "--label-smoothing", argument, FRACTION);
        return 0;
    default:
        return option_store(state, OPTIONS, RULES, key, argument, settings);
    }
}

const struct argp row_argp = {.options = OPTIONS, .parser = parse_option};

static const struct argp_option KNOWN[] = {
    {"only-labels", KEY_ONLY_LABELS, "LIST", 0,
     "take only samples with these labels, such as 2,4 or cat,dog", 2},
    {"sample-weights", KEY_SAMPLE_WEIGHTS, "FILE", 0,
     "weights of the samples: a text file, one number >= 0 per line. Default 1 each", 2},
    {"offsets", KEY_OFFSETS, "FILE", 0, "base scores, added to those of the samples, as for train",
     2},
    {0}};

const struct argp known_row_argp = {.options = KNOWN, .parser = parse_option};

int row_labels_keep(linclass_context *ctx, const row_settings *settings,
                    const linclass_dataset *names, samples *read)
{
    if (settings->only_labels == NULL)
        return EXIT_OK;
    int64_t *labels;
    int64_t count;
    int status = labels_find(names, "--only-labels", settings->only_labels, &labels, &count);
    if (status != EXIT_OK)
        return status;
    status = samples_keep_labels(ctx, read, count, labels);
    free(labels);
    return status;
}

/* Read what each sample of a file counts, for those taken from it; and, where the validation samples are
 * from the same file, for them. */
static int read_weights(const char *path, const samples *taken, const samples *also,
                        double **weights, double **also_weights)
{
    double *all;
    const int status = weight_file_read(path, taken->file_rows, &all);
    if (status != EXIT_OK)
        return status;
    if (also != NULL) {
        double *copy = allocate((size_t)taken->file_rows, sizeof *copy);
        memcpy(copy, all, (size_t)taken->file_rows * sizeof *copy);
        *also_weights = weight_file_pick(also, copy);
    }
    *weights = weight_file_pick(taken, all);
    return EXIT_OK;
}

int row_arrays_read(const row_settings *settings, const samples *training,
                    const samples *validation, linclass_fit_options *options, row_arrays *arrays)
{
    int status = EXIT_OK;
    const bool split = settings->validation_fraction > 0;
    if (settings->sample_weights != NULL)
        status = read_weights(settings->sample_weights, training, split ? validation : NULL,
                              &arrays->sample_weight, &arrays->validation_sample_weight);
    if (status == EXIT_OK && settings->validation_sample_weights != NULL)
        status = read_weights(settings->validation_sample_weights, validation, NULL,
                              &arrays->validation_sample_weight, NULL);
    if (status == EXIT_OK && settings->ignore_label != NULL) {
        options->has_ignore_label = 1;
        status = label_find(training->dataset, "--ignore-label", settings->ignore_label,
                            &options->ignore_label);
    }
    if (status == EXIT_OK && settings->class_weight != NULL)
        status = class_weights_make(settings->class_weight, training->dataset, training->X.rows,
                                    training->y, options, &arrays->class_weight,
                                    &options->class_weight_count);
    options->sample_weight = arrays->sample_weight;
    options->validation_sample_weight = arrays->validation_sample_weight;
    options->class_weight = arrays->class_weight;
    return status;
}

int row_offsets_read(linclass_context *ctx, const row_settings *settings, int64_t columns,
                     samples *training, samples *validation)
{
    samples *const also = settings->validation_fraction > 0 ? validation : NULL;
    const int status =
        offset_file_read(ctx, "--offsets", settings->offsets, columns, training, also);
    return status != EXIT_OK
               ? status
               : offset_file_read(ctx, "--validation-offsets", settings->validation_offsets,
                                  columns, validation, NULL);
}

double *row_weights(const samples *training, const linclass_fit_options *options)
{
    const bool by_class = options->class_weight != NULL || options->class_weight_balanced;
    if (options->sample_weight == NULL && !options->has_ignore_label && !by_class)
        return NULL;
    const int64_t m = training->X.rows;
    double *weights = allocate((size_t)m, sizeof *weights);
    for (int64_t i = 0; i < m; i++) {
        const bool ignored = options->has_ignore_label && training->y[i] == options->ignore_label;
        const double given = options->sample_weight == NULL ? 1 : options->sample_weight[i];
        weights[i] = ignored ? 0 : given;
    }
    if (by_class)
        class_weights_apply(m, training->y, options, weights);
    return weights;
}

void row_arrays_free(row_arrays *arrays)
{
    free(arrays->sample_weight);
    free(arrays->validation_sample_weight);
    free(arrays->class_weight);
}
