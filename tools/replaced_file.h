/* Files that appear as a whole or not at all: written beside their place, then moved there. */
#ifndef TOOLS_REPLACED_FILE_H
#define TOOLS_REPLACED_FILE_H

#include <stdio.h>

typedef struct replaced_file {
    FILE *stream;
    const char *path;
    char *
        temporary; /* NULL: the stream is standard output, or a device or pipe is written to directly */
} replaced_file;

/* Open; "-" is standard output. Returns an exit status; errors have been reported, and there is nothing to end. */
int replaced_file_begin(replaced_file *file, const char *path);

/* Finish the file and put it in its place, with the permissions of an old one; if `status` is an error, remove what
 * was written. Returns `status`, or EXIT_IO, which has been reported. */
int replaced_file_end(replaced_file *file, int status);

#endif
