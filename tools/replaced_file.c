#include "replaced_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_status.h"
#include "message.h"
#include "output.h"

/* The place itself: of a symbolic link, what it leads to. To be freed. */
static char *final_path(const char *path)
{
    char *resolved = realpath(path, NULL);
    if (resolved == NULL)
        resolved = strdup(path);
    if (resolved == NULL)
        fail_memory();
    return resolved;
}

/* The permissions that the file is to have: those of an old one, else what the umask leaves. */
static mode_t permissions(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0)
        return about.st_mode & 07777;
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static int begin_beside(replaced_file *file)
{
    char *place = final_path(file->path);
    const char *slash = strrchr(place, '/');
    const int length = slash == NULL ? 0 : (int)(slash - place) + 1;
    if (asprintf(&file->temporary, "%.*s.linclass-XXXXXX", length, place) < 0)
        fail_memory();
    free(place);
    const int descriptor = mkstemp(file->temporary);
    if (descriptor >= 0) {
        file->stream = fdopen(descriptor, "w");
        if (file->stream != NULL)
            return EXIT_OK;
        close(descriptor);
        unlink(file->temporary);
    }
    const int reason = errno;
    free(file->temporary);
    return fail(EXIT_IO, "cannot write %s: %s", file->path, strerror(reason));
}

/* Whether the path names a descriptor that is open: whoever opened it reads that file, not one in its place. */
static bool is_descriptor(const char *path)
{
    static const char *const FOLDERS[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++)
        if (strncmp(path, FOLDERS[i], strlen(FOLDERS[i])) == 0)
            return true;
    return strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/stderr") == 0;
}

/* Whether there is no file to replace: streams, devices and pipes, and links to what is not there, which is made. */
static bool is_written_directly(const char *path)
{
    struct stat about;
    if (strcmp(path, "-") == 0 || is_descriptor(path))
        return true;
    return stat(path, &about) == 0 ? !S_ISREG(about.st_mode) : lstat(path, &about) == 0;
}

int replaced_file_begin(replaced_file *file, const char *path)
{
    *file = (replaced_file){.path = path};
    if (!is_written_directly(path))
        return begin_beside(file);
    file->stream = output_open(path);
    return file->stream == NULL ? EXIT_IO : EXIT_OK;
}

int replaced_file_end(replaced_file *file, int status)
{
    if (file->temporary == NULL) {
        const int finished = output_finish(file->stream, file->path);
        return status != EXIT_OK ? status : finished;
    }
    /* errno is still the reason of the write that failed: a writer stops at it. */
    if (status == EXIT_OK && ferror(file->stream) != 0)
        status = fail(EXIT_IO, "cannot write %s: %s", file->path, strerror(errno));
    char *place = final_path(file->path);
    if (status == EXIT_OK && (fflush(file->stream) != 0 || fsync(fileno(file->stream)) != 0 ||
                              fchmod(fileno(file->stream), permissions(place)) != 0))
        status = fail(EXIT_IO, "cannot write %s: %s", file->path, strerror(errno));
    if (fclose(file->stream) != 0 && status == EXIT_OK)
        status = fail(EXIT_IO, "cannot write %s: %s", file->path, strerror(errno));
    if (status == EXIT_OK && rename(file->temporary, place) != 0)
        status = fail(EXIT_IO, "cannot write %s: %s", file->path, strerror(errno));
    if (status != EXIT_OK)
        unlink(file->temporary);
    free(place);
    free(file->temporary);
    return status;
}
