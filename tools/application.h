/* What `linclass predict` and `linclass evaluate` share: a model applied to images. */
#ifndef TOOLS_APPLICATION_H
#define TOOLS_APPLICATION_H

#include <argp.h>
#include <stdint.h>

#include <linclass/context.h>
#include <linclass/model.h>

#include "command_files.h"
#include "samples.h"

typedef struct application_settings {
    const char *model;
    const char *images;
    const char *labels; /* evaluate only */
    double scale;       /* 0: the model's */
    int32_t threads;    /* 0: all */
} application_settings;

/* --model, --images, --scale, --threads: a child of the subcommand's parser, whose input is an
 * application_settings. */
extern const struct argp application_argp;

/* Add the files that the settings name. */
void application_files(const application_settings *settings, command_files *files);

typedef struct application {
    linclass_context *ctx;
    linclass_model *model;
    samples samples;
} application;

/* Load the model and read the samples. Returns an exit status; close in either case. */
int application_open(const application_settings *settings, application *app);
void application_close(application *app);

#endif
