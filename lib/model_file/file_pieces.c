/* The header, measured and then written into memory of that length; then the tensors where they are.
 *
 * Tensors, in the order of their bytes: labels (I64), class_weights, column_mean, column_factor, fitted_bias and
 * set_scores (F64), theta, bias; the widest types first keep each aligned to its elements, since the header is padded
 * to a multiple of 8 bytes.
 *
 * Checksum: CRC-32 (that of zlib) of the whole file, taken with zeros for the checksum's own digits: a
 * burst of up to 32 wrong bits anywhere is found for sure, header and sizes included. */
#include "model_file/file_pieces.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <math.h>
#include <string.h>
#include <zlib.h>

#include "core/byte_order.h"
#include "core/context.h"
#include "model_file/file_fields.h"
#include "model/model.h"
#include "model_file/safetensors.h"
#include "sweep/losses.h"

/* The first piece of theta and bias; those before are of 8 bytes a number. */
enum { PARAMETERS = 7 };

static void write_fields(safetensors_writer *writer, const file_field *fields, int count,
                         const void *object)
{
    char text[FILE_FIELD_SIZE];
    for (int i = 0; i < count; i++) {
        file_field_format(&fields[i], object, text);
        safetensors_write_metadata(writer, fields[i].key, text);
    }
}

static void write_texts(safetensors_writer *writer, const model_metadata *metadata)
{
    const char *value;
    size_t at = 0;
    for (const char *key; (key = metadata_next(metadata, &at, &value)) != NULL;)
        safetensors_write_metadata(writer, key, value);
}

static bool is_calibrated(const linclass_model *model)
{
    return model->temperature != 1 || model->sets != 0;
}

/* The entry of a tensor of doubles, where it is there. */
static void write_doubles(safetensors_writer *writer, const char *name, const double *values,
                          int64_t count)
{
    safetensors_tensor tensor = {.dtype = SAFETENSORS_F64, .rank = 1, .shape = {count}};
    (void)snprintf(tensor.name, sizeof tensor.name, "%s", name);
    if (values != NULL)
        safetensors_write_tensor(writer, &tensor);
}

static void write_header(const linclass_model *model, safetensors_writer *writer)
{
    const int dtype = model->dtype == LINCLASS_FLOAT32 ? SAFETENSORS_F32 : SAFETENSORS_F64;
    safetensors_write_begin(writer);
    safetensors_write_metadata(writer, "checksum", "00000000");
    safetensors_write_metadata(writer, "format", FILE_FORMAT);
    safetensors_write_metadata(writer, "schema",
                               is_calibrated(model) ? FILE_SCHEMA_CALIBRATED : FILE_SCHEMA);
    safetensors_write_metadata(writer, "loss", loss_name(model->loss));
    safetensors_write_metadata(writer, "dtype", safetensors_dtype_name(dtype));
    write_fields(writer, FILE_MODEL_FIELDS, FILE_MODEL_FIELD_COUNT, model);
    if (model_is_bounded(model))
        write_fields(writer, FILE_BOUND_FIELDS, FILE_BOUND_FIELD_COUNT, model);
    if (model->group_l1 != 0)
        write_fields(writer, &FILE_GROUP_FIELD, 1, model);
    if (is_calibrated(model))
        write_fields(writer, &FILE_TEMPERATURE_FIELD, 1, model);
    if (model->sets != 0)
        safetensors_write_metadata(writer, FILE_SETS_KEY, file_sets_name(model->sets));
    if (model->has_report)
        write_fields(writer, FILE_REPORT_FIELDS, FILE_REPORT_FIELD_COUNT, &model->report);
    write_texts(writer, &model->metadata);
    safetensors_write_tensor(
        writer, &(safetensors_tensor){
                    .name = "labels", .dtype = SAFETENSORS_I64, .rank = 1, .shape = {model->k}});
    write_doubles(writer, "class_weights", model->class_weights, model->k);
    write_doubles(writer, "column_mean", model->column_mean, model->n);
    write_doubles(writer, "column_factor", model->column_factor, model->n);
    write_doubles(writer, "fitted_bias", model->fitted_bias, model->k);
    write_doubles(writer, "set_scores", model->sets == 0 ? NULL : model->set_scores,
                  model->set_rows);
    safetensors_write_tensor(
        writer, &(safetensors_tensor){
                    .name = "theta", .dtype = dtype, .rank = 2, .shape = {model->n, model->k}});
    if (model->bias != NULL)
        safetensors_write_tensor(
            writer,
            &(safetensors_tensor){.name = "bias", .dtype = dtype, .rank = 1, .shape = {model->k}});
    safetensors_write_end(writer);
}

