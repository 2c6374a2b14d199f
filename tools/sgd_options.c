#include "sgd_options.h"

#include <stddef.h>

#include "names.h"
#include "options.h"

enum {
    KEY_BATCH_SIZE = 640,
    KEY_MOMENTUM,
    KEY_SCHEDULE,
    KEY_DECAY,
    KEY_PERIOD,
    KEY_SEED,
    KEY_NO_SHUFFLE
};

static const struct argp_option OPTIONS[] = {
    {.doc = "sgd only:", .group = 6},
    {"batch-size", KEY_BATCH_SIZE, "B", 0, "rows in a minibatch, >= 1. Default 100", 0},
    {"momentum", KEY_MOMENTUM, "MU", 0,
     "add to each step MU times the previous one, 0 <= MU < 1. Default 0", 0},
    {"learning-rate-schedule", KEY_SCHEDULE, "NAME", 0,
     "constant (default); step: A D^floor(t / P); inverse-time: A / (1 + D t), t in epochs", 0},
    {"learning-rate-decay", KEY_DECAY, "D", 0,
     "decay of the schedule, > 0, <= 1 for step. Default 0.5 for step, 1 for inverse-time", 0},
    {"learning-rate-period", KEY_PERIOD, "P", 0,
     "period of the step schedule in epochs, >= 1. Default 10", 0},
    {"seed", KEY_SEED, "S", 0,
     "seed of the shuffling, and of --cv and --validation-fraction, 0 to 18446744073709551615. "
     "Default 0",
     0},
    {"no-shuffle", KEY_NO_SHUFFLE, NULL, 0, "take the rows in the order of the file", 0},
    {0}};

static const option_rule RULES[] = {
    {KEY_BATCH_SIZE, OPTION_COUNT, offsetof(linclass_fit_options, batch_size), 0},
    {KEY_MOMENTUM, OPTION_REAL, offsetof(linclass_fit_options, momentum), FRACTION},
    {KEY_DECAY, OPTION_REAL, offsetof(linclass_fit_options, learning_rate_decay), POSITIVE},
    {KEY_PERIOD, OPTION_COUNT, offsetof(linclass_fit_options, learning_rate_period), 0},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    sgd_settings *settings = state->input;
    linclass_fit_options *fit = settings->fit;
    for (const struct argp_option *option = OPTIONS; option->doc != NULL; option++) {
        if (option->key == key && key != KEY_SEED)
            settings->given = option->name;
    }
    switch (key) {
    case KEY_SCHEDULE:
        fit->learning_rate_schedule =
            option_choice(state, "--learning-rate-schedule", argument, SCHEDULE_NAMES);
        return 0;
    case KEY_SEED:
        fit->seed = option_unsigned(state, "--seed", argument);
        settings->seed_given = true;
        return 0;
    case KEY_NO_SHUFFLE:
        fit->shuffle = 0;
        return 0;
    default:
        return option_store(state, OPTIONS, RULES, key, argument, fit);
    }
}

const struct argp sgd_argp = {.options = OPTIONS, .parser = parse_option};
