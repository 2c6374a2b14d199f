/* The sweeps behind prediction sets, in the model's own precision. */
#ifndef PREDICT_PREDICTION_SETS_H
#define PREDICT_PREDICTION_SETS_H

#include <linclass/calibration.h>

#include "model/model.h"

/* Memory of a sweep: the nonconformity and the ranking of the classes of a row, k each for every thread. */
typedef struct set_work {
    double *nonconformity;
    int64_t *ranking;
} set_work;

/* scores[i] := nonconformity of row i and its label. Errors: those of scores_visit. */
linclass_status sets_of_labels_f32(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, int32_t method, const int64_t *y,
                                   const set_work *work, double *scores);
linclass_status sets_of_labels_f64(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, int32_t method, const int64_t *y,
                                   const set_work *work, double *scores);

/* members[i * ld + j] := whether the nonconformity of row i and class j is at most the threshold. Errors: the same. */
linclass_status sets_of_rows_f32(linclass_context *ctx, const linclass_model *model,
                                 const linclass_matrix *X, double threshold, const set_work *work,
                                 uint8_t *members, int64_t ld);
linclass_status sets_of_rows_f64(linclass_context *ctx, const linclass_model *model,
                                 const linclass_matrix *X, double threshold, const set_work *work,
                                 uint8_t *members, int64_t ld);

#ifdef REAL_BITS /* in *_tmpl.c */
#define sets_of_labels REAL(sets_of_labels)
#define sets_of_rows   REAL(sets_of_rows)
#endif

#endif
