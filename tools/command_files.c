#include "command_files.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "options.h"

enum { MOST_LINKS = 40 };

static void add(command_files *files, command_file file)
{
    assert(files->count < MOST_COMMAND_FILES);
    files->file[files->count++] = file;
}

void command_reads(command_files *files, const char *option, const char *path)
{
    if (path != NULL)
        add(files, (command_file){.option = option, .path = path});
}

void command_writes(command_files *files, const char *option, const char *path)
{
    if (path != NULL)
        add(files, (command_file){.option = option, .path = path, .written = true});
}

void command_prints(command_files *files)
{
    add(files, (command_file){.path = "-", .written = true});
}

static bool is_stream(const command_file *file)
{
    return strcmp(file->path, "-") == 0;
}

/* What tells one file from another. */
typedef struct identity {
    bool known;
    dev_t device;
    ino_t inode;         /* of the file, or of the directory that `name` would be in */
    char name[PATH_MAX]; /* "": the file exists */
} identity;

/* The directory part of a path, or "."; *name: the rest. */
static void split(const char *path, char directory[PATH_MAX], const char **name)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    memcpy(directory, path, length);
    memcpy(directory + length, ".", 2);
    *name = path + length;
}

/* Replace a path by what it points to; false: it is no symbolic link, or the result is too long. */
static bool follow(char path[PATH_MAX])
{
    char target[PATH_MAX];
    const ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0)
        return false;
    const char *slash = strrchr(path, '/');
    const size_t kept = target[0] == '/' || slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (kept + (size_t)length + 2 > PATH_MAX)
        return false;
    memcpy(path + kept, target, (size_t)length);
    path[kept + (size_t)length] = '\0';
    return true;
}

/* A path that does not exist: where it would be made. */
static identity identify_new(const char *given)
{
    identity found = {0};
    char path[PATH_MAX];
    char directory[PATH_MAX];
    const char *name;
    if (strlen(given) + 2 > sizeof path)
        return found;
    memcpy(path, given, strlen(given) + 1);
    for (int links = 0; links < MOST_LINKS && follow(path); links++)
        continue;
    split(path, directory, &name);
    struct stat about;
    if (name[0] == '\0' || stat(directory, &about) != 0)
        return found;
    found = (identity){.known = true, .device = about.st_dev, .inode = about.st_ino};
    memcpy(found.name, name, strlen(name) + 1);
    return found;
}

static identity identify(const command_file *file)
{
    struct stat about;
    const int stream = file->written ? STDOUT_FILENO : STDIN_FILENO;
    const int failed = is_stream(file) ? fstat(stream, &about) : stat(file->path, &about);
    if (failed)
        return is_stream(file) ? (identity){0} : identify_new(file->path);
    return (identity){
        .known = S_ISREG(about.st_mode) || S_ISBLK(about.st_mode),
        .device = about.st_dev,
        .inode = about.st_ino,
    };
}

static bool same(const identity *a, const identity *b)
{
    return a->known && b->known && a->device == b->device && a->inode == b->inode &&
           strcmp(a->name, b->name) == 0;
}

/* The file as messages name it, to be freed. */
static char *description(const command_file *file)
{
    if (file->option == NULL)
        return strdup("standard output");
    char *text = NULL;
    if (asprintf(&text, "%s '%s'", file->option, file->path) < 0)
        return NULL;
    return text;
}

static void refuse_pair(struct argp_state *state, const command_file *written,
                        const command_file *other)
{
    char *first = description(written);
    char *second = description(other);
    if (first == NULL || second == NULL)
        fail_memory();
    usage_error(state, "%s and %s are the same file, which would be overwritten", first, second);
    free(first);
    free(second);
}

static void check_streams(struct argp_state *state, const command_files *files)
{
    int used[2] = {0, 0};
    for (int i = 0; i < files->count; i++)
        used[files->file[i].written] += is_stream(&files->file[i]);
    if (used[0] > 1)
        usage_error(state, "only one of the files can be '-', standard input");
    if (used[1] > 1)
        usage_error(state, "only one of the files can be '-', standard output (--json and tables "
                           "are written there too)");
}

void command_files_check(struct argp_state *state, const command_files *files)
{
    check_streams(state, files);
    identity *found = allocate((size_t)files->count, sizeof *found);
    for (int i = 0; i < files->count; i++)
        found[i] = identify(&files->file[i]);
    for (int i = 0; i < files->count; i++) {
        for (int j = 0; j < files->count; j++) {
            const command_file *written = &files->file[i];
            const command_file *other = &files->file[j];
            const bool compared = written->written && (i < j || (i > j && !other->written));
            if (compared && same(&found[i], &found[j]))
                refuse_pair(state, written, other);
        }
    }
    free(found);
}
