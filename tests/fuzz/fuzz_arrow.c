/* Any bytes as a stream of Arrow. Byte 0 of the input says which allocation fails (0: none), byte 1 how the stream
 * behaves, the rest are numbers that the schema and the arrays are made of, one after the other; 0 where they end:
 *
 *     bits 0, 1  chunks
 *     bit 2      the last call of get_next fails
 *     bit 3      the last column has the labels
 *     bit 4      missing cells become zero
 *     bit 5      columns are sparse where that is smaller
 *
 * A producer is trusted with the sizes of its buffers, which nothing states: so a buffer here has the bytes that the
 * length and the offset of its array ask for, and offsets of texts lie anywhere, but not beyond their bytes. Everything
 * else is arbitrary: lengths, offsets, counts of buffers and children, pointers that are NULL, indices, views.
 *
 * Whatever the numbers are: a data set that is valid, or a status with a message and no data set; all memory back; the
 * stream, its schema and each of its chunks released once. */
#include "fuzz.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

enum { MOST_COLUMNS = 4, MOST_CHUNKS = 3, MOST_BUFFERS = 5, MOST_LENGTH = 20, TEXT_BYTES = 32 };

static void expect(int truth)
{
    if (!truth)
        abort();
}

/* Memory of the producer, released at the end of an input. */
static void *taken[256];
static size_t taken_count;

static void *take(size_t bytes)
{
    expect(taken_count < sizeof taken / sizeof taken[0]);
    void *const memory = calloc(1, bytes == 0 ? 1 : bytes);
    expect(memory != NULL);
    taken[taken_count++] = memory;
    return memory;
}

static struct {
    const uint8_t *next;
    size_t left;
    struct ArrowSchema schema;
    struct ArrowSchema columns[MOST_COLUMNS];
    int chunks;
    int given;
    bool fails;
    int streams_released;
    int schemas_released;
    int chunks_released;
} made;

static uint8_t next_byte(void)
{
    if (made.left == 0)
        return 0;
    made.left--;
    return *made.next++;
}

/* Mostly `usual`; or a number that fits nothing. None is large and yet possible: a column of nulls has no buffers, and
 * may have any number of rows, which then take their time. */
static int64_t next_number(int64_t usual)
{
    static const int64_t ODD[] = {
        -1, 0, 1, 2, 7, 20, INT64_MAX, INT64_MIN, INT64_MAX / 32, INT64_MAX / 16};
    const uint8_t byte = next_byte();
    return byte < 0xe0 ? usual : ODD[byte % (sizeof ODD / sizeof ODD[0])];
}

static const char *next_format(void)
{
    static const char *const FORMATS[] = {"g", "u", "U", "vu", "l", "L",  "c", "C", "s",   "S", "i",
                                          "I", "e", "f", "b",  "n", "+s", "z", "",  "tdD", "gg"};
    const uint8_t byte = next_byte();
    return byte == 0xff ? NULL : FORMATS[byte % (sizeof FORMATS / sizeof FORMATS[0])];
}

static void make_schema(struct ArrowSchema *schema, bool may_have_dictionary)
{
    static const char *const NAMES[] = {"a", "b", "", NULL, "\xff\n", "a"};
    *schema = (struct ArrowSchema){.format = next_format()};
    const uint8_t byte = next_byte();
    schema->name = NAMES[byte % (sizeof NAMES / sizeof NAMES[0])];
    if (may_have_dictionary && (byte & 0x80) != 0) {
        schema->dictionary = take(sizeof *schema->dictionary);
        make_schema(schema->dictionary, false);
    }
}

/* How many bytes a value has in the buffer of values; 1 for bits, which is enough. */
static size_t width_of(const char *format)
{
    switch (format == NULL ? 0 : format[0]) {
    case 's':
    case 'S':
    case 'e':
        return 2;
    case 'i':
    case 'I':
    case 'f':
    case 'u':
        return 4;
    case 'v':
        return 16;
    default:
        return format != NULL && strchr("cCb", format[0]) != NULL ? 1 : 8;
    }
}

/* Bytes of the input, and zeros where it ends. */
static void *take_bytes(size_t bytes)
{
    uint8_t *const memory = take(bytes);
    for (size_t i = 0; i < bytes; i++)
        memory[i] = next_byte();
    return memory;
}

