/* How the reading of a file is shown on standard error: a line on a terminal, once it has taken a second. */
#ifndef TOOLS_READING_H
#define TOOLS_READING_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/dataset.h>

typedef struct reading_display {
    const char *path;
    bool shown;   /* on a terminal, and not quiet */
    double begin; /* seconds of the monotonic clock */
    double drawn_at;
    int drawn_width; /* characters on the terminal's line; 0: nothing */
} reading_display;

/* Look at standard error and TERM, and have the reader call back. The options then refer to the display. */
void reading_begin(reading_display *display, const char *path, bool quiet,
                   linclass_read_options *options);
/* Clear the terminal's line. */
void reading_end(reading_display *display);

#endif
