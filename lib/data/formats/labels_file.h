/* The labels of a data set from a file of their own. */
#ifndef DATA_FORMATS_LABELS_FILE_H
#define DATA_FORMATS_LABELS_FILE_H

#include "data/dataset.h"

/* Replace the labels of a data set, which has its rows, by those of the file options->labels_path: .npy,
 * IDX, or text with a label on each line. Errors: IO, FORMAT, DIMENSION (the number of labels differs),
 * LABEL (a number that is no integer), MEMORY, STOPPED_BY_CALLBACK. */
linclass_status labels_file_read(linclass_context *ctx, const linclass_read_options *options,
                                 linclass_dataset *dataset);

#endif
