/* The safetensors container: a header in JSON that names tensors and holds a map of strings, and the
 * tensors' bytes.
 *
 *     8 bytes          N, little-endian: the length of the header
 *     N bytes          {"__metadata__": {key: string, ...},
 *                       name: {"dtype": ..., "shape": [...], "data_offsets": [begin, end]}, ...}
 *     to the end       the tensors, one after the other, little-endian, row-major
 */
#ifndef MODEL_FILE_SAFETENSORS_H
#define MODEL_FILE_SAFETENSORS_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/json_read.h"

enum {
    SAFETENSORS_LENGTH_BYTES = 8,
    SAFETENSORS_MAX_RANK = 2,
    SAFETENSORS_MAX_TENSORS = 8,
    SAFETENSORS_TEXT = 64 /* bytes of a name or value this library has a use for, and a zero */
};

enum { SAFETENSORS_F32 = 1, SAFETENSORS_F64, SAFETENSORS_I64 };

/* Bytes of an element; name of a dtype in the header. */
size_t safetensors_element_bytes(int dtype);
const char *safetensors_dtype_name(int dtype);

typedef struct safetensors_tensor {
    char name[SAFETENSORS_TEXT];
    int dtype;
    int rank;
    int64_t shape[SAFETENSORS_MAX_RANK];
    int64_t begin; /* offsets in bytes from the end of the header */
    int64_t end;
} safetensors_tensor;

/* A header that has been read. */
typedef struct safetensors_header {
    linclass_context *ctx;
    const char *file;
    json_cursor metadata; /* the members of __metadata__, in the text of the header */
    int count;
    safetensors_tensor tensors[SAFETENSORS_MAX_TENSORS]; /* in the order of their bytes */
} safetensors_header;

/* Read and check a header of `length` bytes before `data_bytes` bytes of tensors: JSON; nothing unknown
 * in a tensor's entry; dtypes as above; shape x dtype = end - begin; the tensors cover data_bytes
 * without gap or overlap. The text must outlive the header. file: its name, for error messages.
 * Errors: FORMAT. */
linclass_status safetensors_read_header(linclass_context *ctx, const char *file, const char *text,
                                        size_t length, int64_t data_bytes,
                                        safetensors_header *header);

/* The string of a key of the metadata. Errors: FORMAT when it is missing, there twice, or as long as
 * SAFETENSORS_TEXT. */
linclass_status safetensors_metadata(const safetensors_header *header, const char *key,
                                     char value[SAFETENSORS_TEXT]);
bool safetensors_has_metadata(const safetensors_header *header, const char *key);

/* The next entry of the metadata; index: 0 for the first. The cursor begins as header->metadata, which has been
 * read once: what follows is there. False at the end. */
bool safetensors_next_metadata(json_cursor *cursor, int64_t index, json_text *key,
                               json_text *value);

/* The tensor of that name, or NULL. */
const safetensors_tensor *safetensors_find(const safetensors_header *header, const char *name);

/* A header being written, twice: measured without memory, then into memory of that length. The caller sets
 * text, or leaves it NULL, the rest 0. Order: begin, metadata, tensors, end. */
typedef struct safetensors_writer {
    char *text;
    size_t length;
    int texts;   /* of the metadata, written so far */
    int tensors; /* likewise */
    int64_t data_bytes;
} safetensors_writer;

void safetensors_write_begin(safetensors_writer *writer);
/* key: printable ASCII without quotes and backslashes; value: UTF-8. */
void safetensors_write_metadata(safetensors_writer *writer, const char *key, const char *value);
/* The next tensor; begin and end are made from its shape. */
void safetensors_write_tensor(safetensors_writer *writer, const safetensors_tensor *tensor);
/* Close, pad with spaces so that the tensors begin at a multiple of 8 bytes in the file, and fill in
 * the length. The whole text, length included, is then writer->text[0 .. writer->length - 1]. */
void safetensors_write_end(safetensors_writer *writer);

#endif
