/* Losses and errors without a gradient: a visit of the scores, summed slice by slice. */
#include "core/context.h"
#include "core/minimum.h"
#include "sweep/residuals.h"

enum { ROWS = 32 };

typedef struct loss_visit {
    const sweep_input *sweep;
    void *buffers; /* row_buffers for ROWS rows of each worker; scratch is the visit's */
    size_t buffer_bytes;
    sweep_sums slices[SCORES_SLICES];
} loss_visit;

static int64_t visit_block(void *argument, int64_t slice, int32_t worker, int64_t first,
                           int64_t count, real *H, int64_t ldh)
{
    loss_visit *self = argument;
    void *place = space_at(self->buffers, (size_t)worker * self->buffer_bytes);
    const row_buffers buffers = row_buffers_at(place, self->sweep, ROWS);
    for (int64_t from = 0; from < count; from += ROWS) {
        const int64_t row = sweep_row_losses(self->sweep, first + from, lesser(ROWS, count - from),
                                             H + from * ldh, &buffers, &self->slices[slice]);
        if (row >= 0)
            return from + row;
    }
    return -1;
}

linclass_status sweep_loss(linclass_context *ctx, const sweep_input *sweep, sweep_sums *sums)
{
    loss_visit self = {.sweep = sweep};
    space_plan worker = {0};
    (void)row_buffers_plan(&worker, sweep, ROWS);
    space_plan plan = {0};
    (void)space_repeat(&plan, &worker, ctx->threads);
    void *buffers;
    linclass_status status = space_allocate(ctx, &plan, "row losses", &buffers);
    if (status != LINCLASS_OK)
        return status;
    self.buffers = buffers;
    self.buffer_bytes = worker.bytes;
    status = scores_visit(ctx, sweep->X, &sweep->map, visit_block, &self);
    context_release(ctx, buffers);
    *sums = (sweep_sums){0};
    for (int slice = 0; slice < SCORES_SLICES; slice++) {
        sums->loss += self.slices[slice].loss;
        sums->wrong += self.slices[slice].wrong;
    }
    return status;
}
