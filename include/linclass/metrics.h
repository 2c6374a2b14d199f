/* Level 1, metrics: agreement of predictions with labels, computed from arrays of both.
 *
 * Row i has weight w_i, or 1 if `weights` is NULL: a row of weight 2 counts as two rows of weight 1, one
 * of weight 0 not at all. A quotient 0 / 0 is 0 unless stated otherwise. Sums are taken in row order in
 * double, so that results have the same bits for any number of threads.
 *
 * ctx may be NULL. Arrays must not overlap; one with no elements may be NULL. weights: m, finite, >= 0.
 * Errors of every function: DIMENSION (negative sizes, ld too small), INVALID_ARGUMENT (NULL for an array
 * with elements, a weight that is negative, infinite or NaN), NUMERIC (the sum of the weights overflows),
 * LABEL (a class outside 0..k-1). The error message names index and value; outputs are unchanged. */
#ifndef LINCLASS_METRICS_H
#define LINCLASS_METRICS_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Compute the 0/1 error: the fraction of the weight with predicted_i != y_i. Accuracy is 1 - error.
 * y, predicted: m labels each, any integers. error: one double, output. */
LINCLASS_API linclass_status linclass_error_rate(linclass_context *ctx, int64_t m, const int64_t *y,
                                                 const int64_t *predicted, const double *weights,
                                                 double *error);

/* Compute the confusion matrix: confusion[a, b] is the weight of the rows of class a predicted as b.
 * y, predicted: m classes each, in 0..k-1. confusion: k x k, ldc >= k, output. */
LINCLASS_API linclass_status linclass_confusion(linclass_context *ctx, int64_t m, int64_t k,
                                                const int64_t *y, const int64_t *predicted,
                                                const double *weights, double *confusion,
                                                int64_t ldc);

/* Compute the metrics of each class j from a confusion matrix:
 *
 *     support    the weight of the rows of the class, sum_b confusion[j, b]
 *     precision  confusion[j, j] / sum_a confusion[a, j]
 *     recall     confusion[j, j] / support
 *     f1         2 precision recall / (precision + recall)
 *
 * confusion: k x k, ldc >= k, elements finite and >= 0 (otherwise INVALID_ARGUMENT). Outputs: k each, or
 * NULL if not needed. */
LINCLASS_API linclass_status linclass_class_metrics(linclass_context *ctx, int64_t k,
                                                    const double *confusion, int64_t ldc,
                                                    double *precision, double *recall, double *f1,
                                                    double *support);

/* Averages over the classes. Macro: the mean over the classes that occur or are predicted, each with the
 * same weight. Micro: the quotient of sums over the classes, sum_j correct_j / sum_j predicted_j and so
 * on; as each row has one label and one prediction here, all three are equal to the accuracy. */
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

/* Clear the struct. size: sizeof *averages.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_averages_init(linclass_averages *averages, size_t size);

/* Compute the averages from a confusion matrix: k x k, ldc >= k, elements finite and >= 0.
 * Errors besides those above: STRUCT_SIZE. */
LINCLASS_API linclass_status linclass_confusion_averages(linclass_context *ctx, int64_t k,
                                                         const double *confusion, int64_t ldc,
                                                         linclass_averages *averages);

/* Compute the area under the ROC curve of two classes: the probability that a positive row has a higher
 * score than a negative one, ties counting half, both drawn by weight:
 *
 *     auc = sum_{i positive, j negative} w_i w_j ([s_i > s_j] + [s_i = s_j] / 2) / (W+ W-)
 *
 * scores: m; infinities are ordered like numbers. y: m, 0 negative, 1 positive. auc: one double, output;
 * without weights and for m up to 9e7 it is the exact value rounded once.
 * Errors besides those above: NON_FINITE (a score is NaN), LABEL (a label other than 0 and 1, or one of
 * the classes has no weight, so that the area is undefined), MEMORY.
 * Time: O(m log m). Memory: 8 m bytes during the call. */
LINCLASS_API linclass_status linclass_roc_auc_f32(linclass_context *ctx, int64_t m,
                                                  const float *scores, const int64_t *y,
                                                  const double *weights, double *auc);
LINCLASS_API linclass_status linclass_roc_auc_f64(linclass_context *ctx, int64_t m,
                                                  const double *scores, const int64_t *y,
                                                  const double *weights, double *auc);

LINCLASS_END_DECLS

#endif
