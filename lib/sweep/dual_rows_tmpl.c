/* The rows of a dual point (dual_rows.h), in double, whatever the type of scores and residuals.
 *
 * Hazard: a label's probability is 1 + r_y, one that is small is not: so a tilt adds u gamma to r, and no row is made
 * of u - target. Costs are written as sums of what is not negative. */
#include "sweep/dual_rows.h"

#include <math.h>
#include <stddef.h>

#include "core/real.h"

static double target_of(const dual_row *row, int64_t c)
{
    return row->target == NULL ? (double)(c == row->y) : (double)row->target[c];
}

/* u_c = r_c + target, not negative but for rounding. */
static double probability(const dual_row *row, const real *r, int64_t c)
{
    return fmax((double)r[c] + target_of(row, c), 0);
}

static double total_of(const dual_row *row)
{
    double total = row->target == NULL ? 1 : 0;
    for (int64_t c = 0; row->target != NULL && c < row->k; c++)
        total += (double)row->target[c];
    return total;
}

static double tilt_probabilities(const dual_point *to, const dual_row *row, double total, real *r)
{
    const double *tilt = to->tilt;
    double mean = 0;
    double cost = 0;
    for (int64_t c = 0; c < row->k; c++)
        mean += probability(row, r, c) * tilt[c];
    mean /= total;
    for (int64_t c = 0; c < row->k; c++) {
        const double u = probability(row, r, c);
        const double change = tilt[c] - mean;
        cost += u * change * change;
        r[c] = (real)((double)r[c] + u * change);
    }
    return cost;
}

static double move_probabilities(const dual_point *to, const dual_row *row, real *r)
{
    const double total = total_of(row);
    double cost = to->tilt == NULL || total == 0 ? 0 : tilt_probabilities(to, row, total, r);
    if (to->share == 0)
        return cost;
    double base_cost = row->loss + total * to->level;
    for (int64_t c = 0; c < row->k; c++) {
        const double target = target_of(row, c);
        const double base = total * to->base[c] - target;
        base_cost -= base * (double)row->h[c];
        r[c] = (real)((1 - to->share) * (double)r[c] + to->share * base);
    }
    return (1 - to->share) * cost + to->share * fmax(base_cost, 0);
}

/* Shares of the classes, of sum 1: their cost is linear. */
static double move_shares(const dual_point *to, const dual_row *row, real *r)
{
    double best = -INFINITY;
    double cost = 0;
    if (to->tilt != NULL)
        (void)tilt_probabilities(to, row, 1, r);
    for (int64_t c = 0; c < row->k; c++)
        best = fmax(best, (double)row->h[c] + (c == row->y ? 0 : to->margin));
    for (int64_t c = 0; c < row->k; c++) {
        const double own = (double)(c == row->y);
        if (to->share > 0)
            r[c] = (real)((1 - to->share) * (double)r[c] + to->share * (to->base[c] - own));
        const double u = probability(row, r, c);
        if (u > 0) /* a class that is excluded is infinitely far below */
            cost += u * (best - (double)row->h[c] - (c == row->y ? 0 : to->margin));
    }
    return cost;
}

/* One score: probabilities p of class 1 and `other` of class 0. */
static double move_probability(const dual_point *to, const dual_row *row, real *r)
{
    const double p = row->y == 1 ? 1 + (double)*r : (double)*r;
    const double other = row->y == 1 ? -(double)*r : 1 - (double)*r;
    const double tilt = to->tilt == NULL ? 0 : *to->tilt;
    const double cost = p * other * tilt * tilt;
    const double moved = (double)*r + p * other * tilt;
    if (to->share == 0) {
        *r = (real)moved;
        return cost;
    }
    const double base = *to->base - (double)row->y;
    const double base_cost = row->loss - base * (double)*row->h + to->level;
    *r = (real)((1 - to->share) * moved + to->share * base);
    return (1 - to->share) * cost + to->share * fmax(base_cost, 0);
}

/* max(t, 0) - a t for 0 <= a <= 1, or max(t, 0)^2 + a^2 / 4 - a t. */
static double margin_cost(loss_dual kind, double a, double t)
{
    if (kind == LOSS_DUAL_SQUARED_MARGINS)
        return t > 0 ? (t - a / 2) * (t - a / 2) : a * a / 4 - a * t;
    return t > 0 ? (1 - a) * t : -a * t;
}

