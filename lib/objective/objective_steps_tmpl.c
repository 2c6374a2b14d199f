/* The objective's minibatch steps, by the stepper.
 *
 * A batch of B rows stands for all m: its gradient estimates that of F when its weights are divided by
 * B times the mean weight, W / m. */
#include <math.h>

#include "core/context.h"
#include "objective/linear_objective.h"

linclass_status objective_steps_begin(objective *base, const double *parameters, int64_t max_batch,
                                      double momentum)
{
    linear_objective *self = (linear_objective *)base;
    (void)objective_round(self, parameters, self->theta, self->bias);
    self->stepper.sweep = self->sweep;
    self->stepper.sweep.count_wrong = false;
    self->stepper.momentum = (real)momentum;
    return stepper_begin(base->ctx, &self->stepper, max_batch, self->theta, base->columns,
                         self->bias);
}

linclass_status objective_step(objective *base, const sample_batch *batch, double learning_rate)
{
    linear_objective *self = (linear_objective *)base;
    const double decay = learning_rate * base->l2;
    const double rate = learning_rate * (double)base->samples / self->total_weight;
    if (!isfinite((real)rate))
        return context_fail(base->ctx, LINCLASS_ERROR_NUMERIC, "a step of length %g overflows",
                            learning_rate);
    return stepper_step(base->ctx, &self->stepper, batch->numbers, batch->first, batch->count,
                        batch->following, (real)rate, (real)decay);
}

void objective_steps_store(objective *base, double *parameters)
{
    linear_objective *self = (linear_objective *)base;
    stepper_store(&self->stepper, self->theta, base->columns, self->bias);
    for (int64_t i = 0; i < base->weights; i++)
        parameters[i] = (double)self->theta[i];
    for (int64_t j = 0; self->bias != NULL && j < base->columns; j++)
        parameters[base->weights + j] = (double)self->bias[j];
}

void objective_steps_end(objective *base)
{
    linear_objective *self = (linear_objective *)base;
    stepper_end(base->ctx, &self->stepper);
}
