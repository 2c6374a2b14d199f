#include "core/in_turn.h"

#include "core/spin.h"

/* Less than it takes to fall asleep and be woken. */
static const double AWAKE_SECONDS = 20e-6;

void in_turn_begin(in_turn *self, int64_t tasks, void **results)
{
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->taken, NULL);
    atomic_init(&self->turn, 0);
    self->taking = false;
    self->tasks = tasks;
    self->results = results;
    for (int64_t task = 0; task < tasks; task++)
        results[task] = NULL;
}

void in_turn_end(in_turn *self)
{
    pthread_cond_destroy(&self->taken);
    pthread_mutex_destroy(&self->mutex);
}

/* The result that is to be taken, if it is there. */
static void *next_result(const in_turn *self)
{
    const int64_t turn = atomic_load(&self->turn);
    return turn < self->tasks ? self->results[turn] : NULL;
}

void in_turn_put(in_turn *self, int64_t task, void *result, in_turn_take take, void *argument)
{
    pthread_mutex_lock(&self->mutex);
    self->results[task] = result;
    if (!self->taking) {
        self->taking = true;
        for (void *next; (next = next_result(self)) != NULL;) {
            pthread_mutex_unlock(&self->mutex);
            take(argument, next);
            pthread_mutex_lock(&self->mutex);
            atomic_fetch_add(&self->turn, 1);
            pthread_cond_broadcast(&self->taken);
        }
        self->taking = false;
    }
    pthread_mutex_unlock(&self->mutex);
}

void in_turn_wait(in_turn *self, int64_t task)
{
    for (spin wait = spin_begin(AWAKE_SECONDS); !in_turn_taken(self, task) && spin_on(&wait);)
        ;
    if (in_turn_taken(self, task))
        return;
    pthread_mutex_lock(&self->mutex);
    while (!in_turn_taken(self, task))
        pthread_cond_wait(&self->taken, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}
