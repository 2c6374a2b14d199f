/* The options of `linclass train` that make it fit several times and choose. */
#ifndef TOOLS_SELECTION_OPTIONS_H
#define TOOLS_SELECTION_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include <linclass/fit.h>

typedef struct selection_settings {
    linclass_fit_options *fit; /* --penalty, without --cv, goes here */
    bool penalty_given;
    double penalty;
    bool l1_ratio_given;
    double l1_ratio;
    bool path;
    double *lambdas; /* count of them, descending; NULL: made */
    int64_t count;   /* 0: the library's default */
    double ratio;    /* 0: the library's default */
    int64_t folds;   /* 0: no cross-validation */
    bool leave_one_out;
    bool one_standard_error;
    int32_t select_by;
    bool search;   /* for the learning rate */
    double *rates; /* rate_count of them, ascending; NULL: the library's */
    int64_t rate_count;
} selection_settings;

/* --penalty, --l1-ratio, --path, --path-ratio, --cv, --leave-one-out, --one-standard-error, --select-by and
 * --learning-rate-search: a child of the parser of `train`, whose input is a selection_settings with
 * `fit`. */
extern const struct argp selection_argp;

/* Refuse what makes no sense together, once all options are read, and put --penalty where it goes.
 * with_validation: there are validation samples. */
void selection_settings_check(struct argp_state *state, selection_settings *settings,
                              bool with_validation);

/* Whether there is more than one fit. */
bool selection_wanted(const selection_settings *settings);

void selection_settings_free(selection_settings *settings);

#endif
