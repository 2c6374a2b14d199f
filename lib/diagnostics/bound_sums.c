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

/* L += weight times L_i, symmetric. */
static void add_laplacian(bound_pass *self, const row_target *target, double weight)
{
    const double *r = self->rows->residual;
    const int64_t c = self->c;
    double *const L = self->sums + c;
    double total = 0;
    for (int64_t a = 0; a < c && !self->margins; a++)
        total += target_share(self, target, a);
    for (int64_t a = 0; a < c; a++) {
        if (self->margins) {
            const double w = a == target->y ? 0 : weight * weight_of_margin(self, r[a]);
            L[a * c + a] += w;
            L[target->y * c + target->y] += w;
            L[a * c + target->y] -= w;
            L[target->y * c + a] -= w;
            continue;
        }
        const double u = r[a] + target_share(self, target, a);
        L[a * c + a] += weight * u;
        for (int64_t b = 0; b < c; b++) {
            const double v = r[b] + target_share(self, target, b);
            L[a * c + b] -= weight * u * v / (c == 1 ? 1 : total);
        }
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

/* loss*(r) by definition, at a residual moved by L_i beta, which becomes r. */
static double move_probabilities(bound_pass *self, const row_target *target)
{
    double *r = self->rows->residual;
    const int64_t c = self->c;
    double total = 0;
    double mean = 0;
    for (int64_t a = 0; a < c; a++) {
        const double share = target_share(self, target, a);
        total += c == 1 ? 1 : share;
        mean += (r[a] + share) * self->beta[a];
    }
    mean /= total;
    double conjugate = 0;
    bool inside = true;
    for (int64_t a = 0; a < c; a++) {
        const double share = target_share(self, target, a);
        double u = fmax(r[a] + share, 0);
        const double change = u * (self->beta[a] - mean);
        r[a] += change;
        u += change;
        inside &= u >= 0;
        if (self->largest)
            conjugate -= a == target->y ? 0 : u;
        else
            conjugate += u > 0 ? u * log(u / total) : 0;
        if (c == 1)
            conjugate += u < 1 ? (1 - u) * log1p(-u) : 0;
    }
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

static void add_to_point(certifier *rows, void *argument, int64_t row, const sample *of)
{
    bound_pass *self = argument;
    const double weight = known_rows_weight(rows->rows, row);
    if (weight == 0)
        return;
    const row_target target = certifier_target(rows, row);
    (void)certifier_set_scores(rows, row, of);
    const double value = set_residual(self, &target);
    const double conjugate =
        self->margins ? move_margins(self, &target) : move_probabilities(self, &target);
    self->sums[POINT_APART] +=
        weight * (value + conjugate - row_dot(self->c, rows->residual, rows->scores));
    for (int64_t e = 0; e < of->count; e++) {
        double *G =
            self->sums + POINT_ARRAYS + (of->features == NULL ? e : of->features[e]) * self->c;
        for (int64_t a = 0; a < self->c; a++)
            G[a] += weight * of->x[e] * rows->residual[a];
    }
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