static double tilted_margin(loss_dual kind, double a, double change)
{
    return a * (1 + (kind == LOSS_DUAL_SQUARED_MARGINS ? change : (1 - a) * change));
}

static double move_margins(const dual_point *to, const dual_row *row, real *r)
{
    double cost = 0;
    double sum = 0;
    for (int64_t j = 0; j < row->k; j++) {
        if (j == row->y)
            continue;
        double a = (double)r[j];
        if (to->tilt != NULL)
            a = tilted_margin(to->kind, a, to->tilt[j] - to->tilt[row->y]);
        if (to->share > 0) {
            const double flow = to->level + to->base[j] - to->base[row->y];
            const double base = fmin(fmax(flow / to->mass[row->y], 0), 1);
            a += to->share * (base - a);
        }
        cost += margin_cost(to->kind, a, (double)row->h[j] - (double)row->h[row->y] + to->margin);
        r[j] = (real)a;
        sum += a;
    }
    r[row->y] = (real)(0.0 - sum);
    return cost;
}

double dual_row_move(const dual_point *to, const dual_row *row, real *r)
{
    switch (to->kind) {
    case LOSS_DUAL_NONE:
        return 0;
    case LOSS_DUAL_PROBABILITIES:
        return row->k == 1 ? move_probability(to, row, r) : move_probabilities(to, row, r);
    case LOSS_DUAL_LARGEST_MARGIN:
        return move_shares(to, row, r);
    case LOSS_DUAL_MARGINS:
    case LOSS_DUAL_SQUARED_MARGINS:
        return row->k == 0 ? 0 : move_margins(to, row, r);
    }
    return 0;
}

static void add_probabilities(const dual_row *row, real *r, double weight, dual_sums *sums)
{
    const int64_t k = row->k;
    const double total = total_of(row);
    for (int64_t c = 0; c < k; c++) {
        r[c] = (real)probability(row, r, c);
        sums->mass[c] += weight * (double)r[c];
    }
    for (int64_t c = 0; c < k && sums->laplacian != NULL && total > 0; c++) {
        double *line = sums->laplacian + c * k;
        const double u = (double)r[c];
        const double factor = weight * u / total;
        for (int64_t d = 0; d < c; d++)
            line[d] -= factor * (double)r[d];
        line[c] += factor * (total - u);
    }
}

static void add_probability(const dual_row *row, const real *r, double weight, dual_sums *sums)
{
    const double p = row->y == 1 ? 1 + (double)*r : (double)*r;
    sums->mass[0] += weight * p;
    if (sums->laplacian != NULL)
        sums->laplacian[0] += weight * fabs((double)*r) * (1 - fabs((double)*r));
}

static void add_margins(loss_dual kind, const dual_row *row, const real *r, double weight,
                        dual_sums *sums)
{
    const int64_t k = row->k;
    const int64_t y = row->y;
    sums->mass[y] += weight;
    for (int64_t j = 0; j < k && sums->laplacian != NULL; j++) {
        const double a = (double)r[j];
        const double o = j == y ? 0 : weight * (kind == LOSS_DUAL_MARGINS ? a * (1 - a) : a);
        sums->laplacian[j * k + j] += o;
        sums->laplacian[y * k + y] += o;
        sums->laplacian[(j > y ? j * k + y : y * k + j)] -= o;
    }
}

void dual_row_add(const dual_point *to, const dual_row *row, real *r, double weight,
                  dual_sums *sums)
{
    for (int64_t c = 0; c < row->k; c++)
        sums->residual[c] += weight * (double)r[c];
    switch (to->kind) {
    case LOSS_DUAL_NONE:
        return;
    case LOSS_DUAL_PROBABILITIES:
        if (row->k == 1)
            add_probability(row, r, weight, sums);
        else
            add_probabilities(row, r, weight, sums);
        return;
    case LOSS_DUAL_LARGEST_MARGIN:
        add_probabilities(row, r, weight, sums);
        return;
    case LOSS_DUAL_MARGINS:
    case LOSS_DUAL_SQUARED_MARGINS:
        if (row->k > 0)
            add_margins(to->kind, row, r, weight, sums);
        return;
    }
}
