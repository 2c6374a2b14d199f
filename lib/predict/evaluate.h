/* The sweep behind evaluation, in the model's own precision. */
#ifndef PREDICT_EVALUATE_H
#define PREDICT_EVALUATE_H

#include <stdbool.h>

#include "model/model.h"
#include "sweep/blocks.h"

/* The rows, what each counts, and what is to be kept of it. */
typedef struct evaluate_rows {
    const int64_t *y;             /* m labels, all known to the model or ignored */
    const double *sample_weights; /* m, or NULL */
    bool has_ignore_label;
    int64_t ignore_label;
    int64_t *predicted; /* m, output: the class each row is given; NULL: not wanted */
    double *margins;    /* m, output: score of class 1 less that of class 0; NULL: not wanted */
} evaluate_rows;

static inline bool evaluate_ignores(const evaluate_rows *rows, int64_t i)
{
    return rows->has_ignore_label && rows->y[i] == rows->ignore_label;
}

static inline double evaluate_weight(const evaluate_rows *rows, int64_t i)
{
    if (evaluate_ignores(rows, i))
        return 0;
    return rows->sample_weights == NULL ? 1 : rows->sample_weights[i];
}

/* Sums over the rows of a slice, in row order. */
typedef struct evaluate_sums {
    double weight;
    double loss;
    double wrong; /* weight of the rows whose highest score is another class's */
    int64_t samples;
} evaluate_sums;

/* slices: zeroed. Errors: those of scores_visit; NUMERIC also when a loss is infinite. */
linclass_status evaluate_sweep_f32(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, const evaluate_rows *rows,
                                   evaluate_sums slices[SCORES_SLICES]);
linclass_status evaluate_sweep_f64(linclass_context *ctx, const linclass_model *model,
                                   const linclass_matrix *X, const evaluate_rows *rows,
                                   evaluate_sums slices[SCORES_SLICES]);

#ifdef REAL_BITS /* in *_tmpl.c */
#define evaluate_sweep REAL(evaluate_sweep)
#endif

#endif
