/* The library reads and replaces model files by name. A stream has no name, so "-" goes through a scratch file. */
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
#include "scratch_file.h"

static int load_path(linclass_context *ctx, const char *path, linclass_model **model)
{
    const linclass_status status = linclass_model_load(ctx, path, model);
    return status == LINCLASS_OK ? EXIT_OK : fail_library(ctx, status);
}

int model_file_load(linclass_context *ctx, const char *path, linclass_model **model)
{
    *model = NULL;
    if (strcmp(path, "-") != 0)
        return load_path(ctx, path, model);
    scratch_file scratch;
    if (!scratch_create(&scratch))
        return EXIT_IO;
    int status = scratch_copy_input(&scratch);
    if (status == EXIT_OK)
        status = load_path(ctx, scratch.path, model);
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
    const bool read_all = scratch_copy_stream(copy, stdout);
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
    char *probe = NULL;
    if (asprintf(&probe, "%s/.linclass-XXXXXX", directory) < 0)
        fail_memory();
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
