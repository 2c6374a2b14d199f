/* The softmax loss's dual problem of one row, all others held: what ascent of the dual problem solves row by row.
 *
 * With a the row's probabilities in the dual point, and scores h at the parameters that the dual point makes, D changes by s
 * times
 *
 *     -sum a'_j log a'_j + <h, a' - a> - (curvature / 2) ||a' - a||^2 + sum a_j log a_j,   curvature = s ||x||^2 / l2
 *
 * which is largest, over a' >= 0 of sum 1, where log a'_j + curvature a'_j = h_j + curvature a_j - level. For *_tmpl.c. */
#ifndef SWEEP_ROW_PROBABILITIES_H
#define SWEEP_ROW_PROBABILITIES_H

#include <stdint.h>

#include "core/real.h"
#include "kernel/kernel.h"

#define row_probabilities REAL(row_probabilities) /* row_probabilities_f32, row_probabilities_f64 */

/* row_probabilities_maximise_f32, row_probabilities_maximise_f64 */
#define row_probabilities_maximise REAL(row_probabilities_maximise)

/* Arrays of k. The logarithms are kept from visit to visit; no probability is stored. */
typedef struct row_probabilities {
    const kernels *kernels;
    int64_t k;
    real curvature;     /* >= 0 */
    const real *scores; /* h, finite */
    real *logs;         /* of a; then of a' */
    real *found;        /* a' */
    real *changes;      /* a' - a */
    real *aims;         /* work */
    real *steps;        /* work */
} row_probabilities;

/* logs := those of a', found := a', changes := a' - a. Returns the square of the changes, 0 where it
 * underflows. */
real row_probabilities_maximise(const row_probabilities *self);

/* A logarithm that stands for a probability of 0. */
#define NO_PROBABILITY ((real)(sizeof(real) == sizeof(float) ? -40 : -80))

#endif
