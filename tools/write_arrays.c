/* .npy: a header in ASCII, then the elements, row after row. .npz: a zip archive of such files, stored without
 * compression, so that they can be mapped: X and y; or of sparse rows what scipy.sparse.save_npz writes, and y.
 * Class names make y an array of texts. Nothing is held in memory but the elements of a row, or some thousand. */
#include "data_writer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "elements.h"
#include "exit_status.h"
#include "message.h"
#include "zip_writer.h"

enum { HEADER = 128, AT_ONCE = 8192 };

/* Magic, version, and a dictionary that ends at a multiple of 64 bytes. */
static void put_header(zip_sink *sink, const char *type, const char *shape)
{
    char header[HEADER + 1];
    static const uint8_t MAGIC[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, HEADER - 10, 0};
    memcpy(header, MAGIC, sizeof MAGIC);
    const int length =
        snprintf(header + sizeof MAGIC, sizeof header - sizeof MAGIC,
                 "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
    const size_t used = sizeof MAGIC + (size_t)length;
    memset(header + used, ' ', HEADER - used);
    header[HEADER - 1] = '\n';
    zip_sink_put(sink, header, HEADER);
}

static void put_vector_header(zip_sink *sink, const char *type, int64_t count)
{
    char shape[40];
    (void)snprintf(shape, sizeof shape, "(%" PRId64 ",)", count);
    put_header(sink, type, shape);
}

/* Types of NumPy; bfloat16 is none, and becomes float32. */
static const char *type_of(int32_t dtype)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        return "|u1";
    case LINCLASS_INT8:
        return "|i1";
    case LINCLASS_UINT16:
        return "<u2";
    case LINCLASS_INT16:
        return "<i2";
    case LINCLASS_INT32:
        return "<i4";
    case LINCLASS_INT64:
        return "<i8";
    case LINCLASS_FLOAT16:
        return "<f2";
    case LINCLASS_FLOAT64:
        return "<f8";
    default:
        return "<f4";
    }
}

/* Elements `first` to `first + count - 1`, `step` apart, in their type. */
static void copy_elements(const linclass_matrix *X, int64_t first, int64_t count, int64_t step,
                          uint8_t *to)
{
    const int64_t bytes = element_bytes(X->dtype);
    for (int64_t i = 0; i < count; i++) {
        const int64_t at = first + i * step;
        if (X->data == NULL || X->dtype == LINCLASS_BFLOAT16) {
            const float value = X->data == NULL ? 1 : (float)element_load(X->dtype, X->data, at);
            memcpy(to + i * (int64_t)sizeof value, &value, sizeof value);
        } else {
            memcpy(to + i * bytes, (const uint8_t *)X->data + at * bytes, (size_t)bytes);
        }
    }
}

static int64_t written_bytes(const linclass_matrix *X)
{
    return X->data == NULL || X->dtype == LINCLASS_BFLOAT16 ? (int64_t)sizeof(float)
                                                            : element_bytes(X->dtype);
}

/* Elements that lie in order. */
static void put_elements(zip_sink *sink, const linclass_matrix *X, int64_t first, int64_t count)
{
    uint8_t some[AT_ONCE * sizeof(double)];
    for (int64_t i = 0; i < count; i += AT_ONCE) {
        const int64_t part = count - i < AT_ONCE ? count - i : AT_ONCE;
        copy_elements(X, first + i, part, 1, some);
        zip_sink_put(sink, some, (size_t)(part * written_bytes(X)));
    }
}

static void put_dense(const void *argument, zip_sink *sink)
{
    const linclass_matrix *const X = argument;
    char shape[64];
    (void)snprintf(shape, sizeof shape, "(%" PRId64 ", %" PRId64 ")", X->rows, X->cols);
    put_header(sink, type_of(X->dtype), shape);
    const size_t row_bytes = (size_t)(X->cols * written_bytes(X));
    uint8_t *row = allocate(row_bytes, 1);
    for (int64_t i = 0; i < X->rows; i++) {
        copy_elements(X, i * X->row_stride, X->cols, X->col_stride, row);
        zip_sink_put(sink, row, row_bytes);
    }
    free(row);
}

/* The code point of a character of valid UTF-8; *text moves past it. */
static uint32_t next_point(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    const int length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t point = length == 1 ? at[0] : at[0] & (0x7fU >> length);
    for (int i = 1; i < length; i++)
        point = point << 6 | (at[i] & 0x3f);
    *text += length;
    return point;
}

static int64_t rows_of(const linclass_dataset *dataset)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    return X.rows;
}

