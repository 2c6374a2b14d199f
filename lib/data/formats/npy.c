/* .npy files: see npy_header.h. */
#include <stdio.h>

#include "data/formats/npy.h"
#include "data/formats/npy_header.h"

static bool recognises(const uint8_t *begin, size_t count, bool whole)
{
    (void)whole;
    return npy_begins(begin, count);
}

linclass_status npy_open(linclass_context *ctx, const format_input *input, file_content *content,
                         file_array *array)
{
    *array = (file_array){0};
    *content = (file_content){0};
    (void)snprintf(array->name, sizeof array->name, "%s", byte_reader_name(input->reader));
    const uint8_t *begin;
    size_t count;
    bool whole;
    size_t header_bytes = 0;
    linclass_status status = byte_reader_peek(input->reader, &begin, &count, &whole);
    if (status == LINCLASS_OK) {
        file_array early = *array;
        status = npy_read_header(ctx, begin, count, &early, &header_bytes);
        header_bytes += early.bytes;
    }
    if (status == LINCLASS_OK)
        status = content_open(ctx, input, header_bytes, content);
    if (status == LINCLASS_OK)
        status = npy_read(ctx, content->bytes, content->count, array);
    if (status != LINCLASS_OK)
        content_end(ctx, content);
    return status;
}

static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    file_content content;
    file_array array;
    linclass_status status = npy_open(ctx, input, &content, &array);
    if (status == LINCLASS_OK)
        status = array_samples(ctx, &array, dataset);
    content_keep(ctx, &content, dataset);
    return status;
}

const file_format FORMAT_NPY = {"npy", recognises, read_format};
