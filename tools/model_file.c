/* The library reads and replaces model files by name. A stream has no name, so "-" goes through a
 * file in a directory of its own under TMPDIR. */
#include "model_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linclass/status.h>

#include "exit_status.h"
#include "message.h"
#include "output.h"

typedef struct scratch_file {
    char *directory;
    char *path;
} scratch_file;

static char *joined(const char *directory, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", directory, name) < 0)
        fail_memory();
    return path;
}

/* False after an error, which has been reported. */
static bool scratch_create(scratch_file *scratch)
{
    const char *parent = getenv("TMPDIR");
    scratch->directory =
        joined(parent != NULL && parent[0] != '\0' ? parent : "/tmp", "linclass-XXXXXX");
    if (mkdtemp(scratch->directory) == NULL) {
        warn("cannot make the directory %s: %s", scratch->directory, strerror(errno));
        free(scratch->directory);
        return false;
    }
    scratch->path = joined(scratch->directory, "model");
    return true;
}

static void scratch_remove(scratch_file *scratch)
{
    unlink(scratch->path);
    rmdir(scratch->directory);
    free(scratch->path);
    free(scratch->directory);
}

/* Copy until the end of `from`; false on a read error. Write errors stay on `to`. */
static bool copy_stream(FILE *from, FILE *to)
{
    char block[65536];
    size_t count;
    while ((count = fread(block, 1, sizeof block, from)) > 0) {
        if (fwrite(block, 1, count, to) != count)
            break;
    }
    return ferror(from) == 0;
}

static int load_path(linclass_context *ctx, const char *path, linclass_model **model)
{
    const linclass_status status = linclass_model_load(ctx, path, model);
    return status == LINCLASS_OK ? EXIT_OK : fail_library(ctx, status);
}

static int load_stream(linclass_context *ctx, const scratch_file *scratch, linclass_model **model)
{
    FILE *copy = output_open(scratch->path);
    if (copy == NULL)
        return EXIT_IO;
    errno = 0;
    const bool read_all = copy_stream(stdin, copy);
    const int reason = errno;
    const int status = output_finish(copy, scratch->path);
    if (!read_all)
        return fail(EXIT_IO, "cannot read the model from standard input: %s", strerror(reason));
    return status == EXIT_OK ? load_path(ctx, scratch->path, model) : status;
}

int model_file_load(linclass_context *ctx, const char *path, linclass_model **model)
{
    *model = NULL;
    if (strcmp(path, "-") != 0)
        return load_path(ctx, path, model);
    scratch_file scratch;
    if (!scratch_create(&scratch))
        return EXIT_IO;
    const int status = load_stream(ctx, &scratch, model);
    scratch_remove(&scratch);
    return status;
}

static int save_path(linclass_context *ctx, const linclass_model *model, const char *path)
{
    const linclass_status status = linclass_model_save(ctx, model, path);
    return status == LINCLASS_OK ? EXIT_OK : fail_library(ctx, status);
}

static int save_stream(linclass_context *ctx, const linclass_model *model,
                       const scratch_file *scratch)
{
    const int status = save_path(ctx, model, scratch->path);
    if (status != EXIT_OK)
        return status;
    FILE *copy = fopen(scratch->path, "re");
    if (copy == NULL)
        return fail(EXIT_IO, "cannot read %s: %s", scratch->path, strerror(errno));
    const bool read_all = copy_stream(copy, stdout);
    fclose(copy);
    if (!read_all)
        return fail(EXIT_IO, "cannot read %s", scratch->path);
    return output_finish(stdout, "-");
}

int model_file_save(linclass_context *ctx, const linclass_model *model, const char *path)
{
    if (strcmp(path, "-") != 0)
        return save_path(ctx, model, path);
    scratch_file scratch;
    if (!scratch_create(&scratch))
        return EXIT_IO;
    const int status = save_stream(ctx, model, &scratch);
    scratch_remove(&scratch);
    return status;
}

int model_file_check(const char *path)
{
    if (strcmp(path, "-") == 0)
        return EXIT_OK;
    struct stat present;
    if (stat(path, &present) == 0 && !S_ISREG(present.st_mode))
        return fail(EXIT_IO, "cannot save a model as %s: it is not a regular file", path);
    const char *slash = strrchr(path, '/');
    char *directory = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (directory == NULL)
        fail_memory();
    char *probe = joined(directory, ".linclass-XXXXXX");
    const int descriptor = mkstemp(probe);
    int status = EXIT_OK;
    if (descriptor < 0)
        status = fail(EXIT_IO, "cannot save a model as %s: %s", path, strerror(errno));
    else {
        close(descriptor);
        unlink(probe);
    }
    free(probe);
    free(directory);
    return status;
}
