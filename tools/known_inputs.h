/* A model and samples whose labels are known, for `linclass evaluate` and `verify`. */
#ifndef TOOLS_KNOWN_INPUTS_H
#define TOOLS_KNOWN_INPUTS_H

#include <argp.h>
#include <stdint.h>

#include "model_inputs.h"
#include "row_options.h"

typedef struct known_input_settings {
    model_input_settings inputs;
    row_settings rows; /* validation_fraction: the share of the samples to leave out */
} known_input_settings;

/* The options of both, for a subcommand that prints to standard output: a child of its parser, whose input is a
 * known_input_settings. */
extern const struct argp known_input_argp;

typedef struct known_inputs {
    model_inputs app;
    samples left_out; /* that a fit validated on */
    row_arrays arrays;
} known_inputs;

/* Load the model, read the samples, keep those with the labels asked for, move the share that a fit with that seed
 * validated on to left_out, and read the weights. Returns an exit status; to be closed in either case. */
int known_inputs_open(const known_input_settings *settings, uint64_t seed, known_inputs *known);
void known_inputs_close(known_inputs *known);

#endif
