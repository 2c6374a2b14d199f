#include "train_options.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_files.h"
#include "options.h"

enum {
    KEY_VALIDATION_DATA = 256,
    KEY_VALIDATION_IMAGES,
    KEY_VALIDATION_LABELS,
    KEY_SCALE,
    KEY_STANDARDIZE,
    KEY_LOSS,
    KEY_L1,
    KEY_L2,
    KEY_WEIGHT_MIN,
    KEY_WEIGHT_MAX,
    KEY_NO_BIAS,
    KEY_GROUP_L1,
    KEY_SOLVER,
    KEY_EPOCHS,
    KEY_LEARNING_RATE,
    KEY_TOLERANCE,
    KEY_GAP_TOLERANCE,
    KEY_EARLY_STOPPING,
    KEY_WARM_START,
    KEY_MAX_SECONDS,
    KEY_DTYPE,
    KEY_MODEL,
    KEY_HISTORY,
    KEY_STANDARD_ERRORS,
    KEY_STRICT,
    KEY_QUIET
};

static const struct argp_option OPTIONS[] = {
    {.doc = "Required ('-' is standard input or output):", .group = 1},
    {"model", KEY_MODEL, "FILE", 0, "save the model here, replacing an old file atomically", 0},

    {.doc = "Data:", .group = 2},
    {"validation-data", KEY_VALIDATION_DATA, "FILE", 0,
     "samples, not trained on, to report loss and error on after every epoch; read like --data", 0},
    {"validation-images", KEY_VALIDATION_IMAGES, "FILE", 0,
     "the same, instead of --validation-data, for --images", 0},
    {"validation-labels", KEY_VALIDATION_LABELS, "FILE", 0, "their labels, where --labels is given",
     0},
    {"scale", KEY_SCALE, "V", 0,
     "multiply every element by V, not 0; the model stores it. Default 1/255 for images of "
     "bytes that are not all 0 or 1, else 1",
     0},

    {"standardize", KEY_STANDARDIZE, NULL, 0,
     "fit to columns of mean 0 and variance 1 (sparse rows and --no-bias: variance 1), and save "
     "the "
     "weights for the columns as they are",
     0},

    {.doc = "Objective, mean loss + l1 ||theta||_1 + l2/2 ||theta||^2:", .group = 4},
    {"loss", KEY_LOSS, "NAME", 0, "loss of a sample: ", 0}, /* names follow: complete_help */
    {"l1", KEY_L1, "V", 0, "weight of ||theta||_1, >= 0. Default 0", 0},
    {"l2", KEY_L2, "V", 0,
     "weight of ||theta||^2 / 2, >= 0. Default 1 / sum of weights (rows); 0 with --l1, for the "
     "perceptron and for --standard-errors",
     0},
    {"group-l1", KEY_GROUP_L1, NULL, 0,
     "l1 is the weight of the sum of the norms of each feature's weights: a feature has weights "
     "for all classes or for none",
     0},
    {"weight-min", KEY_WEIGHT_MIN, "V", 0,
     "no weight is less than V, <= 0; 0: none is negative. Default: no bound", 0},
    {"weight-max", KEY_WEIGHT_MAX, "V", 0, "no weight is greater than V, >= 0. Default: no bound",
     0},
    {"no-bias", KEY_NO_BIAS, NULL, 0, "learn no intercepts", 0},

    {.doc = "Solver:", .group = 5},
    {"solver", KEY_SOLVER, "NAME", 0,
     "solver (orthant-wise for an l1 penalty, projected-newton for bounds): ",
     0}, /* names follow: complete_help */
    {"epochs", KEY_EPOCHS, "E", 0,
     "at most E passes over the data (sgd) or iterations, >= 1. Default 10 for sgd, 10000 for "
     "lbfgs and smoothing, 100000 for dual-ascent, 1000 for the others",
     0},
    {"iterations", KEY_EPOCHS, "E", OPTION_ALIAS, NULL, 0},
    {"learning-rate", KEY_LEARNING_RATE, "A", 0,
     "length of the step along the negative gradient, > 0. Default: for sgd from the mean square "
     "of the samples, for gd by a line search. sgd and gd only",
     0},
    {"tolerance", KEY_TOLERANCE, "V", 0,
     "stop when the gradient's norm is at most V times its norm at zero parameters, >= 0. Default "
     "1e-4. Not for sgd",
     0},
    {"gap-tolerance", KEY_GAP_TOLERANCE, "V", 0,
     "go on until the objective is proven to be within V times its value at zero parameters of its "
     "minimum, > 0; with a penalty. Default 1e-6 without --tolerance, where rounding permits. Not "
     "for "
     "sgd",
     0},
    {"early-stopping", KEY_EARLY_STOPPING, "P", 0,
     "stop after more than P consecutive increases of the validation loss, >= 1, and save the "
     "model "
     "with the smallest validation loss",
     0},
    {"warm-start", KEY_WARM_START, "FILE", 0,
     "start from the parameters of this model instead of from zero; its labels are the classes", 0},
    {"max-seconds", KEY_MAX_SECONDS, "V", 0, "stop after V seconds, > 0. Default: no limit", 0},
    {"dtype", KEY_DTYPE, "TYPE", 0,
     "precision of arithmetic and model: float32 or float64. Default float64 for float64 data, "
     "else float32",
     0},

    {.doc = "Output:", .group = 9},
    {"history", KEY_HISTORY, "FILE", 0,
     "write CSV here, one line per epoch; '-' is standard output", 0},
    {"standard-errors", KEY_STANDARD_ERRORS, NULL, 0,
     "print a table of the coefficients, as differences to the first label, with standard errors, "
     "z and p; for softmax and logistic without penalty",
     0},
    {"strict", KEY_STRICT, NULL, 0, "exit with status 5 if the fit did not converge", 0},
    {"quiet", KEY_QUIET, NULL, 0, "no progress and no summary on standard error", 0},
    {0}};

