/* Objectives with a penalty, weights and targets of every kind over small random data, and F of them by
 * its definition in long double. */
#ifndef OBJECTIVE_DEFINITION_H
#define OBJECTIVE_DEFINITION_H

#include <stdint.h>

#include "objective/objective.h"

typedef enum target_kind { LABELS, SMOOTHED, PROBABILITIES } target_kind;

typedef struct definition_case {
    int32_t loss;
    double l1;
    double l2;
    bool with_bias;
    bool weighted;
    target_kind targets; /* LABELS but for softmax */
    int64_t m;
    int64_t n;
    int64_t k; /* columns of theta: 1 for a loss of one score */
} definition_case;

/* The data of a case, and parameters at which no score is near a kink and no weight near 0. */
typedef struct definition {
    definition_case of;
    double *X; /* m x n, every number a float */
    int64_t *y;
    double *weights; /* m, or NULL */
    double *P;       /* m x k, or NULL */
    double *parameters;
    int64_t parameter_count;
    linclass_matrix view;
    linclass_matrix P_view;
    objective_data data;
} definition;

/* Points into itself: it stays where it is. */
void definition_make(definition *self, const definition_case *of, uint64_t seed);
void definition_free(definition *self);

/* check(ctx, case) with and without intercepts and weights, for every kind of targets the loss has. */
void definition_each_kind(linclass_context *ctx, definition_case of,
                          void (*check)(linclass_context *ctx, const definition_case *of));

/* F at parameters. */
long double definition_value(const definition *self, const double *parameters);

#endif
