/* Level 2, calibration: probabilities that come true as often as they say. It is fitted to rows that the fit of
 * the model has not seen, and kept in the model and its file. */
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
 * do not change. A temperature that the model has already is replaced. T does not depend on the number of threads.
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
 * calibrated. *changed: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT, UNSUPPORTED (the loss has no probabilities, and T is not 1), MEMORY. */
LINCLASS_API linclass_status linclass_model_with_temperature(linclass_context *ctx,
                                                             const linclass_model *model,
                                                             double temperature,
                                                             linclass_model **changed);

/* Return the temperature T; 1: not calibrated. */
LINCLASS_API double linclass_model_temperature(const linclass_model *model);

LINCLASS_END_DECLS

#endif
