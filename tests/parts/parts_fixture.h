/* Six parts of 200 samples, and options to fit them. Included after cmocka.h. */
#ifndef PARTS_PARTS_FIXTURE_H
#define PARTS_PARTS_FIXTURE_H

#include "made_parts.h"
#include "support/context_of.h"

typedef struct fixture {
    linclass_context *ctx;
    samples data;
    made_parts parts;
    linclass_fit_options options;
} fixture;

static inline fixture begin(void)
{
    fixture self = {.ctx = context_of(1), .data = samples_new(200, 4, 3, 17)};
    self.parts = made_parts_new(&self.data, NULL, 6);
    self.options = samples_options();
    self.options.l2 = 1e-2;
    return self;
}

static inline void end(fixture *self)
{
    made_parts_free(&self->parts);
    samples_free(&self->data);
    linclass_context_destroy(self->ctx);
}

#endif
