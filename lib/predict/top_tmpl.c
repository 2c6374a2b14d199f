/* The labels of the `count` highest scores of each row, best first.
 *
 * They are kept in a heap with the worst at its root, which lives in the caller's row of labels,
 * holding classes until the end: no memory of its own, one comparison with the root for each of the k
 * scores and O(log count) for each class that enters, instead of sorting k scores. The heap is then
 * sorted in place by taking its root, the worst, to the end, and so on: O(k + count log count) for
 * scores in random order, O(k log count) at worst, also for count = k.
 *
 * Ties: a class ranks below an equal one of a lower number; since classes are offered in ascending
 * order, one that only equals the root never enters. */
#include "predict/predict.h"

#include "core/sort.h"
#include "predict/model_scores.h"

typedef struct top_job {
    const int64_t *labels; /* k */
    int64_t count;
    int64_t *output; /* m x count */
    double *scores;  /* m x count, or NULL */
} top_job;

/* Whether class a comes after class b in the ranking. */
static inline bool is_worse(const void *scores, int64_t a, int64_t b)
{
    const real *h = scores;
    return h[a] < h[b] || (h[a] == h[b] && a > b);
}

/* ranking := the `count` best of k classes, best first. */
static void rank_row(int64_t k, const real *h, int64_t count, int64_t *ranking)
{
    for (int64_t j = 0; j < count; j++)
        ranking[j] = j;
    heap_make(count, ranking, is_worse, h);
    for (int64_t j = count; j < k; j++) {
        if (h[j] > h[ranking[0]]) {
            ranking[0] = j;
            heap_sift_down(count, ranking, 0, is_worse, h);
        }
    }
    heap_to_order(count, ranking, is_worse, h);
}

static void store_best(void *argument, int64_t row, int64_t k, const real *h)
{
    const top_job *job = argument;
    int64_t *ranking = job->output + row * job->count;
    rank_row(k, h, job->count, ranking);
    for (int64_t place = 0; place < job->count; place++) {
        if (job->scores != NULL)
            job->scores[row * job->count + place] = (double)h[ranking[place]];
        ranking[place] = job->labels[ranking[place]];
    }
}

linclass_status predict_top(linclass_context *ctx, const linclass_model *model,
                            const linclass_matrix *X, int64_t count, int64_t *labels,
                            double *scores)
{
    top_job job = {model->labels, count, labels, scores};
    return model_scores_visit(ctx, model, X, store_best, &job);
}
