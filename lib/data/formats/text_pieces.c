#include "data/formats/text_pieces.h"

#include <stdatomic.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"

enum { PIECE_BYTES = 1 << 19 };

/* A run over pieces, seen by all workers. */
typedef struct pieces_run {
    const text_pieces *pieces;
    read_progress *progress; /* of worker 0 */
    piece_task run;
    void *argument;
    bool advances;
    linclass_status status; /* of worker 0 */
    _Atomic int64_t failed;
    _Atomic int64_t done; /* bytes */
    atomic_bool stopped;
} pieces_run;

/* Each search for a newline begins where the last ended: linear in the text, however long its lines are. */
static void place_cuts(const char *begin, const char *end, text_pieces *pieces)
{
    pieces->cut[0] = begin;
    while (begin < end) {
        const char *newline = NULL;
        if (end - begin > PIECE_BYTES)
            newline =
                memchr(begin + PIECE_BYTES - 1, '\n', (size_t)(end - begin) - PIECE_BYTES + 1);
        begin = newline == NULL ? end : newline + 1;
        pieces->cut[++pieces->count] = begin;
    }
}

linclass_status text_pieces_cut(linclass_context *ctx, const char *begin, const char *end,
                                text_pieces *pieces)
{
    *pieces = (text_pieces){0};
    void *cuts;
    const linclass_status status = context_allocate_array(
        ctx, (end - begin) / PIECE_BYTES + 2, sizeof *pieces->cut, "the pieces of a text", &cuts);
    if (status != LINCLASS_OK)
        return status;
    pieces->cut = cuts;
    place_cuts(begin, end, pieces);
    return LINCLASS_OK;
}

void text_pieces_end(linclass_context *ctx, text_pieces *self)
{
    context_release(ctx, (void *)self->cut);
    *self = (text_pieces){0};
}

static void run_piece(void *argument, int64_t task, int32_t worker)
{
    pieces_run *const self = argument;
    if (atomic_load(&self->stopped) || task > atomic_load(&self->failed))
        return;
    if (!self->run(self->argument, task))
        record_lowest(&self->failed, task);
    const int64_t bytes = self->pieces->cut[task + 1] - self->pieces->cut[task];
    const int64_t done = atomic_fetch_add(&self->done, bytes) + bytes;
    if (worker != 0)
        return;
    self->status = read_progress_report(self->progress, self->advances ? done : 0);
    if (self->status != LINCLASS_OK)
        atomic_store(&self->stopped, true);
}

linclass_status text_pieces_run(linclass_context *ctx, const text_pieces *pieces,
                                read_progress *progress, bool advances, piece_task run,
                                void *argument, int64_t *failed)
{
    pieces_run all = {.pieces = pieces,
                      .progress = progress,
                      .run = run,
                      .argument = argument,
                      .advances = advances,
                      .failed = pieces->count};
    pool_run(&ctx->pool, pieces->count, run_piece, &all);
    *failed = atomic_load(&all.failed);
    return atomic_load(&all.stopped) ? all.status : LINCLASS_OK;
}

/* In blocks whose count fits into a byte, which compilers turn into vectors. */
int64_t text_count(const char *begin, const char *end, char wanted)
{
    enum { BLOCK = 128 };
    int64_t count = 0;
    for (; end - begin >= BLOCK; begin += BLOCK) {
        uint8_t found = 0;
        for (int i = 0; i < BLOCK; i++)
            found = (uint8_t)(found + (begin[i] == wanted));
        count += found;
    }
    for (; begin != end; begin++)
        count += *begin == wanted;
    return count;
}
