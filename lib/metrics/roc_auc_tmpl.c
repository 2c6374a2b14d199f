/* Area under the ROC curve = P(score of a positive row > score of a negative one) + P(equal) / 2
 * (Mann and Whitney 1947; Bamber 1975).
 *
 * Rows in ascending order of score are taken in groups of equal scores. With P and N the positive and
 * negative weight of a group and B the negative weight below it,
 *
 *     auc = sum over groups P (B + N / 2) / (W+ W-),
 *
 * which is what midranks give, without ranks. Without weights every term is a whole number of halves:
 * exact while the sum is below 2^52, rounded once by the division. Weights are divided by a power of two,
 * exactly, so that their products neither overflow nor vanish.
 *
 * Row numbers are sorted by (score, row): since no two rows are equal under it, sums within a group are taken
 * in row order. */
#include "metrics/roc_auc.h"

#include <inttypes.h>
#include <math.h>

#include <linclass/metrics.h>

#include "core/context_call.h"
#include "core/real.h"
#include "core/sort.h"
#include "metrics/weighted_rows.h"

static inline bool is_above(const void *keys, int64_t a, int64_t b)
{
    const real *scores = keys;
    return scores[a] > scores[b] || (scores[a] == scores[b] && a > b);
}

static void sort_rows(int64_t m, const real *scores, int64_t *order)
{
    for (int64_t i = 0; i < m; i++)
        order[i] = i;
    heap_sort(m, order, is_above, scores);
}

/* Exponent of the sum of the weights, so that ldexp(w, -exponent) is in 0..1. */
static int weights_exponent(int64_t m, const double *sample_weights)
{
    double sum = 0;
    int exponent = 0;
    for (int64_t i = 0; sample_weights != NULL && i < m; i++)
        sum += sample_weights[i];
    (void)frexp(sum, &exponent);
    return exponent;
}

bool roc_auc(int64_t m, const real *scores, const int64_t *y, int64_t positive,
             const double *sample_weights, int64_t *order, double *auc)
{
    const int exponent = weights_exponent(m, sample_weights);
    sort_rows(m, scores, order);
    double area = 0;
    double all_positive = 0;
    double negative_below = 0;
    for (int64_t first = 0, next; first < m; first = next) {
        double group[2] = {0, 0}; /* negative, positive */
        for (next = first; next < m && scores[order[next]] == scores[order[first]]; next++)
            group[y[order[next]] == positive] +=
                sample_weights == NULL ? 1 : ldexp(sample_weights[order[next]], -exponent);
        area += group[1] * (negative_below + group[0] / 2);
        all_positive += group[1];
        negative_below += group[0];
    }
    if (all_positive == 0 || negative_below == 0)
        return false;
    *auc = area / (all_positive * negative_below);
    return true;
}

static linclass_status check_values(linclass_context *ctx, int64_t m, const real *scores,
                                    const int64_t *y)
{
    for (int64_t i = 0; i < m; i++) {
        if (isnan(scores[i]))
            return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "scores[%" PRId64 "] is nan", i);
        if (y[i] != 0 && y[i] != 1)
            return context_fail(ctx, LINCLASS_ERROR_LABEL,
                                "y[%" PRId64 "] is %" PRId64 ", neither 0 nor 1", i, y[i]);
    }
    return LINCLASS_OK;
}

static linclass_status roc_auc_checked(linclass_context *ctx, int64_t m, const real *scores,
                                       const int64_t *y, const double *sample_weights, double *auc)
{
    linclass_status status =
        check_weighted_rows(ctx, m, array_given("scores", scores, m, 1, sizeof *scores),
                            array_given("y", y, m, 1, sizeof *y), sample_weights,
                            array_given("auc", auc, 1, 1, sizeof *auc));
    if (status == LINCLASS_OK)
        status = check_values(ctx, m, scores, y);
    if (status != LINCLASS_OK)
        return status;
    void *order;
    status = context_allocate_array(ctx, m, sizeof(int64_t), "the order of the rows", &order);
    if (status != LINCLASS_OK)
        return status;
    const bool defined = roc_auc(m, scores, y, 1, sample_weights, order, auc);
    context_release(ctx, order);
    if (!defined)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "the area is not defined: no row of one of the classes has weight");
    return LINCLASS_OK;
}

linclass_status linclass_roc_auc(linclass_context *ctx, int64_t m, const real *scores,
                                 const int64_t *y, const double *sample_weights, double *auc)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, roc_auc_checked(ctx, m, scores, y, sample_weights, auc));
}
