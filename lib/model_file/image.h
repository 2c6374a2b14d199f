/* A model file in pieces, ready to be written: to a file (save.c) or to memory (serialize.c). */
#ifndef MODEL_FILE_IMAGE_H
#define MODEL_FILE_IMAGE_H

#include <stddef.h>

#include <linclass/context.h>
#include <linclass/model.h>
#include <linclass/status.h>

enum { MODEL_HEADER_CAPACITY = 4096, MODEL_PIECES = 7 };

typedef struct model_piece {
    const void *bytes;
    size_t count;
} model_piece;

/* The pieces, in order: the header with its length and checksum, which lies in the image itself, but for the
 * caller's metadata in its middle, and the tensors, which lie in the model. Neither may move or end while the image is used. */
typedef struct model_image {
    model_piece pieces[MODEL_PIECES];
    char header[MODEL_HEADER_CAPACITY];
} model_image;

/* Compose; allocates nothing. Errors: INTERNAL (the header is longer than its capacity). */
linclass_status model_image_compose(linclass_context *ctx, const linclass_model *model,
                                    model_image *image);

#endif
