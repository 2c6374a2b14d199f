#include "scratch_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_status.h"
#include "message.h"
#include "output.h"

static char *joined(const char *directory, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", directory, name) < 0)
        fail_memory();
    return path;
}

bool scratch_create(scratch_file *scratch)
{
    const char *parent = getenv("TMPDIR");
    scratch->directory =
        joined(parent != NULL && parent[0] != '\0' ? parent : "/tmp", "linclass-XXXXXX");
    if (mkdtemp(scratch->directory) == NULL) {
        warn("cannot make the directory %s: %s", scratch->directory, strerror(errno));
        free(scratch->directory);
        return false;
    }
    scratch->path = joined(scratch->directory, "content");
    return true;
}

void scratch_remove(scratch_file *scratch)
{
    unlink(scratch->path);
    rmdir(scratch->directory);
    free(scratch->path);
    free(scratch->directory);
}

bool scratch_copy_stream(FILE *from, FILE *to)
{
    char block[65536];
    size_t count;
    while ((count = fread(block, 1, sizeof block, from)) > 0) {
        if (fwrite(block, 1, count, to) != count)
            break;
    }
    return ferror(from) == 0;
}

int scratch_copy_input(const scratch_file *scratch)
{
    FILE *copy = output_open(scratch->path);
    if (copy == NULL)
        return EXIT_IO;
    errno = 0;
    const bool read_all = scratch_copy_stream(stdin, copy);
    const int reason = errno;
    const int status = output_finish(copy, scratch->path);
    if (!read_all)
        return fail(EXIT_IO, "cannot read standard input: %s", strerror(reason));
    return status;
}
