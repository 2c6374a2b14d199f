/* The rows that a caller gives to a model. */
#ifndef MODEL_MODEL_VIEW_H
#define MODEL_MODEL_VIEW_H

#include "model/model.h"

/* First lines of every function of a model and rows: clear the message, read the view X, compare its
 * columns with the model's features. Errors: INVALID_ARGUMENT (NULL), DIMENSION, STRUCT_SIZE. */
linclass_status model_view_import(linclass_context *ctx, const linclass_model *model,
                                  const linclass_matrix *X, linclass_matrix *view);

#endif
