/* Model files by path; "-" is standard input or output. */
#ifndef TOOLS_MODEL_FILE_H
#define TOOLS_MODEL_FILE_H

#include <linclass/context.h>
#include <linclass/model.h>

/* Each returns an exit status; errors have been reported. */
int model_file_load(linclass_context *ctx, const char *path, linclass_model **model);
int model_file_save(linclass_context *ctx, const linclass_model *model, const char *path);

/* Find out, before hours of work, whether a model can be saved under `path`: the file is regular or
 * absent, and its directory takes new files. */
int model_file_check(const char *path);

#endif
