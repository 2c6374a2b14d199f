/* Rows of scores: the map that makes them, the class they name. Included by the *_tmpl.c that visit
 * scores, once for each precision. */
#ifndef PREDICT_MODEL_SCORES_H
#define PREDICT_MODEL_SCORES_H

#include <math.h>
#include <stdbool.h>

#include "core/real.h"
#include "model/model.h"
#include "sweep/losses.h"
#include "sweep/scores.h"

static inline linear_map model_map(const linclass_context *ctx, const linclass_model *model)
{
    return (linear_map){.set = ctx->vector_set,
                        .n = model->n,
                        .k = model->k,
                        .theta = model->theta,
                        .ldtheta = model->k,
                        .theta_by_class = model->theta_by_class,
                        .bias = model->bias,
                        .offset_of_last = loss_has_one_score(model->loss)};
}

/* Row `row` of X has the scores h, k of them, all finite. */
typedef void (*scores_of_row_f32)(void *job, int64_t row, int64_t k, const float *h);
typedef void (*scores_of_row_f64)(void *job, int64_t row, int64_t k, const double *h);

/* Call visit for each row of X, from several threads. Errors: those of scores_visit; NUMERIC (a score is not
 * finite). */
linclass_status model_scores_visit_f32(linclass_context *ctx, const linclass_model *model,
                                       const linclass_matrix *X, scores_of_row_f32 visit,
                                       void *job);
linclass_status model_scores_visit_f64(linclass_context *ctx, const linclass_model *model,
                                       const linclass_matrix *X, scores_of_row_f64 visit,
                                       void *job);

#define scores_of_row      REAL(scores_of_row)
#define model_scores_visit REAL(model_scores_visit)

/* H := H / T, rows of k scores. Nothing is touched where T is 1. */
static inline void scores_cool(double temperature, int64_t rows, int64_t k, real *H, int64_t ldh)
{
    const real factor = (real)(1 / temperature);
    for (int64_t i = 0; temperature != 1 && i < rows; i++) {
        for (int64_t j = 0; j < k; j++)
            H[i * ldh + j] *= factor;
    }
}

/* Whether all k scores of a row are finite. No early exit: the loop is a vector loop. */
static inline bool row_is_finite(int64_t k, const real *h)
{
    int bad = 0;
    for (int64_t j = 0; j < k; j++)
        bad |= !isfinite(h[j]);
    return bad == 0;
}

/* How many of the first rows have finite scores: mostly all of them, which is one test where they lie side by side. */
static inline int64_t finite_rows(int64_t rows, int64_t k, const real *H, int64_t ldh)
{
    if (ldh == k && row_is_finite(rows * k, H))
        return rows;
    int64_t finite = 0;
    while (finite < rows && row_is_finite(k, H + finite * ldh))
        finite++;
    return finite;
}

/* The class with the highest score, the lowest among equals. The score is kept beside its class: a comparison need not
 * wait until it is loaded. */
static inline int64_t row_argmax(int64_t k, const real *h)
{
    int64_t best = 0;
    real highest = h[0];
    for (int64_t j = 1; j < k; j++) {
        best = h[j] > highest ? j : best;
        highest = h[j] > highest ? h[j] : highest;
    }
    return best;
}

#endif
