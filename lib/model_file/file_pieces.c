/* The header into memory of a fixed size, but for the caller's metadata, which lies in the model as the file has
 * it; then the tensors where they are. Nothing is allocated.
 *
 * Tensors, in the order of their bytes: labels (I64), class_weights (F64), theta, bias; the widest types first keep each
 * aligned to its elements, since the header is padded to a multiple of 8 bytes.
 *
 * Checksum: CRC-32 (that of zlib) of the whole file, taken with zeros for the checksum's own digits: a
 * burst of up to 32 wrong bits anywhere is found for sure, header and sizes included. */
#include "model_file/file_pieces.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "core/context.h"
#include "model_file/file_fields.h"
#include "model/model.h"
#include "model_file/safetensors.h"
#include "sweep/losses.h"

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
    safetensors_write_metadata(writer, "loss", loss_name(model->loss));
    safetensors_write_metadata(writer, "dtype", safetensors_dtype_name(dtype));
    write_fields(writer, FILE_MODEL_FIELDS, FILE_MODEL_FIELD_COUNT, model);
    if (model->has_report)
        write_fields(writer, FILE_REPORT_FIELDS, FILE_REPORT_FIELD_COUNT, &model->report);
    safetensors_write_gap(writer, model->metadata.json_bytes);
    safetensors_write_tensor(
        writer, &(safetensors_tensor){
                    .name = "labels", .dtype = SAFETENSORS_I64, .rank = 1, .shape = {model->k}});
    if (model->class_weights != NULL)
        safetensors_write_tensor(writer, &(safetensors_tensor){.name = "class_weights",
                                                               .dtype = SAFETENSORS_F64,
                                                               .rank = 1,
                                                               .shape = {model->k}});
    safetensors_write_tensor(
        writer, &(safetensors_tensor){
                    .name = "theta", .dtype = dtype, .rank = 2, .shape = {model->n, model->k}});
    if (model->bias != NULL)
        safetensors_write_tensor(
            writer,
            &(safetensors_tensor){.name = "bias", .dtype = dtype, .rank = 1, .shape = {model->k}});
    safetensors_write_end(writer);
}

linclass_status file_pieces_compose(linclass_context *ctx, const linclass_model *model,
                                    file_pieces *file)
{
    safetensors_writer writer = {.text = file->header, .capacity = sizeof file->header};
    safetensors_write_begin(&writer);
    write_header(model, &writer);
    if (writer.overflow)
        return context_fail(ctx, LINCLASS_ERROR_INTERNAL, "the header is longer than %d bytes",
                            FILE_HEADER_CAPACITY);
    const size_t element = model_element_bytes(model->dtype);
    file_piece *pieces = file->pieces;
    pieces[0] = (file_piece){writer.text, writer.gap};
    pieces[1] = (file_piece){model->metadata.json, model->metadata.json_bytes};
    pieces[2] = (file_piece){writer.text + writer.gap, writer.length - writer.gap};
    pieces[3] = (file_piece){model->labels, (size_t)model->k * sizeof(int64_t)};
    pieces[4] = (file_piece){model->class_weights,
                             model->class_weights == NULL ? 0 : (size_t)model->k * sizeof(double)};
    pieces[5] = (file_piece){model->theta, (size_t)(model->n * model->k) * element};
    pieces[6] = (file_piece){model->bias, model->bias == NULL ? 0 : (size_t)model->k * element};
    uLong checksum = crc32_z(0, NULL, 0);
    for (int i = 0; i < FILE_PIECES; i++)
        if (pieces[i].count > 0)
            checksum = crc32_z(checksum, pieces[i].bytes, pieces[i].count);
    char digits[FILE_CHECKSUM_DIGITS + 1];
    (void)snprintf(digits, sizeof digits, "%08lx", checksum);
    memcpy(file->header + FILE_CHECKSUM_PLACE, digits, FILE_CHECKSUM_DIGITS);
    return LINCLASS_OK;
}
