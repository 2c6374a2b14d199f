#include "mpi_options.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "shard_names.h"

enum { KEY_PARTS = 8192, MOST_PARTS = 1 << 20 };

static const struct argp_option OPTIONS[] = {
    {.doc = "Parts. In names of files %d, or %05d, stands for a number from 0 or 1 on:",
     .group = 10},
    {"parts", KEY_PARTS, "P", 0,
     "deal the rows of all files into P parts, no part with rows of two files. The result depends "
     "on "
     "it, and on the files, but not on the number of ranks. Default 64",
     10},
    {0}};

/* What takes all rows together, or is not done over parts. */
static const char *lacking(const train_settings *settings)
{
    const struct {
        const char *option;
        bool given;
    } LACKING[] = {
        {"--standardize", settings->standardize},
        {"--standard-errors", settings->standard_errors},
        {"--cv", settings->selection.folds > 0},
        {"--leave-one-out", settings->selection.leave_one_out},
        {"--learning-rate-search", settings->selection.search},
        {"--validation-fraction", settings->rows.validation_fraction > 0},
        {"--only-labels", settings->rows.only_labels != NULL},
        {"--offsets", settings->rows.offsets != NULL},
        {"--validation-offsets", settings->rows.validation_offsets != NULL},
        {"--class-weight=LABEL=W", settings->rows.class_weight != NULL},
    };
    for (size_t i = 0; i < sizeof LACKING / sizeof *LACKING; i++)
        if (LACKING[i].given)
            return LACKING[i].option;
    return NULL;
}

/* Files that belong together have the same numbers. */
static void check_names(struct argp_state *state, const data_settings *data, const char *weights)
{
    const char *names[] = {data_name(data), data->labels, weights};
    for (size_t i = 0; names[0] != NULL && i < sizeof names / sizeof *names; i++) {
        if (names[i] == NULL)
            continue;
        if (!shard_pattern_valid(names[i]))
            usage_error(state, "'%s' has a %% other than one %%d or %%05d", names[i]);
        if (shard_pattern_numbered(names[i]) != shard_pattern_numbered(names[0]))
            usage_error(state, "of '%s' and '%s' one has a %%d and one has none", names[0],
                        names[i]);
    }
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    mpi_settings *settings = state->input;
    const train_settings *train = &settings->train;
    switch (key) {
    case KEY_PARTS:
        settings->parts = option_integer(state, "--parts", argument, 1, MOST_PARTS);
        return 0;
    case ARGP_KEY_END:
        if (lacking(train) != NULL)
            usage_error(state, "%s is not offered over parts: linclass train has it",
                        lacking(train));
        check_names(state, &train->data, train->rows.sample_weights);
        check_names(state, &train->validation, train->rows.validation_sample_weights);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp PARTS_ARGP = {.options = OPTIONS, .parser = parse_option};

/* Let nothing be printed; what is returned brings the outputs back. */
static void silence(int kept[2])
{
    fflush(stdout);
    const int nowhere = open("/dev/null", O_WRONLY);
    for (int i = 0; i < 2; i++) {
        kept[i] = dup(i + 1);
        dup2(nowhere, i + 1);
    }
    close(nowhere);
}

static void speak_again(const int kept[2])
{
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        dup2(kept[i], i + 1);
        close(kept[i]);
    }
}

void mpi_options_parse(int argc, char **argv, bool quiet, mpi_settings *settings)
{
    int kept[2];
    settings->parts = 64;
    if (quiet)
        silence(kept);
    train_options_parse_with(argc, argv, &PARTS_ARGP, settings, &settings->train);
    if (quiet)
        speak_again(kept);
}
