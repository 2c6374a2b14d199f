/* The dual problem of one row, all others held: what dual coordinate ascent solves row by row.
 *
 * With margins t_j = h_j - h_y + 1 of the classes j but the label, and a the row's shares, D changes by
 *
 *     s (<d, t> - (curvature / 2) (||d||^2 + (sum d)^2)),   d = a' - a,   curvature = s ||x||^2 / l2
 *
 * which is largest, within the domain of the loss's conjugate, where a' is projected onto it: 0 <= a_j <= 1 for the
 * hinge; a_j >= 0, of sum 1 with the share of the label, whose margin is 0, for Crammer and Singer's loss. */
#ifndef SWEEP_ROW_ASCENT_H
#define SWEEP_ROW_ASCENT_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/losses.h"

/* Some classes of a row: of Crammer and Singer's loss the label is one of them, of the hinge it is none. */
typedef struct row_ascent {
    loss_dual kind; /* LOSS_DUAL_MARGINS or LOSS_DUAL_LARGEST_MARGIN */
    int64_t count;
    const double *margins; /* count: t */
    double *shares;        /* count: a */
    double *work;          /* count */
    double curvature;      /* > 0 */
} row_ascent;

/* By how much the margins violate the conditions of a maximum: 0 at one.
 * *threshold: of Crammer and Singer's loss, the margin below which classes without share have none at a maximum near
 * by; of the hinge 0. */
double row_ascent_violation(const row_ascent *self, double *threshold);

/* Whether class i is at an end of its share that its margin holds it at. */
bool row_ascent_is_held(const row_ascent *self, int64_t i, double threshold);

/* a := a', the maximiser. */
void row_ascent_maximise(const row_ascent *self);

#endif
