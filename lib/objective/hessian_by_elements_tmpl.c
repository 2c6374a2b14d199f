/* The Hessian of chosen parameters from the elements of sparse rows. A row adds to those pairs of parameters alone
 * whose features it has, a few of P^2 / 2; the means m_j of the features are taken out of the sums at the end:
 *
 *     sum C[c, d] (x_i - m_i) (x_j - m_j) = sum C[c, d] x_i x_j - m_i sum C[c, d] x_j - m_j sum C[c, d] x_i
 *                                           + m_i m_j sum C[c, d],    C = w loss''(h), k x k, of a row
 *
 * C of the softmax is w (diag(z) - z z^T): its sum over the rows is a matrix product, and that of C x_i the update of
 * a sweep, for a block of rows in the working precision. Of other losses it is made of k products with unit vectors.
 *
 * Hazard: 1 - z_c of the most probable class would be rounding where a row is all but certain: it is the sum of the
 * others.
 *
 * Hazard: where a mean is large beside the deviation these terms cancel. All sums are in double, and where less than
 * LEAST of a diagonal is left the matrix is not made: the caller makes it of centred rows.
 *
 * Slices of rows are shared out among the workers, and their sums added in order. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/sparse/sparse.h"
#include "objective/hessian.h"
#include "sweep/block_products.h"
#include "sweep/residuals.h"

enum { MOST_ROWS = 256, MOST_CURVATURES = 1 << 16 };
static const double LEAST = 1e-8;
static const double SUMS_PER_ELEMENT = 2; /* at most, of all slices */
static const double SPARSE =
    8; /* of so many elements one is there: a product of two costs as 64 of dense rows */

/* What each slice has of its own. */
typedef struct slice_space {
    real *H;    /* rows of a block x k: scores */
    real *C;    /* k x rows of a block x k: row c of each second derivative; or, of the softmax: */
    real *z;    /* rows of a block x k: probabilities */
    real *wz;   /* times the weight of the row */
    real *rest; /* 1 - z */
    real *part; /* k x k: wz^T z of a block */
    double *row_of_C; /* k */
    real *values;     /* n: the elements of a row */
    int64_t *at;      /* P: the parameters whose features a row has, ascending */
    double *x;        /* P: theirs */
    int32_t *classes; /* P: those of these parameters; of the softmax, as what follows */
    int32_t *columns; /* P: the parameters, for an update */
    double *apart;    /* P: x_i C[c, d] of another class c, over w z_c */
    real *weighted;   /* P: w z_c x_i */
    real *update;     /* P x k: of a block, of C[c, d] x_i for d other than c */
    double *own;      /* P: of C[c, c] x_i */
    double *sum;      /* P x P: of C[c, d] x_i x_j, its lower triangle */
    double *first;    /* P x k: of C[c, d] x_i */
    double *zeroth;   /* k x k: of C[c, d] */
    row_buffers rows;
} slice_space;

typedef struct hessian_job {
    const linear_objective *objective;
    const double *means;
    const int64_t *chosen; /* parameters, ascending, or NULL: all */
    int64_t k;
    bool is_softmax;
    int64_t P;       /* as many are chosen, the last of them intercepts */
    int64_t weights; /* the others */
    int64_t block;   /* rows at a time */
    int64_t slices;
    int64_t slice_rows;
    int64_t *begin;   /* n + 1: the first of each feature among those chosen */
    int32_t *class;   /* P */
    space_plan slice; /* measured */
    void *spaces;
    _Atomic int64_t unusable_row;
} hessian_job;

bool hessian_by_elements_suits(const linear_objective *of)
{
    const linclass_matrix *X = of->sweep.X;
    return matrix_is_sparse(X) &&
           (double)matrix_nonzeros(X) * SPARSE <= (double)X->rows * (double)X->cols;
}

