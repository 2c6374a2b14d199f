/* Names of classes, whatever the format they were read from. */
#ifndef DATA_ENCODE_CLASSES_H
#define DATA_ENCODE_CLASSES_H

#include "data/dataset.h"

/* Give a data set that was read the labels of the class names that are known already, and an encoding that has its
 * class names. known: may be NULL. Errors: LABEL (a text that is none of the known ones), MEMORY. */
linclass_status encode_classes(linclass_context *ctx, const linclass_encoding *known,
                               linclass_dataset *dataset);

#endif
