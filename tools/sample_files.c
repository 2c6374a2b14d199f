#include "sample_files.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elements.h"
#include "exit_status.h"
#include "message.h"
#include "names.h"
#include "reading.h"

#include <linclass/split.h>
#include <linclass/status.h>

enum { MOST_COLUMNS_LISTED = 40, FEW_ROWS = 20 };

/* The data set that the settings name. */
static linclass_status read_dataset(linclass_context *ctx, const data_settings *settings,
                                    samples_reading how, linclass_dataset **dataset)
{
    if (settings->data == NULL)
        return linclass_dataset_read_idx(ctx, settings->images, settings->labels, dataset);
    linclass_read_options options = settings->read.options;
    options.labels_path = settings->labels;
    options.encoding = how.encoding;
    options.dtype = how.dtype;
    options.ignore_labels = how.ignore_labels;
    if (options.features == 0)
        options.features = how.features;
    if (how.encoding != NULL && !settings->read.missing_given)
        options.missing = linclass_encoding_missing(how.encoding);
    reading_display display;
    reading_begin(&display, settings->data, how.quiet, &options);
    const linclass_status status = linclass_dataset_read(ctx, settings->data, &options, dataset);
    reading_end(&display);
    return status;
}

int samples_read(linclass_context *ctx, const data_settings *settings, samples_reading how,
                 double scale, samples *read)
{
    *read = (samples){0};
    linclass_status status = read_dataset(ctx, settings, how, &read->dataset);
    if (status != LINCLASS_OK)
        return fail_library(ctx, status);
    const int suits = settings->data == NULL
                          ? EXIT_OK
                          : read_settings_check(&settings->read, settings->data, read->dataset);
    if (suits != EXIT_OK) {
        samples_close(read);
        return suits;
    }
    status = linclass_dataset_matrix(read->dataset, &read->X, sizeof read->X);
    if (status != LINCLASS_OK) {
        samples_close(read);
        return fail_library(NULL, status);
    }
    read->X.scale = scale;
    read->file_rows = read->X.rows;
    read->y = linclass_dataset_labels(read->dataset);
    return EXIT_OK;
}

int samples_need_labels(const data_settings *settings, const samples *read)
{
    if (read->y != NULL)
        return EXIT_OK;
    const linclass_encoding *encoding = linclass_dataset_encoding(read->dataset);
    const int64_t columns = encoding == NULL ? 0 : linclass_encoding_columns(encoding);
    if (columns == 0)
        return fail(EXIT_USAGE, "%s has no labels: give a file of them with --labels",
                    settings->data);
    const char *known = linclass_encoding_label_name(encoding);
    if (known != NULL)
        return fail(EXIT_DATA,
                    "%s has no labels: their column, '%s', is not there or empty (--label can name "
                    "another)",
                    settings->data, known);
    char *list = NULL;
    size_t length;
    FILE *out = open_memstream(&list, &length);
    if (out == NULL)
        fail_memory();
    for (int64_t j = 0; j < columns && j < MOST_COLUMNS_LISTED; j++) {
        const char *name = linclass_encoding_column_name(encoding, j);
        if (name == NULL)
            fprintf(out, "%s%" PRId64, j == 0 ? "" : ", ", j);
        else
            fprintf(out, "%s%s", j == 0 ? "" : ", ", name);
    }
    fputs(columns > MOST_COLUMNS_LISTED ? ", ..." : "", out);
    if (fclose(out) != 0)
        fail_memory();
    const int status = fail(EXIT_USAGE,
                            "%s: which column has the labels? Give it with --label; the columns "
                            "are: %s",
                            settings->data, list);
    free(list);
    return status;
}

void samples_close(samples *read)
{
    linclass_dataset_destroy(read->dataset);
    free(read->rows);
    free(read->standardized);
    free(read->offsets);
    *read = (samples){0};
}

/* The picked samples of `read`, in *taken, which has nothing to close after an error. */
static int take(linclass_context *ctx, const samples *read, int64_t count, const int64_t *picked,
                samples *taken)
{
    samples made = {.file_rows = read->file_rows};
    linclass_status status =
        linclass_dataset_select(ctx, read->dataset, count, picked, &made.dataset);
    if (status == LINCLASS_OK)
        status = linclass_dataset_matrix(made.dataset, &made.X, sizeof made.X);
    if (status != LINCLASS_OK) {
        linclass_dataset_destroy(made.dataset);
        return fail_library(ctx, status);
    }
    made.X.scale = read->X.scale;
    made.y = linclass_dataset_labels(made.dataset);
    made.rows = allocate((size_t)count, sizeof *made.rows);
    for (int64_t i = 0; i < count; i++)
        made.rows[i] = read->rows == NULL ? picked[i] : read->rows[picked[i]];
    *taken = made;
    return EXIT_OK;
}

