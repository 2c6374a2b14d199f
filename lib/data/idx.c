/* Data sets of IDX files: elements put into the machine's byte order in place, labels widened to
 * int64_t. The values are not looked at. */
#include "data/idx.h"

#include <string.h>
#include <sys/mman.h>

#include "core/arguments.h"
#include "core/context_call.h"
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
    for (uint8_t *at = begin; element == sizeof(uint16_t) && at < end; at += element) {
        const uint16_t word = (uint16_t)(at[0] << 8 | at[1]);
        memcpy(at, &word, sizeof word);
    }
    for (uint8_t *at = begin; element == sizeof(uint32_t) && at < end; at += element) {
        const uint32_t word = load_uint32(at);
        memcpy(at, &word, sizeof word);
    }
    for (uint8_t *at = begin; element == sizeof(uint64_t) && at < end; at += element) {
        const uint64_t word = load_uint64(at);
        memcpy(at, &word, sizeof word);
    }
}

static linclass_status read_elements(linclass_context *ctx, byte_reader *reader,
                                     const idx_header *header, linclass_dataset *dataset)
{
    const linclass_status status =
        idx_read_elements(ctx, reader, header, &dataset->owned[DATASET_DATA]);
    if (status != LINCLASS_OK)
        return status;
    dataset->data = dataset->owned[DATASET_DATA];
    to_machine_order(dataset->owned[DATASET_DATA], header->bytes, header->type->bytes);
    return LINCLASS_OK;
}

static void describe_samples(const idx_header *header, linclass_dataset *dataset)
{
    dataset->dtype = header->type->dtype;
    dataset->rows = header->dimension[0];
    dataset->cols = header->features;
    dataset->row_stride = header->features;
    dataset->sample_dimensions = header->dimensions - 1;
    for (int i = 1; i < header->dimensions; i++)
        dataset->sample_shape[i - 1] = header->dimension[i];
}

static linclass_status read_samples(linclass_context *ctx, byte_reader *reader,
                                    linclass_dataset *dataset)
{
    idx_header header;
    linclass_status status = idx_read_header(ctx, reader, &header);
    if (status == LINCLASS_OK)
        status = read_elements(ctx, reader, &header, dataset);
    if (status == LINCLASS_OK)
        describe_samples(&header, dataset);
    return status;
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
                                    const idx_header *header, int64_t rows)
{
    const char *const name = byte_reader_name(reader);
    if (header->type->dtype == LINCLASS_FLOAT32 || header->type->dtype == LINCLASS_FLOAT64)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has %s elements; labels are integers",
                            name, header->type->name);
    if (header->dimensions != 1)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s has %d dimensions (%s); labels have one", name, header->dimensions,
                            header->text);
    if (rows >= 0 && header->dimension[0] != rows)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "%s has %lld labels, for %lld samples",
                            name, (long long)header->dimension[0], (long long)rows);
    return LINCLASS_OK;
}

linclass_status idx_read_labels(linclass_context *ctx, byte_reader *reader, int64_t rows,
                                linclass_dataset *dataset)
{
    idx_header header;
    linclass_status status = idx_read_header(ctx, reader, &header);
    if (status == LINCLASS_OK)
        status = check_labels(ctx, reader, &header, rows);
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

/* The labels; a data set without samples takes its number of rows from them. */
static linclass_status read_labels(linclass_context *ctx, byte_reader *reader,
                                   linclass_dataset *dataset)
{
    return idx_read_labels(ctx, reader, dataset->data == NULL ? -1 : dataset->rows, dataset);
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

/* Elements of one byte stay in the mapped file; those of more are big-endian there, and read. A file whose
 * length is not that of its elements goes the way of reading too, which says what is wrong. */
static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    idx_header header;
    void *mapping;
    size_t bytes;
    byte_reader_map(input->reader, &mapping, &bytes);
    linclass_status status = idx_read_header(ctx, input->reader, &header);
    const size_t begin = 4 + 4 * (size_t)header.dimensions;
    if (status == LINCLASS_OK && mapping != NULL && header.type->bytes == 1 && bytes > begin &&
        bytes - begin == header.bytes) {
        dataset->data = (const uint8_t *)mapping + begin;
        dataset->mapping = mapping;
        dataset->mapping_bytes = bytes;
    } else {
        if (mapping != NULL)
            (void)munmap(mapping, bytes);
        if (status == LINCLASS_OK)
            status = read_elements(ctx, input->reader, &header, dataset);
    }
    if (status == LINCLASS_OK)
        describe_samples(&header, dataset);
    return status;
}

const file_format FORMAT_IDX = {"idx", recognises, read_format};
