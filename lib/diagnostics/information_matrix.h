/* The observed information of softmax regression, the Hessian of the summed loss, and its gradient: with class 0 as the
 * reference, which for two classes is logistic regression, in the differences of the columns of theta to the first;
 * without one in all columns, where it is singular, as the loss does not change with what is added to all of them.
 *
 * Parameters are class after class, each n features and, with intercepts, one more: c = k - 1 classes of
 * N, or k. Where there are intercepts the features are taken less their means, which moves the intercepts and
 * nothing else, and keeps the matrix as well conditioned as it can be. */
#ifndef DIAGNOSTICS_INFORMATION_MATRIX_H
#define DIAGNOSTICS_INFORMATION_MATRIX_H

#include <stdbool.h>

#include "diagnostics/known_rows.h"

typedef struct information_matrix {
    linclass_context *ctx;
    const linclass_model *model;
    const known_rows *rows; /* NULL: in parts, which make the sums */
    int64_t samples;        /* of all parts */
    int64_t n;
    int64_t N;     /* n, or n + 1 with intercepts */
    int64_t c;     /* classes: k - 1 with the reference, else k */
    int64_t first; /* of them: 1 with the reference, else 0 */
    int64_t P;     /* c N */
    void *memory;
    double *theta;    /* N x c: of the centred features; the differences, with the reference */
    double *mean;     /* n, weighted; 0 without intercepts */
    double *hessian;  /* P x P, row-major, lower triangle */
    double *gradient; /* P */

    /* A chunk of rows. */
    int64_t count;
    double *block;         /* n wide, as read */
    double *chunk;         /* N wide: less the means, with a 1 */
    double *scores;        /* c wide */
    double *probabilities; /* c wide: z */
    double *others;        /* c wide: 1 - z */
    double *sample_weights;
    double *residual; /* c wide: z - [y = class], times the weight */
    double *scaled;   /* of each worker, a tile wide */
} information_matrix;

enum { INFORMATION_CHUNK = 512 }; /* rows, most of a chunk */

/* Memory, means and parameters. To be ended in either case. Errors: DIMENSION, NON_FINITE, MEMORY. */
linclass_status information_matrix_begin(linclass_context *ctx, const known_rows *rows,
                                         bool reference, information_matrix *self);

/* The same with the reference, of means (n) that are known, over rows that are a part of those of the fit, or elsewhere
 * (NULL). samples: of the fit. */
linclass_status information_matrix_begin_centred(linclass_context *ctx, const linclass_model *model,
                                                 const known_rows *rows, int64_t samples,
                                                 const double *mean, information_matrix *self);
void information_matrix_end(information_matrix *self);

/* Make the Hessian and the gradient. Errors: NUMERIC. The bits do not depend on the threads. */
linclass_status information_matrix_make(information_matrix *self);

/* Read the chunk that begins at row `first`: samples, weights, scores as probabilities, residuals. To be called between
 * blas_single_thread_begin and _end. */
void information_matrix_read(information_matrix *self, int64_t first);

/* The largest change of a score on rows that count, when the parameters change by direction (P). */
double information_matrix_score_change(information_matrix *self, const double *direction);

#endif
