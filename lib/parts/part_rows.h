/* The rows of a part as its caller gives them, and as an objective takes them. */
#ifndef PARTS_PART_ROWS_H
#define PARTS_PART_ROWS_H

#include <stdbool.h>

#include <linclass/parts.h>

#include "parts/request.h"

typedef struct part_rows {
    linclass_matrix X;           /* scale 0: that of the fit */
    const int64_t *labels;       /* of X.rows: as given, or the most probable columns */
    const double *given_weights; /* likewise, or NULL */
    bool with_probabilities;
    linclass_matrix probabilities; /* X.rows x k, where there are any */
    int64_t *best;                 /* their most probable columns, where there are no labels */
    int64_t *y;                    /* classes, by part_rows_encode */
    double *sample_weights;        /* or NULL: 1 each */
    double weight;                 /* their sum */
} part_rows;

/* Read and check what the caller gave. Errors: INVALID_ARGUMENT, DIMENSION, STRUCT_SIZE, MEMORY. To be ended whatever
 * the status. */
linclass_status part_rows_begin(linclass_context *ctx, const linclass_part *part, part_rows *self);

/* Check every probability. Errors: INVALID_ARGUMENT, MEMORY. */
linclass_status part_rows_check_probabilities(linclass_context *ctx, const part_rows *self);

/* A number that other labels or weights, or another part, would change. */
int64_t part_rows_digest(const part_rows *self, int64_t part);

/* Labels to classes of the fit, and the weights of the rows in it; its probabilities and base scores. Errors: LABEL,
 * INVALID_ARGUMENT, DIMENSION, NON_FINITE, MEMORY. */
linclass_status part_rows_encode(linclass_context *ctx, const part_fit *fit, part_rows *self);
void part_rows_end(linclass_context *ctx, part_rows *self);

#endif
