/* What writes a model in another format. */
#ifndef EXCHANGE_EXPORTERS_H
#define EXCHANGE_EXPORTERS_H

#include "core/byte_buffer.h"
#include "model/model.h"

/* Append the whole file. name: an identifier. Errors: those of linclass_model_export; a failure of the buffer need
 * not be returned. */
typedef linclass_status exporter(linclass_context *ctx, const linclass_model *model,
                                 const char *name, byte_buffer *to);

linclass_status export_onnx(linclass_context *ctx, const linclass_model *model, const char *name,
                            byte_buffer *to);
linclass_status export_c(linclass_context *ctx, const linclass_model *model, const char *name,
                         byte_buffer *to);
linclass_status export_liblinear(linclass_context *ctx, const linclass_model *model,
                                 const char *name, byte_buffer *to);

/* Whether each class of the model has a name. */
bool export_has_names(const linclass_model *model);

#endif
