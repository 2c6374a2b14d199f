/* The formats of data files: what recognises each by its first bytes, and what reads it. */
#ifndef DATA_FORMATS_FORMATS_H
#define DATA_FORMATS_FORMATS_H

#include <stdbool.h>

#include "data/byte_reader.h"
#include "data/dataset.h"

/* What a format reads from: the reader stands at the first byte of the decompressed content. */
typedef struct format_input {
    byte_reader *reader;
    const linclass_read_options *options; /* complete, with the defaults */
} format_input;

typedef struct file_format {
    const char *name; /* as linclass_read_options.format has it */

    /* Whether a file that begins with these bytes is of this format. `whole`: there are no more. */
    bool (*recognises)(const uint8_t *begin, size_t count, bool whole);

    /* Fill the empty data set, which the caller destroys, whatever the status. Labels of the option
     * labels_path are read afterwards, by the caller. */
    linclass_status (*read)(linclass_context *ctx, const format_input *input,
                            linclass_dataset *dataset);
} file_format;

extern const file_format FORMAT_CSV;
extern const file_format FORMAT_IDX;
extern const file_format FORMAT_LIBSVM;
extern const file_format FORMAT_NPY;
extern const file_format FORMAT_NPZ;
extern const file_format FORMAT_SAFETENSORS;

/* All formats, in the order in which they are asked, ended by NULL. */
const file_format *const *formats_all(void);

#endif