static void lay_out_slice(const hessian_job *self, slice_space *own, space_plan *plan)
{
    const sweep_input *sweep = &self->objective->sweep;
    own->H = space_next(plan, self->block, self->k, sizeof(real));
    const int64_t rows = self->is_softmax ? self->block : 0;
    own->C = space_next(plan, (self->block - rows) * self->k, self->k, sizeof(real));
    own->z = space_next(plan, rows, self->k, sizeof(real));
    own->wz = space_next(plan, rows, self->k, sizeof(real));
    own->rest = space_next(plan, rows, self->k, sizeof(real));
    own->part = space_next(plan, self->is_softmax ? self->k : 0, self->k, sizeof(real));
    own->row_of_C = space_doubles(plan, self->k, 1);
    own->values = space_next(plan, sweep->map.n, 1, sizeof(real));
    own->at = space_next(plan, self->P, 1, sizeof *own->at);
    own->x = space_doubles(plan, self->P, 1);
    const int64_t P = self->is_softmax ? self->P : 0;
    own->classes = space_next(plan, P, 1, sizeof(int32_t));
    own->columns = space_next(plan, P, 1, sizeof(int32_t));
    own->apart = space_doubles(plan, P, 1);
    own->weighted = space_next(plan, P, 1, sizeof(real));
    own->update = space_next(plan, P, self->k, sizeof(real));
    own->own = space_doubles(plan, P, 1);
    own->sum = space_doubles(plan, self->P, self->P);
    own->first = space_doubles(plan, self->P, self->k);
    own->zeroth = space_doubles(plan, self->k, self->k);
    row_buffers_lay_out(&own->rows, sweep, self->block, plan);
}

static void lay_out(void *owner, space_plan *plan)
{
    hessian_job *self = owner;
    slice_space own;
    self->begin = space_next(plan, self->objective->sweep.map.n + 1, 1, sizeof *self->begin);
    self->class = space_next(plan, self->P, 1, sizeof *self->class);
    self->slice = (space_plan){0};
    lay_out_slice(self, &own, &self->slice);
    self->spaces = space_repeat(plan, &self->slice, self->slices);
}

static int64_t parameter(const hessian_job *self, int64_t place)
{
    return self->chosen == NULL ? place : self->chosen[place];
}

static void set_features(hessian_job *self)
{
    const int64_t n = self->objective->sweep.map.n;
    int64_t a = 0;
    for (int64_t j = 0; j <= n; j++) {
        while (a < self->P && parameter(self, a) < j * self->k)
            a++;
        self->begin[j] = a;
    }
    self->weights = self->begin[n];
    for (a = 0; a < self->P; a++)
        self->class[a] = (int32_t)(parameter(self, a) % self->k);
}

/* The parameters whose features row `row` of X has, and their elements. Returns how many. */
static int64_t gather_row(const hessian_job *self, int64_t row, const slice_space *own)
{
    const linclass_matrix *X = self->objective->sweep.X;
    const int64_t begin = X->row_starts[row];
    const int64_t elements = X->row_starts[row + 1] - begin;
    const bool in_place = X->dtype == REAL_DTYPE && X->scale == 1;
    const real *values = in_place ? (const real *)X->data + begin : own->values;
    if (X->data != NULL && !in_place)
        elements_convert(X->dtype, X->data, begin, 1, X->scale, elements, own->values);
    int64_t count = 0;
    for (int64_t e = 0; e < elements; e++) {
        const int64_t j = sparse_column(X, begin + e);
        for (int64_t a = self->begin[j]; a < self->begin[j + 1]; a++) {
            own->at[count] = a;
            own->x[count++] = (double)(X->data == NULL ? (real)X->scale : values[e]);
        }
    }
    return count;
}

/* Probabilities of a block's rows, of their scores; the first row without, or -1. */
static int64_t set_probabilities(const hessian_job *self, int64_t first, int64_t count,
                                 const slice_space *own)
{
    const int64_t k = self->k;
    const double *weights = self->objective->sweep.targets.weights;
    const kernels *kernel = kernels_of(self->objective->base.ctx->vector_set);
    const int64_t row = kernel->softmax(count, k, own->H, k, own->z, k);
    if (row >= 0)
        return row;
    for (int64_t i = 0; i < count; i++) {
        const real *z = own->z + i * k;
        const real weight = weights == NULL ? 1 : (real)weights[first + i];
        int64_t largest = 0;
        for (int64_t c = 0; c < k; c++) {
            own->wz[i * k + c] = weight * z[c];
            own->rest[i * k + c] = 1 - z[c];
            largest = z[c] > z[largest] ? c : largest;
        }
        real others = 0;
        for (int64_t c = 0; c < k; c++)
            others += c == largest ? 0 : z[c];
        own->rest[i * k + largest] = others;
    }
    return -1;
}

