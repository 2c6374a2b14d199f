/* Products with the Hessian at a point, of the rows that make most of it: sparse rows, one score.
 *
 *     d_i = w_i loss''(h_i);    F'' v = X^T (d * (X v)) / W + l2 v
 *
 * The d_i are the same in every product at a point, and of most rows next to nothing once a fit is sure of them: 2 % of
 * the sum of d_i is that of 7 rows in 10 of the sections of Debian packages, one against the others, at l2 = 1 / m. So
 * the scores that the last evaluation found are kept, the d_i are made of them, and the rows whose d_i is small are
 * left out: Newton's directions are as good, and a product takes a third of the time. Rows that are fewer than half of
 * the elements are copied, so that they lie together.
 *
 * Which rows are left out: d_i are counted by their exponents and 4 bits more, and the smallest of these classes are
 * left out whose sums together are within the share.
 *
 * active_rows_tmpl.c is another thing: it leaves out rows that add exactly nothing, so that products keep their bits,
 * and numbers them where they lie; here rows that add little are left out, which changes the products. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/slices.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/sparse_rows.h"
#include "objective/linear_objective.h"
#include "sweep/residuals.h"

enum {
    SIZES = 4096,
    SIZE_SHIFT = 19
}; /* the upper 12 bits of a float that is not negative, but for its sign */

/* The place of a curvature among the sizes, which ascend. */
static int64_t size_of(real curvature)
{
    const float rounded = (float)curvature;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return rounded > 0 ? (int64_t)(bits >> SIZE_SHIFT) : 0;
}

static void lay_out(void *owner, space_plan *plan)
{
    linear_objective *self = owner;
    held_hessian *held = &self->held;
    held->scores = space_next(plan, self->base.samples, 1, sizeof(real));
    held->curvature = space_next(plan, self->base.samples, 1, sizeof(real));
    held->parameters = space_doubles(plan, self->base.parameters, 1);
}

static void set_curvatures(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    linear_objective *self = argument;
    held_hessian *held = &self->held;
    const row_buffers buffers = {0};
    for (int64_t i = first; i < end; i++)
        held->curvature[i] = 1;
    const int64_t row = sweep_curvature(&self->sweep, first, end - first, held->scores + first,
                                        held->curvature + first, &buffers);
    if (row >= 0)
        held->curvature[first + row] = (real)NAN;
}

/* The scores at `parameters`, where the last evaluation was elsewhere. */
static linclass_status find_scores(linear_objective *self, const double *parameters)
{
    held_hessian *held = &self->held;
    const size_t bytes = (size_t)self->base.parameters * sizeof(double);
    if (held->has_scores && memcmp(held->parameters, parameters, bytes) == 0)
        return LINCLASS_OK;
    held->is_made = false;
    (void)objective_round(self, parameters, self->theta, self->bias);
    sweep_input sweep = self->sweep;
    sweep.scores = held->scores;
    sweep_sums sums;
    const linclass_status status =
        sweep_gradient(self->base.ctx, &sweep, &sums, self->G, 1, self->g_bias);
    memcpy(held->parameters, parameters, bytes);
    held->has_scores = status == LINCLASS_OK;
    return status;
}

/* The least size whose rows are kept. Returns NUMERIC where a row has no curvature. */
static linclass_status choose_size(const linear_objective *self, double share, int64_t *least)
{
    double sums[SIZES] = {0};
    double total = 0;
    for (int64_t i = 0; i < self->base.samples; i++) {
        const real curvature = self->held.curvature[i];
        if (!(curvature >= 0))
            return sweep_unusable(self->base.ctx, &self->sweep, i);
        sums[size_of(curvature)] += (double)curvature;
        total += (double)curvature;
    }
    double left_out = 0;
    for (*least = 0; *least < SIZES - 1; (*least)++) {
        left_out += sums[*least];
        if (left_out > share * total)
            break;
    }
    return LINCLASS_OK;
}

static int64_t elements_of(const linclass_matrix *X, int64_t row)
{
    return X->row_starts[row + 1] - X->row_starts[row];
}

/* How many rows are of such a size or larger, and how many elements they have. */
static int64_t count_rows(const linear_objective *self, int64_t least, int64_t *elements)
{
    int64_t count = 0;
    *elements = 0;
    for (int64_t i = 0; i < self->base.samples; i++) {
        if (size_of(self->held.curvature[i]) < least)
            continue;
        count++;
        *elements += elements_of(self->sweep.X, i);
    }
    return count;
}

typedef struct copy_plan {
    int64_t rows;
    int64_t elements;
    bool has_values;
    int64_t *row_starts;
    int32_t *columns;
    real *values;
} copy_plan;

static void lay_out_copy(void *owner, space_plan *plan)
{
    copy_plan *self = owner;
    self->row_starts = space_next(plan, self->rows + 1, 1, sizeof(int64_t));
    self->columns = space_next(plan, self->elements, 1, sizeof(int32_t));
    self->values = space_next(plan, self->has_values ? self->elements : 0, 1, sizeof(real));
}

