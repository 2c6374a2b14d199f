/* The gap at a point without a pass over the samples: the gradient of F, less that of its l2 term, is the sum of
 * products of the samples and their residuals, which are a dual point where their own sum is 0. That sum is the
 * gradient in the intercepts: what they leave to gain is at most its product with the way that they have still to
 * go. A smoothed loss has hardly any curvature along them while few margins are within mu, and then a gradient in them
 * may last while that in the weights is small: it is counted for a way as long as a margin, or as they have come. Other
 * solvers look at the gap where their norm, in which the intercepts count, is small. */
#include <float.h>
#include <math.h>

#include "objective/dual_gap.h"
#include "objective/objective.h"

/* What a smoothed F may still gain in the intercepts. */
static double left_to_intercepts(const objective *F, const double *parameters,
                                 const double *gradient)
{
    double way = 1;
    double slope = 0;
    for (int64_t e = F->weights; F->mu > 0 && e < F->parameters; e++) {
        way = fmax(way, fabs(parameters[e]));
        slope += fabs(gradient[e]);
    }
    return way * slope;
}

double objective_gap_of_gradient(const objective *F, const double *parameters, double loss,
                                 const double *gradient)
{
    dual_terms terms = objective_dual_terms(F);
    terms.loss = loss;
    terms.with_ridge = true;
    return dual_gap_f64(&terms, parameters, gradient) + left_to_intercepts(F, parameters, gradient);
}

void objective_set_grouped(objective *self, bool grouped)
{
    self->grouped = grouped && self->columns > 1;
}

double objective_dual_norm(const objective *F, const double *gradient)
{
    const int64_t group = F->grouped ? F->columns : 1;
    double largest = 0;
    for (int64_t row = 0; row < F->weights; row += group) {
        double square = 0;
        for (int64_t e = row; e < row + group; e++)
            square += gradient[e] * gradient[e];
        const double size = group > 1 ? sqrt(square) : fabs(gradient[row]);
        if (size > largest) /* a call of fmax takes longer than all else here */
            largest = size;
    }
    return largest;
}

double objective_penalty(const objective *F, const double *parameters)
{
    const int64_t group = objective_is_grouped(F) ? F->columns : 1;
    double norms = 0;
    double squares = 0;
    for (int64_t row = 0; row < F->weights; row += group) {
        double square = 0;
        for (int64_t e = row; e < row + group; e++)
            square += parameters[e] * parameters[e];
        norms += group > 1 ? sqrt(square) : fabs(parameters[row]);
        squares += square;
    }
    return F->l1 * norms + F->l2 / 2 * squares;
}

/* Towards 0, to a number of single precision. */
static double within_single(double bound)
{
    if (!isfinite(bound))
        return bound;
    if (fabs(bound) > FLT_MAX)
        return copysign(FLT_MAX, bound);
    const float nearest = (float)bound;
    return (double)(fabs((double)nearest) > fabs(bound) ? nextafterf(nearest, 0) : nearest);
}

void objective_set_bounds(objective *self, double lower, double upper)
{
    const bool single = self->epsilon > DBL_EPSILON;
    self->lower = single ? within_single(lower) : lower;
    self->upper = single ? within_single(upper) : upper;
}
