/* Formats with a magic number come first, then texts, the strictest first. */
#include "data/formats/formats.h"

const file_format *const *formats_all(void)
{
    static const file_format *const FORMATS[] = {&FORMAT_NPY, &FORMAT_NPZ,    &FORMAT_SAFETENSORS,
                                                 &FORMAT_IDX, &FORMAT_LIBSVM, &FORMAT_CSV,
                                                 NULL};
    return FORMATS;
}
