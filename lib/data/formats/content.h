/* The whole content of a file as one piece of memory: mapped where it can be, else read. For formats whose
 * parts are found by their places. */
#ifndef DATA_FORMATS_CONTENT_H
#define DATA_FORMATS_CONTENT_H

#include "data/dataset.h"
#include "data/formats/formats.h"

/* All zero: none. */
typedef struct file_content {
    const uint8_t *bytes; /* on a 64-byte boundary */
    size_t count;
    void *mapping; /* of `count` bytes, or NULL */
    void *block;   /* allocated, or NULL */
} file_content;

/* Map the file, or read it to its end: the progress is that of the options. expected: bytes that the file
 * should have, 0 if unknown; of a longer one no more than a byte after them is read.
 * Errors: those of byte_reader_read, MEMORY, STOPPED_BY_CALLBACK; *content is then empty. */
linclass_status content_open(linclass_context *ctx, const format_input *input, size_t expected,
                             file_content *content);

/* Hand the content to the data set where one of its arrays lies in it; else free it. */
void content_keep(linclass_context *ctx, file_content *content, linclass_dataset *dataset);

/* Free what is there. */
void content_end(linclass_context *ctx, file_content *content);

#endif