/* Copy a row from element `to` on. */
static void copy_row(const linclass_matrix *X, int64_t row, const copy_plan *copy, int64_t to)
{
    const int64_t begin = X->row_starts[row];
    const int64_t count = elements_of(X, row);
    if (X->column_dtype == LINCLASS_INT32)
        memcpy(copy->columns + to, (const int32_t *)X->columns + begin,
               (size_t)count * sizeof(int32_t));
    else
        for (int64_t e = 0; e < count; e++)
            copy->columns[to + e] = (int32_t)sparse_column(X, begin + e);
    if (copy->has_values)
        elements_convert(X->dtype, X->data, begin, 1, X->scale, count, copy->values + to);
}

/* Copy the rows of such a size, and their curvatures to the front. */
static void copy_rows(linear_objective *self, int64_t least, copy_plan *copy)
{
    held_hessian *held = &self->held;
    const linclass_matrix *X = self->sweep.X;
    int64_t count = 0;
    copy->row_starts[0] = 0;
    for (int64_t i = 0; i < self->base.samples; i++) {
        if (size_of(held->curvature[i]) < least)
            continue;
        copy_row(X, i, copy, copy->row_starts[count]);
        copy->row_starts[count + 1] = copy->row_starts[count] + elements_of(X, i);
        held->curvature[count++] = held->curvature[i];
    }
    held->rows = *X;
    held->rows.rows = count;
    held->rows.row_starts = copy->row_starts;
    held->rows.columns = copy->columns;
    held->rows.column_dtype = LINCLASS_INT32;
    held->rows.offset = NULL;
    if (copy->has_values) {
        held->rows.dtype = REAL_DTYPE;
        held->rows.data = copy->values;
        held->rows.scale = 1;
    }
}

static linclass_status choose_rows(linear_objective *self, double share)
{
    held_hessian *held = &self->held;
    objective *F = &self->base;
    int64_t least = 0;
    linclass_status status = choose_size(self, share, &least);
    if (status != LINCLASS_OK)
        return status;
    context_release(F->ctx, held->copy);
    held->copy = NULL;
    copy_plan copy = {.has_values = self->sweep.X->data != NULL};
    copy.rows = count_rows(self, least, &copy.elements);
    if (copy.elements > matrix_nonzeros(self->sweep.X) / 2) {
        held->rows = *self->sweep.X;
        return LINCLASS_OK;
    }
    status = space_lay_out(F->ctx, lay_out_copy, &copy, "rows of the Hessian", &held->copy);
    if (status == LINCLASS_OK)
        copy_rows(self, least, &copy);
    return status;
}

linclass_status objective_hold(objective *base, const double *parameters, double share)
{
    linear_objective *self = (linear_objective *)base;
    held_hessian *held = &self->held;
    linclass_status status = LINCLASS_OK;
    if (held->memory == NULL)
        status = space_lay_out(base->ctx, lay_out, self, "curvatures of the rows", &held->memory);
    if (status == LINCLASS_OK)
        status = find_scores(self, parameters);
    if (status != LINCLASS_OK || (held->is_made && held->share == share))
        return status;
    (void)slices_run(base->ctx, base->samples, base->samples, set_curvatures, self);
    status = choose_rows(self, share);
    held->is_made = status == LINCLASS_OK;
    held->share = share;
    return status;
}

/* A direction, rounded. */
typedef struct direction_pass {
    const double *from;
    real *to;
} direction_pass;

static void round_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const direction_pass *pass = argument;
    for (int64_t i = first; i < end; i++)
        pass->to[i] = (real)pass->from[i];
}

linclass_status objective_held_product(objective *base, const double *direction, double *product)
{
    linear_objective *self = (linear_objective *)base;
    direction_pass pass = {direction, self->direction};
    (void)slices_run(base->ctx, base->weights, base->weights, round_slice, &pass);
    if (self->with_bias)
        self->direction_bias[0] = (real)direction[base->weights];
    linear_map map = self->sweep.map;
    map.theta = self->direction;
    map.bias = self->direction_bias;
    sweep_input along = self->sweep;
    along.X = &self->held.rows;
    along.count = self->held.rows.rows;
    along.direction = &map;
    along.curvature = self->held.curvature;
    sweep_sums sums;
    const linclass_status status =
        sweep_gradient(base->ctx, &along, &sums, self->G, 1, self->g_bias);
    if (status == LINCLASS_ERROR_NUMERIC) /* of rows that were copied, whose numbers are others */
        return context_fail(base->ctx, status, "a product with the Hessian overflows");
    if (status == LINCLASS_OK)
        objective_write_gradient(self, self->direction, product);
    return status;
}

void objective_end_held(linear_objective *self)
{
    context_release(self->base.ctx, self->held.copy);
    context_release(self->base.ctx, self->held.memory);
}
