/* Atomic replacement of a file: until the last call succeeds, the path names the complete old file (or
 * none, if there was none), even if the process dies in between. */
#ifndef CORE_REPLACE_FILE_H
#define CORE_REPLACE_FILE_H

#include <limits.h>

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/temporary_file.h"

typedef struct file_replacement {
    linclass_context *ctx;
    int file;
    int directory;       /* -1: the path is not a regular file and is written to directly */
    char path[PATH_MAX]; /* symbolic links followed */
    const char *name;    /* its last component */
    char temporary[TEMPORARY_NAME_BYTES]; /* the file being written, in the same directory */
} file_replacement;

/* Begin. If the path is a symbolic link, its target is replaced. An old file's
 * permissions are kept; a new file's are those the umask leaves. An existing file that is not
 * regular (a device, a pipe) cannot be replaced and is written to. As with rename, replacing a file needs
 * write permission for its directory. Errors: IO; then there is nothing to end. */
linclass_status file_replacement_begin(linclass_context *ctx, const char *path,
                                       file_replacement *self);

/* Write all the bytes. Errors: IO; abandon follows. */
linclass_status file_replacement_write(file_replacement *self, const void *bytes, size_t count);

/* Sync the file, rename it, sync the directory, end. Errors: IO; the old file is then in place and complete,
 * with one exception: if the directory could not be synced, the new file is in place and complete, and
 * after a power failure either may be. The error message says which. */
linclass_status file_replacement_commit(file_replacement *self);

/* Remove the temporary file, end. */
void file_replacement_abandon(file_replacement *self);

#endif
