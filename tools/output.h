/* Standard output and output files: what could not be written is an error, found at the latest
 * when the stream is finished. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <stdio.h>

/* Open a file for writing; "-" is standard output. NULL after an error, which has been reported. */
FILE *output_open(const char *path);

/* Flush, and close unless it is standard output. Returns EXIT_OK, or EXIT_IO when anything written
 * to the stream was lost, which has been reported, but for a pipe that nobody reads any more. */
int output_finish(FILE *file, const char *path);

/* Keep file descriptors 0, 1 and 2 from being taken by files when the program is started without
 * them, turn SIGPIPE into a write error, and check standard output when the program exits, so that
 * even --help tells of a full disk. */
void output_begin(void);

#endif
