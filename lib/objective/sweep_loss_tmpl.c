/* Losses and errors without a gradient: a visit of the scores, summed slice by slice. */
#include "core/real.h"
#include "objective/sweep.h"

enum { BLOCK = 32 };

typedef struct loss_visit {
    const REAL(sweep) * sweep;
    sweep_sums slices[SCORES_SLICES];
} loss_visit;

static int64_t visit_block(void *argument, int64_t slice, int32_t worker, int64_t first,
                           int64_t count, real *H, int64_t ldh)
{
    (void)worker;
    loss_visit *self = argument;
    const REAL(sweep) *sweep = self->sweep;
    sweep_sums *sums = &self->slices[slice];
    double row_loss[BLOCK];
    for (int64_t from = 0; from < count; from += BLOCK) {
        const int64_t rows = count - from < BLOCK ? count - from : BLOCK;
        const int64_t *y = sweep->y + first + from;
        const real *h = H + from * ldh;
        const int64_t row = sweep->kernel->loss(rows, sweep->map.k, h, ldh, y, row_loss);
        if (row >= 0)
            return from + row;
        if (sweep->count_wrong)
            sums->wrong += REAL(sweep_wrong)(rows, sweep->map.k, h, ldh, y);
        for (int64_t i = 0; i < rows; i++)
            sums->loss += row_loss[i];
    }
    return -1;
}

linclass_status REAL(sweep_loss)(linclass_context *ctx, const REAL(sweep) * sweep, sweep_sums *sums)
{
    loss_visit self = {.sweep = sweep};
    const linclass_status status =
        REAL(scores_visit)(ctx, sweep->X, &sweep->map, visit_block, &self);
    *sums = (sweep_sums){0};
    for (int slice = 0; slice < SCORES_SLICES; slice++) {
        sums->loss += self.slices[slice].loss;
        sums->wrong += self.slices[slice].wrong;
    }
    return status;
}