/* Texts, of as many characters of 32 bits as the longest has bytes. */
static void put_names(const linclass_dataset *dataset, zip_sink *sink)
{
    size_t longest = 1;
    for (int64_t c = 0; c < linclass_dataset_class_count(dataset); c++) {
        const size_t length = strlen(linclass_dataset_class_name(dataset, c));
        longest = length > longest ? length : longest;
    }
    const int64_t rows = rows_of(dataset);
    const int64_t *labels = linclass_dataset_labels(dataset);
    char type[40];
    (void)snprintf(type, sizeof type, "<U%zu", longest);
    put_vector_header(sink, type, rows);
    uint32_t *points = allocate(longest, sizeof *points);
    for (int64_t i = 0; i < rows; i++) {
        const char *text = linclass_dataset_class_name(dataset, labels[i]);
        memset(points, 0, longest * sizeof *points);
        for (size_t place = 0; *text != '\0'; place++)
            points[place] = next_point(&text);
        zip_sink_put(sink, points, longest * sizeof *points);
    }
    free(points);
}

static void put_labels(const void *argument, zip_sink *sink)
{
    const linclass_dataset *const dataset = argument;
    if (linclass_dataset_class_count(dataset) > 0) {
        put_names(dataset, sink);
        return;
    }
    const int64_t rows = rows_of(dataset);
    put_vector_header(sink, "<i8", rows);
    zip_sink_put(sink, linclass_dataset_labels(dataset), (size_t)rows * sizeof(int64_t));
}

static void put_values(const void *argument, zip_sink *sink)
{
    const linclass_matrix *const X = argument;
    const int64_t first = X->row_starts[0];
    const int64_t count = X->row_starts[X->rows] - first;
    put_vector_header(sink, X->data == NULL ? "<f4" : type_of(X->dtype), count);
    put_elements(sink, X, first, count);
}

static void put_columns(const void *argument, zip_sink *sink)
{
    const linclass_matrix *const X = argument;
    const bool narrow = X->column_dtype == LINCLASS_INT32;
    const size_t bytes = narrow ? sizeof(int32_t) : sizeof(int64_t);
    const size_t first = (size_t)X->row_starts[0];
    const int64_t count = X->row_starts[X->rows] - X->row_starts[0];
    put_vector_header(sink, narrow ? "<i4" : "<i8", count);
    if (count > 0)
        zip_sink_put(sink, (const uint8_t *)X->columns + first * bytes, (size_t)count * bytes);
}

static void put_starts(const void *argument, zip_sink *sink)
{
    const linclass_matrix *const X = argument;
    put_vector_header(sink, "<i8", X->rows + 1);
    for (int64_t i = 0; i <= X->rows; i++) {
        const int64_t start = X->row_starts[i] - X->row_starts[0];
        zip_sink_put(sink, &start, sizeof start);
    }
}

static void put_shape(const void *argument, zip_sink *sink)
{
    const linclass_matrix *const X = argument;
    const int64_t size[2] = {X->rows, X->cols};
    put_vector_header(sink, "<i8", 2);
    zip_sink_put(sink, size, sizeof size);
}

static void put_format(const void *argument, zip_sink *sink)
{
    (void)argument;
    put_header(sink, "|S3", "()");
    zip_sink_put(sink, "csr", 3);
}

int write_npy(const linclass_dataset *dataset, FILE *file)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    if (X.layout == LINCLASS_LAYOUT_CSR)
        return fail(EXIT_USAGE, "sparse rows are no .npy array: convert to npz");
    if (linclass_dataset_labels(dataset) != NULL)
        warn("a .npy file has one array: the labels are left out (npz has both)");
    zip_sink sink = {.file = file};
    put_dense(&X, &sink);
    return EXIT_OK;
}

/* data, indices, indptr, shape and format, as scipy.sparse.save_npz names them. */
int write_npz(const linclass_dataset *dataset, FILE *file)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    zip_writer zip = {.file = file};
    if (X.layout == LINCLASS_LAYOUT_CSR) {
        zip_writer_add(&zip, "data.npy", put_values, &X);
        zip_writer_add(&zip, "indices.npy", put_columns, &X);
        zip_writer_add(&zip, "indptr.npy", put_starts, &X);
        zip_writer_add(&zip, "shape.npy", put_shape, &X);
        zip_writer_add(&zip, "format.npy", put_format, NULL);
    } else {
        zip_writer_add(&zip, "X.npy", put_dense, &X);
    }
    if (linclass_dataset_labels(dataset) != NULL)
        zip_writer_add(&zip, "y.npy", put_labels, dataset);
    zip_writer_end(&zip);
    return EXIT_OK;
}
