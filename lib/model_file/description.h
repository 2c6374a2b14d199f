/* The description of a model in the header of its file. */
#ifndef MODEL_FILE_DESCRIPTION_H
#define MODEL_FILE_DESCRIPTION_H

#include <stdbool.h>

#include "model/model.h"
#include "model_file/safetensors.h"

typedef struct model_description {
    int32_t loss;                            /* LINCLASS_LOSS_* */
    bool calibrated;                         /* schema 2: the model has a temperature */
    int32_t sets;                            /* LINCLASS_SETS_*, or 0 */
    const safetensors_tensor *labels;        /* k of I64 */
    const safetensors_tensor *theta;         /* n x k, k >= 1, of F32 or F64 */
    const safetensors_tensor *bias;          /* k of the type of theta, or NULL */
    const safetensors_tensor *class_weights; /* k of F64, or NULL */
    const safetensors_tensor *column_mean;   /* n of F64, or NULL */
    const safetensors_tensor *column_factor; /* n of F64, there with column_mean, or NULL */
    const safetensors_tensor *fitted_bias; /* k of F64, there with column_mean and bias, or NULL */
    const safetensors_tensor *set_scores;  /* 1 or more of F64 where `sets` is not 0, else NULL */
} model_description;

/* The loss and the tensors, and that there are no others. Errors: FORMAT. */
linclass_status describe_model(const safetensors_header *header, model_description *described);

/* Scale, penalties, temperature and report, into a new model. Errors: FORMAT. */
linclass_status describe_training(const safetensors_header *header,
                                  const model_description *described, linclass_model *model);

#endif
