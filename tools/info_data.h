/* What a data file holds. */
#ifndef TOOLS_INFO_DATA_H
#define TOOLS_INFO_DATA_H

#include <stdbool.h>

#include <linclass/context.h>

#include "read_options.h"

/* Read the file and print what it is. Returns an exit status. */
int info_data(linclass_context *ctx, const char *path, const read_settings *settings, bool json);

#endif
