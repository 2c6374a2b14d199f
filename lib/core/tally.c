#include "core/tally.h"

#include "core/spin.h"

/* Tasks of a region are about as long as each other, so who has to wait mostly waits for less than it
 * takes to fall asleep and be woken. */
static const double AWAKE_SECONDS = 20e-6;

void tally_begin(tally *self)
{
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->counted, NULL);
    atomic_init(&self->count, 0);
}

void tally_end(tally *self)
{
    pthread_cond_destroy(&self->counted);
    pthread_mutex_destroy(&self->mutex);
}

void tally_add(tally *self)
{
    pthread_mutex_lock(&self->mutex);
    atomic_fetch_add(&self->count, 1);
    pthread_cond_broadcast(&self->counted);
    pthread_mutex_unlock(&self->mutex);
}

void tally_wait(tally *self, int64_t count)
{
    for (spin wait = spin_begin(AWAKE_SECONDS);
         atomic_load(&self->count) < count && spin_on(&wait);)
        ;
    if (atomic_load(&self->count) >= count)
        return;
    pthread_mutex_lock(&self->mutex);
    while (atomic_load(&self->count) < count)
        pthread_cond_wait(&self->counted, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}
