/* Models of standardised columns (linclass_model_with_standardization), as they were fitted. */
#ifndef MODEL_STANDARDIZATION_H
#define MODEL_STANDARDIZATION_H

#include "model/model.h"

/* Make the model of the standardised columns again, whose weights are within two roundings of those of the fit; without
 * texts. model: with column_factor. *fitted: owned by the caller; NULL after an error. Errors: MEMORY. */
linclass_status standardization_fitted(linclass_context *ctx, const linclass_model *model,
                                       linclass_model **fitted);

#endif
