/* Level 2, calibration: probabilities that come true as often as they say, and sets of classes that contain the
 * label as often as was asked for. Both are fitted to rows that the fit of the model has not seen, and kept in the
 * model and its file. */
#ifndef LINCLASS_CALIBRATION_H
#define LINCLASS_CALIBRATION_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>
#include <linclass/model.h>

LINCLASS_BEGIN_DECLS

/* Temperature scaling of a model on rows with known labels. */
typedef struct linclass_calibration {
    size_t size;

    /* Input. */
    const double *sample_weight; /* m, finite, >= 0, not all 0; NULL (default): 1 each */

    /* Output. */
    double temperature;       /* T of the calibrated model */
    double loss;              /* mean cross-entropy of softmax(h / T), weighted */
    double uncalibrated_loss; /* of softmax(h) */
    /* Expected calibration error, 0..1: rows are put into 15 bins of equal width by the highest of their
     * probabilities; the mean over all rows of the distance, in their bin, between the mean of that probability
     * and the fraction of right predictions; weighted. */
    double calibration_error;
    double uncalibrated_calibration_error; /* of softmax(h) */
} linclass_calibration;

/* Set the defaults. size: sizeof *calibration. Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_calibration_init(linclass_calibration *calibration,
                                                       size_t size);

/* Return, in *calibrated, a copy of the model with the temperature T > 0 that minimises the mean cross-entropy
 * of softmax(h / T) on the rows of X; for the losses of two classes, of sigmoid(h / T). Probabilities of the
 * calibrated model, and the loss that linclass_model_evaluate computes, are those of h / T; scores and labels
 * do not change. A temperature that the model has already is replaced, and prediction sets are taken away. T does not
 * depend on the number of threads.
 *
 * X, y: m >= 1 rows that the model was not fitted to, each label one of the model's. calibration: figures to
 * write, with input; may be NULL. *calibrated: owned by the caller; NULL after an error.
 * Errors: those of prediction; LABEL; INVALID_ARGUMENT (no row has a weight); UNSUPPORTED (the loss has no
 * probabilities: the perceptron's and the hinge losses fit margins, not frequencies); NUMERIC (there is no T:
 * every row with weight has its highest score at its label, and the loss decreases towards T = 0; or the scores
 * say nothing about the labels, and it decreases towards T = infinity). */
LINCLASS_API linclass_status linclass_model_calibrate(linclass_context *ctx,
                                                      const linclass_model *model,
                                                      const linclass_matrix *X, const int64_t *y,
                                                      linclass_calibration *calibration,
                                                      linclass_model **calibrated);

/* Return, in *changed, a copy of the model with a temperature that was found elsewhere, 1e-30 <= T <= 1e30; 1: not
 * calibrated. Prediction sets are taken away. *changed: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT, UNSUPPORTED (the loss has no probabilities, and T is not 1), MEMORY. */
LINCLASS_API linclass_status linclass_model_with_temperature(linclass_context *ctx,
                                                             const linclass_model *model,
                                                             double temperature,
                                                             linclass_model **changed);

/* Return the temperature T; 1: not calibrated. */
LINCLASS_API double linclass_model_temperature(const linclass_model *model);

/* How prediction sets are made of the probabilities p of a row. */
enum {
    LINCLASS_SETS_LAC = 1, /* by 1 - p_j: small sets, of which some may be empty */
    /* By the sum of the probabilities higher than p_j: larger sets where the model is in doubt. The most
     * probable class is in every set. */
    LINCLASS_SETS_APS = 2
};

/* Return, in *calibrated, a copy of the model that makes prediction sets, by the nonconformity of the labels of
 * held-out rows (split conformal prediction; docs/mathematics.md). A row that is exchangeable with these has its
 * label in the set with the probability asked for, whatever the data; nothing is random. A new temperature
 * takes the sets away: calibrate the temperature first, and best on other rows.
 *
 * X, y: m >= 1 rows that the model was not fitted to, each label one of the model's; each counts once. The model
 * and its file keep 8 m bytes. method: LINCLASS_SETS_*. *calibrated: owned by the caller; NULL after an error.
 * Errors: those of prediction; LABEL; UNSUPPORTED (the loss has no probabilities). */
LINCLASS_API linclass_status linclass_model_calibrate_sets(linclass_context *ctx,
                                                           const linclass_model *model,
                                                           const linclass_matrix *X,
                                                           const int64_t *y, int32_t method,
                                                           linclass_model **calibrated);

/* Return LINCLASS_SETS_*, or 0: the model makes no prediction sets. */
LINCLASS_API int32_t linclass_model_sets(const linclass_model *model);

/* Return the number of held-out rows m behind the prediction sets; 0: none. */
LINCLASS_API int64_t linclass_model_sets_samples(const linclass_model *model);

/* Return the largest nonconformity that a set of this coverage admits: the ceil((m + 1) coverage)-th smallest of the
 * held-out rows. Infinity when m rows are too few for the coverage: the sets then contain every class. NaN
 * when the model makes no sets, or coverage is not between 0 and 1. */
LINCLASS_API double linclass_model_sets_threshold(const linclass_model *model, double coverage);

/* Predict sets of classes that contain the label with probability `coverage`, 0 < coverage < 1, or more.
 * sets: m x k, output, ldsets >= k: 1 where the class is in the set of the row, else 0.
 * Errors: those of prediction; UNSUPPORTED (the model is not calibrated for sets). */
LINCLASS_API linclass_status linclass_model_predict_sets(linclass_context *ctx,
                                                         const linclass_model *model,
                                                         const linclass_matrix *X, double coverage,
                                                         uint8_t *sets, int64_t ldsets);

LINCLASS_END_DECLS

#endif
