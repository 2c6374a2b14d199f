#include "reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "printable.h"

static const double SECONDS_BEFORE_DRAWING = 1;
static const double SECONDS_BETWEEN_DRAWINGS = 0.1;
static const double MEGABYTE = 1e6;

enum { LONGEST_NAME = 40 };

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void draw(reading_display *display, int64_t done, int64_t total)
{
    const char *slash = strrchr(display->path, '/');
    const char *name = slash == NULL ? display->path : slash + 1;
    char *text = printable(name, strlen(name));
    int width = fprintf(stderr, "\rreading %.*s  ", LONGEST_NAME, text) - 1;
    free(text);
    if (total > 0)
        width += fprintf(stderr, "%3.0f %% of ", 100 * (double)done / (double)total);
    width += fprintf(stderr, "%.1f MB", (double)(total > 0 ? total : done) / MEGABYTE);
    if (display->drawn_width > width)
        fprintf(stderr, "%*s", display->drawn_width - width, "");
    fflush(stderr);
    display->drawn_width = width;
}

static int32_t on_progress(int64_t done, int64_t total, void *user)
{
    reading_display *display = user;
    const double time = now();
    if (display->shown && time - display->begin >= SECONDS_BEFORE_DRAWING &&
        time - display->drawn_at >= SECONDS_BETWEEN_DRAWINGS) {
        draw(display, done, total);
        display->drawn_at = time;
    }
    return 0;
}

void reading_begin(reading_display *display, const char *path, bool quiet,
                   linclass_read_options *options)
{
    const char *term = getenv("TERM");
    const bool dumb = term != NULL && strcmp(term, "dumb") == 0;
    *display = (reading_display){.path = path, .begin = now()};
    display->shown = !quiet && isatty(STDERR_FILENO) != 0 && !dumb;
    options->progress = on_progress;
    options->progress_user = display;
}

void reading_end(reading_display *display)
{
    if (display->drawn_width > 0)
        fprintf(stderr, "\r%*s\r", display->drawn_width, "");
    fflush(stderr);
}
