/* CSV, with a line of names: the labels first, where there are any. LIBSVM: indices from 1, elements other than 0. */
#include "data_writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "class_texts.h"
#include "elements.h"
#include "exit_status.h"
#include "message.h"

const data_writer DATA_WRITERS[] = {{"csv", write_csv},
                                    {"libsvm", write_libsvm},
                                    {"npy", write_npy},
                                    {"npz", write_npz},
                                    {NULL, NULL}};

/* The fewest digits that give the element back. */
static void print_number(FILE *file, const linclass_matrix *X, double value)
{
    char text[40];
    const bool is_float = X->dtype != LINCLASS_FLOAT64;
    for (int digits = is_float ? 6 : 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        const double back = strtod(text, NULL);
        if (back == value || (is_float && (float)back == (float)value))
            break;
    }
    fputs(text, file);
}

static void print_cell(FILE *file, const char *text)
{
    char *cell = csv_cell(text);
    fputs(cell, file);
    free(cell);
}

/* What the column of labels is called: as in its table; else so that no feature has the name. */
static void print_label_name(FILE *file, const linclass_dataset *dataset)
{
    const linclass_encoding *encoding = linclass_dataset_encoding(dataset);
    const char *name = encoding == NULL ? NULL : linclass_encoding_label_name(encoding);
    print_cell(file, name == NULL ? "label" : name);
}

static void print_names(FILE *file, const linclass_dataset *dataset, const linclass_matrix *X)
{
    const bool labelled = linclass_dataset_labels(dataset) != NULL;
    if (labelled)
        print_label_name(file, dataset);
    for (int64_t j = 0; j < X->cols; j++) {
        const char *name = linclass_dataset_feature_name(dataset, j);
        if (labelled || j > 0)
            fputc(',', file);
        if (name != NULL)
            print_cell(file, name);
        else
            fprintf(file, "x%" PRId64, j);
    }
    fputc('\n', file);
}

static void print_label(FILE *file, const linclass_dataset *dataset, int64_t row)
{
    const int64_t label = linclass_dataset_labels(dataset)[row];
    const char *name = linclass_dataset_class_name(dataset, label);
    if (name != NULL)
        print_cell(file, name);
    else
        fprintf(file, "%" PRId64, label);
}

/* A row with all its columns. */
static void print_cells(FILE *file, const linclass_matrix *X, int64_t i, bool comma)
{
    const element_row row = elements_of(X, i);
    int64_t e = 0;
    for (int64_t j = 0; j < X->cols; j++) {
        int64_t column = -1;
        const double value = e < row.count ? element_at(&row, e, &column) : 0;
        if (comma || j > 0)
            fputc(',', file);
        if (column == j) {
            print_number(file, X, value);
            e++;
        } else {
            fputc('0', file);
        }
    }
    fputc('\n', file);
}

int write_csv(const linclass_dataset *dataset, FILE *file)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    const bool labelled = linclass_dataset_labels(dataset) != NULL;
    print_names(file, dataset, &X);
    for (int64_t i = 0; i < X.rows && !ferror(file); i++) {
        if (labelled)
            print_label(file, dataset, i);
        print_cells(file, &X, i, labelled);
    }
    return EXIT_OK;
}

int write_libsvm(const linclass_dataset *dataset, FILE *file)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    const int64_t *labels = linclass_dataset_labels(dataset);
    if (labels == NULL)
        warn("there are no labels: each sample gets the label 0");
    for (int64_t i = 0; i < X.rows && !ferror(file); i++) {
        const element_row row = elements_of(&X, i);
        fprintf(file, "%" PRId64, labels == NULL ? 0 : labels[i]);
        for (int64_t e = 0; e < row.count; e++) {
            int64_t column;
            const double value = element_at(&row, e, &column);
            if (value == 0)
                continue;
            fprintf(file, " %" PRId64 ":", column + 1);
            print_number(file, &X, value);
        }
        fputc('\n', file);
    }
    return EXIT_OK;
}
