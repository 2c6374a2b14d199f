/* Data sets of IDX files: elements put into the machine's byte order in place, labels widened to
 * int64_t. The values are not looked at. */
#include <string.h>

#include "core/arguments.h"
#include "core/context_call.h"
#include "data/dataset.h"
#include "data/formats/formats.h"
#include "data/idx_format.h"

static uint32_t load_uint32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint64_t load_uint64(const uint8_t *bytes)
{
    return (uint64_t)load_uint32(bytes) << 32 | load_uint32(bytes + 4);
}

/* Big-endian elements to the machine's order, in place. */
static void to_machine_order(void *elements, size_t bytes, size_t element)
{
    uint8_t *const begin = elements;
    uint8_t *const end = begin + bytes;
    for (uint8_t *at = begin; element == sizeof(uint32_t) && at < end; at += element) {
        const uint32_t word = load_uint32(at);
        memcpy(at, &word, sizeof word);
    }
    for (uint8_t *at = begin; element == sizeof(uint64_t) && at < end; at += element) {
        const uint64_t word = load_uint64(at);
        memcpy(at, &word, sizeof word);
    }
}

static linclass_status read_samples(linclass_context *ctx, byte_reader *reader,
                                    linclass_dataset *dataset)
{
    idx_header header;
    linclass_status status = idx_read_header(ctx, reader, &header);
    if (status != LINCLASS_OK)
        return status;
    if (header.type->dtype == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s has %s elements; samples are uint8, float32 or float64",
                            byte_reader_name(reader), header.type->name);
    status = idx_read_elements(ctx, reader, &header, &dataset->owned[0]);
    if (status != LINCLASS_OK)
        return status;
    to_machine_order(dataset->owned[0], header.bytes, header.type->bytes);
    dataset->data = dataset->owned[0];
    dataset->dtype = header.type->dtype;
    dataset->rows = header.dimension[0];
    dataset->cols = header.features;
    dataset->row_stride = header.features;
    dataset->sample_dimensions = header.dimensions - 1;
    for (int i = 1; i < header.dimensions; i++)
        dataset->sample_shape[i - 1] = header.dimension[i];
    return LINCLASS_OK;
}

static void widen(const uint8_t *raw, int64_t count, uint8_t code, int64_t *labels)
{
    for (int64_t i = 0; i < count; i++) {
        switch (code) {
        case 0x08:
            labels[i] = raw[i];
            break;
        case 0x09:
            labels[i] = raw[i] < 128 ? raw[i] : raw[i] - 256;
            break;
        case 0x0b:
            labels[i] = (int16_t)(raw[2 * i] << 8 | raw[2 * i + 1]);
            break;
        default:
            labels[i] = (int32_t)load_uint32(raw + 4 * i);
            break;
        }
    }
}

static linclass_status check_labels(linclass_context *ctx, byte_reader *reader,
                                    const idx_header *header, const linclass_dataset *dataset)
{
    const char *const name = byte_reader_name(reader);
    if (header->type->dtype == LINCLASS_FLOAT32 || header->type->dtype == LINCLASS_FLOAT64)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has %s elements; labels are integers",
                            name, header->type->name);
    if (header->dimensions != 1)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s has %d dimensions (%s); labels have one", name, header->dimensions,
                            header->text);
    if (dataset->data != NULL && header->dimension[0] != dataset->rows)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "%s has %lld labels, for %lld samples",
                            name, (long long)header->dimension[0], (long long)dataset->rows);
    return LINCLASS_OK;
}

/* The labels; a data set without samples takes its number of rows from them. */
static linclass_status read_labels(linclass_context *ctx, byte_reader *reader,
                                   linclass_dataset *dataset)
{
    idx_header header;
    linclass_status status = idx_read_header(ctx, reader, &header);
    if (status == LINCLASS_OK)
        status = check_labels(ctx, reader, &header, dataset);
    void *raw = NULL;
    if (status == LINCLASS_OK)
        status = idx_read_elements(ctx, reader, &header, &raw);
    if (status != LINCLASS_OK)
        return status;
    const int64_t count = header.dimension[0];
    void *labels = NULL;
    status = context_allocate_array(ctx, count, sizeof(int64_t), "labels", &labels);
    if (status == LINCLASS_OK) {
        widen(raw, count, header.type->code, labels);
        dataset->labels = labels;
        dataset->rows = count;
    }
    context_release(ctx, raw);
    return status;
}

typedef linclass_status (*part_reader)(linclass_context *ctx, byte_reader *reader,
                                       linclass_dataset *dataset);

static linclass_status read_part(linclass_context *ctx, const char *path, part_reader read,
                                 linclass_dataset *dataset)
{
    byte_reader *reader;
    linclass_status status = byte_reader_open(ctx, path, &reader);
    if (status == LINCLASS_OK)
        status = read(ctx, reader, dataset);
    byte_reader_close(reader);
    return status;
}

/* images, labels: NULL for a part not wanted. */
static linclass_status read_dataset(linclass_context *ctx, const char *images, const char *labels,
                                    linclass_dataset **dataset)
{
    linclass_dataset *made;
    linclass_status status = dataset_new(ctx, &made);
    if (status == LINCLASS_OK && images != NULL)
        status = read_part(ctx, images, read_samples, made);
    if (status == LINCLASS_OK && labels != NULL)
        status = read_part(ctx, labels, read_labels, made);
    if (status == LINCLASS_OK)
        *dataset = made;
    else
        linclass_dataset_destroy(made);
    return status;
}

static linclass_status read_with_context(linclass_context *ctx, const char *images,
                                         const char *labels, linclass_dataset **dataset)
{
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, read_dataset(ctx, images, labels, dataset));
}

linclass_status linclass_dataset_read_idx(linclass_context *ctx, const char *images,
                                          const char *labels, linclass_dataset **dataset)
{
    if (dataset != NULL)
        *dataset = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"dataset", dataset}, {"images", images}};
    if (!all_given(ctx, 2, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (labels != NULL && strcmp(images, "-") == 0 && strcmp(labels, "-") == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "images and labels are both \"-\", standard input");
    return read_with_context(ctx, images, labels, dataset);
}

linclass_status linclass_dataset_read_idx_labels(linclass_context *ctx, const char *labels,
                                                 linclass_dataset **dataset)
{
    if (dataset != NULL)
        *dataset = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"dataset", dataset}, {"labels", labels}};
    if (!all_given(ctx, 2, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    return read_with_context(ctx, NULL, labels, dataset);
}

static bool recognises(const uint8_t *begin, size_t count, bool whole)
{
    (void)whole;
    return count >= 4 && begin[0] == 0 && begin[1] == 0;
}

static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    return read_samples(ctx, input->reader, dataset);
}

const file_format FORMAT_IDX = {"idx", recognises, read_format};
