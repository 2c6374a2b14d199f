#include "data_options.h"

#include <stddef.h>

#include "options.h"

enum { KEY_IMAGES = 1024, KEY_LABELS, KEY_THREADS, KEY_JSON, KEY_DATA, KEY_VECTOR_SET };

static const struct argp_option DATA[] = {
    {"data", KEY_DATA, "FILE", 0,
     "samples, of any format: CSV, LIBSVM, npy, npz, safetensors, IDX, plain or compressed", 1},
    {"images", KEY_IMAGES, "FILE", 0, "samples, instead of --data: an IDX file, plain or gzip'd",
     1},
    {"threads", KEY_THREADS, "T", 0,
     "number of computing threads, 1 to 1024; 0 (default): as many as the process may run on. The "
     "result does not depend on it",
     9},
    {"vector-set", KEY_VECTOR_SET, "NAME", 0,
     "set of vector instructions: portable, avx2 or avx512. Default: the best of the processor. Up "
     "to 64 "
     "classes the result does not depend on it",
     9},
    {0}};

static const struct argp_option LABELLED_DATA[] = {
    {"labels", KEY_LABELS, "FILE", 0,
     "labels of the samples: for --images an IDX file of integers; for --data, where they are "
     "not in it, a file of .npy, IDX, or a label a line",
     1},
    {"json", KEY_JSON, NULL, 0, "print one JSON object to standard output", 9},
    {0}};

static const option_rule RULES[] = {{KEY_DATA, OPTION_PATH, offsetof(data_settings, data), 0},
                                    {KEY_IMAGES, OPTION_PATH, offsetof(data_settings, images), 0},
                                    {0}};

static void check_together(struct argp_state *state, const data_settings *settings)
{
    if (settings->data == NULL && settings->images == NULL)
        usage_error(state, "--data or --images is required");
    if (settings->data != NULL && settings->images != NULL)
        usage_error(state, "--data and --images exclude each other");
    if (settings->data == NULL && settings->read.given != NULL)
        usage_error(state, "%s is of --data", settings->read.given);
    if (settings->labels != NULL && settings->read.options.label != NULL)
        usage_error(state, "--label and --labels exclude each other");
}

static error_t parse_data_option(int key, char *argument, struct argp_state *state)
{
    data_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        read_settings_begin(&settings->read);
        state->child_inputs[0] = &settings->read;
        return 0;
    case KEY_THREADS:
        settings->threads = (int32_t)option_integer(state, "--threads", argument, 0, MAX_THREADS);
        return 0;
    case KEY_VECTOR_SET:
        settings->vector_set = option_choice(state, "--vector-set", argument, vector_set_names());
        return 0;
    case ARGP_KEY_END:
        check_together(state, settings);
        return 0;
    default:
        return option_store(state, DATA, RULES, key, argument, settings);
    }
}

static const option_rule LABELLED_RULES[] = {
    {KEY_LABELS, OPTION_PATH, offsetof(data_settings, labels), 0},
    {KEY_JSON, OPTION_FLAG, offsetof(data_settings, json), 0},
    {0}};

static error_t parse_labelled_data_option(int key, char *argument, struct argp_state *state)
{
    data_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = settings;
        return 0;
    case ARGP_KEY_END:
        if (settings->images != NULL)
            option_required(state, "--labels", settings->labels);
        return 0;
    default:
        return option_store(state, LABELLED_DATA, LABELLED_RULES, key, argument, settings);
    }
}

static const struct argp_child READ[] = {{.argp = &read_argp}, {0}};

const struct argp data_argp = {.options = DATA, .parser = parse_data_option, .children = READ};

static const struct argp_child CHILDREN[] = {{.argp = &data_argp}, {0}};

const struct argp labelled_data_argp = {
    .options = LABELLED_DATA, .parser = parse_labelled_data_option, .children = CHILDREN};

void data_files(const data_settings *settings, command_files *files)
{
    command_reads(files, "--data", settings->data);
    command_reads(files, "--images", settings->images);
    command_reads(files, "--labels", settings->labels);
}

const char *data_name(const data_settings *settings)
{
    return settings->data != NULL ? settings->data : settings->images;
}
