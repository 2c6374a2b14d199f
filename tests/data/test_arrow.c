/* Streams of Arrow built by hand from its specification: types, offsets, missing values, chunks,
 * dictionaries; what is refused; everything is released exactly once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/memory_rounds.h"

#include "reading.h"

enum { MOST_COLUMNS = 4, MOST_CHUNKS = 3, MOST_BUFFERS = 5 };

/* A column as a test writes it. */
typedef struct made_column {
    struct ArrowSchema schema;
    struct ArrowSchema dictionary_schema;
    struct ArrowArray array[MOST_CHUNKS];
    struct ArrowArray dictionary[MOST_CHUNKS];
    const void *buffers[MOST_CHUNKS][MOST_BUFFERS];
    const void *dictionary_buffers[MOST_CHUNKS][MOST_BUFFERS];
} made_column;

typedef struct made_stream {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray chunk[MOST_CHUNKS];
    made_column column[MOST_COLUMNS];
    struct ArrowSchema *schemas[MOST_COLUMNS];
    struct ArrowArray *arrays[MOST_CHUNKS][MOST_COLUMNS];
    const void *no_buffers[1];
    int columns;
    int chunks;
    int repeats; /* where not 0: so many chunks, each the first */
    int given;
    int schema_error;
    int chunk_error;
    int streams_released;
    int schemas_released;
    int chunks_released;
} made_stream;

static made_stream MADE;

static void release_schema(struct ArrowSchema *schema)
{
    MADE.schemas_released++;
    schema->release = NULL;
}

static void release_chunk(struct ArrowArray *chunk)
{
    MADE.chunks_released++;
    chunk->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    MADE.streams_released++;
    stream->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    (void)stream;
    if (MADE.schema_error == 0)
        *schema = MADE.schema;
    return MADE.schema_error;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *chunk)
{
    (void)stream;
    if (MADE.chunk_error != 0 && MADE.given == 1)
        return MADE.chunk_error;
    if (MADE.given == (MADE.repeats > 0 ? MADE.repeats : MADE.chunks))
        *chunk = (struct ArrowArray){0};
    else if (MADE.repeats > 0)
        *chunk = MADE.chunk[0];
    else
        *chunk = MADE.chunk[MADE.given];
    MADE.given += chunk->release != NULL;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return MADE.chunk_error != 0 ? "the disk is gone" : NULL;
}

static void begin_stream(int chunks, const int64_t *lengths)
{
    memset(&MADE, 0, sizeof MADE);
    MADE.stream = (struct ArrowArrayStream){.get_schema = get_schema,
                                            .get_next = get_next,
                                            .get_last_error = get_last_error,
                                            .release = release_stream};
    MADE.schema = (struct ArrowSchema){
        .format = "+s", .name = "", .children = MADE.schemas, .release = release_schema};
    MADE.chunks = chunks;
    for (int c = 0; c < chunks; c++)
        MADE.chunk[c] = (struct ArrowArray){.length = lengths[c],
                                            .n_buffers = 1,
                                            .buffers = MADE.no_buffers,
                                            .children = MADE.arrays[c],
                                            .release = release_chunk};
}

static made_column *add_column(const char *name, const char *format)
{
    made_column *const column = &MADE.column[MADE.columns];
    column->schema = (struct ArrowSchema){.format = format, .name = name};
    MADE.schemas[MADE.columns] = &column->schema;
    for (int c = 0; c < MADE.chunks; c++) {
        column->array[c] = (struct ArrowArray){
            .length = MADE.chunk[c].length, .n_buffers = 2, .buffers = column->buffers[c]};
        MADE.arrays[c][MADE.columns] = &column->array[c];
        MADE.chunk[c].n_children++;
    }
    MADE.columns++;
    MADE.schema.n_children++;
    return column;
}

static made_column *add_numbers(const char *name, const char *format, const void *values)
{
    made_column *const column = add_column(name, format);
    column->buffers[0][1] = values;
    return column;
}

static linclass_status read_stream(linclass_dataset **dataset)
{
    MADE.given = 0;
    MADE.streams_released = MADE.schemas_released = MADE.chunks_released = 0;
    MADE.stream.release = release_stream;
    const linclass_status status =
        linclass_dataset_from_arrow(READING.ctx, &MADE.stream, &READING.options, dataset);
    assert_int_equal(MADE.streams_released, 1);
    assert_int_equal(MADE.schemas_released, MADE.schema_error == 0);
    assert_int_equal(MADE.chunks_released, MADE.given);
    return status;
}

