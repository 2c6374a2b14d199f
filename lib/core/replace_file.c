/* Write a temporary file in the same directory, sync it, rename it over the old one, sync the
 * directory. Rename is atomic within a directory; without the syncs a file system may carry it out
 * before the bytes are on the disk.
 *
 * Hazards. The temporary file is opened exclusively, so that neither another save nor a link planted
 * there is written to, and stays locked until it has its name or none: it is closed last
 * (temporary_file.c). All happens relative to the directory opened at the start: moving it meanwhile does no
 * harm. Renaming over a symbolic link would replace the link: it is followed
 * first, by hand, since the last component need not exist yet. */
#include "core/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/context.h"

enum { MAX_LINKS = 40, NEW_FILE_MODE = 0666, PERMISSIONS = 0777 };

static linclass_status fail(const file_replacement *self, const char *action)
{
    return context_fail_errno(self->ctx, action, self->path);
}

/* Length of the directory part of a path, its last slash included; 0 without one. */
static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* path := where the symbolic link `path` points to; false, with errno, when that is too long. */
static bool follow(char *path, const char *target, size_t length)
{
    const size_t keep = target[0] == '/' ? 0 : directory_length(path);
    if (keep + length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(path + keep, target, length);
    path[keep + length] = '\0';
    return true;
}

/* Copy the path, following symbolic links at its end. */
static linclass_status resolve(file_replacement *self, const char *path)
{
    const size_t length = strlen(path);
    self->path[0] = '\0';
    errno = length == 0 ? ENOENT : ENAMETOOLONG;
    if (length == 0 || length >= PATH_MAX)
        return context_fail_errno(self->ctx, "write", path);
    memcpy(self->path, path, length + 1);
    char target[PATH_MAX];
    for (int links = 0; links < MAX_LINKS; links++) {
        const ssize_t target_length = readlink(self->path, target, sizeof target);
        if (target_length < 0)
            return LINCLASS_OK; /* not a link, or not there: opening it will tell */
        if (!follow(self->path, target, (size_t)target_length))
            return fail(self, "write");
    }
    errno = ELOOP;
    return fail(self, "write");
}

static linclass_status open_directly(file_replacement *self)
{
    self->file = open(self->path, O_WRONLY | O_CLOEXEC);
    return self->file < 0 ? fail(self, "write") : LINCLASS_OK;
}

static linclass_status open_directory(file_replacement *self)
{
    const size_t length = directory_length(self->path);
    self->name = self->path + length;
    char directory[PATH_MAX];
    memcpy(directory, self->path, length);
    directory[length] = '\0';
    self->directory = open(length == 0 ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return self->directory < 0 ? fail(self, "open the directory of") : LINCLASS_OK;
}

static linclass_status open_temporary(file_replacement *self, const struct stat *old)
{
    const mode_t mode = old == NULL ? NEW_FILE_MODE : old->st_mode & PERMISSIONS;
    self->file = temporary_file_open(self->directory, self->name, mode, self->temporary);
    if (self->file < 0) {
        self->temporary[0] = '\0'; /* not ours to remove */
        return fail(self, "make a temporary file beside");
    }
    if (old != NULL && fchmod(self->file, mode) != 0) /* the umask may have taken some */
        return fail(self, "set the permissions of");
    return LINCLASS_OK;
}

linclass_status file_replacement_begin(linclass_context *ctx, const char *path,
                                       file_replacement *self)
{
    self->ctx = ctx;
    self->file = -1;
    self->directory = -1;
    self->temporary[0] = '\0';
    linclass_status status = resolve(self, path);
    if (status != LINCLASS_OK)
        return status;
    struct stat old;
    const bool exists = stat(self->path, &old) == 0;
    if (exists && !S_ISREG(old.st_mode))
        return open_directly(self);
    status = open_directory(self);
    if (status == LINCLASS_OK)
        status = open_temporary(self, exists ? &old : NULL);
    if (status != LINCLASS_OK)
        file_replacement_abandon(self);
    return status;
}

linclass_status file_replacement_write(file_replacement *self, const void *bytes, size_t count)
{
    const char *next = bytes;
    while (count > 0) {
        const ssize_t written = write(self->file, next, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(self, "write");
        next += written;
        count -= (size_t)written;
    }
    return LINCLASS_OK;
}

static linclass_status close_directly(file_replacement *self)
{
    const int closed = close(self->file);
    self->file = -1;
    return closed != 0 && errno != EINTR ? fail(self, "write") : LINCLASS_OK;
}

/* The new file has taken its place, which this cannot undo. */
static linclass_status sync_directory(const file_replacement *self)
{
    if (fsync(self->directory) == 0 || errno == EINVAL || errno == ENOTSUP) /* not offered here */
        return LINCLASS_OK;
    char reason[128];
    return context_fail(self->ctx, LINCLASS_ERROR_IO,
                        "%.300s is replaced, but a power failure may undo that: cannot sync its "
                        "directory: %s",
                        self->path, strerror_r(errno, reason, sizeof reason));
}

/* Nothing is left for close to write, or to fail at, after the sync. */
static linclass_status rename_and_sync(file_replacement *self)
{
    if (fsync(self->file) != 0)
        return fail(self, "sync");
    if (renameat(self->directory, self->temporary, self->directory, self->name) != 0)
        return fail(self, "replace");
    self->temporary[0] = '\0';
    return sync_directory(self);
}

linclass_status file_replacement_commit(file_replacement *self)
{
    const linclass_status status =
        self->directory < 0 ? close_directly(self) : rename_and_sync(self);
    file_replacement_abandon(self);
    return status;
}

void file_replacement_abandon(file_replacement *self)
{
    if (self->temporary[0] != '\0')
        (void)unlinkat(self->directory, self->temporary, 0);
    if (self->file >= 0)
        (void)close(self->file);
    if (self->directory >= 0)
        (void)close(self->directory);
    self->file = -1;
    self->directory = -1;
    self->temporary[0] = '\0';
}
