/* Points of the dual problem, row by row.
 *
 * A lower bound of the minimum of F needs a row r_i for each sample in the domain of its loss's conjugate, with
 * sum w_i r_i = 0 where there are intercepts. The residuals, gradients of the losses, are in the domain; their sum is
 * 0 at the best intercepts only. Two moves bring it there and leave each row in the domain:
 *
 *     tilt beta       r_i + L_i beta, linear in beta: L = sum w_i L_i is solved for the tilt that balances the sum
 *     share epsilon   (1 - epsilon) r_i + epsilon (a row of a base point), for what no tilt balances
 *
 * For probabilities u = r + target, of sum tau:      L_i = diag(u) - u u^T / tau, the Hessian of cross-entropy
 * for margins a_j = r_j, j != y:                     L_i = sum_j o_j (e_j - e_y) (e_j - e_y)^T
 *     with o_j = a_j (1 - a_j), or a_j where the domain is a_j >= 0 alone (squared margins)
 *
 * where beta's range of at most 1 keeps a row in its domain; the rows of Crammer and Singer's loss are probabilities in
 * this sense, shares of the classes with tau = 1. The base point is the same probabilities q for all rows;
 * for margins a_j = (level + base_j - base_y) / mass_y, flows from class to class. What a row's move costs is
 *
 *     loss(h) + loss*(r') - <r', h>  >= 0,  and 0 at the gradient
 *
 * bounded from above, for probabilities under a tilt, by sum_c u_c gamma_c^2, gamma = beta - <u, beta> / tau; for
 * Crammer and Singer's loss sum_c u_c (max s - s_c), s_c = h_c + [c != y]. */
#ifndef SWEEP_DUAL_ROWS_H
#define SWEEP_DUAL_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/losses.h"

/* Where residuals are moved to. */
typedef struct dual_point {
    loss_dual kind;
    double margin;      /* of a loss of margins */
    const double *tilt; /* k, of range <= 1; NULL: none */
    double share;       /* of the base, 0 <= share <= 1 */
    const double *base; /* k: q; of margins, base */
    const double *mass; /* k, of margins */
    double level;       /* of probabilities, sum of q log q; of margins, level */
} dual_point;

/* Sums over rows, each times its weight, that a balance is found from; a sum over slices of rows is the sum of
 * theirs. */
typedef struct dual_sums {
    double *residual;  /* k: r */
    double *mass;      /* k: u; of margins, the weight of the rows of each class */
    double *laplacian; /* k x k: L_i, of which the lower triangle is written; NULL: not wanted */
} dual_sums;

typedef struct dual_row_f32 {
    int64_t k;
    const float *h;
    int64_t y;
    const float *target; /* k, probabilities; NULL: all of it is y's */
    double loss;
} dual_row_f32;

typedef struct dual_row_f64 {
    int64_t k;
    const double *h;
    int64_t y;
    const double *target; /* k, probabilities; NULL: all of it is y's */
    double loss;
} dual_row_f64;

/* r, the residual of the row, becomes its row of the dual point. Returns what that costs. */
double dual_row_move_f32(const dual_point *to, const dual_row_f32 *row, float *r);
double dual_row_move_f64(const dual_point *to, const dual_row_f64 *row, double *r);

/* Add a row of residual r, which is overwritten, and weight `weight` to the sums. */
void dual_row_add_f32(const dual_point *to, const dual_row_f32 *row, float *r, double weight,
                      dual_sums *sums);
void dual_row_add_f64(const dual_point *to, const dual_row_f64 *row, double *r, double weight,
                      dual_sums *sums);

#ifdef REAL_BITS /* in *_tmpl.c */
#define dual_row      REAL(dual_row)
#define dual_row_move REAL(dual_row_move)
#define dual_row_add  REAL(dual_row_add)
#endif

#endif