static linclass_dataset *accept_stream(void)
{
    linclass_dataset *dataset;
    READING.options.dtype = LINCLASS_FLOAT64;
    READING.options.layout = LINCLASS_LAYOUT_STRIDED;
    if (read_stream(&dataset) != LINCLASS_OK)
        fail_msg("refused: %s", linclass_context_message(READING.ctx));
    return dataset;
}

static void refuse_stream(linclass_status status, const char *part)
{
    linclass_dataset *dataset = (linclass_dataset *)&MADE;
    const linclass_status found = read_stream(&dataset);
    const char *const message = linclass_context_message(READING.ctx);
    if (found != status || strstr(message, part) == NULL)
        fail_msg("status %d, not %d, or no \"%s\" in \"%s\"", (int)found, (int)status, part,
                 message);
    assert_null(dataset);
}

static void numbers_of_every_type(void **state)
{
    (void)state;
    const struct {
        const char *format;
        const void *values;
    } types[] = {
        {"c", (int8_t[]){0, 1, 2}},
        {"C", (uint8_t[]){0, 1, 2}},
        {"s", (int16_t[]){0, 1, 2}},
        {"S", (uint16_t[]){0, 1, 2}},
        {"i", (int32_t[]){0, 1, 2}},
        {"I", (uint32_t[]){0, 1, 2}},
        {"l", (int64_t[]){0, 1, 2}},
        {"L", (uint64_t[]){0, 1, 2}},
        {"e", (uint16_t[]){0, 0x3c00, 0x4000}},
        {"f", (float[]){0, 1, 2}},
        {"g", (double[]){0, 1, 2}},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        begin_stream(1, (int64_t[]){3});
        add_numbers("a", types[i].format, types[i].values);
        linclass_dataset *dataset = accept_stream();
        assert_string_equal(linclass_dataset_feature_name(dataset, 0), "a");
        reading_expect(dataset, LINCLASS_FLOAT64, 3, 1, (double[]){0, 1, 2});
    }
    begin_stream(1, (int64_t[]){3}); /* the least number above zero, -0 and the largest */
    add_numbers("a", "e", (uint16_t[]){1, 0x8000, 0x7bff});
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 3, 1, (double[]){0x1p-24, 0, 65504});
    begin_stream(1, (int64_t[]){3});
    add_numbers("a", "b", (uint8_t[]){5});
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 3, 1, (double[]){1, 0, 1});
}

static void chunks_and_offsets(void **state)
{
    (void)state;
    begin_stream(3, (int64_t[]){2, 0, 1});
    made_column *const column = add_column("a", "i");
    column->buffers[0][1] = (int32_t[]){9, 9, 9, 1, 2};
    column->array[0].offset = 2;
    column->array[0].length = 3;
    MADE.chunk[0].offset = 1;
    column->buffers[2][1] = (int32_t[]){3};
    made_column *const bits = add_column("b", "b");
    bits->buffers[0][1] = (uint8_t[]){0, 2};
    bits->array[0].offset = 8;
    bits->array[0].length = 3;
    bits->buffers[2][1] = (uint8_t[]){1};
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 3, 2, (double[]){1, 1, 2, 0, 3, 1});
}

static void missing_values(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){4});
    made_column *const column = add_numbers("a", "g", (double[]){5, 6, 0.0 / 0.0, 10});
    column->buffers[0][0] = (uint8_t[]){13};
    column->array[0].null_count = -1;
    refuse_stream(LINCLASS_ERROR_FORMAT, "");
    READING.options.missing = LINCLASS_MISSING_MEAN;
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 4, 1, (double[]){5, 7.5, 7.5, 10});
    column->array[0].null_count = 0;
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 4, 1, (double[]){5, 6, 7, 10});
    MADE.no_buffers[0] = (uint8_t[]){14};
    MADE.chunk[0].null_count = 1;
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 4, 1, (double[]){8, 6, 8, 10});
    READING.options.missing = LINCLASS_MISSING_ZERO;
    add_column("nothing", "n")->array[0].n_buffers = 0;
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 4, 2, (double[]){0, 0, 6, 0, 0, 0, 10, 0});
}

