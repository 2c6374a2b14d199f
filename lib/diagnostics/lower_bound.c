/* A lower bound of the minimum of F, from a point of the dual problem that the model suggests (docs/mathematics.md):
 *
 *     D = -sum s_i loss*(r_i) - |(|G| - l1)_+|^2 / (2 l2),   G = sum s_i x_i r_i^T,   sum s_i r_i = 0 with intercepts
 *
 * One pass finds the mean of the residuals and the matrix L that says what a shift beta of the scores does to it, one
 * forms the rows r_i = residual + L_i beta with L beta = -mean, their conjugates by definition, and G. Where the rows
 * leave the domain, or nothing balances them, r = 0 is left: all losses are at least 0, and so is F. Hinge and
 * perceptron have residuals that jump: theirs are those of smoothed forms, a = t / mu within 0..1. */
#include "diagnostics/lower_bound.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "sweep/losses.h"

static const double ROUNDING = 1e-13; /* of F: what sums over the rows may be off by */
static const double SMOOTHINGS[] = {1, 0.1, 0.01, 1e-3, 1e-4};
static const double BALANCED =
    1e-12; /* a mean residual that is rounding, of residuals of at most 1 */
enum { MOST_SCORES = 1024, SOLUTIONS = 3, STEPS = 3 };

typedef struct bound {
    certifier *rows;
    int32_t loss;
    int64_t n;
    int64_t c;
    bool margins;
    double smoothing; /* mu; 0: none */
    bool feasible;
    double *mean;      /* c: sums of the residuals */
    double *beta;      /* c */
    double *rest;      /* c: -mean - L beta; then the direction of a row */
    double *direction; /* c */
    double *product;   /* c */
    double *laplacian; /* c x c; NULL where nothing is balanced */
    double *G;         /* n x c: sums */
    double apart;      /* sum of loss + loss* - <r, h> */
} bound;

static void lay_out(void *owner, space_plan *plan)
{
    bound *self = owner;
    const int64_t balanced = self->rows->model->bias != NULL && self->c <= MOST_SCORES;
    self->mean = space_doubles(plan, self->c, 1);
    self->beta = space_doubles(plan, self->c, 1);
    self->rest = space_doubles(plan, self->c, 1);
    self->direction = space_doubles(plan, self->c, 1);
    self->product = space_doubles(plan, self->c, 1);
    self->laplacian = space_doubles(plan, balanced ? self->c : 0, self->c);
    self->G = space_doubles(plan, self->n, self->c);
    if (!balanced)
        self->laplacian = NULL;
}

static double target_share(const bound *self, const row_target *target, int64_t a)
{
    if (target->probabilities != NULL)
        return target->probabilities[a];
    if (self->c == 1)
        return (double)target->y;
    return target->smoothing / (double)self->c + (a == target->y ? 1 - target->smoothing : 0);
}

/* h_a - h_y and the margin of the loss. */
static double excess(const bound *self, int64_t a, int64_t y)
{
    const double *h = self->rows->scores;
    return h[a] - h[y] + (self->loss == LINCLASS_LOSS_PERCEPTRON ? 0 : 1);
}

/* What a shift does to a margin's a, or to probability a: its own share. */
static double weight_of_margin(const bound *self, double a)
{
    return self->loss == LINCLASS_LOSS_SQUARED_HINGE ? a : a * (1 - a);
}

/* The loss of the scores that are set, and the residual of it, or of its smoothed form. */
static double set_residual(bound *self, const row_target *target)
{
    double *r = self->rows->residual;
    const double value = row_loss(self->loss, self->c, self->rows->scores, target, r);
    if (self->smoothing == 0)
        return value;
    r[target->y] = 0;
    for (int64_t a = 0; a < self->c; a++) {
        if (a == target->y)
            continue;
        r[a] = fmin(fmax(excess(self, a, target->y) / self->smoothing, 0), 1);
        r[target->y] -= r[a];
    }
    return value;
}

