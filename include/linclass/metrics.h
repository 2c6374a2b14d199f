/* Level 1, metrics: how well predictions agree with labels, from arrays of both.
 *
 * Every row i has a weight w_i, or 1 where `weights` is NULL; a row of weight 2 counts as two rows of
 * weight 1, one of weight 0 not at all. A quotient 0 / 0 is given as 0 unless said otherwise.
 * Sums are taken in row order in double, so results have the same bits for any number of threads.
 *
 * ctx may be NULL. Arrays do not overlap; one with no elements may be NULL. weights: m, finite, >= 0.
 * Errors of every function: DIMENSION (negative sizes, ld too small), INVALID_ARGUMENT (NULL where
 * there are elements, a weight that is negative, infinite or NaN), NUMERIC (the sum of the weights
 * overflows), LABEL (a class outside 0..k-1); the sentence names index and value, outputs are
 * untouched. */
#ifndef LINCLASS_METRICS_H
#define LINCLASS_METRICS_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* 0/1 error: the share of weight with predicted_i != y_i. Accuracy is 1 - error.
 * y, predicted: m labels each, any integers. error: one double, output. */
LINCLASS_API linclass_status linclass_error_rate(linclass_context *ctx, int64_t m, const int64_t *y,
                                                 const int64_t *predicted, const double *weights,
                                                 double *error);

/* Confusion matrix: confusion[a, b] = the weight of the rows of class a that were predicted to be b.
 * y, predicted: m classes each, in 0..k-1. confusion: k x k, ldc >= k, output. */
LINCLASS_API linclass_status linclass_confusion(linclass_context *ctx, int64_t m, int64_t k,
                                                const int64_t *y, const int64_t *predicted,
                                                const double *weights, double *confusion,
                                                int64_t ldc);

/* For each class j of a confusion matrix (k x k, ldc >= k, elements finite and >= 0, else
 * INVALID_ARGUMENT), k outputs each, NULL for those not wanted:
 *     support    the weight of the rows of the class, sum_b confusion[j, b]
 *     precision  confusion[j, j] / sum_a confusion[a, j]
 *     recall     confusion[j, j] / support
 *     f1         2 precision recall / (precision + recall) */
LINCLASS_API linclass_status linclass_class_metrics(linclass_context *ctx, int64_t k,
                                                    const double *confusion, int64_t ldc,
                                                    double *precision, double *recall, double *f1,
                                                    double *support);

/* Averages over the classes. Macro: the mean of the classes' values, each class counting the same;
 * classes that neither occur nor are predicted are left out. Micro: the quotient of the sums over the
 * classes, sum_j correct_j / sum_j predicted_j and so on; where every row has one class and gets one
 * prediction, as here, all three are equal to the accuracy. */
typedef struct linclass_averages {
    size_t size;
    double accuracy; /* sum_j confusion[j, j] / sum_ab confusion[a, b] */
    double error;    /* 1 - accuracy; 0 without rows */
    double macro_precision;
    double macro_recall; /* also called balanced accuracy */
    double macro_f1;
    double micro_precision;
    double micro_recall;
    double micro_f1;
} linclass_averages;

/* size: sizeof *averages. INVALID_ARGUMENT for NULL or too small a size. */
LINCLASS_API linclass_status linclass_averages_init(linclass_averages *averages, size_t size);

/* confusion: k x k, ldc >= k, elements finite and >= 0. Errors: STRUCT_SIZE. */
LINCLASS_API linclass_status linclass_confusion_averages(linclass_context *ctx, int64_t k,
                                                         const double *confusion, int64_t ldc,
                                                         linclass_averages *averages);

/* Area under the ROC curve for two classes: the probability that a positive row scores higher than a
 * negative one, ties counting half, both drawn by weight:
 *
 *     auc = sum_{i positive, j negative} w_i w_j ([s_i > s_j] + [s_i = s_j] / 2) / (W+ W-)
 *
 * scores: m; infinities are ordered like numbers, NaN is NON_FINITE. y: m, 0 negative, 1 positive
 * (else LABEL). auc: one double, output; without weights
 * rounded once, for m up to 9e7. LABEL when one of
 * the classes has no weight: the area is not defined. MEMORY.
 * Time O(m log m), memory 8 m bytes while it runs. */
LINCLASS_API linclass_status linclass_roc_auc_f32(linclass_context *ctx, int64_t m,
                                                  const float *scores, const int64_t *y,
                                                  const double *weights, double *auc);
LINCLASS_API linclass_status linclass_roc_auc_f64(linclass_context *ctx, int64_t m,
                                                  const double *scores, const int64_t *y,
                                                  const double *weights, double *auc);

LINCLASS_END_DECLS

#endif
