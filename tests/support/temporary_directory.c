#include "support/temporary_directory.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

temporary_directory temporary_directory_begin(void)
{
    temporary_directory self;
    const char *const parent = getenv("TMPDIR");
    const int length = snprintf(self.path, sizeof self.path, "%s/linclass-test-XXXXXX",
                                parent == NULL || *parent == '\0' ? "/tmp" : parent);
    if (length < 0 || (size_t)length >= sizeof self.path || mkdtemp(self.path) == NULL)
        give_up("cannot make a temporary directory");
    return self;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

void temporary_directory_end(temporary_directory *self)
{
    (void)nftw(self->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

char *temporary_directory_path(const temporary_directory *self, const char *name, char *path)
{
    (void)snprintf(path, TEMPORARY_PATH_BYTES, "%s/%s", self->path, name);
    return path;
}

char *temporary_directory_write(const temporary_directory *self, const char *name,
                                const void *bytes, size_t size, char *path)
{
    /* A file that is truncated and written again is put on the disk by some file systems when it is
     * closed; a new one is not. */
    (void)unlink(temporary_directory_path(self, name, path));
    FILE *file = fopen(path, "wb");
    if (file == NULL || (size > 0 && fwrite(bytes, 1, size, file) != size) || fclose(file) != 0)
        give_up(path);
    return path;
}
