/* With H the Hessian of F at its minimum, J_i = x_i^T (x) I what a score of row i changes by, s_i = w_i / sum w, r_i
 * and S_i the first and second derivatives of the row's loss in its scores: Newton's step from there for F without
 * the row is (H - s_i J_i^T S_i J_i)^-1 s_i J_i^T r_i, and by Woodbury's identity the row's scores become
 *
 *     h_i + A_i (I - s_i S_i A_i)^-1 s_i r_i,    A_i = J_i H^-1 J_i^T, c x c
 *
 * so that one inverse serves all rows. With an l1 penalty H is that of the weights that are not 0. Without
 * a penalty a class is the reference; with one, all columns of theta count, and the common shift of all intercepts,
 * which no score difference and no penalty sees, is held by a term of its own.
 *
 * Hazard: a row that alone determines a coefficient has a leverage s_i S_i A_i with an eigenvalue of 1. */
#include "diagnostics/left_out.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "diagnostics/information_inverse.h"
#include "diagnostics/row_loss.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"

/* A mean over rows and the spread about it, updated row by row. */
typedef struct weighted_mean {
    double weight;
    double mean;
    double squares;
} weighted_mean;

typedef struct leave_one_out {
    information_matrix of;
    void *memory;
    double *scale;    /* P */
    double *products; /* of each worker, a chunk of rows times a block of the inverse */
    double *leverage; /* A_i of the rows of a chunk, c x c each */
    double *system;   /* c x (c + 1): I - s S A, and its right-hand side */
    double *scores;   /* k: of a row */
    double *residual; /* k */
    weighted_mean loss;
    weighted_mean error;
    int64_t counted; /* rows with a weight */
} leave_one_out;

static void lay_out(void *owner, space_plan *plan)
{
    leave_one_out *self = owner;
    const int64_t c = self->of.c;
    self->scale = space_doubles(plan, self->of.P, 1);
    self->products = space_doubles(plan, self->of.ctx->threads, INFORMATION_CHUNK * self->of.N);
    self->leverage = space_doubles(plan, INFORMATION_CHUNK, c * c);
    self->system = space_doubles(plan, c, c + 1);
    self->scores = space_doubles(plan, c + 1, 1);
    self->residual = space_doubles(plan, c + 1, 1);
}

/* From the sum of the rows' to the Hessian of F, lower triangle. */
static void add_penalty(information_matrix *of)
{
    const int64_t P = of->P;
    const double l2 = of->rows->model->l2;
    for (int64_t i = 0; i < P; i++) {
        double *row = of->hessian + i * P;
        for (int64_t j = 0; j <= i; j++)
            row[j] /= of->rows->total_weight;
        const bool intercept = i % of->N >= of->n;
        row[i] += intercept ? 0 : l2;
        for (int64_t j = of->n; intercept && of->first == 0 && j <= i; j += of->N)
            row[j] += 1 / (double)of->c;
    }
}

/* Whether a weight is held at 0 by the l1 penalty. */
static bool is_held(const information_matrix *of, int64_t i)
{
    const int64_t j = i % of->N;
    return of->rows->model->l1 > 0 && j < of->n && of->theta[j * of->c + i / of->N] == 0;
}

static void isolate_held(information_matrix *of)
{
    const int64_t P = of->P;
    for (int64_t i = 0; i < P; i++) {
        for (int64_t j = 0; j <= i; j++) {
            if (is_held(of, i) || is_held(of, j))
                of->hessian[i * P + j] = i == j;
        }
    }
}

/* The inverse of the Hessian of F, with zeros for the weights that are held. */
static linclass_status invert(leave_one_out *self)
{
    information_matrix *of = &self->of;
    linclass_status status = information_matrix_make(of);
    if (status != LINCLASS_OK)
        return status;
    add_penalty(of);
    isolate_held(of);
    status = information_factor(of, self->scale);
    if (status == LINCLASS_OK)
        status = information_invert(of, self->scale);
    for (int64_t i = 0; status == LINCLASS_OK && i < of->P; i++) {
        if (is_held(of, i))
            of->hessian[i * of->P + i] = 0;
    }
    return status;
}

