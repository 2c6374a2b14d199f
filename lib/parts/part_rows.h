/* The rows of a part as its caller gives them, and as an objective takes them. */
#ifndef PARTS_PART_ROWS_H
#define PARTS_PART_ROWS_H

#include <linclass/parts.h>

#include "parts/request.h"

typedef struct part_rows {
    linclass_matrix X;
    const int64_t *labels;       /* of X.rows, as given */
    const double *given_weights; /* likewise, or NULL */
    int64_t *y;                  /* classes, by part_rows_encode */
    double *sample_weights;      /* or NULL: 1 each */
    double weight;               /* their sum */
} part_rows;

/* Read and check what the caller gave. Errors: INVALID_ARGUMENT, DIMENSION, STRUCT_SIZE. */
linclass_status part_rows_begin(linclass_context *ctx, const linclass_part *part, part_rows *self);

/* Labels to classes of the fit, and the weights of the rows in it. Errors: LABEL, INVALID_ARGUMENT, MEMORY. To be ended whatever the status. */
linclass_status part_rows_encode(linclass_context *ctx, const part_fit *fit, part_rows *self);
void part_rows_end(linclass_context *ctx, part_rows *self);

#endif
