#include "core/turnstile.h"

#include "core/spin.h"

/* Tasks of a region are about as long as each other, so who has to wait mostly waits for less than it
 * takes to fall asleep and be woken. */
static const double AWAKE_SECONDS = 20e-6;

void turnstile_begin(turnstile *self)
{
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->passed, NULL);
    atomic_init(&self->turn, 0);
}

void turnstile_end(turnstile *self)
{
    pthread_cond_destroy(&self->passed);
    pthread_mutex_destroy(&self->mutex);
}

void turnstile_enter(turnstile *self, int64_t task)
{
    for (spin wait = spin_begin(AWAKE_SECONDS); atomic_load(&self->turn) != task && spin_on(&wait);)
        ;
    if (atomic_load(&self->turn) == task)
        return;
    pthread_mutex_lock(&self->mutex);
    while (atomic_load(&self->turn) != task)
        pthread_cond_wait(&self->passed, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}

void turnstile_leave(turnstile *self)
{
    pthread_mutex_lock(&self->mutex);
    atomic_fetch_add(&self->turn, 1);
    pthread_cond_broadcast(&self->passed);
    pthread_mutex_unlock(&self->mutex);
}
