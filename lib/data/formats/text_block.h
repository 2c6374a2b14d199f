/* The whole content of a text file in memory: mapped where that is possible, else read. */
#ifndef DATA_FORMATS_TEXT_BLOCK_H
#define DATA_FORMATS_TEXT_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "data/byte_reader.h"
#include "data/formats/read_progress.h"

typedef struct text_block {
    const char *begin;
    size_t count;
    void *mapping; /* or NULL */
    size_t mapping_bytes;
    void *owned; /* or NULL */
} text_block;

/* Read to the end of the source. A mapped file is not read yet: *progress stands at 0 then.
 * Errors: those of byte_reader_read, STOPPED_BY_CALLBACK; *block is then empty. */
linclass_status text_block_read(linclass_context *ctx, byte_reader *reader, read_progress *progress,
                                text_block *block);

/* Make a newline of each carriage return where those alone end the lines, so that places stay what they are: in
 * memory of its own where the text is mapped. Errors: MEMORY. */
linclass_status text_block_end_lines(linclass_context *ctx, text_block *self);

/* Free; an empty block is allowed. */
void text_block_end(linclass_context *ctx, text_block *self);

/* Line and column, in bytes, of a place in the text: both from 1. */
void text_block_position(const text_block *self, const char *at, int64_t *line, int64_t *column);

#endif
