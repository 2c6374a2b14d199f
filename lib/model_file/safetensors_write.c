/* Writing a safetensors header, by appending to memory of a fixed size: no allocation that could
 * fail, and nothing the locale could change. */
#include "model_file/safetensors.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DATA_ALIGNMENT = 8 };

static void append(safetensors_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(safetensors_writer *writer, const char *format, ...)
{
    const size_t room = writer->capacity - writer->length;
    va_list arguments;
    va_start(arguments, format);
    const int written = vsnprintf(writer->text + writer->length, room, format, arguments);
    va_end(arguments);
    if (written < 0 || (size_t)written >= room)
        writer->overflow = true;
    else
        writer->length += (size_t)written;
}

void safetensors_write_begin(safetensors_writer *writer)
{
    assert(writer->capacity > SAFETENSORS_LENGTH_BYTES);
    writer->length = SAFETENSORS_LENGTH_BYTES;
    append(writer, "{\"__metadata__\":{");
}

void safetensors_write_metadata(safetensors_writer *writer, const char *key, const char *value)
{
    const bool first = writer->text[writer->length - 1] == '{';
    append(writer, "%s\"%s\":\"%s\"", first ? "" : ",", key, value);
}

void safetensors_write_gap(safetensors_writer *writer, size_t bytes)
{
    writer->gap = writer->length;
    writer->gap_bytes = bytes;
}

void safetensors_write_tensor(safetensors_writer *writer, const safetensors_tensor *tensor)
{
    int64_t bytes = (int64_t)safetensors_element_bytes(tensor->dtype);
    append(writer, "%s,\"%s\":{\"dtype\":\"%s\",\"shape\":[", writer->tensors++ == 0 ? "}" : "",
           tensor->name, safetensors_dtype_name(tensor->dtype));
    for (int axis = 0; axis < tensor->rank; axis++) {
        append(writer, "%s%" PRId64, axis == 0 ? "" : ",", tensor->shape[axis]);
        bytes *= tensor->shape[axis];
    }
    append(writer, "],\"data_offsets\":[%" PRId64 ",%" PRId64 "]}", writer->data_bytes,
           writer->data_bytes + bytes);
    writer->data_bytes += bytes;
}

void safetensors_write_end(safetensors_writer *writer)
{
    append(writer, "}");
    while ((writer->length + writer->gap_bytes) % DATA_ALIGNMENT != 0 && !writer->overflow)
        append(writer, " ");
    const uint64_t length = writer->length + writer->gap_bytes - SAFETENSORS_LENGTH_BYTES;
    memcpy(writer->text, &length, sizeof length);
}
