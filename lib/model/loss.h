/* What prediction and the model file need to know of a loss; a new loss is one line of loss.c. */
#ifndef MODEL_LOSS_H
#define MODEL_LOSS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct model_loss {
    int32_t loss;       /* LINCLASS_LOSS_* */
    bool probabilities; /* softmax of the scores estimates P(class | x) */
    const char *name;   /* in model files: never changes */
} model_loss;

/* NULL when there is none. */
const model_loss *model_loss_find(int32_t loss);
const model_loss *model_loss_named(const char *name);

#endif