/* Values, of which offsets of texts are kept within their bytes. */
static void *take_values(const char *format, size_t count)
{
    const size_t width = width_of(format);
    void *const values = take_bytes((count + 1) * width);
    for (size_t i = 0; i <= count; i++) {
        if (width == 4 && format[0] == 'u' && ((int32_t *)values)[i] > TEXT_BYTES)
            ((int32_t *)values)[i] %= TEXT_BYTES;
        if (width == 8 && format != NULL && format[0] == 'U' && ((int64_t *)values)[i] > TEXT_BYTES)
            ((int64_t *)values)[i] %= TEXT_BYTES;
    }
    return values;
}

static void make_buffers(const char *format, struct ArrowArray *array)
{
    const bool text = format != NULL && strchr("uUv", format[0]) != NULL && format[0] != '\0';
    array->n_buffers = next_number(text ? 3 + (format[0] == 'v') : 2);
    const uint8_t absent = next_byte();
    if (absent == 0xff || array->n_buffers < 0 || array->n_buffers > MOST_BUFFERS)
        return;
    array->buffers = take((size_t)array->n_buffers * sizeof *array->buffers);
    /* Lengths that the library must refuse have no buffers. */
    const bool sane = array->length >= 0 && array->offset >= 0 && array->length <= MOST_LENGTH &&
                      array->offset <= MOST_LENGTH;
    const size_t count = sane ? (size_t)(array->length + array->offset) : 0;
    for (int64_t i = 0; i < array->n_buffers; i++) {
        if ((absent >> i & 1) != 0)
            continue;
        if (i == 0)
            array->buffers[i] = take_bytes(count / 8 + 1);
        else if (i == 1)
            array->buffers[i] = sane ? take_values(format, count) : NULL;
        else
            array->buffers[i] = take_bytes(TEXT_BYTES);
    }
    /* The lengths of the buffers of a text view are the last of them. */
    if (text && format[0] == 'v' && array->n_buffers > 3 &&
        array->buffers[array->n_buffers - 1] != NULL) {
        int64_t *const lengths = take(MOST_BUFFERS * sizeof *lengths);
        for (int64_t i = 0; i < array->n_buffers - 3; i++)
            lengths[i] = array->buffers[2 + i] == NULL ? 0 : TEXT_BYTES;
        array->buffers[array->n_buffers - 1] = lengths;
    }
}

static void make_array(const struct ArrowSchema *schema, int64_t length, struct ArrowArray *array)
{
    array->length = next_number(length);
    array->offset = next_number(0);
    array->null_count = (int8_t)next_byte();
    make_buffers(schema->format, array);
    if (schema->dictionary != NULL && next_byte() != 0xff) {
        array->dictionary = take(sizeof *array->dictionary);
        make_array(schema->dictionary, 3, array->dictionary);
    }
}

static void release_schema(struct ArrowSchema *schema)
{
    made.schemas_released++;
    schema->release = NULL;
}

static void release_chunk(struct ArrowArray *chunk)
{
    made.chunks_released++;
    chunk->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    made.streams_released++;
    stream->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    (void)stream;
    const uint8_t columns = next_byte() % (MOST_COLUMNS + 1);
    const uint8_t odd = next_byte();
    made.schema = (struct ArrowSchema){.format = odd == 0xff   ? NULL
                                                 : odd == 0xfe ? "i"
                                                               : "+s",
                                       .n_children = odd == 0xfd ? -1 : columns,
                                       .release = release_schema};
    struct ArrowSchema **const children = take((columns + 1U) * sizeof *children);
    for (int j = 0; j < columns; j++) {
        make_schema(&made.columns[j], true);
        children[j] = next_byte() == 0xff ? NULL : &made.columns[j];
    }
    made.schema.children = odd == 0xfc ? NULL : children;
    *schema = made.schema;
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *chunk)
{
    (void)stream;
    *chunk = (struct ArrowArray){0};
    if (made.given == made.chunks)
        return made.fails ? EIO : 0;
    made.given++;
    const int64_t length = next_byte() % (MOST_LENGTH + 1);
    chunk->release = release_chunk;
    make_array(&(struct ArrowSchema){.format = "+s"}, length, chunk);
    chunk->n_children = next_number(made.schema.n_children);
    struct ArrowArray **const children = take(MOST_COLUMNS * sizeof *children);
    for (int64_t j = 0; j < made.schema.n_children; j++) {
        struct ArrowArray *const array = take(sizeof *array);
        make_array(&made.columns[j], length, array);
        children[j] = next_byte() == 0xff ? NULL : array;
    }
    chunk->children = next_byte() == 0xff ? NULL : children;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return NULL;
}

