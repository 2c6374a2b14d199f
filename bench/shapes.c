#include "shapes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    const char *path;
    int line;
    shapes_complaint complain;
    void *user;
} reader;

__attribute__((format(printf, 2, 3))) static void complain(const reader *r, const char *format, ...)
{
    char sentence[512];
    const int place = r->line > 0 ? snprintf(sentence, sizeof sentence, "%s:%d: ", r->path, r->line)
                                  : snprintf(sentence, sizeof sentence, "%s: ", r->path);
    if (place > 0 && (size_t)place < sizeof sentence) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(sentence + place, sizeof sentence - (size_t)place, format, arguments);
        va_end(arguments);
    }
    r->complain(sentence, r->user);
}

/* The next word as an integer >= 1; 0 after a complaint. */
static int64_t read_size(const reader *r, const char *what, char **words)
{
    const char *word = strtok_r(NULL, " \t\r\n", words);
    if (word == NULL) {
        complain(r, "%s is missing (a line is: m n k name)", what);
        return 0;
    }
    char *end;
    errno = 0;
    const long long value = strtoll(word, &end, 10);
    if (end == word || *end != '\0' || errno == ERANGE || value < 1) {
        complain(r, "%s is \"%.40s\", not an integer >= 1", what, word);
        return 0;
    }
    return value;
}

/* 1: a shape; 0: none on the line, or a bad one. */
static int read_line(const reader *r, char *line, shape *result)
{
    char *words = line;
    line[strcspn(line, "#")] = '\0';
    if (line[strspn(line, " \t\r\n")] == '\0')
        return 0;
    result->line = r->line;
    if ((result->m = read_size(r, "m", &words)) == 0 ||
        (result->n = read_size(r, "n", &words)) == 0 ||
        (result->k = read_size(r, "k", &words)) == 0)
        return 0;
    const char *name = strtok_r(NULL, " \t\r\n", &words);
    if (name == NULL || strlen(name) >= SHAPE_NAME_LENGTH) {
        complain(r, "the name is %s",
                 name == NULL ? "missing (a line is: m n k name)" : "too long");
        return 0;
    }
    strcpy(result->name, name);
    const char *more = strtok_r(NULL, " \t\r\n", &words);
    if (more != NULL) {
        complain(r, "\"%.40s\" after the name (a line is: m n k name)", more);
        return 0;
    }
    return 1;
}

size_t shapes_read(const char *path, shape **shapes, shapes_complaint complaint, void *user)
{
    reader r = {.path = path, .complain = complaint, .user = user};
    char *line = NULL;
    size_t line_capacity = 0;
    size_t count = 0;
    *shapes = NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        complain(&r, "%s", strerror(errno));
        return 0;
    }
    while (getline(&line, &line_capacity, file) >= 0) {
        shape next = {0};
        r.line++;
        if (!read_line(&r, line, &next))
            continue;
        shape *const grown = realloc(*shapes, (count + 1) * sizeof **shapes);
        if (grown == NULL)
            break;
        *shapes = grown;
        grown[count++] = next;
    }
    free(line);
    fclose(file);
    r.line = 0;
    if (count == 0)
        complain(&r, "no shapes in it");
    return count;
}
