#include "core/awake.h"

#include "core/clock.h"

/* How often contention is looked for, and for how long it is remembered: some time slices. */
static const double LOOK_SECONDS = 1e-3;
static const double REMEMBER_SECONDS = 0.1;

static const double SECONDS_IN_CONTENTION = 5e-6;

void awake_begin(awake *self, double seconds)
{
    self->seconds = seconds;
    atomic_store(&self->contention_until, 0);
}

static void look(awake *self, contention *own, double now)
{
    if (contention_found(own, now))
        atomic_store_explicit(&self->contention_until, now + REMEMBER_SECONDS,
                              memory_order_relaxed);
}

static bool in_contention(const awake *self, double now)
{
    return now < atomic_load_explicit(&self->contention_until, memory_order_relaxed);
}

void awake_look(awake *self, contention *own)
{
    look(self, own, clock_seconds());
}

bool awake_in_contention(const awake *self)
{
    return in_contention(self, clock_seconds());
}

double awake_seconds(awake *self, contention *own)
{
    if (self->seconds == 0)
        return 0;
    const double now = clock_seconds();
    if (now - own->since > LOOK_SECONDS)
        look(self, own, now);
    return in_contention(self, now) ? SECONDS_IN_CONTENTION : self->seconds;
}
