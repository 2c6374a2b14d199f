/* Prediction in the model's own precision, whatever the types of X and of the output. Arguments have
 * been checked; every function is one visit of the scores of X (sweep/scores.h). */
#ifndef PREDICT_PREDICT_H
#define PREDICT_PREDICT_H

#include "model/model.h"

/* What becomes of a block of scores on its way to the output. */
enum { PREDICT_SCORES, PREDICT_PROBABILITIES };

#define DECLARE_PREDICT(suffix) \
    /* Scores or probabilities into output: m x k of the given dtype, ld >= k. NUMERIC when a \
     * score is beyond the range of dtype. */ \
    linclass_status predict_rows_##suffix(linclass_context *ctx, const linclass_model *model, \
                                          const linclass_matrix *X, int what, int32_t dtype, \
                                          void *output, int64_t ld); \
    /* labels: m. */ \
    linclass_status predict_labels_##suffix(linclass_context *ctx, const linclass_model *model, \
                                            const linclass_matrix *X, int64_t *labels); \
    /* labels: m x count; scores: m x count, or NULL. 1 <= count <= k. */ \
    linclass_status predict_top_##suffix(linclass_context *ctx, const linclass_model *model, \
                                         const linclass_matrix *X, int64_t count, int64_t *labels, \
                                         double *scores);

DECLARE_PREDICT(f32)
DECLARE_PREDICT(f64)

#endif
