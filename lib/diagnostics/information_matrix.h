/* The observed information of softmax regression with class 0 as the reference, which for two classes is
 * logistic regression: the Hessian of the summed loss in the differences of the columns of theta to the
 * first, and its gradient.
 *
 * Parameters are class after class, each n features and, with intercepts, one more: c = k - 1 classes of
 * N. Where there are intercepts the features are taken less their means, which moves the intercepts and
 * nothing else, and keeps the matrix as well conditioned as it can be. */
#ifndef DIAGNOSTICS_INFORMATION_MATRIX_H
#define DIAGNOSTICS_INFORMATION_MATRIX_H

#include "diagnostics/known_rows.h"

typedef struct information_matrix {
    linclass_context *ctx;
    const known_rows *rows;
    int64_t n;
    int64_t N; /* n, or n + 1 with intercepts */
    int64_t c; /* k - 1 */
    int64_t P; /* c N */
    void *memory;
    double *theta;    /* N x c: the differences, of the centred features */
    double *mean;     /* n, weighted; 0 without intercepts */
    double *hessian;  /* P x P, row-major, lower triangle */
    double *gradient; /* P */

    /* A chunk of rows. */
    int64_t count;
    double *samples; /* n wide, as read */
    double *chunk;   /* N wide: less the means, with a 1 */
    double *scores;  /* c wide; then probabilities z of the classes but the reference */
    double *others;  /* c wide: 1 - z */
    double *sample_weights;
    double *residual; /* c wide: z - [y = class], times the weight */
    double *scaled;   /* of each worker, a tile wide */
} information_matrix;

/* Memory, means and parameters. To be ended in either case. Errors: DIMENSION, NON_FINITE, MEMORY. */
linclass_status information_matrix_begin(linclass_context *ctx, const known_rows *rows,
                                         information_matrix *self);
void information_matrix_end(information_matrix *self);

/* Make the Hessian and the gradient. Errors: NUMERIC. The bits do not depend on the threads. */
linclass_status information_matrix_make(information_matrix *self);

/* The largest change of a score on rows that count, when the parameters change by direction (P). */
double information_matrix_score_change(information_matrix *self, const double *direction);

#endif
