/* The options of samples, threads and output that the subcommands share. */
#ifndef TOOLS_DATA_OPTIONS_H
#define TOOLS_DATA_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "command_files.h"

typedef struct data_settings {
    const char *images;
    const char *labels; /* NULL without labelled_data_argp */
    int32_t threads;    /* 0: all */
    bool json;          /* false without labelled_data_argp */
} data_settings;

/* Children of a subcommand's parser, whose input is a data_settings: --images, which is required, and
 * --threads; and the same with --labels, which is required, and --json. */
extern const struct argp data_argp;
extern const struct argp labelled_data_argp;

/* Add the files that the settings name. */
void data_files(const data_settings *settings, command_files *files);

#endif
