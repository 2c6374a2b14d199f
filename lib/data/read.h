/* What all readers of data sets do with their options. */
#ifndef DATA_READ_H
#define DATA_READ_H

#include <linclass/dataset.h>

/* Read and check the caller's options, NULL for the defaults. path: of the samples, NULL where they are in
 * no file.
 * Errors: STRUCT_SIZE, INVALID_ARGUMENT (labels named twice; two files that are both standard input). */
linclass_status read_options_import(linclass_context *ctx, const char *path,
                                    const linclass_read_options *options,
                                    linclass_read_options *known);

/* What follows reading the samples: the labels of options->labels_path, and class names that are known
 * already.
 * Errors: those of labels_file_read and encode_classes. */
linclass_status read_other_labels(linclass_context *ctx, const linclass_read_options *options,
                                  linclass_dataset *dataset);

#endif
