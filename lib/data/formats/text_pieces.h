/* A text cut after newlines into pieces that are worked on in parallel. The cuts depend on the text alone, so
 * that the results of the pieces, put together in order, do not depend on the number of threads. */
#ifndef DATA_FORMATS_TEXT_PIECES_H
#define DATA_FORMATS_TEXT_PIECES_H

#include <stdbool.h>

#include "data/formats/text_block.h"

typedef struct text_pieces {
    const char **cut; /* count + 1: piece i is cut[i] .. cut[i + 1] */
    int64_t count;
} text_pieces;

/* Cut the text from `begin` to `end` into pieces of half a megabyte, longer where a line is longer.
 * Errors: MEMORY. */
linclass_status text_pieces_cut(linclass_context *ctx, const char *begin, const char *end,
                                text_pieces *pieces);

/* Free; pieces that are all zero are allowed. */
void text_pieces_end(linclass_context *ctx, text_pieces *self);

/* Work on piece number `piece`; false: it failed, and later pieces need not be worked on. */
typedef bool (*piece_task)(void *argument, int64_t piece);

/* Work on all pieces, on the context's threads. *failed: the first piece that failed, all before it having been
 * worked on; the number of pieces where none did. progress: reported by the calling thread; the bytes of the
 * pieces count as read where `advances`. Returns OK or STOPPED_BY_CALLBACK. */
linclass_status text_pieces_run(linclass_context *ctx, const text_pieces *pieces,
                                read_progress *progress, bool advances, piece_task run,
                                void *argument, int64_t *failed);

/* Return how many bytes of the text are `wanted`. */
int64_t text_count(const char *begin, const char *end, char wanted);

#endif
