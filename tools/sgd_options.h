/* The options of stochastic gradient descent. */
#ifndef TOOLS_SGD_OPTIONS_H
#define TOOLS_SGD_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include <linclass/fit.h>

typedef struct sgd_settings {
    const char *given; /* one of the options that were given, which mean something to sgd alone */
    bool seed_given;   /* which means something to folds and validation rows too */
    linclass_fit_options *fit;
} sgd_settings;

/* --batch-size, --momentum, --learning-rate-schedule, ..., --seed, --no-shuffle: a child of the parser of
 * `train`, whose input is an sgd_settings with `fit`. */
extern const struct argp sgd_argp;

#endif
