/* How --data is read: the options of the program that become linclass_read_options. */
#ifndef TOOLS_READ_OPTIONS_H
#define TOOLS_READ_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include <linclass/dataset.h>

typedef struct read_settings {
    linclass_read_options options; /* of the library; read_settings_begin has set the defaults */
    const char *given; /* the first option that was given, such as "--label"; NULL: none */
    bool missing_given;
    bool unknown_given;
    bool dtype_given;
} read_settings;

void read_settings_begin(read_settings *settings);

/* Refuse options that were given and say nothing of a file of this format, which has been read from `path`. */
int read_settings_check(const read_settings *settings, const char *path,
                        const linclass_dataset *dataset);

/* --format, --label, --header, --delimiter, --quote, --decimal, --index-base, --features, --samples, --missing,
 * --unknown: a child of a subcommand's parser, whose input is a read_settings. */
extern const struct argp read_argp;

#endif
