/* The certificate of a fit, recomputed row by row in double:
 *
 *     F  = (1/W) sum w_i loss(h_i, y_i) + l1 ||theta||_1 + (l2 / 2) ||theta||^2
 *     g  = (1/W) sum w_i x_i r_i^T + l2 theta,    r_i = dloss/dh_i,  W = sum w_i
 *     v  = g + l1 sign(theta) where theta is not 0, else g shrunk towards 0 by l1, but not beyond it
 *
 * or, where the l1 penalty is l1 sum ||theta_j||_2 over the rows, v_j = g_j + l1 theta_j / ||theta_j||, g_j shrunk by
 * l1.
 *
 * v is the subgradient of F of least norm, 0 at a bound of the fit that -v leads out of. h_i has the base scores of its
 * row, if there are any, o_i. Beside them, bounds on what rounding in the precision of the fit, of unit u, does to
 * them: with gamma = (4 + sqrt(N) / 2) u for sums of N terms,
 *
 *     |h_ic error| <= delta_i = gamma_n (max |bias| + max |o_i| + sum_j |x_ij| max_c |theta_jc|)
 *     |g error| <= (1/W) sum w_i |x_ij| (gamma_m max_c |r_ic| + what r_ic moves when h_i moves by delta_i)
 *     |F error| <= (1/W) sum w_i (delta_i sum_c |r_ic| + 4 u max_c |h_ic| + (gamma_m + gamma_c) loss_i)
 *                  + gamma_m penalty + 3 gamma_here loss
 *
 * (gamma_c: of losses towards probabilities; gamma_here: of the sums of W there, and of W and the losses here, in
 * double) and what may have underflowed. A residual that jumps, at the kink of a hinge, is allowed its jump where
 * the row is within delta_i of it. */
#include "diagnostics/certify.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "diagnostics/lower_bound.h"
#include "diagnostics/row_products.h"

/* Sums that a mean loss has in double whatever the precision of the fit: W there, and both here. */
static const double SUMS = 3;

/* At a bound of the fit that the way down leads out of. */
static bool is_held(const linclass_model *model, double theta, double v)
{
    return (theta <= model->weight_min && v > 0) || (theta >= model->weight_max && v < 0);
}

/* v of one weight by itself. */
static double subgradient_of(const linclass_model *model, double theta, double g)
{
    const double l1 = model->l1;
    const double v = theta != 0 ? g + copysign(l1, theta) : copysign(fmax(0, fabs(g) - l1), g);
    return is_held(model, theta, v) ? 0 : v;
}

/* g, of a row of theta, becomes v. Returns what l1 is the weight of. */
static double penalise_row(const certificate_model *self, const double *theta, double *g)
{
    const double l1 = self->model->l1;
    double norm1 = 0;
    for (int64_t c = 0; !self->model->group_l1 && c < self->c; c++) {
        norm1 += fabs(theta[c]);
        g[c] = subgradient_of(self->model, theta[c], g[c]);
    }
    if (!self->model->group_l1)
        return norm1;
    const double norm = row_norm(self->c, theta);
    const double size = row_norm(self->c, g);
    for (int64_t c = 0; c < self->c; c++) {
        if (norm > 0)
            g[c] += l1 * (theta[c] / norm);
        else
            g[c] = size > l1 ? g[c] * (1 - l1 / size) : 0;
    }
    return norm;
}

/* Divide the sums by W, add the penalties, and take the norms. */
static void finish(const certificate_model *self, double *sums, linclass_certificate *found)
{
    double *const gradient = sums + FIGURES_ARRAYS;
    const double *const slack = gradient + (self->n + 1) * self->c;
    const int64_t c = self->c;
    const double W = sums[FIGURES_WEIGHT];
    const double l1 = self->model->l1;
    const double l2 = self->model->l2;
    double norm1 = 0;
    double square = 0;
    double of_subgradient = 0;
    for (int64_t j = 0; j < self->n + (self->model->bias != NULL); j++) {
        double *const v = gradient + j * c;
        for (int64_t e = j * c; e < (j + 1) * c; e++) {
            const double theta = j < self->n ? self->theta[e] : 0;
            gradient[e] = gradient[e] / W + l2 * theta;
            square += theta * theta;
            found->smooth_gradient_infinity_norm =
                fmax(found->smooth_gradient_infinity_norm, fabs(gradient[e]));
        }
        norm1 += j < self->n ? penalise_row(self, self->theta + j * c, v) : 0;
        for (int64_t e = 0; e < c; e++) {
            of_subgradient += v[e] * v[e];
            found->gradient_infinity_norm = fmax(found->gradient_infinity_norm, fabs(v[e]));
        }
    }
    const double penalty = l1 * norm1 + l2 / 2 * square;
    found->loss = sums[FIGURES_LOSS] / W;
    found->objective = found->loss + penalty;
    found->gradient_norm = sqrt(of_subgradient);
    found->objective_tolerance = sums[FIGURES_SLACK] / W + self->gamma_m * penalty +
                                 SUMS * self->gamma_here * found->loss + (double)c * self->least;
    /* What shrinks a row by its norm moves by no more than the row, in that norm. */
    const double of_row = self->model->group_l1 ? sqrt((double)c) : 1;
    for (int64_t j = 0; j <= self->n; j++)
        found->gradient_tolerance =
            fmax(found->gradient_tolerance,
                 of_row * (slack[j] / W +
                           (j < self->n ? self->gamma_m * (l1 + l2 * self->widest[j]) : 0)));
}

linclass_status certify(certificate_source *rows, linclass_certificate *found)
{
    linclass_context *ctx = rows->ctx;
    const certificate_model *of = rows->of;
    const certificate_pass pass = {.kind = CERTIFICATE_FIGURES};
    const int64_t length = certificate_pass_length(&pass, of->n, of->c);
    double *sums;
    linclass_status status = context_allocate_doubles(ctx, length, "the certificate", &sums);
    if (status != LINCLASS_OK)
        return status;
    memset(sums, 0, (size_t)length * sizeof *sums);
    status = rows->add(rows, &pass, sums);
    found->total_weight = sums[FIGURES_WEIGHT];
    if (status == LINCLASS_OK)
        status = known_rows_check_weight(ctx, found->total_weight);
    if (status == LINCLASS_OK) {
        finish(of, sums, found);
        status = lower_bound_find(rows, found->total_weight, found);
    }
    context_release(ctx, sums);
    if (status != LINCLASS_OK)
        return status;
    if (!isfinite(found->objective) || !isfinite(found->smooth_gradient_infinity_norm))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the objective or its gradient overflows");
    return LINCLASS_OK;
}
