/* Base scores of samples, from a file of any format that holds numbers: such as predict --scores writes. */
#ifndef TOOLS_OFFSET_FILE_H
#define TOOLS_OFFSET_FILE_H

#include <stdint.h>

#include <linclass/context.h>

#include "sample_files.h"

/* Read base scores, `columns` for each sample of a file, and give the samples taken from it theirs; and, where `also`
 * is not NULL, those. Of two classes with one score, columns = 1, a file may have the scores of both. path: NULL for
 * none. Returns an exit status. */
int offset_file_read(linclass_context *ctx, const char *option, const char *path, int64_t columns,
                     samples *taken, samples *also);

#endif
