/* The options of `linclass train`. */
#ifndef TOOLS_TRAIN_OPTIONS_H
#define TOOLS_TRAIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/fit.h>

#include "data_options.h"
#include "row_options.h"
#include "selection_options.h"
#include "sgd_options.h"

typedef struct train_settings {
    data_settings data;
    data_settings
        validation; /* data, images and labels of the validation samples, read like `data` */
    const char *model;
    const char *history;    /* or NULL */
    const char *warm_start; /* a model, or NULL */
    row_settings rows;
    sgd_settings sgd;
    selection_settings selection;
    double scale; /* 0: chosen by the type of the images */
    bool standardize;
    bool standard_errors;
    bool strict;
    bool quiet;
    linclass_fit_options fit;
} train_settings;

/* Parse; ends the program after --help and on a usage error. To be freed. */
void train_options_parse(int argc, char **argv, train_settings *settings);

/* The same, with the options of another parser, a child of this one whose input is `input`. */
void train_options_parse_with(int argc, char **argv, const struct argp *other, void *input,
                              train_settings *settings);
void train_settings_free(train_settings *settings);

#endif
