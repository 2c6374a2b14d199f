/* linclass train: files -> fit -> model file, with progress, history and a report. */
#include <stdio.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "coefficients.h"
#include "commands.h"
#include "exit_status.h"
#include "history.h"
#include "interrupt.h"
#include "message.h"
#include "model_file.h"
#include "model_inputs.h"
#include "names.h"
#include "progress.h"
#include "sample_files.h"
#include "selection_run.h"
#include "standardize.h"
#include "train_options.h"
#include "train_outcome.h"

typedef struct training {
    const train_settings *settings;
    linclass_context *ctx;
    samples samples;
    samples validation;
    progress_display display;
    history history;
    row_arrays arrays;
    linclass_model *initial;
    linclass_fit_report report;
    linclass_model *model;
    standardization standard;  /* with --standardize */
    linclass_model *saved;     /* the model as it is saved, where that is another */
    coefficients coefficients; /* with --standard-errors */
    selection_run several;     /* with --path, --cv or --learning-rate-search */
} training;

/* Numbers in text are read in the precision of the fit. */
static int32_t reading_dtype(const train_settings *settings)
{
    return settings->fit.dtype == LINCLASS_FLOAT64 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
}

static int read_validation(training *run)
{
    const train_settings *settings = run->settings;
    const row_settings *rows = &settings->rows;
    if (rows->validation_fraction > 0)
        return samples_split(run->ctx, &run->samples, rows->validation_fraction, settings->fit.seed,
                             &run->validation);
    data_settings from = settings->validation;
    if (from.data == NULL && from.images == NULL)
        return EXIT_OK;
    from.read = settings->data.read;
    const samples_reading how = {.encoding = linclass_dataset_encoding(run->samples.dataset),
                                 .features = run->samples.X.cols,
                                 .dtype = reading_dtype(settings),
                                 .quiet = settings->quiet};
    int status = samples_read(run->ctx, &from, how, settings->scale, &run->validation);
    if (status == EXIT_OK)
        status = samples_need_labels(&from, &run->validation);
    if (status != EXIT_OK)
        return status;
    if (settings->scale == 0 && run->validation.X.dtype != run->samples.X.dtype)
        return fail(EXIT_DATA,
                    "the validation images are of type %s and the training images of type %s: "
                    "give the --scale that is right for both",
                    name_of(ELEMENT_NAMES, run->validation.X.dtype),
                    name_of(ELEMENT_NAMES, run->samples.X.dtype));
    return row_labels_keep(run->ctx, rows, run->samples.dataset, &run->validation);
}

static int read_samples(training *run)
{
    const train_settings *settings = run->settings;
    const row_settings *rows = &settings->rows;
    const samples_reading how = {.dtype = reading_dtype(settings), .quiet = settings->quiet};
    int status = samples_read(run->ctx, &settings->data, how, settings->scale, &run->samples);
    if (status == EXIT_OK)
        status = samples_need_labels(&settings->data, &run->samples);
    if (status == EXIT_OK && run->samples.X.rows == 0)
        status = fail(EXIT_DATA, "%s has no rows", data_name(&settings->data));
    if (status == EXIT_OK) {
        samples_warn_of_header(&run->samples, data_name(&settings->data));
        samples_warn_of_texts(&run->samples, data_name(&settings->data));
    }
    if (status == EXIT_OK)
        status = row_labels_keep(run->ctx, rows, run->samples.dataset, &run->samples);
    if (status != EXIT_OK)
        return status;
    return read_validation(run);
}

/* By the weights of the rows in the fit: what it does not count changes nothing. */
static void standardize(training *run, const linclass_fit_options *options)
{
    double *weights = row_weights(&run->samples, options);
    run->standard = standardization_of(&run->samples.X, weights, options->fit_bias != 0);
    free(weights);
    standardization_apply(&run->standard, &run->samples);
    if (run->validation.dataset != NULL)
        standardization_apply(&run->standard, &run->validation);
}

static int32_t on_progress(const linclass_progress *progress, void *user)
{
    training *run = user;
    history_write(&run->history, progress);
    progress_update(&run->display, progress);
    return interrupt_requested() ? 1 : 0;
}

