/* A row's residual r, or that of a smoothed form of its loss; what a shift beta of its scores does to it,
 *
 *     L_i = diag(u) - u u^T / sum u,                 u_a the probability of class a
 *     L_i = sum_a w_a (e_a - e_y) (e_a - e_y)^T      of margins
 *
 * and the conjugate of its loss by definition, at r + L_i beta. */
#include "diagnostics/bound_sums.h"

#include <math.h>

#include "diagnostics/row_products.h"
#include "sweep/losses.h"

enum { BISECTIONS = 70 };

typedef struct bound_pass {
    certifier *rows;
    int32_t loss;
    int64_t c;
    bool margins;
    bool largest; /* the loss is that of the largest margin, whose rows are shares of the classes */
    double smoothing;   /* mu; 0: none */
    const double *beta; /* c */
    double *sums;
} bound_pass;

static bound_pass begin(certifier *rows, const certificate_pass *pass, double *sums)
{
    const int32_t loss = rows->of->model->loss;
    return (bound_pass){
        .rows = rows,
        .loss = loss,
        .c = rows->of->c,
        .margins = loss != LINCLASS_LOSS_CRAMMER_SINGER && !loss_gives_probabilities(loss),
        .largest = loss == LINCLASS_LOSS_CRAMMER_SINGER,
        .smoothing = pass->smoothing,
        .beta = pass->beta,
        .sums = sums,
    };
}

static double target_share(const bound_pass *self, const row_target *target, int64_t a)
{
    if (target->probabilities != NULL)
        return target->probabilities[a];
    if (self->c == 1)
        return (double)target->y;
    return target->smoothing / (double)self->c + (a == target->y ? 1 - target->smoothing : 0);
}

/* h_a - h_y and the margin of the loss. */
static double excess(const bound_pass *self, int64_t a, int64_t y)
{
    const double *h = self->rows->scores;
    return h[a] - h[y] + (self->loss == LINCLASS_LOSS_PERCEPTRON ? 0 : 1);
}

/* What a shift does to a margin's a, or to probability a: its own share. */
static double weight_of_margin(const bound_pass *self, double a)
{
    return self->loss == LINCLASS_LOSS_SQUARED_HINGE ? a : a * (1 - a);
}

/* g >= 0 of a_j = max(0, t_j / mu - g), whose sum is 1, or less with 0: by bisection. */
static double offset_of_shares(const bound_pass *self, int64_t y)
{
    double low = 0;
    double high = 0;
    for (int64_t a = 0; a < self->c; a++)
        high = a == y ? high : fmax(high, excess(self, a, y) / self->smoothing);
    for (int step = 0; step < BISECTIONS; step++) {
        const double g = step == 0 ? 0 : low + (high - low) / 2;
        double sum = 0;
        for (int64_t a = 0; a < self->c; a++)
            sum += a == y ? 0 : fmax(excess(self, a, y) / self->smoothing - g, 0);
        if (step == 0 && sum <= 1)
            return 0;
        if (sum > 1)
            low = g;
        else
            high = g;
    }
    return high;
}

/* The loss of the scores that are set, and the residual of it, or of its smoothed form. */
static double set_residual(bound_pass *self, const row_target *target)
{
    double *r = self->rows->residual;
    const double value = row_loss(self->loss, self->c, self->rows->scores, target, r);
    if (self->smoothing == 0)
        return value;
    r[target->y] = 0;
    const double offset = self->largest ? offset_of_shares(self, target->y) : 0;
    for (int64_t a = 0; a < self->c; a++) {
        if (a == target->y)
            continue;
        r[a] = fmin(fmax(excess(self, a, target->y) / self->smoothing - offset, 0), 1);
        r[target->y] -= r[a];
    }
    return value;
}

/* L += w (e_a - e_b) (e_a - e_b)^T: what L_i is a sum of, without differences of numbers that are nearly the same. */
static void add_flow(const bound_pass *self, int64_t a, int64_t b, double w)
{
    const int64_t c = self->c;
    double *const L = self->sums + c;
    L[a * c + a] += w;
    L[b * c + b] += w;
    L[a * c + b] -= w;
    L[b * c + a] -= w;
}

/* L += weight times L_i, symmetric. */
static void add_laplacian(bound_pass *self, const row_target *target, double weight)
{
    const double *r = self->rows->residual;
    const int64_t c = self->c;
    double *const L = self->sums + c;
    double total = 0;
    for (int64_t a = 0; a < c && !self->margins; a++)
        total += target_share(self, target, a);
    if (c == 1) {
        L[0] += weight * fabs(*r) * (1 - fabs(*r));
        return;
    }
    for (int64_t a = 0; a < c; a++) {
        if (self->margins) {
            const double w = a == target->y ? 0 : weight * weight_of_margin(self, r[a]);
            add_flow(self, a, target->y, w);
            continue;
        }
        const double u = r[a] + target_share(self, target, a);
        for (int64_t b = 0; b < a && total > 0; b++)
            add_flow(self, a, b, weight * u * (r[b] + target_share(self, target, b)) / total);
    }
}

static void add_to_mean(certifier *rows, void *argument, int64_t row, const sample *of)
{
    bound_pass *self = argument;
    const double weight = known_rows_weight(rows->rows, row);
    if (weight == 0)
        return;
    const row_target target = certifier_target(rows, row);
    (void)certifier_set_scores(rows, row, of);
    (void)set_residual(self, &target);
    for (int64_t a = 0; a < self->c; a++)
        self->sums[a] += weight * rows->residual[a];
    add_laplacian(self, &target, weight);
}

