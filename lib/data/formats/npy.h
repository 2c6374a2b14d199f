/* Opening a .npy file. */
#ifndef DATA_FORMATS_NPY_H
#define DATA_FORMATS_NPY_H

#include "data/formats/array.h"
#include "data/formats/content.h"

/* The array of a whole file; it lies in *content, which the caller ends or keeps.
 * Errors: those of npy_read and content_open; *content is then empty. */
linclass_status npy_open(linclass_context *ctx, const format_input *input, file_content *content,
                         file_array *array);

#endif
