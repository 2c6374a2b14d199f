#include "weight_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "number.h"
#include "printable.h"

enum { MOST_BYTES_SHOWN = 40 };

/* Cut off "\n" or "\r\n", where the line ends with one; the length that is left. */
static size_t cut_line_end(char *line, size_t length)
{
    if (length > 0 && line[length - 1] == '\n') {
        length--;
        length -= length > 0 && line[length - 1] == '\r';
    }
    line[length] = '\0';
    return length;
}

/* Where a line stops being a number, counted from 1 in bytes; 1 where it is one that cannot be a weight. */
static size_t wrong_column(const char *line, size_t length)
{
    const size_t digits = strspn(line, "0123456789.eE+-");
    char *end;
    (void)strtod(line, &end);
    const size_t number = (size_t)(end - line);
    const size_t right = number < digits ? number : digits;
    return right == length ? 1 : right + 1;
}

static int fail_line(const char *path, int64_t number, const char *line, size_t length)
{
    char *shown = printable(line, length < MOST_BYTES_SHOWN ? length : MOST_BYTES_SHOWN);
    const int status =
        fail(EXIT_DATA, "%s: line %" PRId64 ", column %zu: '%s' is not a number >= 0", path, number,
             wrong_column(line, length), shown);
    free(shown);
    return status;
}

static int read_lines(FILE *file, const char *path, int64_t count, double *weights)
{
    char *line = NULL;
    size_t capacity = 0;
    int64_t read = 0;
    int status = EXIT_OK;
    ssize_t got;
    while (status == EXIT_OK && (got = getline(&line, &capacity, file)) >= 0) {
        const size_t length = cut_line_end(line, (size_t)got);
        if (read == count)
            status = fail(EXIT_DATA, "%s has more than %" PRId64 " lines, one for each sample",
                          path, count);
        else if (strlen(line) < length || !parse_real(line, &weights[read]) || weights[read] < 0)
            status = fail_line(path, read + 1, line, length);
        read++;
    }
    free(line);
    if (status == EXIT_OK && ferror(file))
        status = fail(EXIT_IO, "cannot read %s: %s", path, strerror(errno));
    if (status == EXIT_OK && read < count)
        status =
            fail(EXIT_DATA, "%s has %" PRId64 " lines for %" PRId64 " samples", path, read, count);
    return status;
}

int weight_file_read(const char *path, int64_t count, double **weights)
{
    const int is_stream = strcmp(path, "-") == 0;
    *weights = NULL;
    FILE *file = is_stream ? stdin : fopen(path, "r");
    if (file == NULL)
        return fail(EXIT_IO, "cannot open %s: %s", path, strerror(errno));
    double *made = allocate((size_t)count, sizeof *made);
    const int status = read_lines(file, is_stream ? "standard input" : path, count, made);
    if (!is_stream)
        fclose(file);
    if (status == EXIT_OK)
        *weights = made;
    else
        free(made);
    return status;
}

double *weight_file_pick(const samples *taken, double *weights)
{
    if (taken->rows == NULL)
        return weights;
    double *kept = allocate((size_t)taken->X.rows, sizeof *kept);
    for (int64_t i = 0; i < taken->X.rows; i++)
        kept[i] = weights[taken->rows[i]];
    free(weights);
    return kept;
}
