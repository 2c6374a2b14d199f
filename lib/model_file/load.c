/* Load, from a file or from memory: the container first (safetensors.h), then what the model wants of
 * it, then the bytes.
 *
 * No size is believed: the length of the header is compared with the file's before memory is taken
 * for it, the tensors' shapes with the bytes after the header before memory is taken for the model.
 * The tensors are read straight into the model, so that a file needs no second copy in memory; the
 * checksum, known at the end, decides whether the model is handed out. */
#include "model/model.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/arguments.h"
#include "core/byte_order.h"
#include "core/context.h"
#include "model_file/description.h"
#include "model_file/file_fields.h"
#include "model_file/metadata_read.h"

/* Room for the texts of the caller and the encoding of a wide table. */
enum { HEADER_LIMIT = 64 << 20 };

typedef struct model_file {
    linclass_context *ctx;
    const char *path;   /* for error messages, when read from memory */
    int descriptor;     /* -1: read from memory */
    const char *memory; /* what is not read of it yet */
    int64_t size;
    uLong checksum;        /* of the bytes so far, the stated digits taken as zeros */
    uLong stated_checksum; /* by the file */
} model_file;

static linclass_status fail(const model_file *file, const char *what)
{
    return context_fail(file->ctx, LINCLASS_ERROR_FORMAT, "%.300s: %s", file->path, what);
}

static linclass_status open_file(model_file *file)
{
    file->descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->descriptor < 0)
        return context_fail_errno(file->ctx, "open", file->path);
    struct stat about;
    if (fstat(file->descriptor, &about) != 0)
        return context_fail_errno(file->ctx, "read", file->path);
    if (!S_ISREG(about.st_mode))
        return context_fail(file->ctx, LINCLASS_ERROR_IO, "cannot read %.300s: not a regular file",
                            file->path);
    file->size = about.st_size;
    return LINCLASS_OK;
}

static linclass_status read_memory(model_file *file, void *bytes, size_t count)
{
    if (count > 0)
        memcpy(bytes, file->memory, count);
    file->memory += count;
    return LINCLASS_OK;
}

