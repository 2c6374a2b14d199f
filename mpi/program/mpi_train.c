/* linclass-mpi train: shards -> parts of the ranks -> fit -> model file, written by rank 0. */
#include "mpi_train.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <linclass_mpi.h>

#include "exit_status.h"
#include "history.h"
#include "interrupt.h"
#include "message.h"
#include "model_file.h"
#include "mpi_options.h"
#include "progress.h"
#include "shards.h"
#include "train_outcome.h"

typedef struct training {
    const mpi_settings *settings;
    const ranks *all;
    linclass_context *ctx;
    linclass_context *answering; /* of rank 0; NULL: ctx answers */
    shards samples;
    shards validation;
    linclass_mpi_rows rows;
    linclass_mpi_traffic traffic;
    linclass_fit_options options;
    progress_display display;
    history history;
    linclass_model *initial;
    linclass_fit_report report;
    linclass_model *model;
    selection_run several;
} training;

static bool leads(const training *run)
{
    return run->all->rank == 0;
}

static bool validates(const training *run)
{
    return data_name(&run->settings->train.validation) != NULL;
}

static int32_t on_progress(const linclass_progress *progress, void *user)
{
    training *run = user;
    history_write(&run->history, progress);
    progress_update(&run->display, progress);
    return interrupt_requested() ? 1 : 0;
}

/* Say why the fit ended on all ranks; the library has the same message on each. */
static int report_failure(const training *run, linclass_status status)
{
    if (!leads(run))
        return exit_status_of(status);
    char message[2048];
    (void)snprintf(message, sizeof message, "%s", linclass_context_message(run->ctx));
    const int failed = fail_library(run->ctx, status);
    shards_locate(&run->samples, "training", message);
    shards_locate(&run->validation, "validation", message);
    return failed;
}

static linclass_status fit_path(const linclass_path_options *options,
                                linclass_selection **selection, void *user)
{
    training *run = user;
    return linclass_mpi_fit_path(run->ctx, MPI_COMM_WORLD, &run->rows, options, selection);
}

static int choose(training *run)
{
    selection_run *several = &run->several;
    *several = (selection_run){
        .settings = &run->settings->train.selection,
        .ctx = run->ctx,
        .fit = &run->options,
        .display = &run->display,
        .fit_path = fit_path,
        .user = run,
    };
    progress_begin(&run->display, run->settings->train.quiet, "fit");
    const int status = selection_run_fits(several);
    progress_end(&run->display);
    if (status != EXIT_OK)
        return status;
    run->model = linclass_selection_take_model(several->selection, several->chosen);
    return linclass_model_report(run->model, &run->report) == LINCLASS_OK ? EXIT_OK : EXIT_INTERNAL;
}

/* Only rank 0 takes a model of the path. */
static int fit_and_choose(training *run)
{
    if (leads(run))
        return choose(run);
    linclass_selection *none;
    const linclass_status status = fit_path(NULL, &none, run);
    return status >= 0 ? EXIT_OK : exit_status_of(status);
}

static int fit_once(training *run)
{
    progress_begin(&run->display, run->settings->train.quiet || !leads(run), "iteration");
    const linclass_status status = linclass_mpi_fit(run->ctx, MPI_COMM_WORLD, &run->rows,
                                                    &run->options, &run->report, &run->model);
    progress_end(&run->display);
    return status >= 0 ? EXIT_OK : report_failure(run, status);
}

/* The options of the fit, on rank 0. */
static int prepare(training *run)
{
    const train_settings *settings = &run->settings->train;
    run->options = settings->fit;
    run->options.progress = on_progress;
    run->options.progress_user = run;
    int status = EXIT_OK;
    if (leads(run) && settings->warm_start != NULL)
        status = model_file_load(run->ctx, settings->warm_start, &run->initial);
    run->options.initial = run->initial;
    if (status == EXIT_OK && settings->rows.ignore_label != NULL) {
        char *end;
        run->options.has_ignore_label = 1;
        run->options.ignore_label = strtoll(settings->rows.ignore_label, &end, 10);
        if (*end != '\0')
            status =
                fail(EXIT_USAGE, "--ignore-label: '%s' is no integer", settings->rows.ignore_label);
    }
    if (status == EXIT_OK && leads(run))
        status = history_open(&run->history, settings->history);
    return ranks_agree(status);
}

static int fit(training *run)
{
    const int prepared = prepare(run);
    if (prepared != EXIT_OK)
        return prepared;
    (void)linclass_mpi_rows_init(&run->rows, sizeof run->rows);
    run->rows.count = run->samples.own_count;
    run->rows.parts = run->samples.own;
    run->rows.validation_count = run->validation.own_count;
    run->rows.validation_parts = run->validation.own;
    run->rows.traffic = &run->traffic;
    run->rows.answering = run->answering;
    (void)linclass_mpi_traffic_init(&run->traffic, sizeof run->traffic);
    (void)linclass_fit_report_init(&run->report, sizeof run->report);
    if (leads(run))
        interrupt_watch();
    return ranks_agree(selection_wanted(&run->settings->train.selection) ? fit_and_choose(run)
                                                                         : fit_once(run));
}