/* Append a name to a list of them. */
static void append(char *list, size_t size, const char *name, bool is_default)
{
    const size_t length = strlen(list);
    (void)snprintf(list + length, size - length, "%s%s%s", length == 0 ? "" : ", ", name,
                   is_default ? " (default)" : "");
}

/* The losses for that number of columns where there are three classes. */
static void append_losses(char *list, size_t size, int64_t columns)
{
    for (const named_value *loss = loss_names(); loss->name != NULL; loss++) {
        if (linclass_loss_columns(loss->value, 3) == columns)
            append(list, size, loss->name, loss->value == LINCLASS_LOSS_SOFTMAX);
    }
}

/* Append the names that the library has to the help of an option. argp frees a text that is not the option's. */
static char *complete_help(int key, const char *text, void *input)
{
    (void)input;
    char several[512] = "";
    char two[512] = "";
    if (key == KEY_SOLVER) {
        for (const named_value *solver = solver_names(); solver->name != NULL; solver++)
            append(several, sizeof several, solver->name, solver->value == LINCLASS_SOLVER_AUTO);
    } else if (key == KEY_LOSS) {
        append_losses(several, sizeof several, 3);
        append_losses(two, sizeof two, 1);
    } else {
        return (char *)text;
    }
    const size_t room = strlen(text) + sizeof several + sizeof two + 32;
    char *const whole = malloc(room);
    if (whole == NULL)
        return (char *)text;
    (void)snprintf(whole, room, "%s%s%s%s", text, several, two[0] == 0 ? "" : "; for two classes ",
                   two);
    return whole;
}

typedef struct train_parse {
    train_settings *settings;
    void *other_input;
    bool tolerance_given;
} train_parse;

