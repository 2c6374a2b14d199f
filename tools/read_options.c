#include "read_options.h"

#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "options.h"

enum {
    KEY_LABEL = 1280,
    KEY_FORMAT,
    KEY_HEADER,
    KEY_DELIMITER,
    KEY_QUOTE,
    KEY_DECIMAL,
    KEY_INDEX_BASE,
    KEY_FEATURES,
    KEY_SAMPLES,
    KEY_MISSING,
    KEY_UNKNOWN
};

static const struct argp_option OPTIONS[] = {
    {.doc = "Reading data, where its content does not say enough:", .group = 7},
    {"label", KEY_LABEL, "COLUMN", 0,
     "the labels: name or number of a column (numbers count from 0, negative ones from the end), "
     "or "
     "name of an array",
     0},
    {"format", KEY_FORMAT, "NAME", 0,
     "csv, libsvm, npy, npz, safetensors or idx. Default: found by the content", 0},
    {"header", KEY_HEADER, "yes|no", 0, "whether the first line of a CSV file has names", 0},
    {"delimiter", KEY_DELIMITER, "C", 0, "character between the cells of a CSV file, or tab", 0},
    {"quote", KEY_QUOTE, "C", 0, "character around cells of a CSV file, or none", 0},
    {"decimal", KEY_DECIMAL, "point|comma", 0, "decimal point of the numbers of a CSV file", 0},
    {"index-base", KEY_INDEX_BASE, "0|1", 0, "number of the first feature of a LIBSVM file", 0},
    {"features", KEY_FEATURES, "N", 0,
     "features of a LIBSVM file, >= 1; larger indices are left out. Default: the largest index, "
     "or those of the model",
     0},
    {"samples", KEY_SAMPLES, "NAME", 0, "array of the samples in a file of several arrays", 0},
    {"missing", KEY_MISSING, "HOW", 0,
     "missing cells of a table: error; mean, of the column's numbers; zero. Default: that of the "
     "model, error in training",
     0},
    {"unknown", KEY_UNKNOWN, "HOW", 0,
     "texts that the training data did not have: zero (default) or error", 0},
    {0}};

static const named_value YES_NO[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
static const named_value POINTS[] = {{"point", '.'}, {"comma", ','}, {NULL, 0}};
static const named_value BASES[] = {{"0", 0}, {"1", 1}, {NULL, 0}};
static const named_value FORMATS[] = {{"csv", 0},         {"libsvm", 0}, {"npy", 0}, {"npz", 0},
                                      {"safetensors", 0}, {"idx", 0},    {NULL, 0}};
static const named_value MISSING[] = {{"error", LINCLASS_MISSING_ERROR},
                                      {"mean", LINCLASS_MISSING_MEAN},
                                      {"zero", LINCLASS_MISSING_ZERO},
                                      {NULL, 0}};
static const named_value UNKNOWN[] = {
    {"zero", LINCLASS_UNKNOWN_ZERO}, {"error", LINCLASS_UNKNOWN_ERROR}, {NULL, 0}};

void read_settings_begin(read_settings *settings)
{
    *settings = (read_settings){0};
    linclass_read_options_init(&settings->options, sizeof settings->options);
}

/* A character of ASCII, or the one that the word stands for. */
static int32_t character(struct argp_state *state, const char *option, const char *text,
                         const char *word, int32_t meaning)
{
    if (strcmp(text, word) == 0)
        return meaning;
    if (text[0] <= 0 || text[1] != '\0' || text[0] == '\n' || text[0] == '\r')
        usage_error(state, "%s: '%s' is neither a character of ASCII nor '%s'", option, text, word);
    return text[0];
}

static const char *name_of_option(int key)
{
    static const char *const NAMES[] = {"--label",   "--format",  "--header",     "--delimiter",
                                        "--quote",   "--decimal", "--index-base", "--features",
                                        "--samples", "--missing", "--unknown"};
    return NAMES[key - KEY_LABEL];
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    read_settings *settings = state->input;
    if (key < KEY_LABEL || key > KEY_UNKNOWN)
        return ARGP_ERR_UNKNOWN;
    const char *name = name_of_option(key);
    linclass_read_options *options = &settings->options;
    if (settings->given == NULL)
        settings->given = name;
    switch (key) {
    case KEY_LABEL:
        option_text(state, name, argument, &options->label);
        break;
    case KEY_FORMAT:
        (void)option_choice(state, name, argument, FORMATS);
        options->format = argument;
        break;
    case KEY_HEADER:
        options->header = option_choice(state, name, argument, YES_NO);
        break;
    case KEY_DELIMITER:
        options->delimiter = character(state, name, argument, "tab", '\t');
        break;
    case KEY_QUOTE:
        options->quote = character(state, name, argument, "none", 0);
        break;
    case KEY_DECIMAL:
        options->decimal = option_choice(state, name, argument, POINTS);
        break;
    case KEY_INDEX_BASE:
        options->index_base = option_choice(state, name, argument, BASES);
        break;
    case KEY_FEATURES:
        options->features = option_integer(state, name, argument, 1, INT32_MAX);
        break;
    case KEY_SAMPLES:
        option_text(state, name, argument, &options->samples);
        break;
    case KEY_MISSING:
        options->missing = option_choice(state, name, argument, MISSING);
        settings->missing_given = true;
        break;
    default:
        options->unknown = option_choice(state, name, argument, UNKNOWN);
        settings->unknown_given = true;
    }
    return 0;
}

int read_settings_check(const read_settings *settings, const char *path,
                        const linclass_dataset *dataset)
{
    const char *format = linclass_dataset_format(dataset);
    const bool csv = strcmp(format, "csv") == 0;
    const char *given = NULL;
    if (!csv && settings->missing_given)
        given = "--missing";
    if (!csv && settings->unknown_given)
        given = "--unknown";
    if (given != NULL)
        return fail(EXIT_USAGE,
                    "%s is of the format %s, for which %s means nothing: it is an "
                    "option of csv",
                    path, format, given);
    if (settings->options.features != 0 && strcmp(format, "libsvm") != 0)
        return fail(EXIT_USAGE,
                    "%s is of the format %s, for which --features means nothing: it is "
                    "an option of libsvm",
                    path, format);
    return EXIT_OK;
}

const struct argp read_argp = {.options = OPTIONS, .parser = parse_option};
