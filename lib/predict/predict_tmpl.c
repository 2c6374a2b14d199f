/* From a block of scores H (count x k) to the caller's rows.
 *
 *     scores          H itself, converted
 *     probabilities   softmax(H / T), row by row; T is the temperature of the model
 *     labels          label of argmax_j h_j
 *
 * Hazards. A score may overflow, or not fit the type asked for: every row is checked, since an
 * argmax among NaN names a class all the same, and softmax takes -infinity for a probability of 0. Ties go to the
 * lowest class: comparisons are strict, and classes are taken in ascending order.
 */
#include "predict/predict.h"

#include "kernel/kernel.h"
#include "linalg/gemm.h"
#include "predict/model_scores.h"
#include "sweep/block_products.h"

typedef struct rows_job {
    int what;
    int32_t dtype;
    void *output;
    int64_t k;
    int64_t ld;
    double temperature; /* of the probabilities */
    const kernels *table;
} rows_job;

/* Row `row` of the output := h; false when a value does not fit the output's type. */
static bool store_row(const rows_job *job, int64_t row, const real *h)
{
    int bad = 0;
    if (job->dtype == LINCLASS_FLOAT32) {
        float *output = (float *)job->output + row * job->ld;
        for (int64_t j = 0; j < job->k; j++) {
            output[j] = (float)h[j];
            bad |= !isfinite(output[j]);
        }
    } else {
        double *output = (double *)job->output + row * job->ld;
        for (int64_t j = 0; j < job->k; j++) {
            output[j] = (double)h[j];
            bad |= !isfinite(output[j]);
        }
    }
    return bad == 0;
}

static int64_t visit_rows(void *argument, int64_t slice, int32_t worker, int64_t first,
                          int64_t count, real *H, int64_t ldh)
{
    const rows_job *job = argument;
    (void)slice;
    (void)worker;
    if (job->what == PREDICT_PROBABILITIES)
        scores_cool(job->temperature, count, job->k, H, ldh);
    const int64_t usable = finite_rows(count, job->k, H, ldh);
    if (job->what == PREDICT_PROBABILITIES)
        (void)job->table->softmax(usable, job->k, H, ldh, H, ldh);
    for (int64_t i = 0; i < usable; i++)
        if (!store_row(job, first + i, H + i * ldh))
            return i;
    return usable < count ? usable : -1;
}

linclass_status predict_rows(linclass_context *ctx, const linclass_model *model,
                             const linclass_matrix *X, int what, int32_t dtype, void *output,
                             int64_t ld)
{
    const linear_map map = model_map(ctx, model);
    rows_job job = {
        what, dtype, output, model->k, ld, model->temperature, kernels_of(ctx->vector_set)};
    return scores_visit(ctx, X, &map, visit_rows, &job);
}

typedef struct row_visit {
    int64_t k;
    scores_of_row visit;
    void *job;
} row_visit;

static int64_t visit_finite_rows(void *argument, int64_t slice, int32_t worker, int64_t first,
                                 int64_t count, real *H, int64_t ldh)
{
    const row_visit *rows = argument;
    (void)slice;
    (void)worker;
    const int64_t finite = finite_rows(count, rows->k, H, ldh);
    for (int64_t i = 0; i < finite; i++)
        rows->visit(rows->job, first + i, rows->k, H + i * ldh);
    return finite < count ? finite : -1;
}

linclass_status model_scores_visit(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, scores_of_row visit, void *job)
{
    const linear_map map = model_map(ctx, model);
    row_visit rows = {model->k, visit, job};
    return scores_visit(ctx, X, &map, visit_finite_rows, &rows);
}

typedef struct labels_job {
    const int64_t *labels; /* k */
    int64_t *output;       /* m */
} labels_job;

static void store_label(void *argument, int64_t row, int64_t k, const real *h)
{
    const labels_job *job = argument;
    job->output[row] = job->labels[row_argmax(k, h)];
}

linclass_status predict_labels(linclass_context *ctx, const linclass_model *model,
                               const linclass_matrix *X, int64_t *labels)
{
    labels_job job = {model->labels, labels};
    return model_scores_visit(ctx, model, X, store_label, &job);
}

/* row_argmax, or -1 where a score is not finite: in one pass over a row by itself. */
static int64_t finite_argmax(int64_t k, const real *h)
{
    int64_t best = 0;
    real highest = -INFINITY;
    for (int64_t j = 0; j < k; j++) {
        if (!isfinite(h[j]))
            return -1;
        best = h[j] > highest ? j : best;
        highest = h[j] > highest ? h[j] : highest;
    }
    return best;
}

bool predict_row_label(const linclass_context *ctx, const linclass_model *model, const void *x,
                       int64_t *label)
{
    real h[GEMM_FEW];
    const linear_map map = {.set = ctx->vector_set,
                            .n = model->n,
                            .k = model->k,
                            .theta = model->theta,
                            .ldtheta = model->k,
                            .theta_by_class = model->theta_by_class,
                            .bias = model->bias};
    const int64_t best = scores_row(&map, x, h) ? finite_argmax(map.k, h) : -1;
    if (best < 0)
        return false;
    *label = model->labels[best];
    return true;
}
