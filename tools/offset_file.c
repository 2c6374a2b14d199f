#include "offset_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include <linclass/dataset.h>
#include <linclass/status.h>

#include "elements.h"
#include "exit_status.h"
#include "message.h"

/* Rows of the file to those of the samples: of two scores for one, what the second has over the first. */
static void pick_rows(const linclass_matrix *file, int64_t columns, samples *taken)
{
    double *offsets = allocate((size_t)(taken->X.rows * columns), sizeof *offsets);
    for (int64_t i = 0; i < taken->X.rows; i++) {
        const element_row row = elements_of(file, taken->rows == NULL ? i : taken->rows[i]);
        for (int64_t j = 0; j < columns; j++) {
            int64_t column;
            offsets[i * columns + j] = element_at(&row, j, &column);
        }
        int64_t column;
        if (file->cols > columns)
            offsets[i] = element_at(&row, 1, &column) - offsets[i];
    }
    taken->offsets = offsets;
    taken->X.offset = offsets;
    taken->X.offset_stride = columns;
}

static int check_shape(const char *option, const char *path, const linclass_matrix *file,
                       int64_t columns, const samples *taken)
{
    if (file->rows == taken->file_rows &&
        (file->cols == columns || (columns == 1 && file->cols == 2)))
        return EXIT_OK;
    return fail(EXIT_DATA,
                "%s: %s has %" PRId64 " rows of %" PRId64 " numbers, for %" PRId64
                " samples with %" PRId64 " scores each",
                option, path, file->rows, file->cols, taken->file_rows, columns);
}

int offset_file_read(linclass_context *ctx, const char *option, const char *path, int64_t columns,
                     samples *taken, samples *also)
{
    if (path == NULL)
        return EXIT_OK;
    linclass_read_options options;
    linclass_read_options_init(&options, sizeof options);
    options.dtype = LINCLASS_FLOAT64;
    options.layout = LINCLASS_LAYOUT_STRIDED;
    linclass_dataset *dataset = NULL;
    linclass_matrix file;
    linclass_status read = linclass_dataset_read(ctx, path, &options, &dataset);
    if (read == LINCLASS_OK)
        read = linclass_dataset_matrix(dataset, &file, sizeof file);
    if (read != LINCLASS_OK) {
        linclass_dataset_destroy(dataset);
        return fail_library(ctx, read);
    }
    const int status = check_shape(option, path, &file, columns, taken);
    if (status == EXIT_OK)
        pick_rows(&file, columns, taken);
    if (status == EXIT_OK && also != NULL)
        pick_rows(&file, columns, also);
    linclass_dataset_destroy(dataset);
    return status;
}