/* The tensors where they are, and the length of the header. */
static void measure(const linclass_model *model, file_pieces *file)
{
    safetensors_writer header = {0};
    write_header(model, &header);
    const size_t element = model_element_bytes(model->dtype);
    const size_t k = (size_t)model->k;
    const size_t columns = model->column_factor == NULL ? 0 : (size_t)model->n * sizeof(double);
    *file = (file_pieces){
        .pieces = {{NULL, header.length},
                   {model->labels, k * sizeof(int64_t)},
                   {model->class_weights, model->class_weights == NULL ? 0 : k * sizeof(double)},
                   {model->column_mean, columns},
                   {model->column_factor, columns},
                   {model->fitted_bias, model->fitted_bias == NULL ? 0 : k * sizeof(double)},
                   {model->set_scores, (size_t)model->set_rows * sizeof(double)},
                   {model->theta, (size_t)model->n * k * element},
                   {model->bias, model->bias == NULL ? 0 : k * element}}};
}

int64_t file_pieces_length(const linclass_model *model)
{
    file_pieces file;
    int64_t length = 0;
    measure(model, &file);
    for (int i = 0; i < FILE_PIECES; i++)
        length += (int64_t)file.pieces[i].count;
    return length;
}

static void write_checksum(file_pieces *file)
{
    uLong checksum = crc32_z(0, NULL, 0);
    for (int i = 0; i < FILE_PIECES; i++)
        if (file->pieces[i].count > 0)
            checksum = crc32_z(checksum, file->pieces[i].bytes, file->pieces[i].count);
    char digits[FILE_CHECKSUM_DIGITS + 1];
    (void)snprintf(digits, sizeof digits, "%08lx", checksum);
    memcpy(file->header + FILE_CHECKSUM_PLACE, digits, FILE_CHECKSUM_DIGITS);
}

/* Where the machine is big-endian: the tensors to copies at `to` in the order of files. */
static void copy_tensors(const linclass_model *model, file_pieces *file, char *to)
{
    for (int i = 1; BIG_ENDIAN_MACHINE && i < FILE_PIECES; i++) {
        file_piece *piece = &file->pieces[i];
        if (piece->count == 0)
            continue;
        memcpy(to, piece->bytes, piece->count);
        little_endian_all(to, piece->count, i < PARAMETERS ? 8 : model_element_bytes(model->dtype));
        piece->bytes = to;
        to += piece->count;
    }
}

linclass_status file_pieces_begin(linclass_context *ctx, const linclass_model *model,
                                  file_pieces *file)
{
    void *header;
    measure(model, file);
    size_t bytes = file->pieces[0].count;
    for (int i = 1; BIG_ENDIAN_MACHINE && i < FILE_PIECES; i++)
        bytes += file->pieces[i].count;
    const linclass_status status =
        context_allocate(ctx, bytes, "the header of a model file", &header);
    if (status != LINCLASS_OK)
        return status;
    safetensors_writer writer = {.text = header};
    write_header(model, &writer);
    assert(writer.length == file->pieces[0].count);
    file->header = header;
    file->pieces[0].bytes = header;
    copy_tensors(model, file, file->header + writer.length);
    write_checksum(file);
    return LINCLASS_OK;
}

void file_pieces_end(linclass_context *ctx, file_pieces *file)
{
    context_release(ctx, file->header);
    file->header = NULL;
}
