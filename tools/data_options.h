/* The options of samples, threads and output that the subcommands share. */
#ifndef TOOLS_DATA_OPTIONS_H
#define TOOLS_DATA_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "command_files.h"
#include "read_options.h"

typedef struct data_settings {
    const char *data;   /* a file of any format; NULL: images */
    const char *images; /* an IDX file; NULL: data */
    const char *labels; /* a file with the labels; NULL: none, or in data */
    read_settings read; /* of data; read_settings_begin is called by data_argp */
    int32_t threads;    /* 0: all */
    int32_t vector_set; /* 0: the best */
    bool json;          /* false without labelled_data_argp */
} data_settings;

/* Children of a subcommand's parser, whose input is a data_settings: --data and --images, of which one is required, how
 * --data is read, --threads and --vector-set; and the same with --labels, which --images needs, and --json. */
extern const struct argp data_argp;
extern const struct argp labelled_data_argp;

/* Add the files that the settings name. */
void data_files(const data_settings *settings, command_files *files);

/* Return the name of the file with the samples. */
const char *data_name(const data_settings *settings);

#endif
