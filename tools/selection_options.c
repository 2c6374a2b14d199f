#include "selection_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/selection.h>

#include "message.h"
#include "number.h"
#include "options.h"

enum {
    KEY_PENALTY = 768,
    KEY_L1_RATIO,
    KEY_PATH,
    KEY_PATH_RATIO,
    KEY_CV,
    KEY_LEAVE_ONE_OUT,
    KEY_ONE_STANDARD_ERROR,
    KEY_SELECT_BY,
    KEY_LEARNING_RATE_SEARCH
};

static const struct argp_option OPTIONS[] = {
    {"penalty", KEY_PENALTY, "LAMBDA", 0,
     "both penalties: l1 = LAMBDA A, l2 = LAMBDA (1 - A), >= 0", 4},
    {"l1-ratio", KEY_L1_RATIO, "A", 0, "share of l1 in LAMBDA and in --path, 0 to 1. Default 0", 4},
    {.doc = "Model selection (prints a table to standard output):", .group = 8},
    {"path", KEY_PATH, "COUNT|LIST", OPTION_ARG_OPTIONAL,
     "fit for COUNT penalties LAMBDA, descending from the smallest at which all weights are 0, or "
     "for those of a list such as 0.1,0.01; COUNT >= 1, default 20. --cv, --leave-one-out or "
     "validation "
     "samples choose",
     0},
    {"path-ratio", KEY_PATH_RATIO, "R", 0,
     "the last LAMBDA of the path over the first, > 0 and < 1. By default the last is 1e-4 times "
     "the largest component of the gradient at zero weights",
     0},
    {"cv", KEY_CV, "K", 0,
     "cross-validate the path, or --penalty, with K >= 2 folds, and choose the smallest mean loss "
     "on "
     "the samples left out",
     0},
    {"leave-one-out", KEY_LEAVE_ONE_OUT, NULL, 0,
     "estimate the loss on samples left out one by one, without fitting again; without --cv and "
     "validation "
     "samples it chooses. Needs --path or --cv; softmax and logistic only",
     0},
    {"one-standard-error", KEY_ONE_STANDARD_ERROR, NULL, 0,
     "choose the largest LAMBDA with a mean within a standard error of the smallest. Needs --cv or "
     "--leave-one-out",
     0},
    {"select-by", KEY_SELECT_BY, "NAME", 0, "criterion of the choice: loss (default) or error", 0},
    {"learning-rate-search", KEY_LEARNING_RATE_SEARCH, "LIST", OPTION_ARG_OPTIONAL,
     "fit with each of these learning rates, > 0, and choose the smallest validation loss. Default "
     "11 from 1e-4 to 10. sgd and gd only",
     0},
    {0}};

static int descending(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a < b) - (a > b);
}

static int ascending(const void *left, const void *right)
{
    return -descending(left, right);
}

static double *sorted(struct argp_state *state, const char *option, const char *text,
                      real_range range, int (*order)(const void *, const void *), int64_t *count)
{
    double *values = option_reals(state, option, text, range, count);
    qsort(values, (size_t)*count, sizeof *values, order);
    for (int64_t i = 1; i < *count; i++) {
        if (values[i] == values[i - 1])
            usage_error(state, "%s: '%s' has %g twice", option, text, values[i]);
    }
    return values;
}

/* A whole number alone is how many; anything else a list. */
static void parse_path(struct argp_state *state, const char *text, selection_settings *settings)
{
    settings->path = true;
    int64_t count = 0;
    free(settings->lambdas);
    settings->lambdas = NULL;
    settings->count = 0;
    if (text == NULL)
        return;
    if (parse_integer(text, &count))
        settings->count = option_integer(state, "--path", text, 1, INT64_MAX);
    else
        settings->lambdas =
            sorted(state, "--path", text, NOT_NEGATIVE, descending, &settings->count);
}

