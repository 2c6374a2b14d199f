/* A model file in pieces, ready to be written: to a file (save.c) or to memory (serialize.c). */
#ifndef MODEL_FILE_FILE_PIECES_H
#define MODEL_FILE_FILE_PIECES_H

#include <stddef.h>

#include <linclass/context.h>
#include <linclass/model.h>
#include <linclass/status.h>

enum { FILE_HEADER_CAPACITY = 4096, FILE_PIECES = 7 };

typedef struct file_piece {
    const void *bytes;
    size_t count;
} file_piece;

/* The pieces, in order: the header with its length and checksum, which lies in the struct itself, but for the
 * caller's metadata in its middle, and the tensors, which lie in the model. Neither may move or end while they are used. */
typedef struct file_pieces {
    file_piece pieces[FILE_PIECES];
    char header[FILE_HEADER_CAPACITY];
} file_pieces;

/* Compose; allocates nothing. Errors: INTERNAL (the header is longer than its capacity). */
linclass_status file_pieces_compose(linclass_context *ctx, const linclass_model *model,
                                    file_pieces *file);

#endif
