#include "weight_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "number.h"

static int read_lines(FILE *file, const char *path, int64_t count, double *weights)
{
    char *line = NULL;
    size_t capacity = 0;
    int64_t read = 0;
    int status = EXIT_OK;
    while (status == EXIT_OK && getline(&line, &capacity, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (read == count)
            status = fail(EXIT_DATA, "%s has more than %" PRId64 " lines, one for each sample",
                          path, count);
        else if (!parse_real(line, &weights[read++]) || weights[read - 1] < 0)
            status = fail(EXIT_DATA, "%s: line %" PRId64 ", '%.40s', is not a number >= 0", path,
                          read, line);
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
