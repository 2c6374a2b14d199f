/* Progress of a reader to the callback of linclass_read_options: about ten calls a second. */
#ifndef DATA_FORMATS_READ_PROGRESS_H
#define DATA_FORMATS_READ_PROGRESS_H

#include <linclass/dataset.h>

#include "data/byte_reader.h"

typedef struct read_progress {
    linclass_read_callback callback; /* or NULL */
    void *user;
    int64_t done; /* bytes of the source, never less than before */
    int64_t total;
    double next; /* when to call again, in seconds of the clock */
} read_progress;

/* The first report calls at once. */
read_progress read_progress_begin(const linclass_read_options *options, const byte_reader *reader);

/* Call the callback if it is time. done: bytes of the source. Only on the thread of the call.
 * Returns OK, or STOPPED_BY_CALLBACK. */
linclass_status read_progress_report(read_progress *self, int64_t done);

/* Call the callback a last time, with done = total where the total is known. */
linclass_status read_progress_end(read_progress *self);

#endif
