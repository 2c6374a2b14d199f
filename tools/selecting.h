/* Several fits, one of which is taken: progress while they run, and the table of what they came to. */
#ifndef TOOLS_SELECTING_H
#define TOOLS_SELECTING_H

#include <jansson.h>

#include <linclass/selection.h>

#include "progress.h"
#include "samples.h"
#include "selection_options.h"

typedef struct selecting {
    const selection_settings *settings;
    linclass_context *ctx;
    const samples *rows;
    const linclass_fit_options *fit;
    progress_display *display;
    linclass_selection *selection; /* NULL before */
    linclass_status status;        /* of the call: 0, or why it ended before its end */
    int64_t chosen;                /* the candidate to take */
} selecting;

/* Run what the settings ask for, and choose. Returns an exit status, after an error that has been told;
 * the selection is to be destroyed in either case. */
int selecting_run(selecting *self);

/* The table, to standard output. */
int selecting_print(const selecting *self);

/* The same as an object. */
json_t *selecting_object(const selecting *self);

#endif
