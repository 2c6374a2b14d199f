/* Area under the ROC curve, for level 1 and for evaluation. */
#ifndef METRICS_ROC_AUC_H
#define METRICS_ROC_AUC_H

#include <stdbool.h>
#include <stdint.h>

#define DECLARE_ROC_AUC(real, suffix) \
    /* scores: m, none NaN. y: m labels; positive: that of the positive rows, all others are       \
     * negative. weights: m or NULL. order: m, work space. False when a class has no weight. */ \
    bool roc_auc_##suffix(int64_t m, const real *scores, const int64_t *y, int64_t positive, \
                          const double *weights, int64_t *order, double *auc);

DECLARE_ROC_AUC(float, f32)
DECLARE_ROC_AUC(double, f64)

#endif
