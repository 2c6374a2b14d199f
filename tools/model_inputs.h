/* A model and the samples it is applied to, for `linclass predict`, `evaluate` and `verify`. */
#ifndef TOOLS_MODEL_INPUTS_H
#define TOOLS_MODEL_INPUTS_H

#include <argp.h>
#include <stdint.h>

#include <linclass/context.h>
#include <linclass/model.h>

#include "command_files.h"
#include "data_options.h"
#include "sample_files.h"

typedef struct model_input_settings {
    data_settings data;
    const char *model;
    double scale;       /* 0: the scale stored in the model */
    bool ignore_labels; /* of a file of --data: they are not looked at */
} model_input_settings;

/* --model and --scale: a child of the subcommand's parser, whose input is a model_input_settings. The
 * options of `data` are another child. */
extern const struct argp model_input_argp;

/* Add the files that the settings name. */
void model_inputs_files(const model_input_settings *settings, command_files *files);

typedef struct model_inputs {
    linclass_context *ctx;
    linclass_model *model;
    samples samples;
} model_inputs;

/* Scores that a row has for a model: one, or as many as classes. */
int64_t model_scores(const linclass_model *model);

/* Load the model and read the samples. Returns an exit status; to be closed in either case. */
int model_inputs_open(const model_input_settings *settings, model_inputs *app);
void model_inputs_close(model_inputs *app);

#endif
