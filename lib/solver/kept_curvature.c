#include "solver/kept_curvature.h"

#include <string.h>

#include "core/context.h"

static int64_t packed(int64_t N)
{
    return N * (N + 1) / 2;
}

kept_curvature kept_curvature_begin(linclass_context *ctx, int64_t N, int64_t columns)
{
    return (kept_curvature){.ctx = ctx, .N = N, .columns = columns};
}

void kept_curvature_end(kept_curvature *self)
{
    context_release(self->ctx, self->bound);
    context_release(self->ctx, self->blocks);
    *self = (kept_curvature){0};
}

static void pack(int64_t N, const double *matrix, double *triangle)
{
    for (int64_t i = 0; i < N; i++) {
        memcpy(triangle, matrix + i * N, (size_t)(i + 1) * sizeof(double));
        triangle += i + 1;
    }
}

static void unpack(int64_t N, const double *triangle, double *matrix)
{
    for (int64_t i = 0; i < N; i++) {
        memcpy(matrix + i * N, triangle, (size_t)(i + 1) * sizeof(double));
        triangle += i + 1;
    }
}

static linclass_status make_room(const kept_curvature *self, int64_t matrices, double **room)
{
    return *room != NULL ? LINCLASS_OK
                         : context_allocate_doubles(self->ctx, matrices * packed(self->N),
                                                    "the curvatures that a path keeps", room);
}

linclass_status kept_curvature_keep_bound(kept_curvature *self, const double *matrix)
{
    if (self == NULL)
        return LINCLASS_OK;
    const linclass_status status = make_room(self, 1, &self->bound);
    if (status == LINCLASS_OK)
        pack(self->N, matrix, self->bound);
    self->has_bound = status == LINCLASS_OK;
    return status;
}

void kept_curvature_bound(const kept_curvature *self, double *matrix)
{
    unpack(self->N, self->bound, matrix);
}

linclass_status kept_curvature_begin_blocks(kept_curvature *self)
{
    if (self == NULL)
        return LINCLASS_OK;
    self->has_blocks = false;
    return make_room(self, self->columns, &self->blocks);
}

void kept_curvature_keep_block(kept_curvature *self, int64_t j, const double *matrix)
{
    if (self == NULL)
        return;
    pack(self->N, matrix, self->blocks + j * packed(self->N));
    self->has_blocks = j == self->columns - 1;
}

void kept_curvature_block(const kept_curvature *self, int64_t j, double *matrix)
{
    unpack(self->N, self->blocks + j * packed(self->N), matrix);
}
