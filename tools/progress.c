/* The line of a solver that runs until it has converged has no bar, but the gradient and what it is to become.
 *
 * The bar rewrites one line with a carriage return and spaces; nothing else is asked of the terminal
 * but, unless NO_COLOR is set, green. What does not fit is left out: first the bar, then the
 * figures from the right, so that no line wraps. */
#include "progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double SECONDS_BETWEEN_DRAWINGS = 0.1;

enum { SHORTEST_BAR = 5, LONGEST_BAR = 30, LINE = 512 };

void progress_begin(progress_display *display, bool quiet, const char *unit)
{
    const char *term = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    const bool dumb = term != NULL && strcmp(term, "dumb") == 0;
    *display = (progress_display){.quiet = quiet, .unit = unit, .drawn_at = -INFINITY};
    display->bar = isatty(STDERR_FILENO) != 0 && !dumb;
    display->colour = display->bar && term != NULL && (no_color == NULL || no_color[0] == '\0');
}

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* Append to `line` when the result has at most `width` characters; false: it does not. */
static bool append(char *line, int width, const char *text)
{
    const size_t length = strlen(line);
    const size_t added = strlen(text);
    if (width < 0 || length + added > (size_t)width)
        return false;
    memcpy(line + length, text, added + 1);
    return true;
}

/* Whether the end is known: the epochs of SGD, the fits of a selection. Other solvers go on until the gradient is
 * small; their limit of iterations says nothing. */
static bool is_counted(const linclass_progress *progress)
{
    return progress->solver == LINCLASS_SOLVER_AUTO || progress->solver == LINCLASS_SOLVER_SGD;
}

/* The figures of an epoch, as many as fit into `width`. */
static void format_figures(const linclass_progress *progress, int width, char line[LINE])
{
    char text[LINE];
    line[0] = '\0';
    bool fits = true;
    if (!is_counted(progress) && isfinite(progress->relative_gradient)) {
        snprintf(text, sizeof text, "  gradient %.1e (to %.0e)", progress->relative_gradient,
                 progress->gradient_tolerance);
        fits = append(line, width, text);
    }
    snprintf(text, sizeof text, "  loss %.4g", progress->loss);
    fits = fits && append(line, width, text);
    snprintf(text, sizeof text, "  error %.2f %%", 100 * progress->error);
    fits = fits && append(line, width, text);
    if (!isnan(progress->validation_loss)) {
        snprintf(text, sizeof text, "  validation loss %.4g", progress->validation_loss);
        fits = fits && append(line, width, text);
        snprintf(text, sizeof text, "  validation error %.2f %%", 100 * progress->validation_error);
        fits = fits && append(line, width, text);
    }
    snprintf(text, sizeof text, "  %.1f s", progress->seconds);
    if (fits)
        append(line, width, text);
}

static int format_head(const progress_display *display, char head[LINE])
{
    const linclass_progress *progress = &display->last;
    if (!is_counted(progress))
        return snprintf(head, LINE, "iteration %" PRId64, progress->iteration);
    return snprintf(head, LINE, "%s %" PRId64 "/%" PRId64, display->unit, progress->iteration,
                    progress->max_iterations);
}

/* Returns the characters printed, `length` and a space before it; 0 when there is no room. */
static int draw_bar(const progress_display *display, int room)
{
    const int length = room - 3 < LONGEST_BAR ? room - 3 : LONGEST_BAR;
    if (length < SHORTEST_BAR)
        return 0;
    const linclass_progress *progress = &display->last;
    if (!is_counted(progress))
        return 0;
    const double share = (double)progress->iteration / (double)progress->max_iterations;
    const int done = share >= 1 ? length : (int)(share * length);
    fputs(display->colour ? " [\033[32m" : " [", stderr);
    for (int i = 0; i < done; i++)
        fputc('#', stderr);
    fputs(display->colour ? "\033[0m" : "", stderr);
    for (int i = done; i < length; i++)
        fputc('-', stderr);
    fputc(']', stderr);
    return length + 3;
}

static void draw(progress_display *display)
{
    /* The last column stays free: writing there makes some terminals wrap. */
    const int width = terminal_width() - 1;
    char head[LINE];
    char figures[LINE];
    int printed = format_head(display, head);
    if (printed > width) {
        printed = width > 0 ? width : 0;
        head[printed] = '\0';
    }
    format_figures(&display->last, width - printed, figures);
    fprintf(stderr, "\r%s", head);
    printed += draw_bar(display, width - printed - (int)strlen(figures));
    printed += fprintf(stderr, "%s", figures);
    const int left_over = display->drawn_width < width ? display->drawn_width : width;
    if (left_over > printed)
        fprintf(stderr, "%*s", left_over - printed, "");
    fflush(stderr);
    display->drawn_width = printed;
    display->drawn_at = display->last.seconds;
    display->pending = false;
}

static void print_line(const progress_display *display)
{
    char head[LINE];
    char figures[LINE];
    format_head(display, head);
    format_figures(&display->last, LINE - 1, figures);
    fprintf(stderr, "%s%s\n", head, figures);
}

void progress_update(progress_display *display, const linclass_progress *progress)
{
    if (display->quiet)
        return;
    /* A library older than the program gives a shorter struct. */
    const size_t known = sizeof display->last;
    memcpy(&display->last, progress, progress->size < known ? progress->size : known);
    display->pending = true;
    if (!display->bar)
        print_line(display);
    else if (progress->seconds - display->drawn_at >= SECONDS_BETWEEN_DRAWINGS)
        draw(display);
}

void progress_end(progress_display *display)
{
    if (display->quiet || !display->bar || display->drawn_at < 0)
        return;
    if (display->pending)
        draw(display);
    fputc('\n', stderr);
}