static void expect_texts(void)
{
    READING.options.label = "t";
    linclass_dataset *dataset = accept_stream();
    assert_int_equal(linclass_dataset_class_count(dataset), 2);
    assert_string_equal(linclass_dataset_class_name(dataset, 0), "a text of eighteen");
    assert_string_equal(linclass_dataset_class_name(dataset, 1), "b");
    const int64_t *labels = linclass_dataset_labels(dataset);
    assert_true(labels[0] == 1 && labels[1] == 0 && labels[2] == 1);
    linclass_dataset_destroy(dataset);
}

/* A view: length, then 12 bytes of text, or 4, the number of a buffer, an offset. */
typedef struct view {
    int32_t length;
    char begin[4];
    int32_t buffer;
    int32_t offset;
} view;

static void texts_of_every_layout(void **state)
{
    (void)state;
    const char bytes[] = "ba text of eighteenb";
    begin_stream(1, (int64_t[]){3});
    made_column *const column = add_column("t", "u");
    column->array[0].n_buffers = 3;
    column->buffers[0][1] = (int32_t[]){0, 1, 19, 20};
    column->buffers[0][2] = bytes;
    expect_texts();
    column->schema.format = "U";
    column->buffers[0][1] = (int64_t[]){0, 1, 19, 20};
    expect_texts();
    column->schema.format = "vu";
    const view views[] = {{1, "b", 0, 0}, {18, "a te", 1, 1}, {1, "b", 0, 0}};
    column->array[0].n_buffers = 5;
    column->buffers[0][1] = views;
    column->buffers[0][3] = bytes;
    column->buffers[0][4] = (int64_t[]){0, 20};
    expect_texts();
}

static void dictionaries(void **state)
{
    (void)state;
    begin_stream(2, (int64_t[]){2, 1});
    made_column *const column = add_column("t", "c");
    column->schema.dictionary = &column->dictionary_schema;
    column->dictionary_schema.format = "u";
    column->buffers[0][1] = (int8_t[]){1, 0};
    column->buffers[1][1] = (int8_t[]){0};
    for (int c = 0; c < 2; c++) {
        column->array[c].dictionary = &column->dictionary[c];
        column->dictionary[c] = (struct ArrowArray){
            .length = c == 0 ? 2 : 1, .n_buffers = 3, .buffers = column->dictionary_buffers[c]};
    }
    column->dictionary_buffers[0][1] = (int32_t[]){0, 18, 19};
    column->dictionary_buffers[0][2] = "a text of eighteenb";
    column->dictionary_buffers[1][1] = (int32_t[]){0, 1};
    column->dictionary_buffers[1][2] = "b";
    expect_texts();
    const uint64_t wide[] = {1, 0};
    column->schema.format = "L";
    column->buffers[0][1] = wide;
    column->buffers[1][1] = wide + 1;
    expect_texts();
    column->buffers[0][1] = (uint64_t[]){1, UINT64_MAX};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 1, column 't': the index is none");
    column->schema.format = "l";
    column->buffers[0][1] = (int64_t[]){2, 0};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the index is none");
    column->buffers[0][1] = (int64_t[]){0, 1};
    column->buffers[0][0] = (uint8_t[]){2};
    column->array[0].null_count = 1;
    refuse_stream(LINCLASS_ERROR_LABEL, "");
    column->array[0].null_count = 0;
    column->dictionary_buffers[0][0] = (uint8_t[]){1};
    column->dictionary[0].null_count = 1;
    refuse_stream(LINCLASS_ERROR_LABEL, "");
}