/* Elements (a, b) and (b, a) of the A_i of a chunk, a >= b the pair of number `task`. */
static void find_leverage(void *argument, int64_t task, int32_t worker)
{
    const leave_one_out *self = argument;
    const information_matrix *of = &self->of;
    const int64_t N = of->N;
    const int64_t c = of->c;
    int64_t a = 0; /* pairs are numbered row by row */
    while ((a + 1) * (a + 2) / 2 <= task)
        a++;
    const int64_t b = task - a * (a + 1) / 2;
    double *products = self->products + worker * (INFORMATION_CHUNK * N);
    gemm_f64(of->ctx->vector_set, PLAIN, PLAIN, of->count, N, N, 1, of->chunk, N,
             of->hessian + a * N * of->P + b * N, of->P, 0, products, N);
    for (int64_t i = 0; i < of->count; i++) {
        double sum = 0;
        for (int64_t j = 0; j < N; j++)
            sum += products[i * N + j] * of->chunk[i * N + j];
        self->leverage[(i * c + a) * c + b] = sum;
        self->leverage[(i * c + b) * c + a] = sum;
    }
}

/* system := [I - s S A | s r] of row i of the chunk. */
static void set_system(leave_one_out *self, int64_t i)
{
    const information_matrix *of = &self->of;
    const int64_t c = of->c;
    const double *z = of->probabilities + i * c;
    const double *A = self->leverage + i * c * c;
    const double share = of->sample_weights[i] / of->rows->total_weight;
    for (int64_t b = 0; b < c; b++) {
        double mean = 0; /* z^T A, column b */
        for (int64_t a = 0; a < c; a++)
            mean += z[a] * A[a * c + b];
        for (int64_t a = 0; a < c; a++)
            self->system[a * (c + 1) + b] = (a == b) - share * z[a] * (A[a * c + b] - mean);
    }
    for (int64_t a = 0; a < c; a++)
        self->system[a * (c + 1) + c] = of->residual[i * c + a] / of->rows->total_weight;
}

static void swap_rows(double *system, int64_t width, int64_t one, int64_t other)
{
    for (int64_t j = 0; j < width && one != other; j++) {
        const double kept = system[one * width + j];
        system[one * width + j] = system[other * width + j];
        system[other * width + j] = kept;
    }
}

/* Its last column := its solution, by elimination with pivots. false: it is singular. */
static bool solve(double *system, int64_t c)
{
    const int64_t width = c + 1;
    for (int64_t p = 0; p < c; p++) {
        int64_t pivot = p;
        for (int64_t i = p + 1; i < c; i++)
            pivot = fabs(system[i * width + p]) > fabs(system[pivot * width + p]) ? i : pivot;
        if (!(fabs(system[pivot * width + p]) > 1024 * DBL_EPSILON))
            return false;
        swap_rows(system, width, p, pivot);
        for (int64_t i = 0; i < c; i++) {
            const double factor = i == p ? 0 : system[i * width + p] / system[p * width + p];
            for (int64_t j = p; factor != 0 && j < width; j++)
                system[i * width + j] -= factor * system[p * width + j];
        }
    }
    for (int64_t i = 0; i < c; i++)
        system[i * width + c] /= system[i * width + i];
    return true;
}

/* scores := those of row i of the chunk, of k classes, by the model without it. false: there are none. */
static bool leave_out(leave_one_out *self, int64_t i)
{
    const information_matrix *of = &self->of;
    const int64_t c = of->c;
    double *h = self->scores + of->first;
    self->scores[0] = 0;
    memcpy(h, of->scores + i * c, (size_t)c * sizeof *h);
    if (of->sample_weights[i] == 0)
        return true;
    set_system(self, i);
    if (!solve(self->system, c))
        return false;
    for (int64_t a = 0; a < c; a++) {
        for (int64_t b = 0; b < c; b++)
            h[a] += self->leverage[(i * c + a) * c + b] * self->system[b * (c + 1) + c];
    }
    return true;
}

