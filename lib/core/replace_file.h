/* Replacing a file in one step: until the last call succeeds, whoever opens the path finds the old
 * file whole (or none, where there was none), also when the process dies half-way. */
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

/* Begin. A path that is a symbolic link stays one: what it points to is replaced. An old file's
 * permissions are kept; a new file's are those the umask leaves. What exists and is not a regular file
 * (a device, a pipe) cannot be replaced and is written to. As with rename, whether a file may be
 * replaced is a matter of its directory's permissions. Errors: IO; then there is nothing to end. */
linclass_status file_replacement_begin(linclass_context *ctx, const char *path,
                                       file_replacement *self);

/* Write all the bytes. Errors: IO; abandon follows. */
linclass_status file_replacement_write(file_replacement *self, const void *bytes, size_t count);

/* Sync the file, rename it, sync the directory, end. Errors: IO; then the old file is in place, and whole, but
 * for one: where the directory could not be synced the new file is in place, and whole; after a power
 * failure either may be. The message says which. */
linclass_status file_replacement_commit(file_replacement *self);

/* Remove the temporary file, end. */
void file_replacement_abandon(file_replacement *self);

#endif
