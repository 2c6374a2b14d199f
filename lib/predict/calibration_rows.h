/* What a calibration asks of its model and its held-out rows. */
#ifndef PREDICT_CALIBRATION_ROWS_H
#define PREDICT_CALIBRATION_ROWS_H

#include "model/model.h"

/* Fail with UNSUPPORTED unless the loss of the model gives probabilities. */
linclass_status calibration_refuse_margins(linclass_context *ctx, const linclass_model *model);

/* Check the model, and m labels y. Errors: UNSUPPORTED, INVALID_ARGUMENT (y is NULL), LABEL. */
linclass_status calibration_check_rows(linclass_context *ctx, const linclass_model *model,
                                       int64_t m, const int64_t *y);

#endif
