/* The rows that a caller gives to a model. */
#ifndef MODEL_MODEL_VIEW_H
#define MODEL_MODEL_VIEW_H

#include <stdbool.h>

#include "model/model.h"

/* First lines of every function of a model and rows: clear the message, read the view X, compare its
 * columns with the model's features. Errors: INVALID_ARGUMENT (NULL), DIMENSION, STRUCT_SIZE. */
linclass_status model_view_import(linclass_context *ctx, const linclass_model *model,
                                  const linclass_matrix *X, linclass_matrix *view);

/* Whether X is one row that the import would take as it is, and products read where it lies: dense, of the model's
 * features, precision and scale, without base scores. model and X may be NULL. */
bool model_view_is_plain_row(const linclass_model *model, const linclass_matrix *X);

#endif
