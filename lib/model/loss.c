/* The losses a model may have been trained with. */
#include "model/loss.h"

#include <stddef.h>
#include <string.h>

#include <linclass/fit.h>

static const model_loss LOSSES[] = {
    {LINCLASS_LOSS_SOFTMAX, true, "softmax"},
    {LINCLASS_LOSS_LOGISTIC, true, "logistic"},
    {LINCLASS_LOSS_SIGMOID_SQUARED, true, "sigmoid squared"},
    {LINCLASS_LOSS_PERCEPTRON, false, "perceptron"},
    {LINCLASS_LOSS_HINGE, false, "hinge"},
    {LINCLASS_LOSS_SQUARED_HINGE, false, "squared hinge"},
};

enum { COUNT = sizeof LOSSES / sizeof LOSSES[0] };

const model_loss *model_loss_find(int32_t loss)
{
    for (int i = 0; i < COUNT; i++)
        if (LOSSES[i].loss == loss)
            return &LOSSES[i];
    return NULL;
}

const model_loss *model_loss_named(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (strcmp(LOSSES[i].name, name) == 0)
            return &LOSSES[i];
    return NULL;
}