static bool among(int64_t count, const int64_t *labels, int64_t label)
{
    for (int64_t i = 0; i < count; i++) {
        if (labels[i] == label)
            return true;
    }
    return false;
}

int samples_keep_labels(linclass_context *ctx, samples *read, int64_t count, const int64_t *labels)
{
    for (int64_t i = 0; i < count; i++) {
        if (!among(read->X.rows, read->y, labels[i]))
            return fail(EXIT_DATA, "no sample has the label %" PRId64 " of --only-labels",
                        labels[i]);
    }
    int64_t *picked = allocate((size_t)read->X.rows, sizeof *picked);
    int64_t kept = 0;
    for (int64_t i = 0; i < read->X.rows; i++) {
        if (among(count, labels, read->y[i]))
            picked[kept++] = i;
    }
    samples taken;
    const int status = take(ctx, read, kept, picked, &taken);
    free(picked);
    if (status != EXIT_OK)
        return status;
    samples_close(read);
    *read = taken;
    return EXIT_OK;
}

int samples_split(linclass_context *ctx, samples *read, double fraction, uint64_t seed,
                  samples *taken)
{
    const int64_t m = read->X.rows;
    const double fractions[2] = {1 - fraction, fraction};
    int64_t *part = allocate((size_t)m, sizeof *part);
    int64_t *picked = allocate((size_t)m, sizeof *picked);
    samples sides[2] = {{0}, {0}};
    const linclass_status split = linclass_split(ctx, m, read->y, 2, fractions, seed, part);
    int status = split == LINCLASS_OK ? EXIT_OK : fail_library(ctx, split);
    for (int64_t side = 0; side < 2 && status == EXIT_OK; side++) {
        int64_t count = 0;
        for (int64_t i = 0; i < m; i++) {
            if (part[i] == side)
                picked[count++] = i;
        }
        status = count > 0
                     ? take(ctx, read, count, picked, &sides[side])
                     : fail(EXIT_DATA,
                            "--validation-fraction %g of %" PRId64 " samples leaves none to %s",
                            fraction, m, side == 0 ? "train on" : "validate on");
    }
    free(picked);
    free(part);
    if (status != EXIT_OK) {
        samples_close(&sides[0]);
        samples_close(&sides[1]);
        return status;
    }
    samples_close(read);
    *read = sides[0];
    *taken = sides[1];
    return EXIT_OK;
}

void samples_warn_of_scale(const linclass_matrix *X, double scale, const char *path)
{
    if (X->dtype != LINCLASS_UINT8 && scale != 1)
        warn("the %s numbers in %s are multiplied by the model's scale, %.6g; give --scale 1 when "
             "they are scaled already",
             name_of(ELEMENT_NAMES, X->dtype), path, scale);
}

void samples_warn_of_header(const samples *read, const char *path)
{
    const char *dialect = linclass_dataset_dialect(read->dataset);
    if (dialect != NULL && strstr(dialect, "the first line may be one") != NULL)
        warn("%s: its first line is taken for a sample, and may be a header: --header=yes or "
             "--header=no says which",
             path);
}

void samples_warn_of_texts(const samples *read, const char *path)
{
    const linclass_encoding *encoding = linclass_dataset_encoding(read->dataset);
    const int64_t columns = encoding == NULL ? 0 : linclass_encoding_columns(encoding);
    for (int64_t j = 0; j < columns; j++) {
        const int64_t texts = linclass_encoding_categories(encoding, j);
        const char *name = linclass_encoding_column_name(encoding, j);
        if (read->file_rows < FEW_ROWS || texts <= read->file_rows / 2)
            continue;
        warn("%s: column '%s' (number %" PRId64 ") has %" PRId64
             " different texts, such as '%.40s', in "
             "%" PRId64
             " rows, and each becomes a feature; leave it out unless they are categories",
             path, name == NULL ? "" : name, j, texts, linclass_encoding_category(encoding, j, 0),
             read->file_rows);
    }
}

linclass_matrix samples_rows(const linclass_matrix *X, int64_t first, int64_t count)
{
    linclass_matrix rows = *X;
    rows.rows = count;
    if (X->offset != NULL)
        rows.offset += first * X->offset_stride;
    if (X->layout == LINCLASS_LAYOUT_CSR)
        rows.row_starts += first;
    else if (count > 0)
        rows.data = (const char *)X->data + first * X->row_stride * element_bytes(X->dtype);
    return rows;
}
