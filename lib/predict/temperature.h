/* The sweep behind temperature scaling, in the model's own precision. */
#ifndef PREDICT_TEMPERATURE_H
#define PREDICT_TEMPERATURE_H

#include "model/model.h"
#include "sweep/blocks.h"

enum { TEMPERATURE_BINS = 15 };

/* What the rows of a bin add up to, each times its weight. */
typedef struct temperature_bin {
    double weight;
    double confidence; /* the highest probability */
    double right;      /* 1 where that is the label's */
} temperature_bin;

/* What is summed over the rows, each times its weight, at b = 1 / T. u = h - max h. */
typedef struct temperature_sums {
    double weight;
    double loss;      /* L = log sum_j exp(b u_j) - b u_y */
    double slope;     /* dL / db = E u - u_y; E: of the probabilities softmax(b u) */
    double curvature; /* d^2 L / db^2 = E (u - E u)^2 */
    double slope_at_0;
    double wrong; /* 1 where the label's score is not the highest */
    temperature_bin bins[TEMPERATURE_BINS];
} temperature_sums;

typedef struct temperature_rows {
    const int64_t *y;             /* m labels, all known to the model */
    const double *sample_weights; /* m, or NULL */
    double *work;                 /* k for each thread of the context */
} temperature_rows;

/* Add up the sums at b = inverse. slices: zeroed; all of them are of the same b. Errors: those of scores_visit. */
linclass_status temperature_sweep_f32(linclass_context *ctx, const linclass_model *model,
                                      const linclass_matrix *X, const temperature_rows *rows,
                                      double inverse, temperature_sums slices[SCORES_SLICES]);
linclass_status temperature_sweep_f64(linclass_context *ctx, const linclass_model *model,
                                      const linclass_matrix *X, const temperature_rows *rows,
                                      double inverse, temperature_sums slices[SCORES_SLICES]);

#ifdef REAL_BITS /* in *_tmpl.c */
#define temperature_sweep REAL(temperature_sweep)
#endif

#endif