static int ascending(const void *one, const void *other)
{
    const int64_t a = *(const int64_t *)one;
    const int64_t b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* Scores that a row has in the fit: by the classes of the model that it starts from, or the labels there are. */
static int64_t scores_of_fit(const training *run, const linclass_fit_options *options)
{
    const int64_t m = run->samples.X.rows;
    if (run->initial != NULL)
        return model_scores(run->initial);
    int64_t *labels = allocate((size_t)m, sizeof *labels);
    int64_t k = 0;
    for (int64_t i = 0; i < m; i++)
        labels[i] = run->samples.y[i];
    qsort(labels, (size_t)m, sizeof *labels, ascending);
    for (int64_t i = 0; i < m; i++)
        k += (i == 0 || labels[i] != labels[i - 1]) &&
             !(options->has_ignore_label && labels[i] == options->ignore_label);
    free(labels);
    return linclass_loss_columns(options->loss, k);
}

/* The options of the fit: what was asked for, and the arrays read. */
static int prepare(training *run, linclass_fit_options *options)
{
    const train_settings *settings = run->settings;
    *options = settings->fit;
    options->progress = on_progress;
    options->progress_user = run;
    if (settings->warm_start != NULL) {
        const int status = model_file_load(run->ctx, settings->warm_start, &run->initial);
        if (status != EXIT_OK)
            return status;
        options->initial = run->initial;
    }
    const int status =
        row_arrays_read(&settings->rows, &run->samples, &run->validation, options, &run->arrays);
    if (status == EXIT_OK && settings->standardize)
        standardize(run, options);
    if (status != EXIT_OK ||
        (settings->rows.offsets == NULL && settings->rows.validation_offsets == NULL))
        return status;
    return row_offsets_read(run->ctx, &settings->rows, scores_of_fit(run, options), &run->samples,
                            &run->validation);
}

static int fit_once(training *run, const linclass_fit_options *options)
{
    progress_begin(&run->display, run->settings->quiet, "epoch");
    const linclass_status status =
        linclass_fit(run->ctx, &run->samples.X, run->samples.y, options, &run->report, &run->model);
    progress_end(&run->display);
    return status >= 0 ? EXIT_OK : fail_library(run->ctx, status);
}

/* Fit several times, and go on with the model chosen. */
static int fit_and_choose(training *run, const linclass_fit_options *options)
{
    selection_run *several = &run->several;
    *several = (selection_run){
        .settings = &run->settings->selection,
        .ctx = run->ctx,
        .rows = &run->samples,
        .fit = options,
        .display = &run->display,
    };
    progress_begin(&run->display, run->settings->quiet, "fit");
    const int status = selection_run_fits(several);
    progress_end(&run->display);
    if (status != EXIT_OK)
        return status;
    run->model = linclass_selection_take_model(several->selection, several->chosen);
    const linclass_status reported = linclass_model_report(run->model, &run->report);
    return reported == LINCLASS_OK ? EXIT_OK : fail_library(NULL, reported);
}

static int fit(training *run)
{
    linclass_fit_options options;
    const int prepared = prepare(run, &options);
    if (prepared != EXIT_OK)
        return prepared;
    if (run->validation.dataset != NULL) {
        options.validation_X = &run->validation.X;
        options.validation_y = run->validation.y;
    }
    linclass_fit_report_init(&run->report, sizeof run->report);
    interrupt_watch();
    return selection_wanted(&run->settings->selection) ? fit_and_choose(run, &options)
                                                       : fit_once(run, &options);
}

static train_outcome outcome_of(const training *run)
{
    return (train_outcome){
        .settings = run->settings,
        .ctx = run->ctx,
        .model = run->model,
        .report = &run->report,
        .validates = run->validation.dataset != NULL,
        .validation_samples = run->validation.X.rows,
        .several = run->several.selection != NULL ? &run->several : NULL,
        .coefficients = run->settings->standard_errors ? &run->coefficients : NULL,
    };
}

static int print_result(const training *run, const train_outcome *outcome)
{
    if (run->settings->data.json)
        return train_outcome_print_json(outcome);
    if (run->coefficients.model != NULL)
        return coefficients_print(&run->coefficients);
    return run->several.selection != NULL ? selection_run_print(&run->several) : EXIT_OK;
}

/* Let the model carry how the columns of a table became its features. */
static int attach_encoding(training *run)
{
    const linclass_encoding *encoding = linclass_dataset_encoding(run->samples.dataset);
    if (encoding == NULL)
        return EXIT_OK;
    linclass_model *changed;
    const linclass_status status = linclass_model_with_encoding(
        run->ctx, run->saved == NULL ? run->model : run->saved, encoding, &changed);
    if (status != LINCLASS_OK)
        return fail_library(run->ctx, status);
    linclass_model_destroy(run->saved);
    run->saved = changed;
    return EXIT_OK;
}

static int save(training *run)
{
    int status = EXIT_OK;
    if (run->settings->standardize)
        status = standardization_undo(&run->standard, run->ctx, run->model, &run->saved);
    if (status != EXIT_OK)
        return status;
    const int attached = attach_encoding(run);
    const int saved = model_file_save(run->ctx, run->saved == NULL ? run->model : run->saved,
                                      run->settings->model);
    return saved != EXIT_OK ? saved : attached;
}

/* The model is saved whatever else fails; the first failure gives the exit status. */
static int finish(training *run)
{
    const int saved = save(run);
    const int closed = history_close(&run->history);
    const train_outcome outcome = outcome_of(run);
    if (!run->settings->quiet)
        train_outcome_print(&outcome);
    int found = EXIT_OK;
    if (run->settings->standard_errors && !interrupt_requested())
        found = coefficients_find(run->ctx, run->model, &run->samples, run->arrays.sample_weight,
                                  &run->coefficients);
    const int printed = print_result(run, &outcome);
    if (saved != EXIT_OK)
        return saved;
    if (closed != EXIT_OK)
        return closed;
    if (printed != EXIT_OK)
        return printed;
    return found != EXIT_OK ? found : train_outcome_exit_status(&outcome);
}

static int train(training *run)
{
    const train_settings *settings = run->settings;
    int status = model_file_check(settings->model);
    if (status != EXIT_OK)
        return status;
    status = context_open(settings->data.threads, settings->data.vector_set, &run->ctx);
    if (status != EXIT_OK)
        return status;
    status = read_samples(run);
    if (status != EXIT_OK)
        return status;
    status = history_open(&run->history, settings->history);
    if (status != EXIT_OK)
        return status;
    status = fit(run);
    if (status != EXIT_OK) {
        history_close(&run->history);
        return status;
    }
    return finish(run);
}

int train_command(int argc, char **argv)
{
    train_settings settings;
    train_options_parse(argc, argv, &settings);
    training run = {.settings = &settings};
    const int status = train(&run);
    coefficients_free(&run.coefficients);
    linclass_selection_destroy(run.several.selection);
    linclass_model_destroy(run.saved);
    linclass_model_destroy(run.model);
    standardization_free(&run.standard);
    linclass_model_destroy(run.initial);
    row_arrays_free(&run.arrays);
    samples_close(&run.validation);
    samples_close(&run.samples);
    linclass_context_destroy(run.ctx);
    train_settings_free(&settings);
    return status;
}
