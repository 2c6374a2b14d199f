/* The sweep behind evaluation, in the model's own precision. */
#ifndef MODEL_EVALUATE_H
#define MODEL_EVALUATE_H

#include "model/model.h"
#include "objective/scores.h"

/* Sums over the rows of a slice, in row order. */
typedef struct evaluate_sums {
    double loss;
    int64_t wrong; /* rows whose highest score is another class's */
} evaluate_sums;

#define DECLARE_EVALUATE(suffix)                                                                   \
    /* y: m labels, all known to the model. predicted: m, the class each row is given, or NULL.    \
     * slices: zeroed. Errors: those of scores_visit; NUMERIC also when a loss is infinite. */      \
    linclass_status evaluate_sweep_##suffix(linclass_context *ctx, const linclass_model *model,    \
                                            const linclass_matrix *X, const int64_t *y,            \
                                            int64_t *predicted,                                    \
                                            evaluate_sums slices[SCORES_SLICES]);

DECLARE_EVALUATE(f32)
DECLARE_EVALUATE(f64)

#endif