static void types_that_are_refused(void **state)
{
    (void)state;
    static const char *const FORMATS[] = {"tdD", "z", "+l", "d:19,10", "", "uu", "vz", "+s"};
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        begin_stream(1, (int64_t[]){1});
        add_numbers("when", FORMATS[i], (double[]){1});
        refuse_stream(LINCLASS_ERROR_UNSUPPORTED, "column 'when' is of format");
        assert_non_null(strstr(linclass_context_message(READING.ctx), FORMATS[i]));
    }
    begin_stream(1, (int64_t[]){1});
    made_column *const column = add_numbers("when", "c", (double[]){1});
    column->schema.dictionary = &column->dictionary_schema;
    column->dictionary_schema.format = "l";
    refuse_stream(LINCLASS_ERROR_UNSUPPORTED, "is a dictionary of format 'l'");
    column->dictionary_schema.format = "u";
    column->schema.format = "g";
    refuse_stream(LINCLASS_ERROR_UNSUPPORTED, "is a dictionary of format 'u'");
    column->schema.format = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "has no format");
    MADE.schema.format = "l";
    refuse_stream(LINCLASS_ERROR_UNSUPPORTED, "of format 'l', not '+s'");
    MADE.schema.format = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "no schema");
    MADE.schema.release = NULL;
    linclass_dataset *dataset;
    assert_int_equal(linclass_dataset_from_arrow(READING.ctx, &MADE.stream, NULL, &dataset),
                     LINCLASS_ERROR_INVALID_ARGUMENT); /* which has been released */
    MADE.stream.release = release_stream;
    assert_int_equal(linclass_dataset_from_arrow(READING.ctx, &MADE.stream, NULL, &dataset),
                     LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(linclass_context_message(READING.ctx), "no schema"));
}

static void values_that_are_refused(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){2});
    add_numbers("a", "g", (double[]){1, 1 / 0.0});
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 1, column 'a': the number is infinite");
    begin_stream(1, (int64_t[]){1});
    add_numbers("a", "e", (uint16_t[]){0xfc00});
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 'a': the number is infinite");
    begin_stream(1, (int64_t[]){2});
    made_column *const column = add_column("t", "u");
    column->array[0].n_buffers = 3;
    column->buffers[0][2] = "ab\0c";
    column->buffers[0][1] = (int32_t[]){0, 2, 1};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 1, column 't': the text lies outside its buffer");
    column->buffers[0][1] = (int32_t[]){-1, 2, 3};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    column->buffers[0][1] = (int32_t[]){0, 1, 4};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 1, column 't': the text has a zero byte");
    column->buffers[0][2] = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    column->schema.format =
        "U"; /* no address may be made of such offsets, nor a difference of them */
    column->buffers[0][2] = "ab";
    column->buffers[0][1] = (int64_t[]){INT64_MIN, INT64_MAX, 3};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    column->buffers[0][1] = (int64_t[]){INT64_MAX, INT64_MIN, 3};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    column->schema.format = "vu";
    view views[] = {{13, "", 0, 0}, {-1, "", 0, 0}};
    column->array[0].n_buffers = 4;
    column->buffers[0][1] = views;
    column->buffers[0][2] = "a text of thirteen";
    column->buffers[0][3] = (int64_t[]){18};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 1, column 't': the text lies outside");
    views[0].offset = 6;
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    views[0].offset = -1;
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    views[0].buffer = 1;
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    views[0].buffer = -1;
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    views[0] = (view){13, "", 0, 0};
    column->buffers[0][3] = NULL; /* the lengths of the buffers */
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
    column->buffers[0][3] = (int64_t[]){18};
    column->buffers[0][2] = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
}

static void chunks_that_do_not_fit(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){2});
    made_column *const column = add_numbers("a", "g", (double[]){1, 2});
    struct ArrowArray *const array = &column->array[0];
    const struct ArrowArray good = *array;
    const struct ArrowArray chunk = MADE.chunk[0];
    struct ArrowArray wrong[] = {good, good, good, good, good, good};
    wrong[0].length = 1;
    wrong[1].length = -1;
    wrong[2].offset = -1;
    wrong[3].n_buffers = 1;
    wrong[4].buffers = NULL;
    wrong[5].length = INT64_MAX;
    for (int i = 0; i < 6; i++) {
        *array = wrong[i];
        refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    }
    *array = good;
    MADE.chunk[0].n_children = 2;
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    MADE.chunk[0] = chunk;
    MADE.chunk[0].offset = 1;
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    struct ArrowArray whole[] = {chunk, chunk, chunk, chunk, chunk};
    whole[0].length = -1;
    whole[1].offset = -1;
    whole[2].children = NULL;
    whole[3].length = INT64_MAX;
    whole[4].buffers = NULL; /* of which there is one, the bits of rows that are there */
    for (int i = 0; i < 5; i++) {
        MADE.chunk[0] = whole[i];
        refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    }
    MADE.chunk[0] = chunk;
    MADE.arrays[0][0] = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    MADE.arrays[0][0] = array;
    column->buffers[0][1] = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    MADE.schemas[0] = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "no schema");
    MADE.schema.children = NULL;
    refuse_stream(LINCLASS_ERROR_FORMAT, "no schema");
    MADE.schema.n_children = -1;
    refuse_stream(LINCLASS_ERROR_FORMAT, "no schema");
}

