/* Writing a safetensors header, by appending to memory that has been measured: nothing that could fail, and nothing
 * the locale could change. */
#include "model_file/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/byte_order.h"
#include "core/json_string.h"

enum { DATA_ALIGNMENT = 8, INTEGER_BYTES = 24 };

static void append(safetensors_writer *writer, const char *text)
{
    const size_t bytes = strlen(text);
    if (writer->text != NULL)
        memcpy(writer->text + writer->length, text, bytes);
    writer->length += bytes;
}

static void append_escaped(safetensors_writer *writer, const char *text)
{
    writer->length +=
        json_escape(text, writer->text == NULL ? NULL : writer->text + writer->length);
}

static void append_integer(safetensors_writer *writer, int64_t value)
{
    char digits[INTEGER_BYTES];
    (void)snprintf(digits, sizeof digits, "%" PRId64, value);
    append(writer, digits);
}

void safetensors_write_begin(safetensors_writer *writer)
{
    writer->length = SAFETENSORS_LENGTH_BYTES;
    append(writer, "{\"__metadata__\":{");
}

void safetensors_write_metadata(safetensors_writer *writer, const char *key, const char *value)
{
    append(writer, writer->texts++ == 0 ? "\"" : ",\"");
    append(writer, key);
    append(writer, "\":\"");
    append_escaped(writer, value);
    append(writer, "\"");
}

void safetensors_write_tensor(safetensors_writer *writer, const safetensors_tensor *tensor)
{
    int64_t bytes = (int64_t)safetensors_element_bytes(tensor->dtype);
    append(writer, writer->tensors++ == 0 ? "},\"" : ",\"");
    append(writer, tensor->name);
    append(writer, "\":{\"dtype\":\"");
    append(writer, safetensors_dtype_name(tensor->dtype));
    append(writer, "\",\"shape\":[");
    for (int axis = 0; axis < tensor->rank; axis++) {
        append(writer, axis == 0 ? "" : ",");
        append_integer(writer, tensor->shape[axis]);
        bytes *= tensor->shape[axis];
    }
    append(writer, "],\"data_offsets\":[");
    append_integer(writer, writer->data_bytes);
    append(writer, ",");
    append_integer(writer, writer->data_bytes + bytes);
    append(writer, "]}");
    writer->data_bytes += bytes;
}

void safetensors_write_end(safetensors_writer *writer)
{
    append(writer, "}");
    while (writer->length % DATA_ALIGNMENT != 0)
        append(writer, " ");
    const uint64_t length = little_endian(writer->length - SAFETENSORS_LENGTH_BYTES);
    if (writer->text != NULL)
        memcpy(writer->text, &length, sizeof length);
}
