/* For each block of scores: the loss of every row by the kernel, the class by argmax.
 *
 * Row losses are double and are added one row after the other within a slice; slices are the same for
 * any number of threads, so the sums have the same bits. Rows go through in chunks whose classes and
 * losses fit on the stack: nothing is allocated. */
#include "predict/evaluate.h"

#include "core/minimum.h"
#include "data/labels.h"
#include "predict/model_scores.h"
#include "sweep/losses.h"

enum { CHUNK = 64 };

typedef struct evaluate_job {
    const linclass_model *model;
    const evaluate_rows *rows;
    evaluate_sums *slices; /* SCORES_SLICES */
    loss_value loss;
} evaluate_job;

/* y := classes of the rows first..first+count-1; that of an ignored row is any. */
static void encode(const evaluate_job *job, int64_t first, int64_t count, int64_t *y)
{
    const int64_t step = job->rows->has_ignore_label ? 1 : count;
    for (int64_t i = 0; i < count; i += step) {
        y[i] = 0;
        (void)labels_encode(NULL, "y", step, job->rows->y + first + i, job->model->k,
                            job->model->labels, y + i);
    }
}

static void add_row(const evaluate_rows *rows, evaluate_sums *sums, int64_t row, double loss,
                    bool wrong)
{
    const double weight = evaluate_weight(rows, row);
    sums->weight += weight;
    sums->loss += weight * loss;
    sums->wrong += wrong ? weight : 0;
    sums->samples += !evaluate_ignores(rows, row);
}

/* Losses of `count` rows; the index within them of one without a finite loss, or -1. Losses of one score
 * are given what class 1 has over class 0. */
static int64_t row_losses(const evaluate_job *job, int64_t count, const real *H, int64_t ldh,
                          const int64_t *y, double *row_loss)
{
    if (!loss_has_one_score(job->model->loss))
        return job->loss(count, job->model->k, H, ldh, y, row_loss);
    real margins[CHUNK];
    for (int64_t i = 0; i < count; i++)
        margins[i] = H[i * ldh + 1] - H[i * ldh];
    return job->loss(count, 1, margins, 1, y, row_loss);
}

/* Rows first..first+count-1, count <= CHUNK; the index within them of an unusable row, or -1. The area under the
 * ROC curve is of the same ranks whatever the temperature, but for numbers too near to be told apart after it. */
static int64_t evaluate_chunk(const evaluate_job *job, evaluate_sums *sums, int64_t first,
                              int64_t count, real *H, int64_t ldh)
{
    const int64_t k = job->model->k;
    int64_t y[CHUNK];
    double row_loss[CHUNK];
    encode(job, first, count, y);
    scores_cool(job->model->temperature, count, k, H, ldh);
    const int64_t bad = row_losses(job, count, H, ldh, y, row_loss);
    if (bad >= 0)
        return bad;
    for (int64_t i = 0; i < count; i++) {
        const real *h = H + i * ldh;
        if (!row_is_finite(k, h))
            return i;
        const int64_t class = row_argmax(k, h);
        add_row(job->rows, sums, first + i, row_loss[i], class != y[i]);
        if (job->rows->predicted != NULL)
            job->rows->predicted[first + i] = class;
        if (job->rows->margins != NULL)
            job->rows->margins[first + i] = (double)h[1] - (double)h[0];
    }
    return -1;
}

static int64_t visit(void *argument, int64_t slice, int32_t worker, int64_t first, int64_t count,
                     real *H, int64_t ldh)
{
    const evaluate_job *job = argument;
    (void)worker;
    for (int64_t done = 0; done < count; done += CHUNK) {
        const int64_t bad = evaluate_chunk(job, &job->slices[slice], first + done,
                                           lesser(CHUNK, count - done), H + done * ldh, ldh);
        if (bad >= 0)
            return done + bad;
    }
    return -1;
}

linclass_status evaluate_sweep(linclass_context *ctx, const linclass_model *model,
                               const linclass_matrix *X, const evaluate_rows *rows,
                               evaluate_sums slices[SCORES_SLICES])
{
    const linear_map map = model_map(ctx, model);
    evaluate_job job = {model, rows, slices, loss_kernel_of(ctx->vector_set, model->loss)->loss};
    return scores_visit(ctx, X, &map, visit, &job);
}
