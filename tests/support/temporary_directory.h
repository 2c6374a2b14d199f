/* A directory of a test's own, removed with all that is in it. */
#ifndef SUPPORT_TEMPORARY_DIRECTORY_H
#define SUPPORT_TEMPORARY_DIRECTORY_H

#include <stddef.h>

enum { TEMPORARY_PATH_BYTES = 512 };

typedef struct temporary_directory {
    char path[256];
} temporary_directory;

/* Make one under $TMPDIR, or /tmp. Ends the test program when that cannot be done. */
temporary_directory temporary_directory_begin(void);
void temporary_directory_end(temporary_directory *self);

/* The path of `name` in the directory, into path (TEMPORARY_PATH_BYTES of them); returns path. */
char *temporary_directory_path(const temporary_directory *self, const char *name, char *path);

/* Write a file of `size` bytes, replacing an old one, and give its path as above. */
char *temporary_directory_write(const temporary_directory *self, const char *name,
                                const void *bytes, size_t size, char *path);

#endif