/* zeroth += that of a block of rows. */
static void add_probabilities(const hessian_job *self, int64_t count, const slice_space *own)
{
    const int64_t k = self->k;
    const int32_t set = self->objective->base.ctx->vector_set;
    /* So few rows at once that the sums do not depend on the processor. */
    for (int64_t strip = 0; strip < k; strip += GEMM_FEW)
        gemm(set, TRANSPOSED, PLAIN, lesser(GEMM_FEW, k - strip), count, k, 1, own->wz + strip, k,
             own->z, k, 0, own->part + strip * k, k);
    for (int64_t c = 0; c < k; c++) {
        for (int64_t d = 0; d < k; d++)
            own->zeroth[c * k + d] -= c == d ? 0 : (double)own->part[c * k + d];
    }
    for (int64_t i = 0; i < count; i++) {
        for (int64_t c = 0; c < k; c++)
            own->zeroth[c * k + c] += (double)own->wz[i * k + c] * (double)own->rest[i * k + c];
    }
}

/* C of a block's rows, of their scores, and their sum; the first row without, or -1. */
static int64_t set_curvatures(const hessian_job *self, int64_t first, int64_t count,
                              const slice_space *own)
{
    const int64_t k = self->k;
    for (int64_t c = 0; c < k; c++) {
        real *C = own->C + c * count * k;
        memset(C, 0, (size_t)(count * k) * sizeof(real));
        for (int64_t i = 0; i < count; i++)
            C[i * k + c] = 1;
        const int64_t row =
            sweep_curvature(&self->objective->sweep, first, count, own->H, C, &own->rows);
        if (row >= 0)
            return row;
        for (int64_t i = 0; i < count; i++) {
            for (int64_t d = 0; d < k; d++)
                own->zeroth[c * k + d] += (double)C[i * k + d];
        }
    }
    return -1;
}

/* row_of_C := row c of C of row i of a block of `count`. */
static void set_row(const hessian_job *self, int64_t i, int64_t count, int64_t c,
                    const slice_space *own)
{
    for (int64_t d = 0; d < self->k; d++)
        own->row_of_C[d] = (double)own->C[(c * count + i) * self->k + d];
}

/* Add row i of a block of `count`, which has so many of the parameters. */
static void add_row(const hessian_job *self, int64_t i, int64_t count, int64_t parameters,
                    const slice_space *own)
{
    const int64_t k = self->k;
    const double *C = own->row_of_C;
    for (int64_t s = 0; s < parameters; s++) {
        const int64_t a = own->at[s];
        const double x = own->x[s];
        double *row = own->sum + a * self->P;
        set_row(self, i, count, self->class[a], own);
        for (int64_t t = 0; t <= s; t++)
            row[own->at[t]] += C[self->class[own->at[t]]] * x * own->x[t];
        for (int64_t d = 0; d < k; d++)
            own->first[a * k + d] += C[d] * x;
    }
}

