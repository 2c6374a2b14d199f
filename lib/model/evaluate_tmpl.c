/* For each block of scores: the loss of every row by the kernel, the class by argmax.
 *
 * Row losses are double and are added one row after the other within a slice; slices are the same for
 * any number of threads, so the sums have the same bits. Rows go through in chunks whose classes and
 * losses fit on the stack: nothing is allocated. */
#include "model/evaluate.h"

#include "core/lowest.h"
#include "data/labels.h"
#include "kernel/kernel.h"
#include "model/rows.h"

enum { CHUNK = 64 };

typedef struct evaluate_job {
    const linclass_model *model;
    const int64_t *y;      /* m */
    int64_t *predicted;    /* m, or NULL */
    evaluate_sums *slices; /* SCORES_SLICES */
    REAL(loss_value) loss;
} evaluate_job;

/* Rows first..first+count-1, count <= CHUNK; the index within them of an unusable row, or -1. */
static int64_t evaluate_chunk(const evaluate_job *job, evaluate_sums *sums, int64_t first,
                              int64_t count, const real *H, int64_t ldh)
{
    const int64_t k = job->model->k;
    int64_t y[CHUNK] = {0};
    double row_loss[CHUNK];
    (void)labels_encode(NULL, "y", count, job->y + first, k, job->model->labels, y);
    const int64_t bad = job->loss(count, k, H, ldh, y, row_loss);
    if (bad >= 0)
        return bad;
    for (int64_t i = 0; i < count; i++) {
        const real *h = H + i * ldh;
        if (!row_is_finite(k, h))
            return i;
        const int64_t class = row_argmax(k, h);
        sums->loss += row_loss[i];
        sums->wrong += class != y[i];
        if (job->predicted != NULL)
            job->predicted[first + i] = class;
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

linclass_status REAL(evaluate_sweep)(linclass_context *ctx, const linclass_model *model,
                                     const linclass_matrix *X, const int64_t *y, int64_t *predicted,
                                     evaluate_sums slices[SCORES_SLICES])
{
    const REAL(linear_map) map = model_map(model);
    evaluate_job job = {model, y, predicted, slices, REAL(kernels_best)()->cross_entropy.loss};
    return REAL(scores_visit)(ctx, X, &map, visit, &job);
}