/* L += weight times L_i, symmetric. */
static void add_laplacian(bound *self, const row_target *target, double weight)
{
    const double *r = self->rows->residual;
    const int64_t c = self->c;
    double total = 0;
    for (int64_t a = 0; a < c && !self->margins; a++)
        total += target_share(self, target, a);
    for (int64_t a = 0; a < c; a++) {
        if (self->margins) {
            const double w = a == target->y ? 0 : weight * weight_of_margin(self, r[a]);
            self->laplacian[a * c + a] += w;
            self->laplacian[target->y * c + target->y] += w;
            self->laplacian[a * c + target->y] -= w;
            self->laplacian[target->y * c + a] -= w;
            continue;
        }
        const double u = r[a] + target_share(self, target, a);
        self->laplacian[a * c + a] += weight * u;
        for (int64_t b = 0; b < c; b++) {
            const double v = r[b] + target_share(self, target, b);
            self->laplacian[a * c + b] -= weight * u * v / (c == 1 ? 1 : total);
        }
    }
}

static void add_to_mean(certifier *rows, void *argument, int64_t row, const sample *of)
{
    bound *self = argument;
    const double weight = known_rows_weight(rows->rows, row);
    if (weight == 0)
        return;
    const row_target target = certifier_target(rows, row);
    (void)certifier_set_scores(rows, row, of);
    (void)set_residual(self, &target);
    for (int64_t a = 0; a < self->c; a++)
        self->mean[a] += weight * rows->residual[a];
    add_laplacian(self, &target, weight);
}

static double dot(int64_t c, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < c; i++)
        sum += a[i] * b[i];
    return sum;
}

static void multiply(const bound *self, const double *v, double *product)
{
    for (int64_t a = 0; a < self->c; a++)
        product[a] = dot(self->c, self->laplacian + a * self->c, v);
}

/* Conjugate gradients from beta, which a singular L suits as long as the right side is in its range. */
static void improve_beta(bound *self)
{
    const int64_t c = self->c;
    multiply(self, self->beta, self->product);
    for (int64_t a = 0; a < c; a++)
        self->rest[a] = -self->mean[a] - self->product[a];
    memcpy(self->direction, self->rest, (size_t)c * sizeof(double));
    double square = dot(c, self->rest, self->rest);
    for (int64_t step = 0; step < STEPS * c && square > 0; step++) {
        multiply(self, self->direction, self->product);
        const double curvature = dot(c, self->direction, self->product);
        if (!(curvature > 0))
            return;
        for (int64_t a = 0; a < c; a++) {
            self->beta[a] += square / curvature * self->direction[a];
            self->rest[a] -= square / curvature * self->product[a];
        }
        const double next = dot(c, self->rest, self->rest);
        for (int64_t a = 0; a < c; a++)
            self->direction[a] = self->rest[a] + next / square * self->direction[a];
        square = next;
    }
}

/* loss*(r) by definition, at a residual moved by L_i beta, which becomes r. */
static double move_probabilities(bound *self, const row_target *target)
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
    for (int64_t a = 0; a < c; a++) {
        const double share = target_share(self, target, a);
        double u = fmax(r[a] + share, 0);
        const double change = u * (self->beta[a] - mean);
        r[a] += change;
        u += change;
        self->feasible &= u >= 0;
        conjugate += u > 0 ? u * log(u / total) : 0;
        if (c == 1)
            conjugate += u < 1 ? (1 - u) * log1p(-u) : 0;
    }
    return conjugate;
}

static double move_margins(bound *self, const row_target *target)
{
    double *r = self->rows->residual;
    const int64_t y = target->y;
    const bool squared = self->loss == LINCLASS_LOSS_SQUARED_HINGE;
    double conjugate = 0;
    r[y] = 0;
    for (int64_t j = 0; j < self->c; j++) {
        if (j == y)
            continue;
        r[j] += weight_of_margin(self, r[j]) * (self->beta[j] - self->beta[y]);
        r[y] -= r[j];
        self->feasible &= r[j] >= 0 && (squared || r[j] <= 1);
        if (squared)
            conjugate += r[j] * r[j] / 4 - r[j];
        else if (self->loss == LINCLASS_LOSS_HINGE)
            conjugate -= r[j];
    }
    return conjugate;
}

static void add_to_point(certifier *rows, void *argument, int64_t row, const sample *of)
{
    bound *self = argument;
    const double weight = known_rows_weight(rows->rows, row);
    if (weight == 0)
        return;
    const row_target target = certifier_target(rows, row);
    (void)certifier_set_scores(rows, row, of);
    const double value = set_residual(self, &target);
    const double conjugate =
        self->margins ? move_margins(self, &target) : move_probabilities(self, &target);
    self->apart += weight * (value + conjugate - dot(self->c, rows->residual, rows->scores));
    for (int64_t e = 0; e < of->count; e++) {
        double *G = self->G + (of->features == NULL ? e : of->features[e]) * self->c;
        for (int64_t a = 0; a < self->c; a++)
            G[a] += weight * of->x[e] * rows->residual[a];
    }
}