/* A column of indices whose dictionary is missing, or damaged. */
static void dictionaries_that_do_not_fit(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){1});
    made_column *const column = add_column("t", "c");
    struct ArrowArray *const dictionary = &column->dictionary[0];
    column->schema.dictionary = &column->dictionary_schema;
    column->buffers[0][1] = (int8_t[]){-1};
    refuse_stream(LINCLASS_ERROR_FORMAT, "has no format");
    column->dictionary_schema.format = "u";
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    column->array[0].dictionary = dictionary;
    dictionary->length = 1;
    dictionary->n_buffers = 2;
    dictionary->buffers = column->dictionary_buffers[0];
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
    dictionary->n_buffers = 3;
    column->dictionary_buffers[0][1] = (int32_t[]){0, 1};
    column->dictionary_buffers[0][2] = "b";
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the index is none");
    column->dictionary_buffers[0][1] = (int32_t[]){1, 0};
    refuse_stream(LINCLASS_ERROR_FORMAT, "row 0, column 't': the text lies outside");
}

/* More chunks than there is room for at first, some without rows; columns without names. */
static void many_chunks(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){1});
    add_numbers(NULL, "g", (double[]){1});
    MADE.repeats = 40;
    linclass_dataset *dataset = accept_stream();
    const linclass_matrix X = reading_view(dataset);
    assert_int_equal(X.rows, 40);
    for (int64_t i = 0; i < X.rows; i++)
        assert_true(reading_element(&X, i, 0) == 1);
    linclass_dataset_destroy(dataset);
}

/* So many that no loop over them ends. */
static void rows_without_columns(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){INT64_MAX / 32});
    MADE.chunk[0].children = NULL;
    linclass_dataset *dataset = accept_stream();
    const linclass_matrix X = reading_view(dataset);
    assert_true(X.rows == INT64_MAX / 32 && X.cols == 0);
    linclass_dataset_destroy(dataset);
    MADE.repeats = 33; /* more than can be counted */
    refuse_stream(LINCLASS_ERROR_FORMAT, "a chunk does not fit its schema");
}

static void streams_that_fail(void **state)
{
    (void)state;
    begin_stream(2, (int64_t[]){1, 1});
    made_column *const column = add_column("a", "g");
    column->buffers[0][1] = column->buffers[1][1] = (double[]){1};
    MADE.chunk_error = EIO;
    refuse_stream(LINCLASS_ERROR_IO, "the Arrow stream failed: the disk is gone");
    MADE.chunk_error = 0;
    MADE.schema_error = ENOMEM;
    refuse_stream(LINCLASS_ERROR_IO, "the Arrow stream failed: ");
    MADE.stream.get_last_error = NULL;
    refuse_stream(LINCLASS_ERROR_IO, "the Arrow stream failed: Cannot allocate memory");
    MADE.schema_error = 0;
    READING.options.labels_path = "/no/such/file";
    refuse_stream(LINCLASS_ERROR_IO, "/no/such/file");
}