/* The same of the softmax, but for `first`, which end_block has. */
static void add_row_of_softmax(const hessian_job *self, int64_t i, int64_t parameters,
                               const slice_space *own)
{
    const real *z = own->z + i * self->k;
    const real *wz = own->wz + i * self->k;
    const real *rest = own->rest + i * self->k;
    const double *const of[] = {own->apart, own->x}; /* another class, the same */
    for (int64_t t = 0; t < parameters; t++) {
        own->columns[t] = (int32_t)own->at[t];
        own->classes[t] = self->class[own->at[t]];
        own->apart[t] = -(double)z[own->classes[t]] * own->x[t];
    }
    for (int64_t s = 0; s < parameters; s++) {
        const int64_t a = own->at[s];
        const int32_t c = own->classes[s];
        const double weighted = (double)wz[c] * own->x[s];
        const double scale[] = {weighted, weighted * (double)rest[c]};
        double *row = own->sum + a * self->P;
        for (int64_t t = 0; t <= s; t++) { /* what is alike no processor foresees */
            const int alike = own->classes[t] == c;
            row[own->at[t]] += scale[alike] * of[alike][t];
        }
        own->weighted[s] = (real)weighted;
        own->own[a] += scale[1];
    }
    const element_range whole = {0, parameters};
    const sparse_block samples = {
        .rows = 1,
        .ranges = &whole,
        .stride = 1,
        .columns = own->columns,
        .values = own->weighted,
        .factor = 1,
    };
    sparse_of(self->objective->base.ctx->vector_set)
        ->update(&samples, self->k, -1, z, self->k, own->update, self->k);
}

/* first += that of the block's update, which becomes 0. */
static void end_block(const hessian_job *self, const slice_space *own)
{
    for (int64_t e = 0; e < self->P * self->k; e++)
        own->first[e] += (double)own->update[e];
    memset(own->update, 0, (size_t)(self->P * self->k) * sizeof(real));
}

/* The same of a loss with one score. */
static void add_row_of_one(const hessian_job *self, int64_t i, int64_t parameters,
                           const slice_space *own)
{
    const double C = (double)own->C[i];
    for (int64_t s = 0; s < parameters; s++) {
        const int64_t a = own->at[s];
        const double weighted = C * own->x[s];
        double *row = own->sum + a * self->P;
        for (int64_t t = 0; t <= s; t++)
            row[own->at[t]] += weighted * own->x[t];
        own->first[a] += weighted;
    }
}

/* Add rows first..first+count-1 of X; the first of them whose second derivative is not finite, or -1. */
static int64_t add_rows(const hessian_job *self, int64_t first, int64_t count,
                        const slice_space *own)
{
    const sweep_input *sweep = &self->objective->sweep;
    const row_block samples = row_block_read(sweep->X, first, count, NULL);
    scores_block(&sweep->map, &samples, own->H, self->k);
    sweep_offsets(sweep, first, count, own->H);
    const int64_t row =
        (self->is_softmax ? set_probabilities : set_curvatures)(self, first, count, own);
    if (row >= 0)
        return first + row;
    if (self->is_softmax)
        add_probabilities(self, count, own);
    for (int64_t i = 0; i < count; i++) {
        const int64_t parameters = gather_row(self, first + i, own);
        if (self->is_softmax)
            add_row_of_softmax(self, i, parameters, own);
        else if (self->k == 1)
            add_row_of_one(self, i, parameters, own);
        else
            add_row(self, i, count, parameters, own);
    }
    if (self->is_softmax)
        end_block(self, own);
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
    memset(own.first, 0, (size_t)(self->P * self->k) * sizeof(double));
    memset(own.zeroth, 0, (size_t)(self->k * self->k) * sizeof(double));
    if (self->is_softmax) {
        memset(own.update, 0, (size_t)(self->P * self->k) * sizeof(real));
        memset(own.own, 0, (size_t)self->P * sizeof(double));
    }
    for (int64_t first = begin; first < end; first += self->block) {
        const int64_t row = add_rows(self, first, lesser(self->block, end - first), &own);
        if (row >= 0) {
            record_lowest(&self->unusable_row, row);
            return;
        }
    }
    for (int64_t a = 0; self->is_softmax && a < self->weights; a++)
        own.first[a * self->k + self->class[a]] = own.own[a];
}

