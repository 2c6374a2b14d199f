/* Nonconformity of a row and its classes, from the probabilities p = softmax(h / T):
 *
 *     LAC   s_j = 1 - p_j
 *     APS   s_j = sum of p_c over the classes ranked before j: by p, of equal ones the lower class first
 *
 * Hazard: a threshold is the score of some held-out row, and scores are compared with it for equality. Both are made
 * here, by the same kernel and the same order of the sum, so that equal rows have equal bits. */
#include "predict/prediction_sets.h"

#include "core/sort.h"
#include "data/labels.h"
#include "kernel/kernel.h"
#include "predict/model_scores.h"

typedef struct sets_job {
    const linclass_model *model;
    int32_t method;
    const kernels *table;
    const set_work *work;
    const int64_t *y; /* m, and */
    double *scores;   /* m; or NULL, and */
    double threshold;
    uint8_t *members; /* m x k */
    int64_t ld;
} sets_job;

static inline bool is_ranked_after(const void *probabilities, int64_t a, int64_t b)
{
    const real *p = probabilities;
    return p[a] < p[b] || (p[a] == p[b] && a > b);
}

/* s := nonconformity of the classes with probabilities p. */
static void measure(int32_t method, int64_t k, const real *p, int64_t *ranking, double *s)
{
    for (int64_t j = 0; j < k; j++) {
        ranking[j] = j;
        s[j] = 1 - (double)p[j];
    }
    if (method == LINCLASS_SETS_LAC)
        return;
    heap_sort(k, ranking, is_ranked_after, p);
    double before = 0;
    for (int64_t place = 0; place < k; place++) {
        s[ranking[place]] = before;
        before += (double)p[ranking[place]];
    }
}

static void finish_row(const sets_job *job, int64_t row, const double *s)
{
    const int64_t k = job->model->k;
    if (job->scores != NULL) {
        int64_t class = 0;
        (void)labels_encode(NULL, "y", 1, job->y + row, k, job->model->labels, &class);
        job->scores[row] = s[class];
        return;
    }
    for (int64_t j = 0; j < k; j++)
        job->members[row * job->ld + j] = s[j] <= job->threshold;
}

static int64_t visit(void *argument, int64_t slice, int32_t worker, int64_t first, int64_t count,
                     real *H, int64_t ldh)
{
    const sets_job *job = argument;
    (void)slice;
    const int64_t k = job->model->k;
    double *s = job->work->nonconformity + worker * k;
    scores_cool(job->model->temperature, count, k, H, ldh);
    for (int64_t i = 0; i < count; i++)
        if (!row_is_finite(k, H + i * ldh))
            return i;
    (void)job->table->softmax(count, k, H, ldh, H, ldh);
    for (int64_t i = 0; i < count; i++) {
        measure(job->method, k, H + i * ldh, job->work->ranking + worker * k, s);
        finish_row(job, first + i, s);
    }
    return -1;
}

linclass_status sets_of_labels(linclass_context *ctx, const linclass_model *model,
                               const linclass_matrix *X, int32_t method, const int64_t *y,
                               const set_work *work, double *scores)
{
    const linear_map map = model_map(ctx, model);
    sets_job job = {.model = model,
                    .method = method,
                    .table = kernels_of(ctx->vector_set),
                    .work = work,
                    .y = y,
                    .scores = scores};
    return scores_visit(ctx, X, &map, visit, &job);
}

linclass_status sets_of_rows(linclass_context *ctx, const linclass_model *model,
                             const linclass_matrix *X, double threshold, const set_work *work,
                             uint8_t *members, int64_t ld)
{
    const linear_map map = model_map(ctx, model);
    sets_job job = {.model = model,
                    .method = model->sets,
                    .table = kernels_of(ctx->vector_set),
                    .work = work,
                    .threshold = threshold,
                    .members = members,
                    .ld = ld};
    return scores_visit(ctx, X, &map, visit, &job);
}
