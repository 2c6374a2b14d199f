/* The whole Hessian of the mean loss, for few parameters, or the part of it that is about some: of row x of samples,
 * with features about their means and a 1 for the intercept, C = w loss''(h) belongs k x k, and
 *
 *     F''[(i, c), (j, d)] = (1/W) sum over samples of C[c, d] x_i x_j   + l2 on the diagonal of theta
 *
 * One pass over the rows, with the parameters sorted by class: for each class c the products of its x_i with
 * all C[c, d] x_j of the classes d <= c are one matrix product. Slices of rows are shared out among the
 * workers; a slice sums ROWS rows in the working precision and adds them in double, and slices are added in order. Rows
 * that are very sparse have a way of their own (hessian_by_elements_tmpl.c). */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "objective/hessian.h"
#include "sweep/block_products.h"
#include "sweep/residuals.h"

enum { ROWS = 256 };

/* What each slice has of its own. */
typedef struct slice_space {
    real *samples;  /* ROWS x n, as read */
    real *x;        /* ROWS x P: the feature of each parameter */
    real *H;        /* ROWS x k: scores */
    real *C;        /* ROWS x k: a row of each second derivative */
    real *weighted; /* ROWS x P: C[c, d] x for the parameters of classes d <= c */
    real *part;     /* those of a class x P */
    double *sum;    /* P x P, in the order of classes, for d <= c */
    row_buffers rows;
} slice_space;

typedef struct hessian_job {
    const linear_objective *objective;
    const double *means;
    const int64_t *chosen; /* parameters, ascending, or NULL: all */
    int64_t k;
    int64_t P; /* as many are chosen */
    int64_t slices;
    int64_t slice_rows;
    int64_t most_of_class;
    int64_t *begin;   /* k + 1: the first parameter of each class in their order */
    int64_t *feature; /* P: of the parameters in the order of classes; n for the intercept */
    int64_t *place;   /* P: among those chosen */
    space_plan slice; /* measured */
    void *spaces;
    _Atomic int64_t unusable_row;
} hessian_job;

static void lay_out_slice(const hessian_job *self, slice_space *own, space_plan *plan)
{
    const sweep_input *sweep = &self->objective->sweep;
    own->samples = space_next(plan, ROWS, sweep->map.n, sizeof(real));
    own->x = space_next(plan, ROWS, self->P, sizeof(real));
    own->H = space_next(plan, ROWS, self->k, sizeof(real));
    own->C = space_next(plan, ROWS, self->k, sizeof(real));
    own->weighted = space_next(plan, ROWS, self->P, sizeof(real));
    own->part = space_next(plan, self->most_of_class, self->P, sizeof(real));
    own->sum = space_doubles(plan, self->P, self->P);
    row_buffers_lay_out(&own->rows, sweep, ROWS, plan);
}

static void lay_out(void *owner, space_plan *plan)
{
    hessian_job *self = owner;
    slice_space own;
    self->begin = space_next(plan, self->k + 1, 1, sizeof *self->begin);
    self->feature = space_next(plan, self->P, 1, sizeof *self->feature);
    self->place = space_next(plan, self->P, 1, sizeof *self->place);
    self->slice = (space_plan){0};
    lay_out_slice(self, &own, &self->slice);
    self->spaces = space_repeat(plan, &self->slice, self->slices);
}

static int64_t parameter(const hessian_job *self, int64_t place)
{
    return self->chosen == NULL ? place : self->chosen[place];
}

static int64_t count_most_of_class(const hessian_job *self)
{
    int64_t most = 0;
    for (int64_t c = 0; c < self->k; c++) {
        int64_t count = 0;
        for (int64_t a = 0; a < self->P; a++)
            count += parameter(self, a) % self->k == c;
        most = count > most ? count : most;
    }
    return most;
}

static void sort_by_class(const hessian_job *self)
{
    int64_t next = 0;
    for (int64_t c = 0; c < self->k; c++) {
        self->begin[c] = next;
        for (int64_t a = 0; a < self->P; a++) {
            if (parameter(self, a) % self->k != c)
                continue;
            self->feature[next] = parameter(self, a) / self->k;
            self->place[next++] = a;
        }
    }
    self->begin[self->k] = next;
}

