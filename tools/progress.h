/* How a fit is shown on standard error: one line on a terminal, with a bar where the end is known; a line an epoch or
 * iteration elsewhere. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>

#include <linclass/fit.h>

typedef struct progress_display {
    bool quiet;
    bool bar;
    bool colour;
    const char *unit; /* of what is counted: "epoch" or "fit" */
    double drawn_at;  /* seconds of the fit when the bar was last drawn */
    int drawn_width;  /* characters on the terminal's line; 0: nothing */
    bool pending;     /* `last` is not drawn yet */
    linclass_progress last;
} progress_display;

/* Look at standard error, TERM and NO_COLOR. */
void progress_begin(progress_display *display, bool quiet, const char *unit);
void progress_update(progress_display *display, const linclass_progress *progress);
/* Leave the terminal's line, so that what follows begins on its own. */
void progress_end(progress_display *display);

#endif
