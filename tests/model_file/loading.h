/* Loading bytes as a model file. */
#ifndef MODEL_FILE_LOADING_H
#define MODEL_FILE_LOADING_H

#include <linclass/status.h>

#include "model_file.h"

/* Setup and teardown of a group of tests: a directory for the file. */
int loading_begin(void **state);
int loading_end(void **state);

/* What loading those bytes gives; the sentence goes into message. The memory taken is bounded by what
 * the file can account for, and given back. */
linclass_status loading(const model_bytes *file, char message[512]);

#endif
