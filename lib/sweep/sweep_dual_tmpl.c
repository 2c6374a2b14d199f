/* Sums of residuals that a dual point is balanced by: a visit of the scores, summed slice by slice. */
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "sweep/residuals.h"

enum { ROWS = 32 };

typedef struct dual_visit {
    const sweep_input *sweep;
    int32_t threads;
    int64_t length;    /* of the sums of a slice */
    space_plan worker; /* measured: row_buffers for ROWS rows */
    void *workers;
    double *slices; /* SCORES_SLICES x length */
} dual_visit;

static void lay_out(void *owner, space_plan *plan)
{
    dual_visit *self = owner;
    row_buffers buffers;
    self->worker = (space_plan){0};
    row_buffers_lay_out(&buffers, self->sweep, ROWS, &self->worker);
    self->workers = space_repeat(plan, &self->worker, self->threads);
    self->slices = space_doubles(plan, SCORES_SLICES, self->length);
}

static int64_t visit_block(void *argument, int64_t slice, int32_t worker, int64_t first,
                           int64_t count, real *H, int64_t ldh)
{
    dual_visit *self = argument;
    const int64_t k = self->sweep->map.k;
    row_buffers buffers;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    row_buffers_lay_out(&buffers, self->sweep, ROWS, &place);
    double *of_slice = self->slices + slice * self->length;
    if (self->sweep->scores != NULL) {
        for (int64_t i = 0; i < count; i++)
            memcpy(self->sweep->scores + (first + i) * k, H + i * ldh, (size_t)k * sizeof(real));
    }
    dual_sums sums = {of_slice, of_slice + k, self->length > 2 * k ? of_slice + 2 * k : NULL};
    for (int64_t from = 0; from < count; from += ROWS) {
        const int64_t row = sweep_dual_rows(self->sweep, first + from, lesser(ROWS, count - from),
                                            H + from * ldh, &buffers, &sums);
        if (row >= 0)
            return from + row;
    }
    return -1;
}

linclass_status sweep_dual(linclass_context *ctx, const sweep_input *sweep, int64_t length,
                           double *sums)
{
    dual_visit self = {.sweep = sweep, .threads = ctx->threads, .length = length};
    void *memory;
    linclass_status status = space_lay_out(ctx, lay_out, &self, "sums of residuals", &memory);
    if (status != LINCLASS_OK)
        return status;
    memset(self.slices, 0, (size_t)(SCORES_SLICES * length) * sizeof(double));
    status = scores_visit(ctx, sweep->X, &sweep->map, visit_block, &self);
    memset(sums, 0, (size_t)length * sizeof(double));
    for (int64_t slice = 0; slice < SCORES_SLICES; slice++) {
        for (int64_t e = 0; e < length; e++)
            sums[e] += self.slices[slice * length + e];
    }
    context_release(ctx, memory);
    return status;
}
