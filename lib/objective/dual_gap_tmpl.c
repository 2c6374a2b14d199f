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
 * Where the l1 term is that of the norms of rows, psi is of a row: with e = ||g|| - l1 and the direction v = g / ||g||,
 *
 *     e > 0:  l1 (||theta|| + <theta, v>) + ||l2 theta + e v||^2 / (2 l2),
 *     else    (l1 ||theta|| + <theta, g>) + l2/2 ||theta||^2
 *
 * Within bounds psi is what the penalty and theta g are at theta above their least value, which is at u, the
 * minimiser without bounds brought between them:
 *
 *     psi = (theta - u) (l2 (theta + u) / 2 + g) + l1 (|theta| - |u|),    d psi / d rho = (theta - u) G
 *
 * Without l2 the domain is |g| <= l1, but where a bound ends the way that g leads, and rho at most l1 / max |G|. gap is
 * convex in rho: where its slope at the largest rho is positive, its minimum is found by bisection. */
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

/* u, for the product g: where l1 |u| + l2/2 u^2 + g u is least between the bounds. */
static double least_within(const dual_terms *of, double g)
{
    const double excess = fabs(g) - of->l1;
    if (!(excess > 0))
        return 0;
    const double size = of->l2 > 0 ? excess / of->l2 : INFINITY;
    return g > 0 ? fmax(-size, of->lower) : fmin(size, of->upper);
}

static void add_bounded_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    gap_pass *pass = argument;
    const dual_terms *of = pass->of;
    double sum = 0;
    double slope = 0;
    for (int64_t i = first; i < end; i++) {
        const double G = product(pass, i);
        const double g = pass->rho * G;
        const double theta = (double)pass->theta[i];
        double u = least_within(of, g);
        /* At the end of the domain rounding may put g beyond it. */
        u = isinf(u) ? theta : u;
        const double moved = theta - u;
        sum += fmax(moved * (of->l2 * (theta + u) / 2 + g) + of->l1 * (fabs(theta) - fabs(u)), 0);
        slope += moved * G;
    }
    pass->sums[slice] = sum;
    pass->slopes[slice] = slope;
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

/* psi of the row that begins at `row`, and its derivative in rho. */
static double add_row(const gap_pass *pass, int64_t row, double *slope)
{
    const dual_terms *of = pass->of;
    double along = 0; /* <theta, G> */
    double norm = 0;
    double whole = 0;
    for (int64_t i = row; i < row + of->group; i++) {
        const double theta = (double)pass->theta[i];
        const double G = product(pass, i);
        along += theta * G;
        norm += theta * theta;
        whole += G * G;
    }
    norm = sqrt(norm);
    whole = sqrt(whole);
    const double excess = of->l2 > 0 ? pass->rho * whole - of->l1 : 0;
    *slope += along + (excess > 0 ? excess * whole / of->l2 : 0);
    if (!(excess > 0))
        return fmax(of->l1 * norm + pass->rho * along, 0) + of->l2 / 2 * norm * norm;
    double square = 0;
    for (int64_t i = row; i < row + of->group; i++) {
        const double apart = of->l2 * (double)pass->theta[i] + excess / whole * product(pass, i);
        square += apart * apart;
    }
    return of->l1 * fmax(norm + along / whole, 0) + square / (2 * of->l2);
}

static void add_rows_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    gap_pass *pass = argument;
    double sum = 0;
    double slope = 0;
    for (int64_t j = first; j < end; j++)
        sum += add_row(pass, j * pass->of->group, &slope);
    pass->sums[slice] = sum;
    pass->slopes[slice] = slope;
}

static void find_largest_row(void *argument, int64_t slice, int64_t first, int64_t end)
{
    gap_pass *pass = argument;
    const int64_t k = pass->of->group;
    double largest = 0;
    for (int64_t j = first; j < end; j++) {
        double square = 0;
        for (int64_t i = j * k; i < (j + 1) * k; i++)
            square += product(pass, i) * product(pass, i);
        if (square > largest)
            largest = square;
    }
    pass->largest[slice] = sqrt(largest);
}

static void find_largest(void *argument, int64_t slice, int64_t first, int64_t end)
{
    gap_pass *pass = argument;
    double largest = 0;
    for (int64_t i = first; i < end; i++) {
        const double G = product(pass, i);
        const double end_of_way = G > 0 ? pass->of->lower : pass->of->upper;
        const double size = pass->of->bounded && isfinite(end_of_way) ? 0 : fabs(G);
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
    const int64_t slices = slices_run(of->ctx, of->weights / of->group, of->weights,
                                      of->group > 1 ? find_largest_row : find_largest, pass);
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
    const slice_run of_weights = of->bounded ? add_bounded_slice : add_slice;
    const int64_t slices = slices_run(of->ctx, of->weights / of->group, of->weights,
                                      of->group > 1 ? add_rows_slice : of_weights, pass);
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
    const bool falls = slope <= 0; /* all the way: the gap is convex */
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
    if (high > 0 && !falls)
        best = fmin(best, gap_at(&pass, 0, &slope));
    return best + of->rounding;
}