/* An option of sgd's also means that solver, where none is named. */
static void check_solver_options(struct argp_state *state, train_parse *parse)
{
    const train_settings *settings = parse->settings;
    const bool random_rows =
        settings->selection.folds > 0 || settings->rows.validation_fraction > 0;
    const char *sgd_option = settings->sgd.given;
    if (sgd_option == NULL && settings->sgd.seed_given && !random_rows)
        sgd_option = "seed";
    int32_t *solver = &parse->settings->fit.solver;
    const bool rate = settings->fit.learning_rate > 0 || settings->selection.search;
    if (*solver == LINCLASS_SOLVER_AUTO && (sgd_option != NULL || rate))
        *solver = LINCLASS_SOLVER_SGD;
    const bool is_sgd = *solver == LINCLASS_SOLVER_SGD;
    const char *meaningless = NULL;
    if (sgd_option != NULL && !is_sgd)
        meaningless = sgd_option;
    if (rate && !is_sgd && *solver != LINCLASS_SOLVER_GRADIENT_DESCENT)
        meaningless = settings->selection.search ? "learning-rate-search" : "learning-rate";
    if (parse->tolerance_given && is_sgd)
        meaningless = "tolerance";
    if (settings->fit.gap_tolerance > 0 && is_sgd)
        meaningless = "gap-tolerance";
    if (meaningless != NULL)
        usage_error(state, "--%s has no meaning for --solver %s", meaningless,
                    name_of(solver_names(), *solver));
}

/* The weights that are saved are others than those of the standardised columns: only their signs agree. */
static void check_bounds(struct argp_state *state, const train_settings *settings)
{
    const double least = settings->fit.weight_min;
    const double most = settings->fit.weight_max;
    if (settings->standardize && ((isfinite(least) && least < 0) || (isfinite(most) && most > 0)))
        usage_error(state, "with --standardize, --weight-min and --weight-max can only be 0");
}

/* Only an unpenalised likelihood has them. */
static void check_standard_errors(struct argp_state *state, const train_settings *settings)
{
    if (!settings->standard_errors)
        return;
    const linclass_fit_options *fit = &settings->fit;
    if (fit->loss != LINCLASS_LOSS_SOFTMAX && fit->loss != LINCLASS_LOSS_LOGISTIC)
        usage_error(state, "--standard-errors are of --loss softmax and logistic, not %s",
                    name_of(loss_names(), fit->loss));
    if (fit->has_weight_bounds)
        usage_error(state, "--standard-errors are of a fit without --weight-min and --weight-max");
    if (fit->l1 > 0 || fit->l2 > 0 || fit->label_smoothing > 0 ||
        selection_wanted(&settings->selection))
        usage_error(state, "--standard-errors are of a single fit without penalty and smoothing");
}

static void check_files(struct argp_state *state, const train_settings *settings)
{
    command_files files = {0};
    data_files(&settings->data, &files);
    command_reads(&files, "--validation-data", settings->validation.data);
    command_reads(&files, "--validation-images", settings->validation.images);
    command_reads(&files, "--validation-labels", settings->validation.labels);
    command_reads(&files, "--sample-weights", settings->rows.sample_weights);
    command_reads(&files, "--validation-sample-weights", settings->rows.validation_sample_weights);
    command_reads(&files, "--offsets", settings->rows.offsets);
    command_reads(&files, "--validation-offsets", settings->rows.validation_offsets);
    command_reads(&files, "--warm-start", settings->warm_start);
    command_writes(&files, "--model", settings->model);
    command_writes(&files, "--history", settings->history);
    if (settings->data.json || settings->standard_errors || selection_wanted(&settings->selection))
        command_prints(&files);
    command_files_check(state, &files);
}

