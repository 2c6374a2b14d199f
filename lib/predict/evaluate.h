/* The sweep behind evaluation, in the model's own precision. */
#ifndef PREDICT_EVALUATE_H
#define PREDICT_EVALUATE_H

#include <stdbool.h>

#include "metrics/class_counts.h"
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

/* Read the caller's struct. Errors: STRUCT_SIZE. */
linclass_status evaluate_read(linclass_context *ctx, const linclass_evaluation *given,
                              linclass_evaluation *wanted);

/* Whether figures of single classes, or averages of them, are wanted. */
bool evaluate_wants_classes(const linclass_evaluation *wanted);

/* What is not asked for says so, also in a struct that was used before. */
void evaluate_clear(linclass_evaluation *found);

/* Evaluate a model on rows whose view has been read; found: what the caller wants, and what is found. Errors: those of
 * linclass_model_evaluate. */
linclass_status evaluate_view(linclass_context *ctx, const linclass_model *model,
                              const linclass_matrix *view, const int64_t *y,
                              linclass_evaluation *found);

/* Check what the caller wants of a model, whatever the rows. Errors: INVALID_ARGUMENT, UNSUPPORTED. */
linclass_status evaluate_check_wanted(linclass_context *ctx, const linclass_model *model,
                                      const linclass_evaluation *wanted);

/* Write the figures of the classes and their averages, of found->classes; support: rows of each. */
void evaluate_describe_classes(const class_counts *counts, const int64_t *support,
                               linclass_evaluation *found);

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
