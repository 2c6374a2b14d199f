#include "core/turnstile.h"

void turnstile_begin(turnstile *self)
{
    tally_begin(&self->passed);
}

void turnstile_end(turnstile *self)
{
    tally_end(&self->passed);
}

void turnstile_enter(turnstile *self, int64_t task)
{
    tally_wait(&self->passed, task);
}

void turnstile_leave(turnstile *self)
{
    tally_add(&self->passed);
}
