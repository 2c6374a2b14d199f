/* Area under the ROC curve, for level 1 and for evaluation. */
#ifndef METRICS_ROC_AUC_H
#define METRICS_ROC_AUC_H

#include <stdbool.h>
#include <stdint.h>

/* scores: m, none NaN. y: m labels; positive: that of the positive rows, all others are
 * negative. sample_weights: m or NULL. order: m, work space. False when a class has no weight. */
bool roc_auc_f32(int64_t m, const float *scores, const int64_t *y, int64_t positive,
                 const double *sample_weights, int64_t *order, double *auc);
bool roc_auc_f64(int64_t m, const double *scores, const int64_t *y, int64_t positive,
                 const double *sample_weights, int64_t *order, double *auc);

#ifdef REAL_BITS /* in *_tmpl.c */
#define roc_auc          REAL(roc_auc)
#define linclass_roc_auc REAL(linclass_roc_auc) /* linclass_roc_auc_f32, linclass_roc_auc_f64 */
#endif

#endif