static void check_dataset(const linclass_dataset *dataset)
{
    linclass_matrix X;
    expect(linclass_dataset_matrix(dataset, &X, sizeof X) == LINCLASS_OK);
    expect(X.rows >= 0 && X.cols >= 0 && X.dtype == LINCLASS_FLOAT32);
    const int64_t elements =
        X.layout == LINCLASS_LAYOUT_CSR ? X.row_starts[X.rows] : X.rows * X.cols;
    for (int64_t e = 0; X.data != NULL && e < elements; e++)
        expect(isfinite(((const float *)X.data)[e]));
    for (int64_t e = 0; X.layout == LINCLASS_LAYOUT_CSR && e < elements; e++)
        expect(((const int32_t *)X.columns)[e] >= 0 && ((const int32_t *)X.columns)[e] < X.cols);
    const int64_t *const labels = linclass_dataset_labels(dataset);
    const int64_t classes = linclass_dataset_class_count(dataset);
    for (int64_t i = 0; labels != NULL && i < X.rows; i++)
        expect(classes == 0 || (labels[i] >= 0 && labels[i] < classes));
}

static void read_stream(int mode, int64_t failing)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (failing > 0)
        failing_allocator_fail_at(&memory, failing);
    linclass_read_options options;
    expect(linclass_read_options_init(&options, sizeof options) == LINCLASS_OK);
    options.label = (mode & 8) != 0 ? "-1" : NULL;
    options.missing = (mode & 16) != 0 ? LINCLASS_MISSING_ZERO : LINCLASS_MISSING_ERROR;
    options.layout = (mode & 32) != 0 ? LINCLASS_LAYOUT_CSR : LINCLASS_LAYOUT_STRIDED;
    options.dtype = LINCLASS_FLOAT32;
    struct ArrowArrayStream stream = {.get_schema = get_schema,
                                      .get_next = get_next,
                                      .get_last_error = get_last_error,
                                      .release = release_stream};
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_from_arrow(ctx, &stream, &options, &dataset);
    expect((status == LINCLASS_OK) == (dataset != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || memory.failures == 0 || status == LINCLASS_ERROR_MEMORY);
    expect(made.streams_released == 1 && made.chunks_released == made.given);
    expect(made.schemas_released == (made.schema.release != NULL));
    if (dataset != NULL)
        check_dataset(dataset);
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > FUZZ_MAX_BYTES)
        return 0;
    memset(&made, 0, sizeof made);
    made.next = data + 2;
    made.left = size - 2;
    made.chunks = data[1] & 3;
    made.fails = (data[1] & 4) != 0;
    read_stream(data[1], data[0]);
    while (taken_count > 0)
        free(taken[--taken_count]);
    return 0;
}

/* What a stream begins with, of which most is as usual: the bytes that are missing are zeros. */
static const uint8_t SEEDS[][96] = {
    /* One column of doubles, one of texts, two chunks. */
    {0, 2, 2, 0, 0, 0, 0, 1, 1, 0, 3, 0, 0, 0, 0, 0},
    /* A dictionary of texts under int8 indices. */
    {0, 1, 1, 0, 6, 0x80, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2},
    /* A view of texts, missing cells, labels in the last column. */
    {0, 0x19, 2, 0, 3, 0, 0, 0, 1, 0, 5, 0, 0, 0,   0,   0,  0,
     0, 0,    0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 'a', 'b', 'c'},
    /* Numbers of each width, and a stream that fails. */
    {0, 7, 4, 0, 4, 0, 0, 5, 0, 0, 10, 0, 0, 12, 0, 0, 8, 0, 0, 0, 0, 0},
    /* Large texts and booleans, sparse. */
    {0, 0x21, 2, 0, 2, 0, 0, 14, 1, 0, 7},
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    memcpy(bytes, SEEDS[index], sizeof SEEDS[index]);
    return sizeof SEEDS[index];
}
