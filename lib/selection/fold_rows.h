/* The rows of a cross-validation's folds, copied so that a fold's rows and the others are two views. */
#ifndef SELECTION_FOLD_ROWS_H
#define SELECTION_FOLD_ROWS_H

#include <stdbool.h>

#include <linclass/fit.h>
#include <linclass/matrix.h>

#include "fit/fit_problem.h"

/* Of a cross-validation: which rows there are, and room for a copy of them. */
typedef struct fold_rows {
    linclass_context *ctx;
    const fit_problem *whole; /* the problem over all rows */
    int64_t folds;
    int64_t count;   /* rows that are not ignored */
    int64_t *rows;   /* count: their numbers, ascending */
    int64_t *fold;   /* count: the fold of each */
    bool labelled;   /* y was given; else the classes of a fold are those of the probabilities */
    int64_t *labels; /* count: the label of each, in the place of the problem's class */
    char *X;         /* count rows, those outside the fold first; of sparse ones the elements */
    char *columns;   /* of sparse rows: the columns of the elements */
    int64_t *row_starts;    /* of sparse rows: count + 1 */
    int64_t *y;             /* count */
    double *sample_weights; /* count; NULL: no sample weights */
    char *probabilities;    /* count rows; NULL: no target probabilities */
    double *offsets;        /* count x columns of the objective; NULL: no base scores */
    void *memory;
} fold_rows;

/* A fold's fit, as linclass_fit would take it: the views are into fold_rows. */
typedef struct fold_views {
    linclass_matrix X; /* the rows outside the fold */
    const int64_t *y;  /* or NULL, as it was given */
    linclass_matrix probabilities;
    linclass_matrix held_out_X;    /* the rows of the fold */
    linclass_fit_options fit;      /* of the problem, for the rows outside */
    linclass_fit_options held_out; /* the same with the rows of the fold as its validation rows */
} fold_views;

/* y: the labels as given, or NULL where the problem has target probabilities alone. given: the fold of
 * each row, or NULL: linclass_folds. Errors: INVALID_ARGUMENT (more folds than rows of a class, a fold
 * out of range), LABEL (a class lies in one fold alone), MEMORY. To be ended whatever the status. */
linclass_status fold_rows_begin(fold_rows *self, const fit_problem *whole, const int64_t *y,
                                int64_t folds, const int64_t *given, uint64_t seed);
void fold_rows_end(fold_rows *self);

/* The sum of the weights of each fold's rows. Errors: INVALID_ARGUMENT (one is 0). */
linclass_status fold_rows_weigh(const fold_rows *self, double *weights);

/* Copy the rows for a fold; views of the fold before are no longer valid. */
void fold_rows_separate(fold_rows *self, int64_t fold, fold_views *views);

#endif
