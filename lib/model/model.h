/* The model behind the public handle: parameters, labels, and how they came to be. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>

#include <linclass/model.h>

#include "core/allocator.h"

struct linclass_model {
    allocator allocator;
    int32_t loss;
    int32_t dtype;
    int64_t n;
    int64_t k;
    void *theta;          /* n x k, ld = k */
    void *theta_by_class; /* k x n, for prediction; NULL when n k is large */
    void *bias;           /* k, or NULL */
    int64_t *labels;      /* k, ascending */
    double scale;
    double l1;
    double l2;
    bool has_report;
    linclass_fit_report report;
};

/* An empty model of that shape: parameters zero, labels 0..k-1, scale 1, no report. The caller fills
 * theta, bias and labels, then calls model_finish. Errors: DIMENSION, MEMORY. */
linclass_status model_new(linclass_context *ctx, int32_t loss, int32_t dtype, int64_t n, int64_t k,
                          bool with_bias, linclass_model **model);

/* Make what prediction needs of the parameters: theta_by_class. */
void model_finish(linclass_model *model);

#endif