static const option_rule RULES[] = {
    {KEY_PENALTY, OPTION_REAL, offsetof(selection_settings, penalty), NOT_NEGATIVE},
    {KEY_L1_RATIO, OPTION_REAL, offsetof(selection_settings, l1_ratio), SHARE},
    {KEY_PATH_RATIO, OPTION_REAL, offsetof(selection_settings, ratio), BETWEEN},
    {KEY_LEAVE_ONE_OUT, OPTION_FLAG, offsetof(selection_settings, leave_one_out), 0},
    {KEY_ONE_STANDARD_ERROR, OPTION_FLAG, offsetof(selection_settings, one_standard_error), 0},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    selection_settings *settings = state->input;
    settings->penalty_given |= key == KEY_PENALTY;
    settings->l1_ratio_given |= key == KEY_L1_RATIO;
    switch (key) {
    case KEY_PATH:
        parse_path(state, argument, settings);
        return 0;
    case KEY_CV:
        settings->folds = option_integer(state, "--cv", argument, 2, INT64_MAX);
        return 0;
    case KEY_SELECT_BY:
        settings->select_by = option_choice(state, "--select-by", argument, SELECT_BY_NAMES);
        return 0;
    case KEY_LEARNING_RATE_SEARCH:
        settings->search = true;
        free(settings->rates);
        settings->rates = argument == NULL ? NULL
                                           : sorted(state, "--learning-rate-search", argument,
                                                    POSITIVE, ascending, &settings->rate_count);
        return 0;
    default:
        return option_store(state, OPTIONS, RULES, key, argument, settings);
    }
}

const struct argp selection_argp = {.options = OPTIONS, .parser = parse_option};

static void check_penalty(struct argp_state *state, const selection_settings *settings)
{
    const linclass_fit_options *fit = settings->fit;
    const bool own = fit->l1 != 0 || fit->l2 > 0;
    const bool path = settings->path || settings->folds > 0;
    if (settings->penalty_given && settings->path)
        usage_error(state, "--penalty and --path exclude each other");
    if (own && (settings->penalty_given || path))
        usage_error(state, "--l1 and --l2 exclude --penalty, --path and --cv: LAMBDA is both");
    if (settings->l1_ratio_given && !settings->penalty_given && !path)
        usage_error(state, "--l1-ratio needs --penalty, --path or --cv");
    if (settings->ratio > 0 && (settings->lambdas != NULL || settings->penalty_given || !path))
        usage_error(state, "--path-ratio needs a --path without a list");
}

void selection_settings_check(struct argp_state *state, selection_settings *settings,
                              bool with_validation)
{
    check_penalty(state, settings);
    if (settings->leave_one_out && !settings->path && settings->folds == 0)
        usage_error(state, "--leave-one-out needs --path or --cv");
    const bool left_out_chooses = settings->leave_one_out && !with_validation;
    if (settings->one_standard_error && settings->folds == 0 && !left_out_chooses)
        usage_error(state, "--one-standard-error needs --cv, or --leave-one-out without "
                           "validation samples");
    if (settings->search && (settings->path || settings->folds > 0))
        usage_error(state, "--learning-rate-search excludes --path and --cv");
    if (settings->search && settings->fit->learning_rate > 0)
        usage_error(state, "--learning-rate-search excludes --learning-rate");
    if (settings->search && !with_validation)
        usage_error(state, "--learning-rate-search needs --validation-data, "
                           "--validation-images or --validation-fraction");
    if (settings->path && settings->folds == 0 && !with_validation && !settings->leave_one_out)
        usage_error(state, "--path needs something to choose by: --cv, --leave-one-out, "
                           "--validation-data, --validation-images or --validation-fraction");
    if (settings->select_by != LINCLASS_SELECT_BY_LOSS && !selection_wanted(settings))
        usage_error(state, "--select-by needs --path, --cv or --learning-rate-search");
    if (settings->penalty_given && settings->folds > 0) {
        settings->lambdas = allocate(1, sizeof *settings->lambdas);
        settings->lambdas[0] = settings->penalty;
        settings->count = 1;
    } else if (settings->penalty_given) {
        settings->fit->l1 = settings->penalty * settings->l1_ratio;
        settings->fit->l2 = settings->penalty * (1 - settings->l1_ratio);
    }
}

bool selection_wanted(const selection_settings *settings)
{
    return settings->path || settings->folds > 0 || settings->search;
}

void selection_settings_free(selection_settings *settings)
{
    free(settings->lambdas);
    free(settings->rates);
}