/* The next `count` bytes; no more are asked for than `size` says there are. */
static linclass_status read_bytes(model_file *file, void *bytes, size_t count)
{
    if (file->memory != NULL)
        return read_memory(file, bytes, count);
    char *next = bytes;
    while (count > 0) {
        const ssize_t got = read(file->descriptor, next, count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return context_fail_errno(file->ctx, "read", file->path);
        if (got == 0)
            return fail(file, "became shorter while it was read");
        next += got;
        count -= (size_t)got;
    }
    return LINCLASS_OK;
}

/* The eight digits, which are replaced by zeros in the header. */
static linclass_status take_checksum(model_file *file, char *header)
{
    char *digits = header + FILE_CHECKSUM_PLACE - SAFETENSORS_LENGTH_BYTES;
    if (memcmp(header, FILE_CHECKSUM_PREFIX, sizeof FILE_CHECKSUM_PREFIX - 1) != 0)
        return fail(file, "not a model: it does not begin with a header and its checksum");
    if (strspn(digits, "0123456789abcdef") != FILE_CHECKSUM_DIGITS ||
        digits[FILE_CHECKSUM_DIGITS] != '"')
        return fail(file, "the checksum is not eight lower-case hexadecimal digits");
    char text[FILE_CHECKSUM_DIGITS + 1] = "";
    memcpy(text, digits, FILE_CHECKSUM_DIGITS);
    file->stated_checksum = strtoul(text, NULL, 16);
    memset(digits, '0', FILE_CHECKSUM_DIGITS);
    return LINCLASS_OK;
}

/* The header, as text of its own allocation. */
static linclass_status read_header_text(model_file *file, char **text, size_t *length)
{
    *text = NULL;
    uint64_t first;
    linclass_status status = read_bytes(file, &first, sizeof first);
    if (status != LINCLASS_OK)
        return status;
    const uint64_t stated = little_endian(first);
    if (stated > (uint64_t)file->size - sizeof stated || stated > HEADER_LIMIT ||
        stated < FILE_FIRST_BYTES - SAFETENSORS_LENGTH_BYTES)
        return context_fail(file->ctx, LINCLASS_ERROR_FORMAT,
                            "%.300s: not a model, or cut short: it begins with a header length of "
                            "%llu bytes and has %llu in all",
                            file->path, (unsigned long long)stated, (unsigned long long)file->size);
    *length = stated;
    void *taken;
    status = context_allocate(file->ctx, stated + 1, "the header of a model file", &taken);
    if (status != LINCLASS_OK)
        return status;
    *text = taken;
    (*text)[stated] = '\0';
    status = read_bytes(file, *text, stated);
    if (status == LINCLASS_OK)
        status = take_checksum(file, *text);
    if (status != LINCLASS_OK)
        return status;
    file->checksum = crc32_z(crc32_z(0, NULL, 0), (const Bytef *)&first, sizeof first);
    file->checksum = crc32_z(file->checksum, (const Bytef *)*text, stated);
    return LINCLASS_OK;
}

/* JSON is UTF-8, in the keys and values too that are passed over. */
static linclass_status check_encoding(const model_file *file, json_text header)
{
    const size_t valid = utf8_valid_bytes(header.begin, header.length);
    if (valid == header.length)
        return LINCLASS_OK;
    return context_fail(file->ctx, LINCLASS_ERROR_FORMAT,
                        "%.300s: the header is not UTF-8 at its byte %zu", file->path, valid);
}

static linclass_status read_tensors(model_file *file, const safetensors_header *header,
                                    const model_description *described, linclass_model *model)
{
    for (int i = 0; i < header->count; i++) {
        const safetensors_tensor *tensor = &header->tensors[i];
        const size_t bytes = (size_t)(tensor->end - tensor->begin);
        void *target = model->theta;
        if (tensor == described->labels)
            target = model->labels;
        else if (tensor == described->bias)
            target = model->bias;
        else if (tensor == described->class_weights)
            target = model->class_weights;
        else if (tensor == described->column_mean)
            target = model->column_mean;
        else if (tensor == described->column_factor)
            target = model->column_factor;
        else if (tensor == described->fitted_bias)
            target = model->fitted_bias;
        else if (tensor == described->set_scores)
            target = model->set_scores;
        const linclass_status status = read_bytes(file, target, bytes);
        if (status != LINCLASS_OK)
            return status;
        if (bytes > 0)
            file->checksum = crc32_z(file->checksum, target, bytes);
        little_endian_all(target, bytes, safetensors_element_bytes(tensor->dtype));
    }
    if (file->checksum != file->stated_checksum)
        return context_fail(file->ctx, LINCLASS_ERROR_FORMAT,
                            "%.300s: damaged: its checksum is %08lx, not %08lx", file->path,
                            file->checksum, file->stated_checksum);
    return LINCLASS_OK;
}

static bool standardization_is_valid(const linclass_model *model)
{
    for (int64_t j = 0; model->column_factor != NULL && j < model->n; j++) {
        if (!isfinite(model->column_mean[j]) || !isfinite(model->column_factor[j]) ||
            model->column_factor[j] == 0)
            return false;
    }
    for (int64_t c = 0; model->fitted_bias != NULL && c < model->k; c++) {
        if (!isfinite(model->fitted_bias[c]))
            return false;
    }
    return true;
}

static linclass_status check_values(const model_file *file, const linclass_model *model)
{
    if (model_find_non_finite(model->dtype, model->n * model->k, model->theta) >= 0)
        return fail(file, "tensor 'theta' has a value that is not finite");
    if (model->bias != NULL && model_find_non_finite(model->dtype, model->k, model->bias) >= 0)
        return fail(file, "tensor 'bias' has a value that is not finite");
    for (int64_t j = 0; model->class_weights != NULL && j < model->k; j++)
        if (!(model->class_weights[j] >= 0) || !isfinite(model->class_weights[j]))
            return fail(file, "tensor 'class_weights' has a value that is not finite and >= 0");
    if (model_find_not_ascending(model->k, model->labels) >= 0)
        return fail(file, "tensor 'labels' does not ascend");
    if (!standardization_is_valid(model))
        return fail(file,
                    "tensor 'column_mean', 'column_factor' or 'fitted_bias' is not finite, or a "
                    "factor is 0");
    for (int64_t i = 0; i < model->set_rows; i++)
        if (!isfinite(model->set_scores[i]) ||
            (i > 0 && model->set_scores[i] < model->set_scores[i - 1]))
            return fail(file, "tensor 'set_scores' is not finite, or descends");
    return LINCLASS_OK;
}

static linclass_status make_model(model_file *file, json_text text,
                                  const safetensors_header *header, linclass_model **model)
{
    model_description described;
    linclass_status status = describe_model(header, &described);
    if (status != LINCLASS_OK)
        return status;
    const int32_t dtype =
        described.theta->dtype == SAFETENSORS_F32 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
    size_t metadata_bytes;
    status = metadata_measure(header, &metadata_bytes);
    if (status == LINCLASS_OK)
        status = check_encoding(file, text);
    if (status != LINCLASS_OK)
        return status;
    const model_shape shape = {
        .dtype = dtype,
        .n = described.theta->shape[0],
        .k = described.theta->shape[1],
        .with_bias = described.bias != NULL,
        .with_class_weights = described.class_weights != NULL,
        .with_standardization = described.column_factor != NULL,
        .metadata_bytes = metadata_bytes,
        .set_rows = described.set_scores == NULL ? 0 : described.set_scores->shape[0],
    };
    linclass_model *made;
    status = model_new(file->ctx, described.loss, &shape, &made);
    if (status != LINCLASS_OK)
        return status;
    status = describe_training(header, &described, made);
    if (status == LINCLASS_OK)
        status = read_tensors(file, header, &described, made);
    if (status == LINCLASS_OK)
        status = check_values(file, made);
    if (status == LINCLASS_OK) {
        metadata_read(header, &made->metadata);
        status = model_read_encoding(file->ctx, file->path, made);
    }
    if (status != LINCLASS_OK) {
        linclass_model_destroy(made);
        return status;
    }
    model_finish(made);
    *model = made;
    return LINCLASS_OK;
}

static linclass_status load(model_file *file, linclass_model **model)
{
    if (file->size < FILE_FIRST_BYTES)
        return fail(file, "too short to be a model");
    char *text;
    size_t length = 0;
    linclass_status status = read_header_text(file, &text, &length);
    safetensors_header header;
    if (status == LINCLASS_OK)
        status = safetensors_read_header(file->ctx, file->path, text, length,
                                         file->size - SAFETENSORS_LENGTH_BYTES - (int64_t)length,
                                         &header);
    if (status == LINCLASS_OK)
        status = make_model(file, (json_text){text, length}, &header, model);
    context_release(file->ctx, text);
    return status;
}

linclass_status linclass_model_load(linclass_context *ctx, const char *path, linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"path", path}, {"model", model}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    model_file file = {.ctx = ctx, .path = path, .descriptor = -1};
    linclass_status status = open_file(&file);
    if (status == LINCLASS_OK)
        status = load(&file, model);
    if (file.descriptor >= 0)
        (void)close(file.descriptor);
    return status;
}

linclass_status linclass_model_deserialize(linclass_context *ctx, const void *bytes, int64_t length,
                                           linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"bytes", bytes}, {"model", model}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (length < 0)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "length is %lld, less than 0",
                            (long long)length);
    model_file file = {
        .ctx = ctx, .path = "bytes", .descriptor = -1, .memory = bytes, .size = length};
    return load(&file, model);
}
