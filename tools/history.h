/* The history of a fit: CSV, a header and a line an epoch, each line written when it is known. */
#ifndef TOOLS_HISTORY_H
#define TOOLS_HISTORY_H

#include <stdbool.h>
#include <stdio.h>

#include <linclass/fit.h>

typedef struct history {
    FILE *file; /* NULL: no history is wanted */
    const char *path;
    bool failed;
    int reason; /* errno of the failure; 0: none */
} history;

/* Begin the file `path` ("-": standard output; NULL: none). Returns an exit status. */
int history_open(history *record, const char *path);

/* Write the line of an epoch. On failure, report it once and continue without a history. */
void history_write(history *record, const linclass_progress *progress);

/* EXIT_IO when a line was lost. */
int history_close(history *record);

#endif