static void mean_add(weighted_mean *self, double weight, double value)
{
    const double distance = value - self->mean;
    self->weight += weight;
    self->mean += weight / self->weight * distance;
    self->squares += weight * distance * (value - self->mean);
}

static double mean_standard_error(const weighted_mean *self, int64_t count)
{
    return count > 1 ? sqrt(self->squares / self->weight / (double)(count - 1)) : NAN;
}

/* Count the row by its scores, which are divided by the temperature of the model. */
static void count_row(leave_one_out *self, double weight, int64_t y)
{
    const int64_t k = self->of.rows->model->k;
    const row_target target = {.y = y};
    int64_t best = 0;
    for (int64_t j = 1; j < k; j++)
        best = self->scores[j] > self->scores[best] ? j : best;
    for (int64_t j = 0; j < k; j++)
        self->scores[j] /= self->of.rows->model->temperature;
    mean_add(&self->loss, weight,
             row_loss(LINCLASS_LOSS_SOFTMAX, k, self->scores, &target, self->residual));
    mean_add(&self->error, weight, best != y);
    self->counted++;
}

/* The rows of a chunk that begins at row `first`, one after another. */
static linclass_status leave_out_chunk(leave_one_out *self, int64_t first, double *scores)
{
    const information_matrix *of = &self->of;
    const int64_t k = of->rows->model->k;
    for (int64_t i = 0; i < of->count; i++) {
        const int64_t row = first + i;
        if (!leave_out(self, i))
            return context_fail(of->ctx, LINCLASS_ERROR_NUMERIC,
                                "row %" PRId64 " alone determines a coefficient: without it "
                                "there is no minimum",
                                row);
        if (scores != NULL)
            memcpy(scores + row * k, self->scores, (size_t)k * sizeof *scores);
        if (of->sample_weights[i] > 0)
            count_row(self, of->sample_weights[i], of->rows->y[row]);
    }
    return LINCLASS_OK;
}

static linclass_status leave_out_all(leave_one_out *self, double *scores)
{
    information_matrix *of = &self->of;
    const int64_t pairs = of->c * (of->c + 1) / 2;
    linclass_status status = LINCLASS_OK;
    for (int64_t first = 0; status == LINCLASS_OK && first < of->rows->X.rows;
         first += INFORMATION_CHUNK) {
        blas_single_thread_begin();
        information_matrix_read(of, first);
        pool_run(&of->ctx->pool, pairs, find_leverage, self);
        blas_single_thread_end();
        status = leave_out_chunk(self, first, scores);
    }
    return status;
}

static linclass_status write_result(const leave_one_out *self, linclass_leave_one_out *found)
{
    found->loss = self->loss.mean;
    found->loss_standard_error = mean_standard_error(&self->loss, self->counted);
    found->error = self->error.mean;
    found->error_standard_error = mean_standard_error(&self->error, self->counted);
    found->parameters = self->of.P;
    if (!isfinite(found->loss))
        return context_fail(self->of.ctx, LINCLASS_ERROR_NUMERIC,
                            "the loss on rows left out overflows");
    return LINCLASS_OK;
}

linclass_status left_out_estimate(linclass_context *ctx, const known_rows *rows,
                                  linclass_leave_one_out *found, double *scores)
{
    const linclass_model *model = rows->model;
    const bool reference =
        model->loss == LINCLASS_LOSS_LOGISTIC || (model->l1 == 0 && model->l2 == 0);
    leave_one_out self = {0};
    linclass_status status = information_matrix_begin(ctx, rows, reference, &self.of);
    if (status == LINCLASS_OK)
        status = space_lay_out(ctx, lay_out, &self, "the leverages", &self.memory);
    if (status == LINCLASS_OK)
        status = invert(&self);
    if (status == LINCLASS_OK)
        status = leave_out_all(&self, scores);
    if (status == LINCLASS_OK)
        status = write_result(&self, found);
    context_release(ctx, self.memory);
    information_matrix_end(&self.of);
    return status;
}
