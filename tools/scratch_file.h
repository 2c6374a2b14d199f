/* A file in a directory of its own under TMPDIR, for what is read or written as a stream but needs a name. */
#ifndef TOOLS_SCRATCH_FILE_H
#define TOOLS_SCRATCH_FILE_H

#include <stdbool.h>
#include <stdio.h>

typedef struct scratch_file {
    char *directory;
    char *path;
} scratch_file;

/* Make the directory; the file is not there yet. False after an error, which has been reported. */
bool scratch_create(scratch_file *scratch);
void scratch_remove(scratch_file *scratch);

/* Copy standard input into the file. Returns an exit status; errors have been reported. */
int scratch_copy_input(const scratch_file *scratch);

/* Copy until the end of `from`; false on a read error. Write errors stay on `to`. */
bool scratch_copy_stream(FILE *from, FILE *to);

#endif
