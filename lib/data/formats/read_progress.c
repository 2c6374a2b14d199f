#include "data/formats/read_progress.h"

#include "core/clock.h"

static const double INTERVAL = 0.1; /* seconds */

read_progress read_progress_begin(const linclass_read_options *options, const byte_reader *reader)
{
    return (read_progress){
        .callback = options->progress,
        .user = options->progress_user,
        .total = (int64_t)byte_reader_source_bytes(reader),
    };
}

static linclass_status call(const read_progress *self)
{
    return self->callback(self->done, self->total, self->user) == 0 ? LINCLASS_OK
                                                                    : LINCLASS_STOPPED_BY_CALLBACK;
}

linclass_status read_progress_report(read_progress *self, int64_t done)
{
    if (self->callback == NULL)
        return LINCLASS_OK;
    if (done > self->done)
        self->done = done;
    const double now = clock_seconds();
    if (now < self->next)
        return LINCLASS_OK;
    self->next = now + INTERVAL;
    return call(self);
}

linclass_status read_progress_end(read_progress *self)
{
    if (self->callback == NULL)
        return LINCLASS_OK;
    if (self->total > 0)
        self->done = self->total;
    return call(self);
}
