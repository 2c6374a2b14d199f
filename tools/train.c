/* linclass train: files -> fit -> model file, with progress, history and a report. */
#include <inttypes.h>
#include <stdio.h>

#include <linclass/linclass.h>

#include "commands.h"
#include "exit_status.h"
#include "history.h"
#include "interrupt.h"
#include "json.h"
#include "message.h"
#include "model_file.h"
#include "names.h"
#include "progress.h"
#include "samples.h"
#include "train_options.h"

typedef struct training {
    const train_settings *settings;
    linclass_context *ctx;
    samples samples;
    samples validation;
    double scale;
    progress_display display;
    history history;
    row_arrays arrays;
    linclass_model *initial;
    linclass_fit_report report;
    linclass_model *model;
} training;

static int read_validation(training *run)
{
    const train_settings *settings = run->settings;
    if (settings->validation_images == NULL)
        return EXIT_OK;
    const int status = samples_read(run->ctx, settings->validation_images,
                                    settings->validation_labels, run->scale, &run->validation);
    if (status != EXIT_OK)
        return status;
    if (settings->scale == 0 && run->validation.X.dtype != run->samples.X.dtype)
        return fail(EXIT_DATA,
                    "the validation images are of type %s and the training images of type %s: "
                    "give the --scale that is right for both",
                    name_of(ELEMENT_NAMES, run->validation.X.dtype),
                    name_of(ELEMENT_NAMES, run->samples.X.dtype));
    return EXIT_OK;
}

static int read_samples(training *run)
{
    const train_settings *settings = run->settings;
    const int status = samples_read(run->ctx, settings->images, settings->labels, 1, &run->samples);
    if (status != EXIT_OK)
        return status;
    run->scale = settings->scale != 0 ? settings->scale : samples_default_scale(&run->samples.X);
    run->samples.X.scale *= run->scale;
    return read_validation(run);
}

static int32_t on_progress(const linclass_progress *progress, void *user)
{
    training *run = user;
    history_write(&run->history, progress);
    progress_update(&run->display, progress);
    return interrupt_requested() ? 1 : 0;
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
    return row_arrays_read(&settings->rows, &run->samples, &run->validation, options, &run->arrays);
}

static int fit(training *run)
{
    const train_settings *settings = run->settings;
    linclass_fit_options options;
    const int prepared = prepare(run, &options);
    if (prepared != EXIT_OK)
        return prepared;
    if (run->validation.dataset != NULL) {
        options.validation_X = &run->validation.X;
        options.validation_y = run->validation.y;
    }
    linclass_fit_report_init(&run->report, sizeof run->report);
    const char *unit = options.solver == LINCLASS_SOLVER_GRADIENT_DESCENT ? "iteration" : "epoch";
    progress_begin(&run->display, settings->quiet, unit);
    interrupt_watch();
    const linclass_status status = linclass_fit(run->ctx, &run->samples.X, run->samples.y, &options,
                                                &run->report, &run->model);
    progress_end(&run->display);
    return status >= 0 ? EXIT_OK : fail_library(run->ctx, status);
}

static void print_summary(const training *run)
{
    const linclass_fit_report *report = &run->report;
    fprintf(stderr, "%s, %s: %s after %" PRId64 " %s, %.2f s\n",
            name_of(SOLVER_NAMES, report->solver), name_of(DTYPE_NAMES, report->dtype),
            stopped_because(report), report->iterations,
            report->solver == LINCLASS_SOLVER_SGD ? "epochs" : "iterations", report->seconds);
    fprintf(
        stderr,
        "objective %.6g, loss %.6g, error %.2f %%, gradient norm %.3g (largest component %.3g)\n",
        report->objective, report->loss, 100 * report->error, report->gradient_norm,
        report->gradient_infinity_norm);
    if (report->best_iteration != report->iterations)
        fprintf(stderr, "the model is that of %s %" PRId64 ", whose validation loss was least\n",
                report->solver == LINCLASS_SOLVER_SGD ? "epoch" : "iteration",
                report->best_iteration);
    if (run->validation.dataset != NULL)
        fprintf(stderr, "validation loss %.6g, validation error %.2f %%\n", report->validation_loss,
                100 * report->validation_error);
}

static int print_json(const training *run)
{
    const linclass_fit_options *fit_options = &run->settings->fit;
    json_t *object = object_begin("linclass-train-1");
    object_set_text(object, "version", linclass_version());
    object_set_integer(object, "validation_samples", run->validation.X.rows);
    object_set_integer(object, "features", linclass_model_features(run->model));
    object_set_integer(object, "classes", linclass_model_classes(run->model));
    object_set_real(object, "scale", run->scale);
    object_set_integer(object, "threads", linclass_context_threads(run->ctx));
    object_set_text(object, "loss_function", name_of(LOSS_NAMES, fit_options->loss));
    object_set_real(object, "l1", fit_options->l1);
    object_set_real(object, "l2", fit_options->l2);
    object_set_boolean(object, "bias", fit_options->fit_bias);
    object_set_report(object, &run->report);
    return object_print(object);
}

static int exit_status_of_fit(const training *run)
{
    if (interrupt_requested())
        return EXIT_INTERRUPTED;
    switch (run->report.stopped_because) {
    case LINCLASS_ITERATION_LIMIT:
    case LINCLASS_TIME_LIMIT:
    case LINCLASS_LINE_SEARCH_STALLED:
        return run->settings->strict ? EXIT_NOT_CONVERGED : EXIT_OK;
    default:
        return EXIT_OK;
    }
}

/* The model is saved whatever else fails; the first failure gives the exit status. */
static int finish(training *run)
{
    const int saved = model_file_save(run->ctx, run->model, run->settings->model);
    const int closed = history_close(&run->history);
    if (!run->settings->quiet)
        print_summary(run);
    const int printed = run->settings->json ? print_json(run) : EXIT_OK;
    if (saved != EXIT_OK)
        return saved;
    if (closed != EXIT_OK)
        return closed;
    return printed != EXIT_OK ? printed : exit_status_of_fit(run);
}

static int train(training *run)
{
    const train_settings *settings = run->settings;
    int status = model_file_check(settings->model);
    if (status != EXIT_OK)
        return status;
    status = context_open(settings->threads, &run->ctx);
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
    linclass_model_destroy(run.model);
    linclass_model_destroy(run.initial);
    row_arrays_free(&run.arrays);
    samples_close(&run.validation);
    samples_close(&run.samples);
    linclass_context_destroy(run.ctx);
    return status;
}
