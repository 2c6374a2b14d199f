/* Save: the header into memory of a fixed size, then header and tensors into a file that replaces the
 * old one in one step. Nothing is allocated.
 *
 * Tensors, in the order of their bytes: labels (I64), theta, bias; the widest type first keeps each
 * aligned to its elements, since the header is padded to a multiple of 8 bytes.
 *
 * Checksum: CRC-32 (that of zlib) of the whole file, taken with zeros for the checksum's own digits: a
 * burst of up to 32 wrong bits anywhere is found for sure, header and sizes included. */
#include "model/model.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "core/context.h"
#include "core/replace_file.h"
#include "model/file_fields.h"
#include "model/loss.h"
#include "model/safetensors.h"

enum { HEADER_CAPACITY = 4096 };

/* A piece of the file. */
typedef struct span {
    const void *bytes;
    size_t count;
} span;

static void write_fields(safetensors_writer *writer, const file_field *fields, int count,
                         const void *object)
{
    char text[FILE_FIELD_SIZE];
    for (int i = 0; i < count; i++) {
        file_field_format(&fields[i], object, text);
        safetensors_write_metadata(writer, fields[i].key, text);
    }
}

static void write_header(const linclass_model *model, safetensors_writer *writer)
{
    const int dtype = model->dtype == LINCLASS_FLOAT32 ? SAFETENSORS_F32 : SAFETENSORS_F64;
    safetensors_write_metadata(writer, "checksum", "00000000");
    safetensors_write_metadata(writer, "format", FILE_FORMAT);
    safetensors_write_metadata(writer, "schema", FILE_SCHEMA);
    safetensors_write_metadata(writer, "loss", model_loss_find(model->loss)->name);
    safetensors_write_metadata(writer, "dtype", safetensors_dtype_name(dtype));
    write_fields(writer, FILE_MODEL_FIELDS, FILE_MODEL_FIELD_COUNT, model);
    if (model->has_report)
        write_fields(writer, FILE_REPORT_FIELDS, FILE_REPORT_FIELD_COUNT, &model->report);
    safetensors_write_tensor(
        writer, &(safetensors_tensor){
                    .name = "labels", .dtype = SAFETENSORS_I64, .rank = 1, .shape = {model->k}});
    safetensors_write_tensor(
        writer, &(safetensors_tensor){
                    .name = "theta", .dtype = dtype, .rank = 2, .shape = {model->n, model->k}});
    if (model->bias != NULL)
        safetensors_write_tensor(
            writer,
            &(safetensors_tensor){.name = "bias", .dtype = dtype, .rank = 1, .shape = {model->k}});
    safetensors_write_end(writer);
}

/* Header with checksum, and the tensors after it. */
static linclass_status compose(linclass_context *ctx, const linclass_model *model,
                               safetensors_writer *writer, span spans[4])
{
    write_header(model, writer);
    if (writer->overflow)
        return context_fail(ctx, LINCLASS_ERROR_INTERNAL, "the header is longer than %d bytes",
                            HEADER_CAPACITY);
    const size_t element = model_element_bytes(model->dtype);
    spans[0] = (span){writer->text, writer->length};
    spans[1] = (span){model->labels, (size_t)model->k * sizeof(int64_t)};
    spans[2] = (span){model->theta, (size_t)(model->n * model->k) * element};
    spans[3] = (span){model->bias, model->bias == NULL ? 0 : (size_t)model->k * element};
    uLong checksum = crc32_z(0, NULL, 0);
    for (int i = 0; i < 4; i++)
        if (spans[i].count > 0)
            checksum = crc32_z(checksum, spans[i].bytes, spans[i].count);
    char digits[FILE_CHECKSUM_DIGITS + 1];
    (void)snprintf(digits, sizeof digits, "%08lx", checksum);
    memcpy(writer->text + FILE_CHECKSUM_PLACE, digits, FILE_CHECKSUM_DIGITS);
    return LINCLASS_OK;
}

linclass_status linclass_model_save(linclass_context *ctx, const linclass_model *model,
                                    const char *path)
{
    context_clear(ctx);
    if (ctx == NULL || model == NULL || path == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL",
                            model == NULL ? "model" : "path");
    char header[HEADER_CAPACITY];
    safetensors_writer writer;
    span spans[4];
    safetensors_write_begin(&writer, header, sizeof header);
    linclass_status status = compose(ctx, model, &writer, spans);
    if (status != LINCLASS_OK)
        return status;
    file_replacement file;
    status = file_replacement_begin(ctx, path, &file);
    if (status != LINCLASS_OK)
        return status;
    for (int i = 0; i < 4 && status == LINCLASS_OK; i++)
        status = file_replacement_write(&file, spans[i].bytes, spans[i].count);
    if (status == LINCLASS_OK)
        return file_replacement_commit(&file);
    file_replacement_abandon(&file);
    return status;
}