/* The sums of the first slice become those of all. */
static slice_space add_up(const hessian_job *self)
{
    slice_space total;
    space_plan place = space_plan_at(self->spaces, 0, &self->slice);
    lay_out_slice(self, &total, &place);
    for (int64_t slice = 1; slice < self->slices; slice++) {
        slice_space own;
        place = space_plan_at(self->spaces, slice, &self->slice);
        lay_out_slice(self, &own, &place);
        for (int64_t a = 0; a < self->weights; a++) {
            for (int64_t b = 0; b <= a; b++)
                total.sum[a * self->P + b] += own.sum[a * self->P + b];
        }
        for (int64_t e = 0; e < self->P * self->k; e++)
            total.first[e] += own.first[e];
        for (int64_t e = 0; e < self->k * self->k; e++)
            total.zeroth[e] += own.zeroth[e];
    }
    return total;
}

/* Element (a, b), b <= a, of the sums over centred samples and the 1 of intercepts. */
static double centred(const hessian_job *self, const slice_space *total, int64_t a, int64_t b)
{
    const int64_t k = self->k;
    const int32_t c = self->class[a];
    const int32_t d = self->class[b];
    const double weight = total->zeroth[c * k + d];
    if (b >= self->weights)
        return weight;
    const double of_b = self->means[parameter(self, b) / k];
    if (a >= self->weights)
        return total->first[b * k + c] - of_b * weight;
    const double of_a = self->means[parameter(self, a) / k];
    return total->sum[a * self->P + b] - of_a * total->first[b * k + c] -
           of_b * total->first[a * k + d] + of_a * (of_b * weight);
}

/* hessian := the sums over the weight, centred. Whether enough was left of its diagonal. */
static bool write_hessian(const hessian_job *self, const slice_space *total, double *hessian)
{
    const int64_t P = self->P;
    for (int64_t a = 0; a < P; a++) {
        for (int64_t b = 0; b <= a; b++)
            hessian[a * P + b] = hessian[b * P + a] =
                centred(self, total, a, b) / self->objective->total_weight;
        const double whole = a < self->weights ? total->sum[a * P + a] : 0;
        if (whole > 0 && !(centred(self, total, a, a) >= LEAST * whole))
            return false;
    }
    return true;
}

/* Rows of a slice: more than hessian.h says where setting the slices' sums to 0 and adding them would take longer than
 * their rows. */
static int64_t slice_rows(const hessian_job *self)
{
    const linclass_matrix *X = self->objective->sweep.X;
    const int64_t fewest = hessian_slice_rows(X->rows, self->P, self->block);
    const double P = (double)self->P;
    const double slices = fmax(ceil(SUMS_PER_ELEMENT * (double)matrix_nonzeros(X) / (P * P)), 2);
    const int64_t blocks = (X->rows + self->block - 1) / self->block;
    const int64_t by_work = (int64_t)ceil((double)blocks / slices) * self->block;
    const int64_t wanted = by_work > fewest ? by_work : fewest;
    return wanted > 1 ? wanted : 1;
}

linclass_status hessian_by_elements(const linear_objective *of, const double *means,
                                    const int64_t *chosen, int64_t count, double *hessian,
                                    bool *made)
{
    linclass_context *ctx = of->base.ctx;
    const int64_t rows = of->sweep.X->rows;
    const int64_t k = of->base.columns;
    const bool is_softmax = of->dual_kind == LOSS_DUAL_PROBABILITIES && !of->sweep.one_score;
    const int64_t block = lesser(MOST_ROWS, is_softmax ? MOST_ROWS : MOST_CURVATURES / (k * k));
    hessian_job self = {
        .objective = of,
        .means = means,
        .chosen = chosen,
        .k = k,
        .is_softmax = is_softmax,
        .P = chosen == NULL ? of->base.parameters : count,
        .block = block > 1 ? block : 1,
    };
    self.slice_rows = slice_rows(&self);
    self.slices = (rows + self.slice_rows - 1) / self.slice_rows;
    atomic_init(&self.unusable_row, INT64_MAX);
    linclass_status status = blas_buffers_claim(ctx);
    if (status == LINCLASS_OK)
        status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status != LINCLASS_OK)
        return status;
    set_features(&self);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.slices, add_slice, &self);
    blas_single_thread_end();
    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, &of->sweep, row);
    const slice_space total = add_up(&self);
    *made = write_hessian(&self, &total, hessian);
    return LINCLASS_OK;
}
