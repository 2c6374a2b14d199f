/* linclass_dataset_from_arrow: the chunks of a stream are collected, so that the number of rows is known,
 * become the columns of a table, and are released before the table is encoded. */
#include <linclass/arrow.h>

#include <stdio.h>
#include <string.h>

#include "core/context_call.h"
#include "data/encode.h"
#include "data/formats/arrow_column.h"
#include "data/read.h"

enum { FIRST_CHUNKS = 16 };

typedef struct arrow_reader {
    linclass_context *ctx;
    struct ArrowArrayStream *stream;
    const linclass_read_options *options;
    struct ArrowSchema schema;
    arrow_chunks chunks;
    table table;
} arrow_reader;

static linclass_status fail_stream(const arrow_reader *self, int error)
{
    const char *const message =
        self->stream->get_last_error == NULL ? NULL : self->stream->get_last_error(self->stream);
    char text[128];
    return context_fail(self->ctx, LINCLASS_ERROR_IO, "the Arrow stream failed: %.1000s",
                        message != NULL ? message : strerror_r(error, text, sizeof text));
}

static const char *column_name(const arrow_reader *self, int64_t index)
{
    const char *const name = self->schema.children[index]->name;
    return name == NULL ? "" : name;
}

static linclass_status read_schema(arrow_reader *self)
{
    const int error = self->stream->get_schema(self->stream, &self->schema);
    if (error != 0) {
        self->schema.release = NULL;
        return fail_stream(self, error);
    }
    const struct ArrowSchema *const schema = &self->schema;
    if (schema->release == NULL || schema->format == NULL || schema->n_children < 0 ||
        (schema->n_children > 0 && schema->children == NULL))
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "the Arrow stream has no schema that can be read");
    if (strcmp(schema->format, "+s") != 0)
        return context_fail(self->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the Arrow stream is of format '%.40s', not '+s', rows of columns",
                            schema->format);
    linclass_status status = LINCLASS_OK;
    for (int64_t j = 0; j < schema->n_children && status == LINCLASS_OK; j++)
        status = schema->children[j] == NULL
                     ? context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                                    "the Arrow stream has no schema that can be read")
                     : arrow_check_schema(self->ctx, schema->children[j], column_name(self, j));
    return status;
}

static linclass_status make_room(arrow_reader *self)
{
    arrow_chunks *const chunks = &self->chunks;
    if (chunks->count < chunks->capacity)
        return LINCLASS_OK;
    const int64_t capacity = chunks->capacity == 0 ? FIRST_CHUNKS : 2 * chunks->capacity;
    void *larger;
    const linclass_status status = context_allocate_array(
        self->ctx, capacity, sizeof(struct ArrowArray), "the chunks of a stream", &larger);
    if (status != LINCLASS_OK)
        return status;
    if (chunks->count > 0)
        memcpy(larger, chunks->chunk, (size_t)chunks->count * sizeof(struct ArrowArray));
    context_release(self->ctx, chunks->chunk);
    chunks->chunk = larger;
    chunks->capacity = capacity;
    return LINCLASS_OK;
}

/* The next chunk, kept where it has rows. */
static linclass_status read_chunk(arrow_reader *self, bool *at_end)
{
    arrow_chunks *const chunks = &self->chunks;
    linclass_status status = make_room(self);
    if (status != LINCLASS_OK)
        return status;
    struct ArrowArray *const chunk = &chunks->chunk[chunks->count];
    *chunk = (struct ArrowArray){0};
    const int error = self->stream->get_next(self->stream, chunk);
    if (error != 0)
        return fail_stream(self, error);
    *at_end = chunk->release == NULL;
    if (*at_end)
        return LINCLASS_OK;
    chunks->count++;
    status = arrow_check_chunk(self->ctx, &self->schema, chunk);
    if (status == LINCLASS_OK && __builtin_add_overflow(chunks->rows, chunk->length, &chunks->rows))
        status = context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                              "the Arrow stream: a chunk does not fit its schema");
    if (status != LINCLASS_OK || self->options->progress == NULL ||
        self->options->progress(chunks->rows, 0, self->options->progress_user) == 0)
        return status;
    return LINCLASS_STOPPED_BY_CALLBACK;
}

static linclass_status read_columns(arrow_reader *self)
{
    table *const target = &self->table;
    linclass_context *const ctx = self->ctx;
    const int64_t columns = self->schema.n_children;
    void *taken;
    linclass_status status = context_allocate_array(ctx, columns, sizeof(table_column),
                                                    "the columns of a table", &taken);
    if (status != LINCLASS_OK)
        return status;
    target->allocator = ctx->allocator;
    target->column = memset(taken, 0, (size_t)columns * sizeof(table_column));
    target->columns = columns;
    target->rows = self->chunks.rows;
    (void)snprintf(target->source, sizeof target->source, "the Arrow stream");
    for (int64_t j = 0; j < columns && status == LINCLASS_OK; j++) {
        const char *const name = column_name(self, j);
        status = text_list_append(ctx, &target->names, name, strlen(name));
        if (status == LINCLASS_OK)
            status = arrow_read_column(ctx, self->schema.children[j], &self->chunks, j, name,
                                       &target->column[j]);
    }
    return status;
}

static linclass_status read_table(arrow_reader *self)
{
    bool at_end = false;
    linclass_status status = read_schema(self);
    while (status == LINCLASS_OK && !at_end)
        status = read_chunk(self, &at_end);
    if (status == LINCLASS_OK)
        status = read_columns(self);
    for (int64_t i = 0; i < self->chunks.count; i++)
        self->chunks.chunk[i].release(&self->chunks.chunk[i]);
    context_release(self->ctx, self->chunks.chunk);
    if (self->schema.release != NULL)
        self->schema.release(&self->schema);
    return status;
}

static linclass_status read_dataset(linclass_context *ctx, struct ArrowArrayStream *stream,
                                    const linclass_read_options *options,
                                    linclass_dataset **dataset)
{
    arrow_reader reader = {.ctx = ctx, .stream = stream, .options = options};
    linclass_dataset *made = NULL;
    linclass_status status = read_table(&reader);
    if (status == LINCLASS_OK)
        status = dataset_new(ctx, &made);
    if (status == LINCLASS_OK)
        status = encode_table(ctx, &reader.table, options, made);
    table_end(&reader.table);
    if (status == LINCLASS_OK)
        status = read_other_labels(ctx, options, made);
    if (status == LINCLASS_OK)
        *dataset = made;
    else
        linclass_dataset_destroy(made);
    return status;
}

/* The call without the release of the stream. */
static linclass_status from_arrow(linclass_context *ctx, struct ArrowArrayStream *stream,
                                  const linclass_read_options *options, linclass_dataset **dataset)
{
    CONTEXT_ENTER(ctx);
    if (dataset == NULL || stream == NULL || stream->release == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s",
                            dataset == NULL  ? "dataset is NULL"
                            : stream == NULL ? "stream is NULL"
                                             : "stream has been released");
    linclass_read_options known;
    const linclass_status status = read_options_import(ctx, NULL, options, &known);
    if (status != LINCLASS_OK)
        return status;
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, read_dataset(ctx, stream, &known, dataset));
}

linclass_status linclass_dataset_from_arrow(linclass_context *ctx, struct ArrowArrayStream *stream,
                                            const linclass_read_options *options,
                                            linclass_dataset **dataset)
{
    if (dataset != NULL)
        *dataset = NULL;
    const linclass_status status = from_arrow(ctx, stream, options, dataset);
    if (stream != NULL && stream->release != NULL)
        stream->release(stream);
    return status;
}