/* Set beta; false where the mean of the residuals stays. */
static linclass_status balance(bound *self, bool *balanced)
{
    const double W = self->rows->rows->total_weight;
    const int64_t c = self->c;
    memset(self->mean, 0, (size_t)c * sizeof(double));
    memset(self->beta, 0, (size_t)c * sizeof(double));
    *balanced = true;
    if (self->rows->model->bias == NULL)
        return LINCLASS_OK;
    *balanced = false;
    if (self->laplacian == NULL)
        return LINCLASS_OK;
    memset(self->laplacian, 0, (size_t)(c * c) * sizeof(double));
    const linclass_status status = certifier_sweep(self->rows, add_to_mean, self);
    for (int solution = 0; solution < SOLUTIONS; solution++)
        improve_beta(self);
    multiply(self, self->beta, self->product);
    double left = 0;
    for (int64_t a = 0; a < c; a++)
        left = fmax(left, fabs(self->mean[a] + self->product[a]) / W);
    *balanced = left <= BALANCED;
    return status;
}

/* F less the bound, by the rows and G of the point, or its multiple that the l1 penalty allows. */
static double gap_of_point(const bound *self, const linclass_certificate *found)
{
    const double W = self->rows->rows->total_weight;
    const double l1 = self->rows->model->l1;
    const double l2 = self->rows->model->l2;
    double largest = 0;
    for (int64_t e = 0; e < self->n * self->c; e++)
        largest = fmax(largest, fabs(self->G[e]) / W);
    const double rho = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
    double gap = rho * self->apart / W + (1 - rho) * found->loss;
    for (int64_t e = 0; e < self->n * self->c; e++) {
        const double theta = self->rows->theta[e];
        const double g = rho * self->G[e] / W;
        const double beyond = l2 > 0 ? fmax(fabs(g) - l1, 0) : 0;
        gap += l1 * fabs(theta) + l2 / 2 * theta * theta + theta * g;
        gap += beyond > 0 ? beyond * beyond / (2 * l2) : 0;
    }
    return gap;
}

static linclass_status try_point(bound *self, double smoothing, linclass_certificate *found)
{
    bool balanced;
    self->smoothing = smoothing;
    linclass_status status = balance(self, &balanced);
    if (status != LINCLASS_OK || !balanced)
        return status;
    self->feasible = true;
    self->apart = 0;
    memset(self->G, 0, (size_t)(self->n * self->c) * sizeof(double));
    status = certifier_sweep(self->rows, add_to_point, self);
    const double gap = gap_of_point(self, found);
    if (self->feasible && gap < found->duality_gap)
        found->duality_gap = fmax(gap, 0);
    return status;
}

static linclass_status find(bound *self, linclass_certificate *found)
{
    const bool kinked = self->margins && !loss_is_smooth(self->loss);
    const int forms = kinked ? (int)(sizeof SMOOTHINGS / sizeof *SMOOTHINGS) : 1;
    linclass_status status = LINCLASS_OK;
    for (int form = 0; form < forms && status == LINCLASS_OK; form++)
        status = try_point(self, kinked ? SMOOTHINGS[form] : 0, found);
    const double proven = found->objective - found->duality_gap - ROUNDING * found->objective;
    found->duality_gap = found->objective - fmax(proven, 0);
    found->dual_objective = found->objective - found->duality_gap;
    return status;
}

linclass_status lower_bound_find(certifier *rows, linclass_certificate *found)
{
    const linclass_model *model = rows->model;
    bound self = {.rows = rows, .loss = model->loss, .n = rows->n, .c = rows->c};
    self.margins = !loss_gives_probabilities(model->loss);
    found->dual_objective = NAN;
    found->duality_gap = NAN;
    if (!loss_is_convex(model->loss) || (model->l1 == 0 && model->l2 == 0))
        return LINCLASS_OK;
    found->duality_gap = found->objective;
    void *memory;
    linclass_status status = space_lay_out(rows->ctx, lay_out, &self, "the lower bound", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = find(&self, found);
    context_release(rows->ctx, memory);
    return status;
}