/* x: the samples about the means, and 1, as often as there are parameters of each. */
static void centre_rows(const hessian_job *self, const row_block *samples, real *x)
{
    for (int64_t i = 0; i < samples->rows; i++) {
        const real *from = samples->X + i * samples->ldx;
        real *row = x + i * self->P;
        for (int64_t a = 0; a < self->P; a++) {
            const int64_t j = self->feature[a];
            row[a] = j == samples->cols ? 1 : (real)((double)from[j] - self->means[j]);
        }
    }
}

/* weighted := C[., d] x for the parameters of the classes d < classes, one after the other in each row. */
static void weigh_rows(const hessian_job *self, int64_t count, int64_t classes,
                       const slice_space *own)
{
    const int64_t columns = self->begin[classes];
    for (int64_t i = 0; i < count; i++) {
        const real *x = own->x + i * self->P;
        real *to = own->weighted + i * columns;
        for (int64_t d = 0; d < classes; d++) {
            const real factor = own->C[i * self->k + d];
            for (int64_t a = self->begin[d]; a < self->begin[d + 1]; a++)
                to[a] = factor * x[a];
        }
    }
}

/* sum[(i, c), (j, d)] += x^T weighted, for the classes d <= c. */
static void add_products(const hessian_job *self, int64_t count, int64_t c, const slice_space *own)
{
    const int64_t rows = self->begin[c + 1] - self->begin[c];
    const int64_t columns = self->begin[c + 1];
    const int32_t set = self->objective->base.ctx->vector_set;
    /* So few rows at once that the sums do not depend on the processor. */
    for (int64_t strip = 0; strip < rows; strip += GEMM_FEW)
        gemm(set, TRANSPOSED, PLAIN, lesser(GEMM_FEW, rows - strip), count, columns, 1,
             own->x + self->begin[c] + strip, self->P, own->weighted, columns, 0,
             own->part + strip * columns, columns);
    for (int64_t i = 0; i < rows; i++) {
        double *row = own->sum + (self->begin[c] + i) * self->P;
        for (int64_t a = 0; a < columns; a++)
            row[a] += (double)own->part[i * columns + a];
    }
}

/* Add rows first..first+count-1 of X; the first of them whose second derivative is not finite, or -1. */
static int64_t add_rows(const hessian_job *self, int64_t first, int64_t count, slice_space *own)
{
    const sweep_input *sweep = &self->objective->sweep;
    const int64_t k = self->k;
    const row_block samples = row_block_read_dense(sweep->X, first, count, own->samples);
    scores_block(&sweep->map, &samples, own->H, k);
    sweep_offsets(sweep, first, count, own->H);
    centre_rows(self, &samples, own->x);
    for (int64_t c = 0; c < k; c++) {
        if (self->begin[c] == self->begin[c + 1])
            continue;
        for (int64_t e = 0; e < count * k; e++)
            own->C[e] = e % k == c;
        const int64_t row = sweep_curvature(sweep, first, count, own->H, own->C, &own->rows);
        if (row >= 0)
            return first + row;
        weigh_rows(self, count, c + 1, own);
        add_products(self, count, c, own);
    }
    return -1;
}

static void add_slice(void *argument, int64_t slice, int32_t worker)
{
    (void)worker;
    hessian_job *self = argument;
    const int64_t begin = slice * self->slice_rows;
    const int64_t end = lesser(self->objective->sweep.X->rows, begin + self->slice_rows);
    slice_space own;
    space_plan place = space_plan_at(self->spaces, slice, &self->slice);
    lay_out_slice(self, &own, &place);
    memset(own.sum, 0, (size_t)(self->P * self->P) * sizeof(double));
    for (int64_t first = begin; first < end; first += ROWS) {
        const int64_t row = add_rows(self, first, lesser(ROWS, end - first), &own);
        if (row >= 0) {
            record_lowest(&self->unusable_row, row);
            return;
        }
    }
}