/* Whether there are validation samples; they are read as the training samples are. */
static bool check_validation(struct argp_state *state, const train_settings *settings)
{
    const data_settings *validation = &settings->validation;
    const char *given = validation->data != NULL ? validation->data : validation->images;
    if (validation->data != NULL && settings->data.data == NULL)
        usage_error(state, "--validation-data goes with --data");
    if (validation->images != NULL && settings->data.images == NULL)
        usage_error(state, "--validation-images goes with --images");
    if ((validation->images == NULL && validation->data == NULL && validation->labels != NULL) ||
        (validation->images != NULL && validation->labels == NULL))
        usage_error(state, "--validation-images and --validation-labels go together");
    if (validation->data != NULL && (validation->labels == NULL) != (settings->data.labels == NULL))
        usage_error(state, "--labels and --validation-labels go together");
    if (given == NULL && settings->rows.validation_sample_weights != NULL)
        usage_error(state, "--validation-sample-weights needs --validation-data or "
                           "--validation-images");
    if (given == NULL && settings->rows.validation_offsets != NULL)
        usage_error(state, "--validation-offsets needs --validation-data or --validation-images");
    if (given != NULL && settings->rows.validation_fraction > 0)
        usage_error(state, "%s and --validation-fraction exclude each other",
                    validation->data != NULL ? "--validation-data" : "--validation-images");
    const bool with_validation = given != NULL || settings->rows.validation_fraction > 0;
    if (!with_validation && settings->fit.patience > 0)
        usage_error(state, "--early-stopping needs --validation-data, --validation-images or "
                           "--validation-fraction");
    return with_validation;
}

static void check_together(struct argp_state *state, train_parse *parse)
{
    train_settings *settings = parse->settings;
    option_required(state, "--model", settings->model);
    const bool with_validation = check_validation(state, settings);
    selection_settings_check(state, &settings->selection, with_validation);
    const bool several = selection_wanted(&settings->selection);
    if (several && settings->history != NULL)
        usage_error(state, "--history is of one fit, not of --path, --cv or "
                           "--learning-rate-search");
    if (settings->standardize &&
        (settings->scale != 0 || settings->warm_start != NULL || settings->standard_errors))
        usage_error(state, "--standardize and %s exclude each other",
                    settings->scale != 0           ? "--scale"
                    : settings->warm_start != NULL ? "--warm-start"
                                                   : "--standard-errors");
    check_files(state, settings);
    check_bounds(state, settings);
    check_standard_errors(state, settings);
    if (settings->standard_errors && settings->fit.l2 == LINCLASS_AUTOMATIC)
        settings->fit.l2 = 0;
    check_solver_options(state, parse);
}

