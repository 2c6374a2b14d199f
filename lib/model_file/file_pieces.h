/* A model file in pieces, ready to be written: to a file (save.c) or to memory (serialize.c). */
#ifndef MODEL_FILE_FILE_PIECES_H
#define MODEL_FILE_FILE_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include <linclass/context.h>
#include <linclass/model.h>
#include <linclass/status.h>

enum { FILE_PIECES = 9 };

typedef struct file_piece {
    const void *bytes;
    size_t count;
} file_piece;

/* The pieces, in order: the header with its length and checksum, and the tensors, which lie in the model, where memory
 * is little-endian as files are: it may not end while they are used. */
typedef struct file_pieces {
    file_piece pieces[FILE_PIECES];
    char *
        header; /* the memory of the first, and of copies of the others where memory is big-endian */
} file_pieces;

/* Bytes of the whole file. */
int64_t file_pieces_length(const linclass_model *model);

/* Compose the file; to be ended, after an error too. Errors: MEMORY. */
linclass_status file_pieces_begin(linclass_context *ctx, const linclass_model *model,
                                  file_pieces *file);

/* Free the header. */
void file_pieces_end(linclass_context *ctx, file_pieces *file);

#endif