static double entropy_term(double u)
{
    return u > 0 ? u * log(u) : 0;
}

/* loss*(r) by definition, at a residual moved by L_i beta, which becomes r. Of one score: by the probability q of the
 * other class, r or -r. */
static double move_probability(bound_pass *self)
{
    double *r = self->rows->residual;
    const double q = fabs(*r);
    const double sign = *r < 0 ? -1 : 1;
    const double moved = q + sign * q * (1 - q) * *self->beta;
    *r = sign * moved;
    if (!(moved >= 0 && moved <= 1))
        self->sums[POINT_OUTSIDE]++;
    return entropy_term(moved) + (moved < 1 ? (1 - moved) * log1p(-moved) : 0);
}

/* The same of several. The probability of the row's class, often nearly 1, is what the others leave, so that the row
 * is in the domain whatever rounding makes of a large beta, or is found not to be. */
static double move_probabilities(bound_pass *self, const row_target *target)
{
    double *r = self->rows->residual;
    const int64_t c = self->c;
    const int64_t y = target->y;
    double total = 0;
    double mean = 0;
    for (int64_t a = 0; a < c; a++) {
        const double share = target_share(self, target, a);
        total += share;
        mean += (r[a] + share) * self->beta[a];
    }
    mean = total > 0 ? mean / total : 0;
    double conjugate = 0;
    double others = 0;
    bool inside = true;
    for (int64_t a = 0; a < c; a++) {
        if (a == y)
            continue;
        const double u = fmax(r[a] + target_share(self, target, a), 0);
        const double change = u * (self->beta[a] - mean);
        r[a] += change;
        others += r[a];
        inside &= u + change >= 0;
        conjugate += self->largest ? -(u + change) : total * entropy_term((u + change) / total);
    }
    const double share = target_share(self, target, y);
    r[y] = 0.0 - others;
    inside &= share - others >= 0;
    if (!self->largest && share - others > 0)
        conjugate += (share - others) * log1p((share - total - others) / total);
    self->sums[POINT_OUTSIDE] += !inside;
    return conjugate;
}

static double move_margins(bound_pass *self, const row_target *target)
{
    double *r = self->rows->residual;
    const int64_t y = target->y;
    const bool squared = self->loss == LINCLASS_LOSS_SQUARED_HINGE;
    double conjugate = 0;
    bool inside = true;
    r[y] = 0;
    for (int64_t j = 0; j < self->c; j++) {
        if (j == y)
            continue;
        r[j] += weight_of_margin(self, r[j]) * (self->beta[j] - self->beta[y]);
        r[y] -= r[j];
        inside &= r[j] >= 0 && (squared || r[j] <= 1);
        if (squared)
            conjugate += r[j] * r[j] / 4 - r[j];
        else if (self->loss == LINCLASS_LOSS_HINGE)
            conjugate -= r[j];
    }
    self->sums[POINT_OUTSIDE] += !inside;
    return conjugate;
}

/* To row j of G: x times the residual. */
static void add_product(const bound_pass *self, double *G, int64_t j, double x)
{
    for (int64_t a = 0; a < self->c; a++)
        G[j * self->c + a] += x * self->rows->residual[a];
}

/* loss*(r) of the row, moved. */
static double move_row(bound_pass *self, const row_target *target)
{
    if (self->margins)
        return move_margins(self, target);
    return self->c == 1 ? move_probability(self) : move_probabilities(self, target);
}

/* <r, h>: of several scores by their differences, as r adds up to 0. */
static double product_with_scores(const bound_pass *self, int64_t y)
{
    const double *const r = self->rows->residual;
    const double *const h = self->rows->scores;
    if (self->c == 1)
        return *r * *h;
    double sum = 0;
    for (int64_t a = 0; a < self->c; a++)
        sum += r[a] * (h[a] - h[y]);
    return sum;
}

static void add_to_point(certifier *rows, void *argument, int64_t row, const sample *of)
{
    bound_pass *self = argument;
    const double weight = known_rows_weight(rows->rows, row);
    if (weight == 0)
        return;
    const row_target target = certifier_target(rows, row);
    (void)certifier_set_scores(rows, row, of);
    const double value = set_residual(self, &target);
    const double conjugate = move_row(self, &target);
    self->sums[POINT_APART] += weight * (value + conjugate - product_with_scores(self, target.y));
    double *const G = self->sums + POINT_ARRAYS;
    for (int64_t e = 0; e < of->count; e++)
        add_product(self, G, of->features == NULL ? e : of->features[e], weight * of->x[e]);
    add_product(self, G, rows->of->n, weight);
    for (int64_t a = 0; a < self->c; a++)
        self->sums[POINT_SIZE] += weight * fabs(rows->residual[a]);
}

linclass_status bound_sums_balance(certifier *rows, const certificate_pass *pass, double *sums)
{
    bound_pass self = begin(rows, pass, sums);
    return certifier_sweep(rows, add_to_mean, &self);
}

linclass_status bound_sums_point(certifier *rows, const certificate_pass *pass, double *sums)
{
    bound_pass self = begin(rows, pass, sums);
    return certifier_sweep(rows, add_to_point, &self);
}
