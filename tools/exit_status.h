/* Exit statuses of the program; linclass(1) lists them. */
#ifndef TOOLS_EXIT_STATUS_H
#define TOOLS_EXIT_STATUS_H

enum {
    EXIT_OK = 0,
    EXIT_INTERNAL = 1, /* a defect, or no memory */
    EXIT_USAGE = 2,
    EXIT_DATA = 3, /* what was read is not what it should be, or the fit diverged on it */
    EXIT_IO = 4,
    EXIT_NOT_CONVERGED = 5, /* with --strict only */
    EXIT_DIFFERS = 6,       /* what a model's file reports is not so */
    EXIT_INTERRUPTED = 130
};

#endif
