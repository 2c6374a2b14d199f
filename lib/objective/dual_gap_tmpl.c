/* With psi the terms of Fenchel and Young of the penalty, one for each weight, and T the mean cost of the rows,
 *
 *     gap(rho) = rho T + (1 - rho) loss + sum psi(theta, rho G)
 *     psi(theta, g) = l1 |theta| + l2/2 theta^2 + theta g + max(|g| - l1, 0)^2 / (2 l2)
 *
 * the first two as the conjugate is convex and at most 0 at 0. psi is a sum of terms that are not negative: with
 * t = theta sign(g) and e = |g| - l1,
 *
 *     e > 0:  l1 (|t| + t) + (l2 t + e)^2 / (2 l2),    else  (l1 |t| + t |g|) + l2/2 t^2
 *
 * Without l2 the domain is |g| <= l1, and rho at most l1 / max |G|. gap is convex in rho: where its slope at the
 * largest rho is positive, its minimum is found by bisection. */
#include "objective/dual_gap.h"

#include <math.h>

#include "core/real.h"
#include "core/slices.h"

enum { BISECTIONS = 40 };

typedef struct gap_pass {
    const dual_terms *of;
    const real *theta;
    const real *G;
    double ridge; /* of theta in G */
    double rho;
    double sums[SLICES_MOST];
    double slopes[SLICES_MOST];
    double largest[SLICES_MOST];
} gap_pass;

static double product(const gap_pass *pass, int64_t i)
{
    return (double)pass->G[i] - pass->ridge * (double)pass->theta[i];
}

static void add_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    gap_pass *pass = argument;
    const double l1 = pass->of->l1;
    const double l2 = pass->of->l2;
    double sum = 0;
    double slope = 0;
    for (int64_t i = first; i < end; i++) {
        const double G = product(pass, i);
        const double whole = fabs(G);
        const double g = pass->rho * whole;
        const double t = G < 0 ? -(double)pass->theta[i] : (double)pass->theta[i];
        const double excess = l2 > 0 ? g - l1 : 0;
        slope += t * whole;
        if (excess > 0) {
            const double apart = l2 * t + excess;
            sum += l1 * (fabs(t) + t) + apart * apart / (2 * l2);
            slope += excess * whole / l2;
        } else {
            sum += l1 * fabs(t) + t * g + l2 / 2 * t * t;
        }
    }
    pass->sums[slice] = sum;
    pass->slopes[slice] = slope;
}

static void find_largest(void *argument, int64_t slice, int64_t first, int64_t end)
{
    gap_pass *pass = argument;
    double largest = 0;
    for (int64_t i = first; i < end; i++) {
        const double size = fabs(product(pass, i));
        if (size > largest) /* gcc 12 for aarch64 cannot compile fmax here */
            largest = size;
    }
    pass->largest[slice] = largest;
}

static double largest_share(gap_pass *pass)
{
    const dual_terms *of = pass->of;
    if (!of->feasible || !isfinite(of->apart))
        return 0;
    if (of->l2 > 0)
        return 1;
    const int64_t slices = slices_run(of->ctx, of->weights, of->weights, find_largest, pass);
    double largest = 0;
    for (int64_t s = 0; s < slices; s++)
        largest = fmax(largest, pass->largest[s]);
    return largest <= of->l1 ? 1 : of->l1 / largest;
}

/* *slope: the derivative of the gap. */
static double gap_at(gap_pass *pass, double rho, double *slope)
{
    const dual_terms *of = pass->of;
    pass->rho = rho;
    const int64_t slices = slices_run(of->ctx, of->weights, of->weights, add_slice, pass);
    const double of_rows = rho > 0 ? rho * of->apart : 0;
    *slope = (rho > 0 ? of->apart : 0) - of->loss + slices_total(slices, pass->slopes);
    return of_rows + (1 - rho) * of->loss + slices_total(slices, pass->sums);
}

double dual_gap(const dual_terms *of, const real *theta, const real *G)
{
    gap_pass pass = {.of = of, .theta = theta, .G = G, .ridge = of->with_ridge ? of->l2 : 0};
    double slope;
    double high = largest_share(&pass);
    double best = gap_at(&pass, high, &slope);
    double low = 0;
    for (int step = 0; step < BISECTIONS && high > 0 && !(slope <= 0); step++) {
        const double middle = low + (high - low) / 2;
        double of_middle;
        best = fmin(best, gap_at(&pass, middle, &of_middle));
        if (of_middle > 0)
            high = middle;
        else
            low = middle;
        if (high - low <= 1e-3 * high)
            break;
    }
    if (high > 0)
        best = fmin(best, gap_at(&pass, 0, &slope));
    return best;
}