/* A model must not replace what it is trained on. */
static int check_model(const training *run, const shards *read, const char *pattern)
{
    struct stat model;
    struct stat shard;
    const char *path = run->settings->train.model;
    int status = EXIT_OK;
    if (!leads(run) || pattern == NULL || stat(path, &model) != 0)
        return EXIT_OK;
    for (int64_t s = 0; s < read->numbers.count && status == EXIT_OK; s++) {
        char *name = shard_name(pattern, read->numbers.first + s);
        if (stat(name, &shard) == 0 && shard.st_dev == model.st_dev &&
            shard.st_ino == model.st_ino && S_ISREG(shard.st_mode))
            status = fail(EXIT_USAGE, "--model would replace %s, which is read", name);
        free(name);
    }
    return status;
}

static int check_models(const training *run)
{
    const train_settings *settings = &run->settings->train;
    int status = check_model(run, &run->samples, data_name(&settings->data));
    if (status == EXIT_OK)
        status = check_model(run, &run->samples, settings->data.labels);
    if (status == EXIT_OK)
        status = check_model(run, &run->samples, settings->rows.sample_weights);
    if (status == EXIT_OK && validates(run))
        status = check_model(run, &run->validation, data_name(&settings->validation));
    if (status == EXIT_OK && validates(run))
        status = check_model(run, &run->validation, settings->validation.labels);
    return ranks_agree(status);
}

static int read_rows(training *run, shards_source *training_source,
                     shards_source *validation_source, data_settings *validation)
{
    const train_settings *settings = &run->settings->train;
    *training_source = (shards_source){
        .data = &settings->data,
        .sample_weights = settings->rows.sample_weights,
        .dtype = settings->fit.dtype == LINCLASS_FLOAT64 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32,
        .scale = settings->scale,
        .parts = run->settings->parts,
    };
    int status = shards_open(run->ctx, training_source, run->all, NULL, &run->samples);
    if (status != EXIT_OK || !validates(run))
        return status;
    *validation = settings->validation;
    validation->read = settings->data.read;
    *validation_source = *training_source;
    validation_source->data = validation;
    validation_source->sample_weights = settings->rows.validation_sample_weights;
    return shards_open(run->ctx, validation_source, run->all, &run->samples, &run->validation);
}

static void print_traffic(const training *run)
{
    fprintf(stderr,
            "%d ranks, %" PRId64 " parts: %" PRId64 " requests, %.4g MB to each rank, replies of "
            "%.4g MB to rank 0\n",
            run->all->count, run->samples.count, run->traffic.requests,
            1e-6 * (double)run->traffic.request_bytes, 1e-6 * (double)run->traffic.merged_bytes);
}

/* Rank 0: the model is saved whatever else fails. */
static int finish(training *run)
{
    const train_settings *settings = &run->settings->train;
    const int saved = model_file_save(run->ctx, run->model, settings->model);
    const int closed = history_close(&run->history);
    const bool several = run->several.selection != NULL;
    const train_outcome outcome = {
        .settings = settings,
        .ctx = run->ctx,
        .model = run->model,
        .report = &run->report,
        .validates = validates(run),
        .validation_samples = run->validation.total,
        .several = several ? &run->several : NULL,
    };
    if (!settings->quiet) {
        train_outcome_print(&outcome);
        print_traffic(run);
    }
    int printed = EXIT_OK;
    if (settings->data.json)
        printed = train_outcome_print_json(&outcome);
    else if (several)
        printed = selection_run_print(&run->several);
    if (saved != EXIT_OK || closed != EXIT_OK)
        return saved != EXIT_OK ? saved : closed;
    return printed != EXIT_OK ? printed : train_outcome_exit_status(&outcome);
}

static int open_contexts(training *run)
{
    const data_settings *data = &run->settings->train.data;
    const ranks_threads threads = ranks_share_processors(run->all, data->threads);
    if (!leads(run))
        return context_open(threads.answering, data->vector_set, &run->ctx);
    const int status = context_open(threads.driving, data->vector_set, &run->ctx);
    return status == EXIT_OK ? context_open(threads.answering, data->vector_set, &run->answering)
                             : status;
}

static int train(training *run)
{
    const train_settings *settings = &run->settings->train;
    shards_source training_source;
    shards_source validation_source;
    data_settings validation;
    const int opened = open_contexts(run);
    int status = opened == EXIT_OK && leads(run) ? model_file_check(settings->model) : opened;
    status = ranks_agree(status);
    if (status == EXIT_OK)
        status = read_rows(run, &training_source, &validation_source, &validation);
    if (status == EXIT_OK)
        status = check_models(run);
    if (status == EXIT_OK)
        status = fit(run);
    if (status != EXIT_OK) {
        history_close(&run->history);
        return status;
    }
    return ranks_agree(leads(run) ? finish(run) : EXIT_OK);
}

int mpi_train_command(int argc, char **argv, const ranks *all)
{
    mpi_settings settings;
    mpi_options_parse(argc, argv, all->rank != 0, &settings);
    training run = {.settings = &settings, .all = all};
    const int status = train(&run);
    linclass_selection_destroy(run.several.selection);
    linclass_model_destroy(run.model);
    linclass_model_destroy(run.initial);
    shards_close(&run.validation);
    shards_close(&run.samples);
    linclass_context_destroy(run.answering);
    linclass_context_destroy(run.ctx);
    train_settings_free(&settings.train);
    return status;
}