static const option_rule RULES[] = {
    {KEY_VALIDATION_DATA, OPTION_PATH, offsetof(train_settings, validation.data), 0},
    {KEY_VALIDATION_IMAGES, OPTION_PATH, offsetof(train_settings, validation.images), 0},
    {KEY_VALIDATION_LABELS, OPTION_PATH, offsetof(train_settings, validation.labels), 0},
    {KEY_MODEL, OPTION_PATH, offsetof(train_settings, model), 0},
    {KEY_WARM_START, OPTION_PATH, offsetof(train_settings, warm_start), 0},
    {KEY_HISTORY, OPTION_PATH, offsetof(train_settings, history), 0},
    {KEY_SCALE, OPTION_REAL, offsetof(train_settings, scale), NOT_ZERO},
    {KEY_L1, OPTION_REAL, offsetof(train_settings, fit.l1), NOT_NEGATIVE},
    {KEY_L2, OPTION_REAL, offsetof(train_settings, fit.l2), NOT_NEGATIVE},
    {KEY_WEIGHT_MIN, OPTION_REAL, offsetof(train_settings, fit.weight_min), NOT_POSITIVE},
    {KEY_WEIGHT_MAX, OPTION_REAL, offsetof(train_settings, fit.weight_max), NOT_NEGATIVE},
    {KEY_EPOCHS, OPTION_COUNT, offsetof(train_settings, fit.max_iterations), 0},
    {KEY_LEARNING_RATE, OPTION_REAL, offsetof(train_settings, fit.learning_rate), POSITIVE},
    {KEY_TOLERANCE, OPTION_REAL, offsetof(train_settings, fit.gradient_tolerance), NOT_NEGATIVE},
    {KEY_GAP_TOLERANCE, OPTION_REAL, offsetof(train_settings, fit.gap_tolerance), POSITIVE},
    {KEY_EARLY_STOPPING, OPTION_COUNT, offsetof(train_settings, fit.patience), 0},
    {KEY_MAX_SECONDS, OPTION_REAL, offsetof(train_settings, fit.max_seconds), POSITIVE},
    {KEY_STANDARDIZE, OPTION_FLAG, offsetof(train_settings, standardize), 0},
    {KEY_STANDARD_ERRORS, OPTION_FLAG, offsetof(train_settings, standard_errors), 0},
    {KEY_STRICT, OPTION_FLAG, offsetof(train_settings, strict), 0},
    {KEY_QUIET, OPTION_FLAG, offsetof(train_settings, quiet), 0},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    train_parse *parse = state->input;
    train_settings *settings = parse->settings;
    parse->tolerance_given |= key == KEY_TOLERANCE;
    if (key == KEY_WEIGHT_MIN || key == KEY_WEIGHT_MAX)
        settings->fit.has_weight_bounds = 1;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->data;
        state->child_inputs[1] = &settings->rows;
        state->child_inputs[2] = &settings->sgd;
        state->child_inputs[3] = &settings->selection;
        state->child_inputs[4] = parse->other_input;
        return 0;
    case KEY_LOSS:
        settings->fit.loss = option_choice(state, "--loss", argument, loss_names());
        return 0;
    case KEY_GROUP_L1:
        settings->fit.group_l1 = 1;
        return 0;
    case KEY_NO_BIAS:
        settings->fit.fit_bias = 0;
        return 0;
    case KEY_SOLVER:
        settings->fit.solver = option_choice(state, "--solver", argument, solver_names());
        return 0;
    case KEY_DTYPE:
        settings->fit.dtype = option_choice(state, "--dtype", argument, DTYPE_NAMES);
        return 0;
    case ARGP_KEY_END:
        check_together(state, parse);
        return 0;
    default:
        return option_store(state, OPTIONS, RULES, key, argument, settings);
    }
}

void train_options_parse(int argc, char **argv, train_settings *settings)
{
    static const struct argp NO_OPTIONS = {.options = NULL};
    train_options_parse_with(argc, argv, &NO_OPTIONS, NULL, settings);
}

void train_options_parse_with(int argc, char **argv, const struct argp *other, void *input,
                              train_settings *settings)
{
    static const char DOC[] =
        "Train a linear classifier on samples and their labels, and save it.\v"
        "Exit status: 0 ok, 1 internal error, 2 usage, 3 bad data or a fit that diverged, 4 "
        "input/output, 5 not converged (with --strict), 130 interrupted. A first Ctrl-C ends the "
        "fit after the epoch and saves the model reached; a second ends the program at once.";
    *settings = (train_settings){0};
    linclass_fit_options_init(&settings->fit, sizeof settings->fit);
    settings->fit.weight_min = -(double)INFINITY;
    settings->fit.weight_max = (double)INFINITY;
    settings->rows.fit = &settings->fit;
    settings->sgd.fit = &settings->fit;
    settings->selection.fit = &settings->fit;
    train_parse parse = {.settings = settings, .other_input = input};
    const struct argp_child children[] = {
        {.argp = &labelled_data_argp}, {.argp = &row_argp}, {.argp = &sgd_argp},
        {.argp = &selection_argp},     {.argp = other},     {0}};
    const struct argp parser = {.options = OPTIONS,
                                .parser = parse_option,
                                .doc = DOC,
                                .children = children,
                                .help_filter = complete_help};
    options_parse(&parser, argc, argv, &parse);
}

void train_settings_free(train_settings *settings)
{
    selection_settings_free(&settings->selection);
}
