/* Missing cells are read as 0, unless the user says otherwise, so that they can be counted. */
#include "info_data.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "class_texts.h"
#include "columns.h"
#include "elements.h"
#include "exit_status.h"
#include "json.h"
#include "message.h"
#include "names.h"
#include "output.h"
#include "printable.h"
#include "reading.h"

enum { MOST_LABELS_SHOWN = 32 };

typedef struct label_count {
    int64_t label;
    int64_t count;
} label_count;

typedef struct data_description {
    const linclass_dataset *dataset;
    const char *compression; /* NULL: none */
    linclass_matrix X;
    int64_t nonzeros;
    label_count *labels; /* distinct, ascending */
    int64_t label_count;
} data_description;

/* How the file is compressed, by its first bytes. */
static const char *compression_of(const char *path)
{
    static const struct {
        const char *name;
        const char *magic;
        size_t length;
    } KINDS[] = {{"gzip", "\x1f\x8b", 2},
                 {"bzip2", "BZh", 3},
                 {"xz",
                  "\xfd"
                  "7zXZ",
                  5},
                 {"zstd", "\x28\xb5\x2f\xfd", 4}};
    char begin[5] = "";
    FILE *file = fopen(path, "re");
    const size_t count = file == NULL ? 0 : fread(begin, 1, sizeof begin, file);
    if (file != NULL)
        fclose(file);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (count >= KINDS[i].length && memcmp(begin, KINDS[i].magic, KINDS[i].length) == 0)
            return KINDS[i].name;
    return NULL;
}

static int by_label(const void *a, const void *b)
{
    const int64_t left = ((const label_count *)a)->label;
    const int64_t right = ((const label_count *)b)->label;
    return (left > right) - (left < right);
}

static void count_labels(data_description *data)
{
    const int64_t *y = linclass_dataset_labels(data->dataset);
    if (y == NULL)
        return;
    const int64_t m = data->X.rows;
    label_count *counts = allocate((size_t)m, sizeof *counts);
    for (int64_t i = 0; i < m; i++)
        counts[i] = (label_count){y[i], 1};
    qsort(counts, (size_t)m, sizeof *counts, by_label);
    int64_t distinct = 0;
    for (int64_t i = 0; i < m; i++) {
        if (distinct > 0 && counts[distinct - 1].label == counts[i].label)
            counts[distinct - 1].count++;
        else
            counts[distinct++] = counts[i];
    }
    data->labels = counts;
    data->label_count = distinct;
}

static void print_labels(const data_description *data)
{
    if (linclass_dataset_labels(data->dataset) == NULL) {
        puts("labels          none (--label names their column or array)");
        return;
    }
    printf("labels          %" PRId64 ":", data->label_count);
    for (int64_t j = 0; j < data->label_count && j < MOST_LABELS_SHOWN; j++) {
        const label_count *each = &data->labels[j];
        const char *name = linclass_dataset_class_name(data->dataset, each->label);
        char *shown = name == NULL ? NULL : printable(name, strlen(name));
        if (shown != NULL)
            printf("%s %s", j == 0 ? "" : ",", shown);
        else
            printf("%s %" PRId64, j == 0 ? "" : ",", each->label);
        printf(" (%" PRId64 ")", each->count);
        free(shown);
    }
    puts(data->label_count > MOST_LABELS_SHOWN ? ", ..." : "");
}

static void print_overrides(const char *format)
{
    if (strcmp(format, "csv") == 0)
        puts("read otherwise with --format, --header, --delimiter, --quote, --decimal, "
             "--label, --missing");
    else if (strcmp(format, "libsvm") == 0)
        puts("read otherwise with --format, --index-base, --features");
    else if (strcmp(format, "npz") == 0 || strcmp(format, "safetensors") == 0)
        puts("read otherwise with --format, --samples, --label");
}

static int print_text(const data_description *data)
{
    const linclass_matrix *X = &data->X;
    const char *format = linclass_dataset_format(data->dataset);
    const char *dialect = linclass_dataset_dialect(data->dataset);
    const bool sparse = X->layout == LINCLASS_LAYOUT_CSR;
    const double cells = (double)X->rows * (double)X->cols;
    printf("format          %s\n", format);
    if (data->compression != NULL)
        printf("compression     %s\n", data->compression);
    if (dialect != NULL)
        printf("dialect         %s\n", dialect);
    printf("samples         %" PRId64 "\n", X->rows);
    printf("features        %" PRId64 "\n", X->cols);
    printf("elements        %s, %s\n", name_of(ELEMENT_NAMES, X->dtype),
           sparse ? "sparse rows" : "dense");
    printf("nonzeros        %" PRId64, data->nonzeros);
    if (cells > 0)
        printf(" (%.3g %%)", 100 * (double)data->nonzeros / cells);
    putchar('\n');
    print_labels(data);
    columns_print(linclass_dataset_encoding(data->dataset), data->dataset);
    print_overrides(format);
    return output_finish(stdout, "-");
}

static json_t *labels_array(const data_description *data)
{
    if (linclass_dataset_labels(data->dataset) == NULL)
        return json_null();
    json_t *array = json_array();
    for (int64_t j = 0; j < data->label_count; j++) {
        json_t *label = json_object();
        const char *name = linclass_dataset_class_name(data->dataset, data->labels[j].label);
        object_set_integer(label, "label", data->labels[j].label);
        object_set(label, "name", name == NULL ? json_null() : json_string(name));
        object_set_integer(label, "samples", data->labels[j].count);
        array_append(array, label);
    }
    return array;
}

static int print_json(const data_description *data)
{
    const char *dialect = linclass_dataset_dialect(data->dataset);
    const char *compression = data->compression;
    json_t *object = object_begin("linclass-info-data-1");
    object_set_text(object, "format", linclass_dataset_format(data->dataset));
    object_set(object, "compression", compression == NULL ? json_null() : json_string(compression));
    object_set(object, "dialect", dialect == NULL ? json_null() : json_string(dialect));
    object_set_integer(object, "samples", data->X.rows);
    object_set_integer(object, "features", data->X.cols);
    object_set_text(object, "dtype", name_of(ELEMENT_NAMES, data->X.dtype));
    object_set_boolean(object, "sparse", data->X.layout == LINCLASS_LAYOUT_CSR);
    object_set_integer(object, "nonzeros", data->nonzeros);
    object_set(object, "labels", labels_array(data));
    object_set(object, "columns",
               columns_array(linclass_dataset_encoding(data->dataset), data->dataset));
    return object_print(object);
}

int info_data(linclass_context *ctx, const char *path, const read_settings *settings, bool json)
{
    linclass_read_options options = settings->options;
    if (!settings->missing_given)
        options.missing = LINCLASS_MISSING_ZERO;
    linclass_dataset *dataset = NULL;
    reading_display display;
    reading_begin(&display, path, false, &options);
    linclass_status read = linclass_dataset_read(ctx, path, &options, &dataset);
    reading_end(&display);
    if (read != LINCLASS_OK)
        return fail_library(ctx, read);
    data_description data = {.dataset = dataset, .compression = compression_of(path)};
    (void)linclass_dataset_matrix(dataset, &data.X, sizeof data.X);
    data.nonzeros = elements_count_nonzero(&data.X);
    count_labels(&data);
    int status = read_settings_check(settings, path, dataset);
    if (status == EXIT_OK)
        status = json ? print_json(&data) : print_text(&data);
    free(data.labels);
    linclass_dataset_destroy(dataset);
    return status;
}
