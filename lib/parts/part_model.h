/* A model in a request: what its parts need of it to evaluate it. */
#ifndef PARTS_PART_MODEL_H
#define PARTS_PART_MODEL_H

#include "model/model.h"
#include "parts/request.h"

/* What a request says of a model, whose arrays it refers to; ignored labels and smoothing are those of its fit. Errors:
 * UNSUPPORTED (one class; more features than parts may have). */
linclass_status part_model_describe(linclass_context *ctx, const linclass_model *model,
                                    part_fit *described);

/* The parameters for a request: theta, then the bias, N x k, to be released. Errors: MEMORY. */
linclass_status part_model_parameters(linclass_context *ctx, const linclass_model *model,
                                      double **parameters);

/* The model of a request. Errors: NON_FINITE, MEMORY. */
linclass_status part_model_make(linclass_context *ctx, const part_request *request,
                                linclass_model **model);

#endif
