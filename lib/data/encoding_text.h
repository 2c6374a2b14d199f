/* An encoding as one text, which a model carries: JSON, docs/model-format.md.
 *
 *     {"version":1,"missing":"mean","label":{"place":4,"name":"species"},"classes":["a","b"],
 *      "columns":[{"name":"size","mean":"1.5"},{"name":"colour","categories":["blue","red"]}]} */
#ifndef DATA_ENCODING_TEXT_H
#define DATA_ENCODING_TEXT_H

#include <linclass/status.h>

#include "data/encoding.h"

/* *text: to be given to context_release. Errors: MEMORY; *text is then NULL. */
linclass_status encoding_text(linclass_context *ctx, const linclass_encoding *encoding,
                              char **text);

/* Read a text. name: of it, for error messages. *encoding: NULL after an error. Errors: FORMAT (with the byte, or
 * what is wrong), MEMORY. */
linclass_status encoding_parse(linclass_context *ctx, const char *name, const char *text,
                               linclass_encoding **encoding);

/* How the numbers LINCLASS_MISSING_* are called: error, mean, zero; NULL for others. */
const char *encoding_missing_name(int32_t missing);

#endif
