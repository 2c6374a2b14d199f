/* Several fits, one of which is chosen: their progress, and the table of their results. */
#ifndef TOOLS_SELECTION_RUN_H
#define TOOLS_SELECTION_RUN_H

#include <jansson.h>

#include <linclass/selection.h>

#include "progress.h"
#include "sample_files.h"
#include "selection_options.h"

typedef struct selection_run {
    const selection_settings *settings;
    linclass_context *ctx;
    const samples *rows;
    const linclass_fit_options *fit;
    progress_display *display;
    /* Fits a path where the rows are not in this process; NULL: linclass_fit_path over `rows`. */
    linclass_status (*fit_path)(const linclass_path_options *options,
                                linclass_selection **selection, void *user);
    void *user;
    linclass_selection *selection; /* NULL before the fits */
    linclass_status status;        /* of the call: 0, or the reason for an early end */
    int64_t chosen;                /* the candidate to take */
} selection_run;

/* Run the fits that the settings ask for, and choose one. Returns an exit status, after printing an error
 * message if it failed; the selection is to be destroyed in either case. */
int selection_run_fits(selection_run *self);

/* Print the table to standard output. Returns an exit status. */
int selection_run_print(const selection_run *self);

/* Return the table as a JSON object. */
json_t *selection_run_object(const selection_run *self);

#endif
