/* Cross-entropy of softmax(b h) and its derivatives in b, row by row.
 *
 * Scores come in the model's precision; from there everything is double, by the library's own kernel, so that the
 * bits do not depend on the processor. Scores less the highest of their row: no exp overflows, and the variance
 * is taken about the mean, not from the difference of two squares. */
#include "predict/temperature.h"

#include "data/labels.h"
#include "predict/model_scores.h"
#include "sweep/losses.h"

typedef struct temperature_job {
    const linclass_model *model;
    const temperature_rows *rows;
    double inverse;
    temperature_sums *slices; /* SCORES_SLICES */
    loss_residual_f64 residual;
} temperature_job;

static void add_to_bin(temperature_sums *sums, double weight, double confidence, bool right)
{
    int place = (int)(confidence * TEMPERATURE_BINS);
    place = place < TEMPERATURE_BINS ? place : TEMPERATURE_BINS - 1;
    temperature_bin *bin = &sums->bins[place];
    bin->weight += weight;
    bin->confidence += weight * confidence;
    bin->right += right ? weight : 0;
}

/* One row with the scores h and the class y; r: k, overwritten. False when it has no finite loss. */
static bool add_row(const temperature_job *job, temperature_sums *sums, const real *h, int64_t y,
                    double weight, double *r)
{
    const int64_t k = job->model->k;
    const int64_t best = row_argmax(k, h);
    const double highest = (double)h[best];
    for (int64_t j = 0; j < k; j++)
        r[j] = job->inverse * ((double)h[j] - highest);
    double loss;
    if (job->residual(1, k, r, k, &y, &loss) >= 0)
        return false;
    r[y] += 1; /* probabilities now */
    double mean = 0;
    double even = 0;
    for (int64_t j = 0; j < k; j++) {
        mean += r[j] * ((double)h[j] - highest);
        even += (double)h[j] - highest;
    }
    double variance = 0;
    for (int64_t j = 0; j < k; j++) {
        const double distance = (double)h[j] - highest - mean;
        variance += r[j] * distance * distance;
    }
    const double own = (double)h[y] - highest;
    sums->weight += weight;
    sums->loss += weight * loss;
    sums->slope += weight * (mean - own);
    sums->curvature += weight * variance;
    sums->slope_at_0 += weight * (even / (double)k - own);
    sums->wrong += own < 0 ? weight : 0;
    add_to_bin(sums, weight, r[best], best == y);
    return true;
}

static int64_t visit(void *argument, int64_t slice, int32_t worker, int64_t first, int64_t count,
                     real *H, int64_t ldh)
{
    const temperature_job *job = argument;
    const temperature_rows *rows = job->rows;
    const int64_t k = job->model->k;
    double *r = rows->work + worker * k;
    for (int64_t i = 0; i < count; i++) {
        const real *h = H + i * ldh;
        const double weight = rows->sample_weights == NULL ? 1 : rows->sample_weights[first + i];
        int64_t y = 0;
        (void)labels_encode(NULL, "y", 1, rows->y + first + i, k, job->model->labels, &y);
        if (!row_is_finite(k, h) || !add_row(job, &job->slices[slice], h, y, weight, r))
            return i;
    }
    return -1;
}

linclass_status temperature_sweep(linclass_context *ctx, const linclass_model *model,
                                  const linclass_matrix *X, const temperature_rows *rows,
                                  double inverse, temperature_sums slices[SCORES_SLICES])
{
    const linear_map map = model_map(ctx, model);
    temperature_job job = {model, rows, inverse, slices,
                           loss_kernel_of_f64(ctx->vector_set, LINCLASS_LOSS_SOFTMAX)->residual};
    return scores_visit(ctx, X, &map, visit, &job);
}
