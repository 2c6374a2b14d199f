/* Any bytes as a file of arrays. Byte 0 of the input says how they are handed over, byte 1 which
 * allocation fails (0: none), the rest is the file:
 *
 *     bits 0-2   the format: found, .npy, .npz, safetensors, IDX; from 5 on found
 *     bit 3      the same file has the labels
 *     bit 4      the bytes are parts, each after its length in two bytes, which are packed as members of an archive:
 *                mutations of them get past its checksums
 *
 * Whatever the bytes are: a data set that is valid, or a status with a message and no data set; all memory
 * back; and no more memory than the bytes can account for. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linclass/linclass.h>

#include "idx_file.h"
#include "npy_file.h"
#include "support/failing_allocator.h"
#include "zip_file.h"

enum { LABELS_TOO = 8, PARTS = 16, RATIO = 1032 };

static const char *const FORMATS[] = {NULL, "npy", "npz", "safetensors", "idx", NULL, NULL, NULL};
static const char *const NAMES[] = {"format.npy",  "shape.npy",  "data.npy",
                                    "indices.npy", "indptr.npy", "y.npy"};

enum { NAME_COUNT = sizeof NAMES / sizeof NAMES[0] };

static void expect(int truth)
{
    if (!truth)
        abort();
}

static size_t bytes_of(int32_t dtype)
{
    switch (dtype) {
    case LINCLASS_UINT8:
    case LINCLASS_INT8:
        return 1;
    case LINCLASS_INT16:
    case LINCLASS_UINT16:
    case LINCLASS_FLOAT16:
    case LINCLASS_BFLOAT16:
        return 2;
    case LINCLASS_FLOAT32:
    case LINCLASS_INT32:
        return 4;
    default:
        return 8;
    }
}

/* Read every byte of an element, so that a sanitizer sees one that is not there. */
static uint8_t touch(const void *data, int32_t dtype, int64_t at)
{
    uint8_t sum = 0;
    for (size_t byte = 0; byte < bytes_of(dtype); byte++)
        sum = (uint8_t)(sum + ((const uint8_t *)data)[(size_t)at * bytes_of(dtype) + byte]);
    return sum;
}

static void check_sparse(const linclass_matrix *X)
{
    volatile uint8_t sum = 0;
    expect(X->row_starts[0] == 0);
    for (int64_t i = 0; i < X->rows; i++) {
        int64_t last = -1;
        expect(X->row_starts[i] <= X->row_starts[i + 1]);
        for (int64_t e = X->row_starts[i]; e < X->row_starts[i + 1]; e++) {
            const int64_t column = X->column_dtype == LINCLASS_INT32
                                       ? ((const int32_t *)X->columns)[e]
                                       : ((const int64_t *)X->columns)[e];
            expect(column > last && column < X->cols);
            if (X->data != NULL) /* else all are 1 */
                sum = (uint8_t)(sum + touch(X->data, X->dtype, e));
            last = column;
        }
    }
    (void)sum;
}

static void check_dataset(const linclass_dataset *dataset)
{
    linclass_matrix X;
    volatile uint8_t sum = 0;
    expect(linclass_dataset_matrix(dataset, &X, sizeof X) == LINCLASS_OK);
    expect(X.rows >= 0 && X.cols >= 0);
    if (X.layout == LINCLASS_LAYOUT_CSR)
        check_sparse(&X);
    for (int64_t i = 0; X.layout == LINCLASS_LAYOUT_STRIDED && X.cols > 0 && i < X.rows; i++)
        for (int64_t j = 0; j < X.cols; j++)
            sum = (uint8_t)(sum + touch(X.data, X.dtype, i * X.row_stride + j * X.col_stride));
    const int64_t *const labels = linclass_dataset_labels(dataset);
    const int64_t classes = linclass_dataset_class_count(dataset);
    for (int64_t i = 0; labels != NULL && i < X.rows; i++)
        expect(classes == 0 || (labels[i] >= 0 && labels[i] < classes));
    (void)sum;
}

static void read_file(const char *path, int mode, int64_t failing, size_t content)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (failing > 0)
        failing_allocator_fail_at(&memory, failing);
    linclass_read_options options;
    expect(linclass_read_options_init(&options, sizeof options) == LINCLASS_OK);
    options.format = FORMATS[mode & 7];
    options.labels_path = (mode & LABELS_TOO) != 0 ? path : NULL;
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read(ctx, path, &options, &dataset);
    expect((status == LINCLASS_OK) == (dataset != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || memory.failures == 0 || status == LINCLASS_ERROR_MEMORY);
    if (dataset != NULL)
        check_dataset(dataset);
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    /* The reader's own, the rows that a sparse matrix may have without evidence, and for each byte what
     * deflate can make of it and rows of a sparse matrix. */
    expect(memory.peak_bytes <= ((size_t)24 << 20) + (2 * RATIO + 256) * content);
}