static void arguments(void **state)
{
    (void)state;
    linclass_dataset *dataset = (linclass_dataset *)&MADE;
    assert_int_equal(linclass_dataset_from_arrow(READING.ctx, NULL, NULL, &dataset),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_null(dataset);
    begin_stream(1, (int64_t[]){1});
    linclass_read_options options;
    assert_int_equal(linclass_read_options_init(&options, sizeof options), LINCLASS_OK);
    options.size = 1;
    assert_int_equal(linclass_dataset_from_arrow(READING.ctx, &MADE.stream, &options, &dataset),
                     LINCLASS_ERROR_STRUCT_SIZE);
    assert_int_equal(MADE.streams_released, 1);
    begin_stream(1, (int64_t[]){1});
    assert_int_equal(linclass_dataset_from_arrow(READING.ctx, &MADE.stream, NULL, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(MADE.streams_released, 1);
    assert_int_equal(linclass_dataset_from_arrow(NULL, &MADE.stream, NULL, &dataset),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(MADE.streams_released, 1);
}

static int32_t stop(int64_t done, int64_t total, void *user)
{
    assert_true(done == 2 && total == 0);
    (*(int *)user)++;
    return 1;
}

/* A callback that goes on, and finds the context in use. */
static int32_t go_on(int64_t done, int64_t total, void *user)
{
    struct ArrowArrayStream *const other = user;
    linclass_dataset *dataset;
    assert_true(done > 0 && total == 0);
    *other = MADE.stream;
    assert_int_equal(linclass_dataset_from_arrow(READING.ctx, other, NULL, &dataset),
                     LINCLASS_ERROR_BUSY);
    assert_null(dataset);
    MADE.streams_released--;
    return 0;
}

static void the_callback_goes_on(void **state)
{
    (void)state;
    struct ArrowArrayStream other;
    begin_stream(2, (int64_t[]){2, 1});
    made_column *const column = add_numbers("a", "g", (double[]){1, 2});
    column->buffers[1][1] = (double[]){3};
    READING.options.progress = go_on;
    READING.options.progress_user = &other;
    reading_expect(accept_stream(), LINCLASS_FLOAT64, 3, 1, (double[]){1, 2, 3});
}

static void without_a_context(void **state)
{
    (void)state;
    linclass_dataset *dataset;
    begin_stream(1, (int64_t[]){2});
    add_numbers("a", "g", (double[]){1, 2});
    assert_int_equal(linclass_dataset_from_arrow(NULL, &MADE.stream, NULL, &dataset), LINCLASS_OK);
    assert_int_equal(MADE.streams_released, 1);
    linclass_dataset_destroy(dataset);
}

static void the_callback_stops(void **state)
{
    (void)state;
    int calls = 0;
    begin_stream(2, (int64_t[]){2, 1});
    made_column *const column = add_numbers("a", "g", (double[]){1, 2});
    column->buffers[1][1] = (double[]){1};
    READING.options.progress = stop;
    READING.options.progress_user = &calls;
    refuse_stream(LINCLASS_STOPPED_BY_CALLBACK, "");
    assert_int_equal(calls, 1);
}

static void allocations(void **state)
{
    (void)state;
    begin_stream(1, (int64_t[]){2});
    add_numbers("a", "g", (double[]){1, 2});
    made_column *const column = add_column("t", "u");
    column->array[0].n_buffers = 3;
    column->buffers[0][1] = (int32_t[]){0, 1, 2};
    column->buffers[0][2] = "ab";
    READING.options.label = "t";
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_dataset *dataset;
        MADE.given = 0;
        MADE.chunks_released = 0;
        MADE.stream.release = release_stream;
        const linclass_status status =
            linclass_dataset_from_arrow(r.ctx, &MADE.stream, &READING.options, &dataset);
        (void)memory_rounds_failed(&r, status);
        assert_int_equal(MADE.chunks_released, MADE.given);
        linclass_dataset_destroy(dataset);
    }
    assert_true(r.k > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_of_every_type, reading_defaults),
        cmocka_unit_test_setup(chunks_and_offsets, reading_defaults),
        cmocka_unit_test_setup(missing_values, reading_defaults),
        cmocka_unit_test_setup(texts_of_every_layout, reading_defaults),
        cmocka_unit_test_setup(dictionaries, reading_defaults),
        cmocka_unit_test_setup(types_that_are_refused, reading_defaults),
        cmocka_unit_test_setup(values_that_are_refused, reading_defaults),
        cmocka_unit_test_setup(chunks_that_do_not_fit, reading_defaults),
        cmocka_unit_test_setup(dictionaries_that_do_not_fit, reading_defaults),
        cmocka_unit_test_setup(many_chunks, reading_defaults),
        cmocka_unit_test_setup(rows_without_columns, reading_defaults),
        cmocka_unit_test_setup(streams_that_fail, reading_defaults),
        cmocka_unit_test_setup(arguments, reading_defaults),
        cmocka_unit_test_setup(the_callback_goes_on, reading_defaults),
        cmocka_unit_test_setup(without_a_context, reading_defaults),
        cmocka_unit_test_setup(the_callback_stops, reading_defaults),
        cmocka_unit_test_setup(allocations, reading_defaults),
    };
    return cmocka_run_group_tests(tests, reading_begin, reading_end);
}
