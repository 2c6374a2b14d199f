/* Prediction in the model's own precision, whatever the types of X and of the output. Arguments have
 * been checked; every function is one visit of the scores of X (sweep/scores.h). */
#ifndef PREDICT_PREDICT_H
#define PREDICT_PREDICT_H

#include "model/model.h"

/* What becomes of a block of scores on its way to the output. */
enum { PREDICT_SCORES, PREDICT_PROBABILITIES };

/* Scores or probabilities into output: m x k of the given dtype, ld >= k. NUMERIC when a score is
 * beyond the range of dtype. */
linclass_status predict_rows_f32(linclass_context *ctx, const linclass_model *model,
                                 const linclass_matrix *X, int what, int32_t dtype, void *output,
                                 int64_t ld);
linclass_status predict_rows_f64(linclass_context *ctx, const linclass_model *model,
                                 const linclass_matrix *X, int what, int32_t dtype, void *output,
                                 int64_t ld);

/* labels: m. */
linclass_status predict_labels_f32(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, int64_t *labels);
linclass_status predict_labels_f64(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, int64_t *labels);

/* label: of the row x by itself, n elements in the precision of the model, n >= 1. False, and nothing written, where a
 * score is not finite or BLAS would be called. */
bool predict_row_label_f32(const linclass_context *ctx, const linclass_model *model, const void *x,
                           int64_t *label);
bool predict_row_label_f64(const linclass_context *ctx, const linclass_model *model, const void *x,
                           int64_t *label);

/* labels: m x count; scores: m x count, or NULL. 1 <= count <= k. */
linclass_status predict_top_f32(linclass_context *ctx, const linclass_model *model,
                                const linclass_matrix *X, int64_t count, int64_t *labels,
                                double *scores);
linclass_status predict_top_f64(linclass_context *ctx, const linclass_model *model,
                                const linclass_matrix *X, int64_t count, int64_t *labels,
                                double *scores);

#ifdef REAL_BITS /* in *_tmpl.c */
#define predict_rows      REAL(predict_rows)
#define predict_labels    REAL(predict_labels)
#define predict_row_label REAL(predict_row_label)
#define predict_top       REAL(predict_top)
#endif

#endif
