/* linclass info: the contents of a model file, or of a data file. */
#include <argp.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "class_texts.h"
#include "columns.h"
#include "command_files.h"
#include "commands.h"
#include "exit_status.h"
#include "info_data.h"
#include "json.h"
#include "message.h"
#include "model_file.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "printable.h"
#include "scratch_file.h"

enum { KEY_JSON = 256, KEY_DTYPE };

enum { MOST_LABELS_SHOWN = 32 };

typedef struct info_settings {
    const char *file;
    read_settings read;
    bool json;
} info_settings;

static const struct argp_option OPTIONS[] = {
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 1},
    {"dtype", KEY_DTYPE, "TYPE", 0,
     "numbers of text files as float32 (default) or float64, as linclass train reads them", 1},
    {0}};

static void check_files(struct argp_state *state, const info_settings *settings)
{
    command_files files = {0};
    command_reads(&files, "FILE", settings->file);
    command_prints(&files);
    command_files_check(state, &files);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    info_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        read_settings_begin(&settings->read);
        state->child_inputs[0] = &settings->read;
        return 0;
    case KEY_JSON:
        settings->json = true;
        return 0;
    case KEY_DTYPE:
        settings->read.options.dtype = option_choice(state, "--dtype", argument, DTYPE_NAMES);
        return 0;
    case ARGP_KEY_ARG:
        option_argument(state, "FILE", argument, &settings->file);
        return 0;
    case ARGP_KEY_END:
        option_required(state, "FILE", settings->file);
        check_files(state, settings);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The report of the fit the model came from; false: there was none. */
static bool read_report(const linclass_model *model, linclass_fit_report *report)
{
    linclass_fit_report_init(report, sizeof *report);
    return linclass_model_report(model, report) == LINCLASS_OK;
}

static int print_json(const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    json_t *object = object_begin("linclass-info-1");
    object_set_integer(object, "features", linclass_model_features(model));
    object_set_integer(object, "classes", k);
    object_set_text(object, "dtype", name_of(DTYPE_NAMES, linclass_model_dtype(model)));
    object_set_text(object, "loss_function", name_of(loss_names(), linclass_model_loss(model)));
    object_set_boolean(object, "bias", linclass_model_bias(model) != NULL);
    object_set_real(object, "scale", linclass_model_scale(model));
    object_set_real(object, "l1", linclass_model_l1(model));
    object_set_real(object, "l2", linclass_model_l2(model));
    object_set_boolean(object, "group_l1", linclass_model_group_l1(model) != 0);
    object_set_real(object, "weight_min", linclass_model_weight_min(model));
    object_set_real(object, "weight_max", linclass_model_weight_max(model));
    object_set_real(object, "temperature", linclass_model_temperature(model));
    object_set_sets(object, model);
    object_set_integers(object, "labels", k, linclass_model_labels(model));
    object_set(object, "class_names", class_names_array(model));
    object_set(object, "columns", columns_array(linclass_model_encoding(model), NULL));
    if (linclass_model_class_weights(model) != NULL)
        object_set_reals(object, "class_weights", k, linclass_model_class_weights(model));
    else
        object_set(object, "class_weights", json_null());
    json_t *metadata = json_object();
    const char *key;
    for (int64_t i = 0; (key = linclass_model_metadata_key(model, i)) != NULL; i++)
        object_set_text(metadata, key, linclass_model_metadata(model, key));
    object_set(object, "metadata", metadata);
    linclass_fit_report report;
    json_t *training = json_null();
    if (read_report(model, &report)) {
        training = json_object();
        object_set_report(training, &report);
    }
    object_set(object, "training", training);
    return object_print(object);
}

static void print_labels(const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    const int64_t *labels = linclass_model_labels(model);
    class_texts texts = class_texts_shown(model);
    printf("labels         ");
    for (int64_t j = 0; j < k; j++) {
        if (j == MOST_LABELS_SHOWN && k > j + 1) {
            printf(" ...");
            j = k - 1;
        }
        printf(" %" PRId64, labels[j]);
        if (texts.named)
            printf("=%s", texts.text[j]);
    }
    putchar('\n');
    class_texts_free(&texts);
}

static void print_class_weights(const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    const double *weights = linclass_model_class_weights(model);
    printf("class weights  ");
    for (int64_t j = 0; j < k && j < MOST_LABELS_SHOWN; j++)
        printf(" %.6g", weights[j]);
    if (k > MOST_LABELS_SHOWN)
        printf(" ... %.6g", weights[k - 1]);
    putchar('\n');
}

static void print_bounds(const linclass_model *model)
{
    const double least = linclass_model_weight_min(model);
    const double most = linclass_model_weight_max(model);
    if (isfinite(least) || isfinite(most))
        printf("bounds          %.9g <= weights <= %.9g\n", least, most);
}

static void print_calibration(const linclass_model *model)
{
    if (linclass_model_temperature(model) != 1)
        printf("temperature     %.9g\n", linclass_model_temperature(model));
    if (linclass_model_sets(model) != 0)
        printf("prediction sets %s (by %" PRId64 " samples)\n",
               name_of(SETS_NAMES, linclass_model_sets(model)), linclass_model_sets_samples(model));
}

/* The caller's texts, each on a line. */
static void print_metadata(const linclass_model *model)
{
    const char *key;
    for (int64_t i = 0; (key = linclass_model_metadata_key(model, i)) != NULL; i++) {
        const char *value = linclass_model_metadata(model, key);
        char *shown = printable(value, strlen(value));
        printf("metadata        %s: %s\n", key, shown);
        free(shown);
    }
}

/* Of what F is the mean; a file of the first release does not say. */
static void print_rows(const linclass_fit_report *report)
{
    if (report->samples == 0)
        return;
    printf("samples         %" PRId64 " (total weight %.9g%s)\n", report->samples,
           report->total_weight, report->with_sample_weight ? ", with sample weights" : "");
    if (report->has_ignore_label)
        printf("ignored label   %" PRId64 "\n", report->ignore_label);
    if (report->label_smoothing > 0)
        printf("label smoothing %.9g\n", report->label_smoothing);
    if (report->with_target_probabilities)
        printf("fitted to       probabilities\n");
}

static void print_report(const linclass_fit_report *report)
{
    printf("solver          %s\n", name_of(solver_names(), report->solver));
    printf("stopped because %s\n", stopped_because(report));
    printf("iterations      %" PRId64 "\n", report->iterations);
    printf("evaluations     %" PRId64 "\n", report->evaluations);
    printf("objective       %.9g\n", report->objective);
    printf("loss            %.9g\n", report->loss);
    printf("error           %.6g (%.2f %%)\n", report->error, 100 * report->error);
    printf("gradient norm   %.6g (largest component %.6g)\n", report->gradient_norm,
           report->gradient_infinity_norm);
    if (!isnan(report->gap))
        printf("gap             %.3g (objective less %.9g, a lower bound of the minimum)\n",
               report->gap, report->dual_objective);
    print_rows(report);
    if (!isnan(report->validation_loss)) {
        printf("validation loss %.9g\n", report->validation_loss);
        printf("validation error %.6g (%.2f %%)\n", report->validation_error,
               100 * report->validation_error);
    }
}

static int print_text(const linclass_model *model)
{
    printf("features        %" PRId64 "\n", linclass_model_features(model));
    printf("classes         %" PRId64 "\n", linclass_model_classes(model));
    print_labels(model);
    printf("dtype           %s\n", name_of(DTYPE_NAMES, linclass_model_dtype(model)));
    printf("loss function   %s\n", name_of(loss_names(), linclass_model_loss(model)));
    printf("bias            %s\n", linclass_model_bias(model) != NULL ? "yes" : "no");
    printf("scale           %.17g\n", linclass_model_scale(model));
    printf("l1              %.9g%s\n", linclass_model_l1(model),
           linclass_model_group_l1(model) != 0 ? " (of the rows of theta)" : "");
    printf("l2              %.9g\n", linclass_model_l2(model));
    print_bounds(model);
    if (linclass_model_class_weights(model) != NULL)
        print_class_weights(model);
    print_calibration(model);
    print_metadata(model);
    columns_print(linclass_model_encoding(model), NULL);
    linclass_fit_report report;
    if (read_report(model, &report))
        print_report(&report);
    else
        printf("training        not recorded\n");
    return output_finish(stdout, "-");
}

/* Whether the file begins as a model does; one that cannot be opened is for the reader to refuse. */
static bool is_model(const char *path)
{
    static const char BEGINNING[] = "{\"__metadata__\":{\"checksum\":";
    enum { LENGTH_BYTES = 8 };
    char begin[LENGTH_BYTES + sizeof BEGINNING] = "";
    FILE *file = fopen(path, "re");
    const size_t count = file == NULL ? 0 : fread(begin, 1, sizeof begin - 1, file);
    if (file != NULL)
        fclose(file);
    return count == sizeof begin - 1 &&
           memcmp(begin + LENGTH_BYTES, BEGINNING, sizeof BEGINNING - 1) == 0;
}

static int describe(linclass_context *ctx, const info_settings *settings, const char *path)
{
    linclass_model *model = NULL;
    if (!is_model(path))
        return info_data(ctx, path, &settings->read, settings->json);
    int status = model_file_load(ctx, path, &model);
    if (status == EXIT_OK)
        status = settings->json ? print_json(model) : print_text(model);
    linclass_model_destroy(model);
    return status;
}

static int describe_input(linclass_context *ctx, const info_settings *settings)
{
    scratch_file scratch;
    if (!scratch_create(&scratch))
        return EXIT_IO;
    int status = scratch_copy_input(&scratch);
    if (status == EXIT_OK)
        status = describe(ctx, settings, scratch.path);
    scratch_remove(&scratch);
    return status;
}

int info_command(int argc, char **argv)
{
    static const char DOC[] =
        "Print the contents of a model file, or what a data file holds and how it is read; '-' is "
        "standard input.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data, 4 input/output.";
    info_settings settings = {0};
    const struct argp_child children[] = {{.argp = &read_argp}, {0}};
    const struct argp parser = {.options = OPTIONS,
                                .parser = parse_option,
                                .args_doc = "FILE",
                                .doc = DOC,
                                .children = children};
    options_parse(&parser, argc, argv, &settings);
    linclass_context *ctx = NULL;
    int status = context_open(0, 0, &ctx);
    if (status == EXIT_OK)
        status = strcmp(settings.file, "-") == 0 ? describe_input(ctx, &settings)
                                                 : describe(ctx, &settings, settings.file);
    linclass_context_destroy(ctx);
    return status;
}
