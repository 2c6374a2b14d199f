/* Ctrl-C: the first asks the fit to stop after the epoch, the second ends the program at once. */
#ifndef TOOLS_INTERRUPT_H
#define TOOLS_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT is a request; not where it is ignored, as in a background job of a script. */
void interrupt_watch(void);

bool interrupt_requested(void);

#endif
