/* Any bytes as an IDX file. Byte 0 of the input says how they are handed over, byte 1 which allocation
 * fails (0: none), the rest is the file:
 *
 *     bit 0    gzip it first: mutations of the content get past the checksum
 *     bit 1    read it as labels alone, else as images
 *     bit 2    read it as images and, again, as their labels
 *
 * Whatever the bytes are: a data set that agrees with them, or a status with a sentence and no data
 * set; all memory back; and no more memory than the bytes can account for. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

enum { GZIPPED = 1, LABELS_ALONE = 2, LABELS_TOO = 4 };

static void expect(int truth)
{
    if (!truth)
        abort();
}

static size_t gzip_bytes(const uint8_t *plain, size_t size, uint8_t *packed, size_t room)
{
    z_stream stream = {0};
    expect(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = (Bytef *)plain;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    expect(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    expect(deflateEnd(&stream) == Z_OK);
    return stream.total_out;
}

/* A file in memory, with a path. */
static int memory_file(const uint8_t *bytes, size_t size, char *path, size_t room)
{
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    expect(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    (void)snprintf(path, room, "/proc/self/fd/%d", file);
    return file;
}

static size_t element_bytes(int32_t dtype)
{
    if (dtype == LINCLASS_UINT8 || dtype == LINCLASS_INT8)
        return 1;
    if (dtype == LINCLASS_INT16)
        return 2;
    return dtype == LINCLASS_FLOAT64 ? 8 : 4;
}

/* Read every element, so that a sanitizer sees one that is not there. */
static uint8_t touch(const void *bytes, size_t count)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
    return sum;
}

/* 0 where any factor is, however large the others are. */
static int64_t product(const int64_t *factors, int64_t count)
{
    int64_t made = 1;
    for (int64_t i = 0; i < count; i++)
        if (factors[i] == 0)
            return 0;
    for (int64_t i = 0; i < count; i++)
        made *= factors[i];
    return made;
}

static void check_dataset(const linclass_dataset *dataset, int mode)
{
    linclass_matrix view;
    expect(linclass_dataset_matrix(dataset, &view, sizeof view) == LINCLASS_OK);
    expect(view.rows >= 0 && view.cols >= 0);
    int64_t shape[255];
    const int64_t dimensions = linclass_dataset_sample_shape(dataset, shape, 255);
    expect(dimensions >= 0 && dimensions < 255);
    expect(view.cols == ((mode & LABELS_ALONE) != 0 ? 0 : product(shape, dimensions)));
    volatile uint8_t sum =
        touch(view.data, (size_t)(view.rows * view.cols) * element_bytes(view.dtype));
    const int64_t *labels = linclass_dataset_labels(dataset);
    expect((labels != NULL) == ((mode & (LABELS_ALONE | LABELS_TOO)) != 0));
    if (labels != NULL)
        sum = (uint8_t)(sum + touch(labels, (size_t)view.rows * sizeof *labels));
    (void)sum;
}

static void read_file(const char *path, int mode, int64_t failing, size_t content)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (failing > 0)
        failing_allocator_fail_at(&memory, failing);
    linclass_dataset *dataset = NULL;
    const linclass_status status =
        (mode & LABELS_ALONE) != 0
            ? linclass_dataset_read_idx_labels(ctx, path, &dataset)
            : linclass_dataset_read_idx(ctx, path, (mode & LABELS_TOO) != 0 ? path : NULL,
                                        &dataset);
    expect((status == LINCLASS_OK) == (dataset != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || memory.failures == 0 || status == LINCLASS_ERROR_MEMORY);
    if (dataset != NULL)
        check_dataset(dataset, mode);
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    /* The reader's own, the first step of a block that grows, sixteen times the content, and the
     * labels widened eightfold. */
    expect(memory.peak_bytes <= ((size_t)1 << 21) + 32 * content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > FUZZ_MAX_BYTES)
        return 0;
    static uint8_t packed[2 * FUZZ_MAX_BYTES];
    const int mode = data[0];
    const uint8_t *bytes = data + 2;
    size_t count = size - 2;
    if ((mode & GZIPPED) != 0) {
        count = gzip_bytes(bytes, count, packed, sizeof packed);
        bytes = packed;
    }
    char path[64];
    const int file = memory_file(bytes, count, path, sizeof path);
    /* Bytes that are gzip already may hold a thousand times as many. */
    const size_t content = count > 1 && bytes[0] == 0x1f ? 1032 * count : count;
    read_file(path, mode, data[1], content);
    (void)close(file);
    return 0;
}

typedef struct seed {
    uint8_t mode;
    const char *file;
    size_t size;
    int gzipped; /* as the file, not by the mode */
} seed;

#define BYTES(text) (text), sizeof(text) - 1

static const seed SEEDS[] = {
    {0, BYTES("\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\2abcdefgh"), 0},
    {0, BYTES("\0\0\x0d\2\0\0\0\1\0\0\0\2\x3f\x80\0\0\x40\0\0\0"), 0},
    {0, BYTES("\0\0\x0e\1\0\0\0\1\x3f\xf0\0\0\0\0\0\0"), 0},
    /* No elements, though its other dimensions make 2^65. */
    {0, BYTES("\0\0\x08\4\0\0\0\2\x80\0\0\0\x80\0\0\0\0\0\0\0"), 0},
    {LABELS_ALONE, BYTES("\0\0\x08\1\0\0\0\4\0\1\2\3"), 0},
    {LABELS_ALONE, BYTES("\0\0\x09\1\0\0\0\2\x80\x7f"), 0},
    {LABELS_ALONE, BYTES("\0\0\x0b\1\0\0\0\2\x80\0\x7f\xff"), 0},
    {LABELS_ALONE, BYTES("\0\0\x0c\1\0\0\0\1\0\0\0\7"), 0},
    {LABELS_TOO, BYTES("\0\0\x08\1\0\0\0\4\0\1\2\3"), 0},
    {GZIPPED, BYTES("\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\2abcdefgh"), 0},
    {GZIPPED | LABELS_TOO, BYTES("\0\0\x08\1\0\0\0\4\0\1\2\3"), 0},
    {0, BYTES("\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\2abcdefgh"), 1},
    {LABELS_ALONE, BYTES("\0\0\x08\1\0\0\0\4\0\1\2\3"), 1},
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    const seed *const given = &SEEDS[index];
    bytes[0] = given->mode;
    bytes[1] = 0;
    if (given->gzipped)
        return 2 +
               gzip_bytes((const uint8_t *)given->file, given->size, bytes + 2, FUZZ_MAX_BYTES - 2);
    memcpy(bytes + 2, given->file, given->size);
    return 2 + given->size;
}
