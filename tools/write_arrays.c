/* .npy: a header in ASCII, then the elements, row after row. .npz: a zip archive of such files, stored without
 * compression, so that they can be mapped: X and y; or of sparse rows what scipy.sparse.save_npz writes, and y.
 * Class names make y an array of texts.
 *
 * An entry of the archive is written into memory before its checksum is known. Archives beyond 4 GiB would need
 * another form of zip, and are refused. */
#include "data_writer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "elements.h"
#include "exit_status.h"
#include "message.h"

enum { HEADER = 128, MOST_ENTRIES = 6 };

/* The bytes of an array in the form of .npy. */
typedef struct array_bytes {
    uint8_t *bytes;
    size_t length;
} array_bytes;

/* Magic, version, and a dictionary that ends at a multiple of 64 bytes. Returns where the elements go. */
static uint8_t *array_begin(array_bytes *array, const char *type, const char *shape,
                            size_t element_bytes_in_all)
{
    array->length = HEADER + element_bytes_in_all;
    array->bytes = allocate(array->length, 1);
    char text[HEADER + 1];
    static const uint8_t MAGIC[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, HEADER - 10, 0};
    const int length = snprintf(
        text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
    memset(array->bytes, ' ', HEADER);
    memcpy(array->bytes, MAGIC, sizeof MAGIC);
    memcpy(array->bytes + sizeof MAGIC, text, (size_t)length);
    array->bytes[HEADER - 1] = '\n';
    return array->bytes + HEADER;
}

static array_bytes vector(const char *type, const void *values, int64_t count, size_t element)
{
    array_bytes made;
    char shape[40];
    (void)snprintf(shape, sizeof shape, "(%" PRId64 ",)", count);
    uint8_t *to = array_begin(&made, type, shape, (size_t)count * element);
    if (count > 0)
        memcpy(to, values, (size_t)count * element);
    return made;
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

static const char *written_type(const linclass_matrix *X)
{
    return X->data == NULL ? "<f4" : type_of(X->dtype);
}

static void dense_shape(const linclass_matrix *X, char shape[64])
{
    (void)snprintf(shape, 64, "(%" PRId64 ", %" PRId64 ")", X->rows, X->cols);
}

static array_bytes dense_array(const linclass_matrix *X)
{
    array_bytes made;
    char shape[64];
    dense_shape(X, shape);
    const int64_t row = X->cols * written_bytes(X);
    uint8_t *to = array_begin(&made, type_of(X->dtype), shape, (size_t)(X->rows * row));
    for (int64_t i = 0; i < X->rows; i++)
        copy_elements(X, i * X->row_stride, X->cols, X->col_stride, to + i * row);
    return made;
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

static array_bytes labels_array(const linclass_dataset *dataset, int64_t rows)
{
    const int64_t *labels = linclass_dataset_labels(dataset);
    const int64_t classes = linclass_dataset_class_count(dataset);
    if (classes == 0)
        return vector("<i8", labels, rows, sizeof *labels);
    size_t longest = 1;
    for (int64_t c = 0; c < classes; c++) {
        const size_t length = strlen(linclass_dataset_class_name(dataset, c));
        longest = length > longest ? length : longest;
    }
    array_bytes made;
    char shape[40];
    char type[40];
    (void)snprintf(shape, sizeof shape, "(%" PRId64 ",)", rows);
    (void)snprintf(type, sizeof type, "<U%zu", longest);
    uint8_t *to = array_begin(&made, type, shape, (size_t)rows * longest * sizeof(uint32_t));
    for (int64_t i = 0; i < rows; i++) {
        const char *text = linclass_dataset_class_name(dataset, labels[i]);
        for (size_t place = (size_t)i * longest; *text != '\0'; place++) {
            const uint32_t point = next_point(&text);
            memcpy(to + place * sizeof point, &point, sizeof point);
        }
    }
    return made;
}

int write_npy(const linclass_dataset *dataset, FILE *file)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    if (X.layout == LINCLASS_LAYOUT_CSR)
        return fail(EXIT_USAGE, "sparse rows are no .npy array: convert to npz");
    if (linclass_dataset_labels(dataset) != NULL)
        warn("a .npy file has one array: the labels are left out (npz has both)");
    array_bytes header;
    char shape[64];
    dense_shape(&X, shape);
    (void)array_begin(&header, type_of(X.dtype), shape, 0);
    fwrite(header.bytes, 1, header.length, file);
    free(header.bytes);
    const size_t row_bytes = (size_t)(X.cols * written_bytes(&X));
    uint8_t *row = allocate(row_bytes, 1);
    for (int64_t i = 0; i < X.rows && !ferror(file); i++) {
        copy_elements(&X, i * X.row_stride, X.cols, X.col_stride, row);
        fwrite(row, 1, row_bytes, file);
    }
    free(row);
    return EXIT_OK;
}

/* An archive being written. */
typedef struct zip_writer {
    FILE *file;
    uint64_t offset;
    int count;
    bool too_large;
    struct {
        const char *name;
        uint32_t checksum;
        uint32_t length;
        uint32_t offset;
    } entry[MOST_ENTRIES];
} zip_writer;

/* CRC-32 as zip has it. */
static uint32_t checksum_of(const uint8_t *bytes, size_t length)
{
    uint32_t table[256];
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t word = i;
        for (int bit = 0; bit < 8; bit++)
            word = word >> 1 ^ ((word & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        table[i] = word;
    }
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < length; i++)
        sum = sum >> 8 ^ table[(sum ^ bytes[i]) & 255];
    return ~sum;
}

static void put(uint8_t **to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        *(*to)++ = (uint8_t)value;
}

static void write_bytes(zip_writer *zip, const void *bytes, size_t length)
{
    fwrite(bytes, 1, length, zip->file);
    zip->offset += length;
}

/* What both headers of an entry have: version, flags, method (stored), time (1980), checksum, lengths. */
static void put_entry(uint8_t **to, const zip_writer *zip, int index, size_t extra)
{
    put(to, 20, 2);
    put(to, 0, 2);
    put(to, 0, 2);
    put(to, 0x21 << 16, 4);
    put(to, zip->entry[index].checksum, 4);
    put(to, zip->entry[index].length, 4);
    put(to, zip->entry[index].length, 4);
    put(to, strlen(zip->entry[index].name), 2);
    put(to, extra, 2);
}

/* Write an array, and free it. An extra field pads the header, so that the elements are aligned to 64 bytes. */
static void zip_add(zip_writer *zip, const char *name, array_bytes array)
{
    enum { FIXED = 30, ALIGNMENT = 64, EXTRA_HEAD = 4 };
    const size_t head = FIXED + strlen(name) + EXTRA_HEAD;
    const size_t padding = (ALIGNMENT - (zip->offset + head) % ALIGNMENT) % ALIGNMENT;
    if (zip->offset + head + padding + array.length > INT32_MAX) {
        zip->too_large = true;
        free(array.bytes);
        return;
    }
    const int index = zip->count++;
    zip->entry[index].name = name;
    zip->entry[index].checksum = checksum_of(array.bytes, array.length);
    zip->entry[index].length = (uint32_t)array.length;
    zip->entry[index].offset = (uint32_t)zip->offset;
    uint8_t header[FIXED + 64 + EXTRA_HEAD + ALIGNMENT] = {0};
    uint8_t *to = header;
    put(&to, UINT32_C(0x04034b50), 4);
    put_entry(&to, zip, index, EXTRA_HEAD + padding);
    memcpy(to, name, strlen(name));
    to += strlen(name);
    put(&to, 0xd935, 2); /* alignment, as Android's zipalign has it */
    put(&to, padding, 2);
    write_bytes(zip, header, head + padding);
    write_bytes(zip, array.bytes, array.length);
    free(array.bytes);
}

/* The directory at the end of the archive. */
static void zip_end(zip_writer *zip)
{
    const uint64_t begin = zip->offset;
    for (int i = 0; i < zip->count; i++) {
        uint8_t header[46 + 64];
        uint8_t *to = header;
        put(&to, UINT32_C(0x02014b50), 4);
        put(&to, 20, 2);
        put_entry(&to, zip, i, 0);
        put(&to, 0, 2 + 2 + 2 + 4);
        put(&to, zip->entry[i].offset, 4);
        memcpy(to, zip->entry[i].name, strlen(zip->entry[i].name));
        write_bytes(zip, header, (size_t)(to - header) + strlen(zip->entry[i].name));
    }
    const uint64_t length = zip->offset - begin;
    uint8_t end[22];
    uint8_t *to = end;
    put(&to, UINT32_C(0x06054b50), 4);
    put(&to, 0, 4);
    put(&to, (uint64_t)zip->count, 2);
    put(&to, (uint64_t)zip->count, 2);
    put(&to, length, 4);
    put(&to, begin, 4);
    put(&to, 0, 2);
    write_bytes(zip, end, sizeof end);
}

/* data, indices, indptr, shape and format, as scipy.sparse.save_npz names them. */
static void add_sparse(zip_writer *zip, const linclass_matrix *X)
{
    const int64_t first = X->row_starts[0];
    const int64_t count = X->row_starts[X->rows] - first;
    const bool narrow = X->column_dtype == LINCLASS_INT32;
    const size_t index = narrow ? sizeof(int32_t) : sizeof(int64_t);
    array_bytes data;
    char shape[40];
    (void)snprintf(shape, sizeof shape, "(%" PRId64 ",)", count);
    uint8_t *to = array_begin(&data, written_type(X), shape, (size_t)(count * written_bytes(X)));
    copy_elements(X, first, count, 1, to);
    zip_add(zip, "data.npy", data);
    zip_add(zip, "indices.npy",
            vector(narrow ? "<i4" : "<i8", (const uint8_t *)X->columns + (size_t)first * index,
                   count, index));
    array_bytes starts = vector("<i8", X->row_starts, X->rows + 1, sizeof(int64_t));
    for (int64_t i = 0; first != 0 && i <= X->rows; i++) {
        const int64_t start = X->row_starts[i] - first;
        memcpy(starts.bytes + HEADER + (size_t)i * sizeof start, &start, sizeof start);
    }
    zip_add(zip, "indptr.npy", starts);
    const int64_t size[2] = {X->rows, X->cols};
    zip_add(zip, "shape.npy", vector("<i8", size, 2, sizeof *size));
    array_bytes format;
    memcpy(array_begin(&format, "|S3", "()", 3), "csr", 3);
    zip_add(zip, "format.npy", format);
}

int write_npz(const linclass_dataset *dataset, FILE *file)
{
    linclass_matrix X;
    (void)linclass_dataset_matrix(dataset, &X, sizeof X);
    zip_writer zip = {.file = file};
    if (X.layout == LINCLASS_LAYOUT_CSR)
        add_sparse(&zip, &X);
    else
        zip_add(&zip, "X.npy", dense_array(&X));
    if (linclass_dataset_labels(dataset) != NULL)
        zip_add(&zip, "y.npy", labels_array(dataset, X.rows));
    if (zip.too_large)
        return fail(EXIT_USAGE, "an archive of more than 2 GiB is not written: convert to npy, csv "
                                "or libsvm");
    zip_end(&zip);
    return EXIT_OK;
}
