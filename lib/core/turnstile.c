#include "core/turnstile.h"

void turnstile_begin(turnstile *self)
{
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->passed, NULL);
    self->turn = 0;
}

void turnstile_end(turnstile *self)
{
    pthread_cond_destroy(&self->passed);
    pthread_mutex_destroy(&self->mutex);
}

void turnstile_enter(turnstile *self, int64_t task)
{
    pthread_mutex_lock(&self->mutex);
    while (self->turn != task)
        pthread_cond_wait(&self->passed, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}

void turnstile_leave(turnstile *self)
{
    pthread_mutex_lock(&self->mutex);
    self->turn++;
    pthread_cond_broadcast(&self->passed);
    pthread_mutex_unlock(&self->mutex);
}
