/* Any bytes as a file of a text format. Byte 0 of the input says how it is read, byte 1 which allocation fails
 * (0: none), the rest is the file:
 *
 *     bits 0, 1  the format: found, LIBSVM, CSV, CSV
 *     bit 2      float64
 *     bits 3, 4  the base of indices: found, 0, 1, found; CSV: the decimal point: found, a point, a comma, found
 *     bit 5      three features
 *     bit 6      CSV: the last column has the labels
 *     bit 7      CSV: missing cells become means, and the first line is a header
 *
 * Whatever the bytes are: a data set that is valid, or a status with a message and no data set; all memory back;
 * and no more memory than the bytes can account for. */
#include "fuzz.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

static void expect(int truth)
{
    if (!truth)
        abort();
}

static linclass_read_options options_of(int mode)
{
    static const char *const FORMATS[] = {NULL, "libsvm", "csv", "csv"};
    static const int32_t BASES[] = {-1, 0, 1, -1};
    static const int32_t POINTS[] = {0, '.', ',', 0};
    const bool csv = (mode & 2) != 0;
    linclass_read_options options;
    expect(linclass_read_options_init(&options, sizeof options) == LINCLASS_OK);
    options.format = FORMATS[mode & 3];
    options.dtype = (mode & 4) != 0 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
    options.index_base = csv ? -1 : BASES[mode >> 3 & 3];
    options.features = (mode & 32) != 0 ? 3 : 0;
    options.label = csv && (mode & 64) != 0 ? "-1" : NULL;
    options.missing = (mode & 128) != 0 ? LINCLASS_MISSING_MEAN : LINCLASS_MISSING_ERROR;
    options.header = csv && (mode & 128) != 0 ? 1 : -1;
    options.decimal = csv ? POINTS[mode >> 3 & 3] : 0;
    return options;
}

static double element(const linclass_matrix *X, int64_t e)
{
    if (X->dtype == LINCLASS_UINT8)
        return ((const uint8_t *)X->data)[e];
    return X->dtype == LINCLASS_FLOAT64 ? ((const double *)X->data)[e]
                                        : (double)((const float *)X->data)[e];
}

static void check_sparse(const linclass_matrix *X)
{
    expect(X->row_starts[0] == 0);
    for (int64_t i = 0; i < X->rows; i++) {
        int64_t last = -1;
        for (int64_t e = X->row_starts[i]; e < X->row_starts[i + 1]; e++) {
            const int64_t column = ((const int32_t *)X->columns)[e];
            expect(column > last && column < X->cols);
            expect(X->data == NULL || isfinite(element(X, e)));
            last = column;
        }
        expect(X->row_starts[i] <= X->row_starts[i + 1]);
    }
}

static volatile int64_t touched; /* what reading every label leaves */

static void check_dataset(const linclass_dataset *dataset)
{
    linclass_matrix X;
    expect(linclass_dataset_matrix(dataset, &X, sizeof X) == LINCLASS_OK);
    expect(X.rows >= 0 && X.cols >= 0);
    if (X.layout == LINCLASS_LAYOUT_CSR)
        check_sparse(&X);
    for (int64_t e = 0; X.layout == LINCLASS_LAYOUT_STRIDED && e < X.rows * X.cols; e++)
        expect(isfinite(element(&X, e)));
    const int64_t *labels = linclass_dataset_labels(dataset);
    int64_t sum = 0;
    for (int64_t i = 0; labels != NULL && i < X.rows; i++)
        sum ^= labels[i];
    touched = sum;
}

static void read_file(const char *path, int mode, int64_t failing, size_t content)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (failing > 0)
        failing_allocator_fail_at(&memory, failing);
    const linclass_read_options options = options_of(mode);
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
    /* The reader's own; for a byte at most a row of LIBSVM text, or half a column of a table. */
    expect(memory.peak_bytes <= ((size_t)1 << 21) + 1024 * content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > FUZZ_MAX_BYTES)
        return 0;
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    expect(file >= 0 && write(file, data + 2, size - 2) == (ssize_t)(size - 2));
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_file(path, data[0], data[1], size - 2);
    (void)close(file);
    return 0;
}

static const struct {
    uint8_t mode;
    const char *text;
} SEEDS[] = {
    {0, "+1 1:0.5 3:-2\n-1 2:3e2\n"},
    {0, "+1 0:0.5 2:-2\r\n-1 1:3e2"},
    {0, "# comment\n1 qid:3 1:1 2:1 # 5:6\n\n2\n"},
    {1, "1\n2\n"},
    {4, "1.0 1:1.7976931348623157e308 2:123456789012345678901234567890\n"},
    {8, "1 0:1e-400 2147483646:1\n"},
    {16, "1 1:1e38 0:1\n"},
    {32, "1 1:1 3:1 4:1\n"},
    {0, "1,3 5:0.2\n"},
    {0, "9223372036854775807 1:inf\n"},
    {2, "a,b,c\n1,2.5,\"p\nq\"\n\n3,4,x\r\n4,5,y \n"},
    {2, "1;2,5\n3;4,5\n"},
    {0x42, "x\ty\n1\tno\n2\tyes\n"},
    {0xc2, "a,b\n,'x''y'\n2,'z'\nNA,?\n"},
    {0x42, "  1   2\t3 \r\n 4 5 6"},
    {0x82, "\xef\xbb\xbf"
           "a|b\n1|inf\n"},
    {2, "sep=;\r\n# two of\r\n#\r\n\r\n#a;\r\n1,5;2\r\n"},
    {2, "a,,b\r1,2,3\r\r4,\"5\r\",6\r"},
    {18, "a|b\n1,5e2|x\n-,5|y\n"},
    {0x46, "5.1,3.5,1.4,0.2,Iris-setosa\n7.0,3.2,4.7,1.4,Iris-versicolor\n"},
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    const size_t length = strlen(SEEDS[index].text);
    bytes[0] = SEEDS[index].mode;
    bytes[1] = 0;
    memcpy(bytes + 2, SEEDS[index].text, length);
    return 2 + length;
}
