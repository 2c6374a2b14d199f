/* Losses and errors without a gradient: a visit of the scores, summed slice by slice. */
#include "core/context.h"
#include "core/minimum.h"
#include "sweep/residuals.h"

enum { ROWS = 32 };

typedef struct loss_visit {
    const sweep_input *sweep;
    int32_t threads;
    space_plan worker; /* measured: row_buffers for ROWS rows */
    void *workers;     /* not in the context's scratch, which is the visit's */
    sweep_sums slices[SCORES_SLICES];
} loss_visit;

static void lay_out(void *owner, space_plan *plan)
{
    loss_visit *self = owner;
    row_buffers buffers;
    self->worker = (space_plan){0};
    row_buffers_lay_out(&buffers, self->sweep, ROWS, &self->worker);
    self->workers = space_repeat(plan, &self->worker, self->threads);
}

static int64_t visit_block(void *argument, int64_t slice, int32_t worker, int64_t first,
                           int64_t count, real *H, int64_t ldh)
{
    loss_visit *self = argument;
    row_buffers buffers;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    row_buffers_lay_out(&buffers, self->sweep, ROWS, &place);
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
    loss_visit self = {.sweep = sweep, .threads = ctx->threads};
    void *memory;
    linclass_status status = space_lay_out(ctx, lay_out, &self, "row losses", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = scores_visit(ctx, sweep->X, &sweep->map, visit_block, &self);
    context_release(ctx, memory);
    *sums = (sweep_sums){0};
    for (int slice = 0; slice < SCORES_SLICES; slice++) {
        sums->loss += self.slices[slice].loss;
        sums->wrong += self.slices[slice].wrong;
    }
    return status;
}