/* hessian := the sums of the slices, over the weight, on both sides of the diagonal. */
static void add_up(const hessian_job *self, double *hessian)
{
    const int64_t P = self->P;
    memset(hessian, 0, (size_t)(P * P) * sizeof(double));
    for (int64_t slice = 0; slice < self->slices; slice++) {
        slice_space own;
        space_plan place = space_plan_at(self->spaces, slice, &self->slice);
        lay_out_slice(self, &own, &place);
        for (int64_t c = 0; c < self->k; c++) {
            for (int64_t a = self->begin[c]; a < self->begin[c + 1]; a++)
                for (int64_t b = 0; b < self->begin[c + 1]; b++)
                    hessian[self->place[a] * P + self->place[b]] += own.sum[a * P + b];
        }
    }
    for (int64_t a = 0; a < P; a++) {
        for (int64_t b = 0; b < P; b++) {
            if (parameter(self, b) % self->k <= parameter(self, a) % self->k)
                hessian[a * P + b] /= self->objective->total_weight;
        }
    }
    for (int64_t a = 0; a < P; a++) {
        for (int64_t b = 0; b < P; b++) {
            if (parameter(self, b) % self->k > parameter(self, a) % self->k)
                hessian[a * P + b] = hessian[b * P + a];
        }
    }
}

/* Take the mean over the classes out of the rows of each feature, where there are several: see centre_row in
 * objective_tmpl.c. */
static void centre_classes(int64_t k, int64_t P, double *hessian)
{
    for (int64_t i = 0; k > 1 && i < P / k; i++) {
        double *rows = hessian + i * k * P;
        for (int64_t b = 0; b < P; b++) {
            double mean = 0;
            for (int64_t c = 0; c < k; c++)
                mean += rows[c * P + b];
            for (int64_t c = 0; c < k; c++)
                rows[c * P + b] -= mean / (double)k;
        }
    }
}

/* hessian := that of the mean loss, from dense rows. */
static linclass_status make_of_rows(const linear_objective *of, const double *means,
                                    const int64_t *chosen, int64_t count, double *hessian)
{
    linclass_context *ctx = of->base.ctx;
    const int64_t rows = of->sweep.X->rows;
    hessian_job self = {
        .objective = of,
        .means = means,
        .chosen = chosen,
        .k = of->base.columns,
        .P = count,
    };
    self.slice_rows = hessian_slice_rows(rows, self.P, ROWS);
    self.slices = (rows + self.slice_rows - 1) / self.slice_rows;
    self.most_of_class = count_most_of_class(&self);
    atomic_init(&self.unusable_row, INT64_MAX);
    linclass_status status = blas_buffers_claim(ctx);
    if (status == LINCLASS_OK)
        status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status != LINCLASS_OK)
        return status;
    sort_by_class(&self);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.slices, add_slice, &self);
    blas_single_thread_end();
    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, &of->sweep, row);
    add_up(&self, hessian);
    return LINCLASS_OK;
}

linclass_status objective_hessian(objective *base, const double *parameters, const double *means,
                                  const int64_t *chosen, int64_t count, double *hessian)
{
    const linear_objective *of = (const linear_objective *)base;
    const int64_t P = chosen == NULL ? base->parameters : count;
    if (P == 0)
        return LINCLASS_OK;
    (void)objective_round(of, parameters, of->theta, of->bias);
    linclass_status status = LINCLASS_OK;
    bool made = false;
    if (hessian_by_elements_suits(of))
        status = hessian_by_elements(of, means, chosen, P, hessian, &made);
    if (status == LINCLASS_OK && !made)
        status = make_of_rows(of, means, chosen, P, hessian);
    if (status != LINCLASS_OK)
        return status;
    if (chosen == NULL)
        centre_classes(base->columns, P, hessian);
    for (int64_t a = 0; a < P && (chosen == NULL ? a : chosen[a]) < base->weights; a++)
        hessian[a * P + a] += base->l2;
    return LINCLASS_OK;
}
