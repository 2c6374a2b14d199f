#include "real_data.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include <linclass/linclass.h>

enum { MOST_ROWS = 1000, MOST_FIELDS = 64 };

static fit_data allocate(int64_t rows, int64_t n, int64_t k)
{
    fit_data made = {.n = n, .k = k};
    made.X = calloc((size_t)(rows * n), sizeof *made.X);
    made.y = calloc((size_t)rows, sizeof *made.y);
    if (made.X == NULL || made.y == NULL)
        abort();
    return made;
}

static void give_up(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

/* Numbers of a line, separated by commas, written with a decimal point whatever the locale. */
static int64_t parse(const char *line, locale_t c, double *fields)
{
    int64_t count = 0;
    for (char *end; count < MOST_FIELDS; line = end + 1) {
        fields[count++] = strtod_l(line, &end, c);
        if (*end != ',')
            break;
    }
    return count;
}

fit_data real_table(const char *name, int64_t n, int64_t k)
{
    char path[512];
    char line[2048];
    double fields[MOST_FIELDS];
    fit_data made = allocate(MOST_ROWS, n, k);
    snprintf(path, sizeof path, "%s/tables/%s.csv", DATA, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        give_up(path);
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    while (made.m < MOST_ROWS && fgets(line, sizeof line, file) != NULL) {
        if (parse(line, c, fields) <= n)
            give_up(path);
        for (int64_t j = 0; j < n; j++)
            made.X[made.m * n + j] = fields[j];
        made.y[made.m++] = (int64_t)fields[n];
    }
    freelocale(c);
    fclose(file);
    data_standardise(&made);
    return made;
}

fit_data real_digits(int64_t count, int64_t k)
{
    linclass_context *ctx;
    linclass_dataset *dataset;
    linclass_matrix view;
    if (linclass_context_create(NULL, &ctx) != LINCLASS_OK)
        abort();
    if (linclass_dataset_read_idx(ctx, DATA "/digits/train-images-idx3-ubyte.gz",
                                  DATA "/digits/train-labels-idx1-ubyte.gz",
                                  &dataset) != LINCLASS_OK)
        give_up(linclass_context_message(ctx));
    linclass_dataset_matrix(dataset, &view, sizeof view);
    const unsigned char *pixels = view.data;
    const int64_t *labels = linclass_dataset_labels(dataset);
    fit_data made = allocate(count, view.cols, k);
    for (int64_t i = 0; i < view.rows && i < count; i++) {
        if (labels[i] >= k)
            continue;
        for (int64_t j = 0; j < view.cols; j++)
            made.X[made.m * made.n + j] = pixels[i * view.row_stride + j * view.col_stride] / 16.0;
        made.y[made.m++] = labels[i];
    }
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
    return made;
}