static byte_string pack(const uint8_t *data, size_t size)
{
    zip_part parts[NAME_COUNT + 1] = {{0}};
    for (int i = 0; i < NAME_COUNT && size >= 2; i++) {
        size_t length = data[0] | (size_t)data[1] << 8;
        length = length < size - 2 ? length : size - 2;
        parts[i].name = NAMES[i];
        parts[i].content = byte_string_of(data + 2, length);
        data += 2 + length;
        size -= 2 + length;
    }
    return zip_of(parts, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > FUZZ_MAX_BYTES)
        return 0;
    byte_string bytes =
        (data[0] & PARTS) != 0 ? pack(data + 2, size - 2) : byte_string_of(data + 2, size - 2);
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    expect(file >= 0 && write(file, bytes.bytes, bytes.size) == (ssize_t)bytes.size);
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_file(path, data[0], data[1], bytes.size);
    (void)close(file);
    byte_string_free(&bytes);
    return 0;
}

static const double SIX[] = {0, 1, 2, 3, 4, 5};

static byte_string numbers(const char *descr, const char *order, const char *shape)
{
    return npy_file(1, descr, order, shape, SIX, sizeof SIX);
}

/* Parts of a sparse matrix: columns in `indices`, some of them out of order. */
static byte_string sparse_parts(const char *format, const int32_t indices[4])
{
    const byte_string parts[] = {
        npy_file(1, "|S3", "False", "()", format, 3),
        npy_file(1, "<i8", "False", "(2,)", (int64_t[]){4, 3}, 16),
        npy_file(1, "<f4", "False", "(4,)", (float[]){1, 2, 3, 4}, 16),
        npy_file(1, "<i4", "False", "(4,)", indices, 16),
        npy_file(1, "<i4", "False", format[2] == 'r' ? "(5,)" : "(4,)",
                 (int32_t[]){0, 2, 2, format[2] == 'r' ? 3 : 4, 4}, format[2] == 'r' ? 20 : 16),
    };
    byte_string all = byte_string_of("", 0);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const uint8_t length[] = {(uint8_t)parts[i].size, (uint8_t)(parts[i].size >> 8)};
        all = byte_string_join(all, byte_string_join(byte_string_of(length, 2), parts[i]));
    }
    return all;
}

static const char TENSORS[] =
    "\x6e\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]},"
    "\"y\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[8,10]}} abcdefghij";

static byte_string make_seed(size_t index, uint8_t *mode)
{
    *mode = 0;
    switch (index) {
    case 0:
        return numbers("<f8", "False", "(2, 3)");
    case 1:
        return numbers(">f4", "True", "(2, 3, 2)");
    case 2:
        return numbers("<u8", "False", "(6,)");
    case 3:
        *mode = LABELS_TOO;
        return numbers("<U2", "False", "(6,)");
    case 4:
        *mode = LABELS_TOO;
        return numbers("<i8", "False", "(6, 1)");
    case 5:
        return zip_of((zip_part[]){{"X.npy", numbers("<f8", "False", "(2, 3)"), ZIP_DEFLATED, 0},
                                   {"y.npy", numbers("|S24", "False", "(2,)"), ZIP_WIDE, 0},
                                   {0}},
                      1);
    case 6:
        *mode = PARTS;
        return sparse_parts("csr", (int32_t[]){0, 2, 1, 2});
    case 7:
        *mode = PARTS;
        return sparse_parts("csr", (int32_t[]){2, 2, 1, 2});
    case 8:
        *mode = PARTS;
        return sparse_parts("csc", (int32_t[]){0, 2, 0, 3});
    case 9:
        return byte_string_of(TENSORS, sizeof TENSORS - 1);
    case 10:
        return idx_images(2, 2, 2);
    case 11: /* whose format is found: sparse rows without values */
        return byte_string_of("1 1:1\n2 2:1\n", 12);
    default:
        return (byte_string){NULL, 0};
    }
}

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    uint8_t mode;
    byte_string made = make_seed(index, &mode);
    if (made.bytes == NULL)
        return 0;
    bytes[0] = mode;
    bytes[1] = 0;
    memcpy(bytes + 2, made.bytes, made.size);
    const size_t size = 2 + made.size;
    byte_string_free(&made);
    return size;
}
