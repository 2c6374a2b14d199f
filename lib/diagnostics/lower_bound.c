/* A lower bound of the minimum of F, from a point of the dual problem that the model suggests (docs/mathematics.md):
 *
 *     D = -sum s_i loss*(r_i) - |(|G| - l1)_+|^2 / (2 l2),   G = sum s_i x_i r_i^T,   sum s_i r_i = 0 with intercepts
 *
 * or, where the l1 penalty is of the rows of theta, |(||G_j||_2 - l1)_+|^2 / (2 l2), a row at a time.
 *
 * One pass finds the mean of the residuals and the matrix L that says what a shift beta of the scores does to it, one
 * forms the rows r_i = residual + L_i beta with L beta = -mean, their conjugates by definition, G and their mean. Where
 * the rows leave the domain, or nothing balances them, r = 0 is left: all losses are at least 0, and so is F. Hinge and
 * perceptron have residuals that jump: theirs are those of smoothed forms, a = t / mu within 0..1; those of Crammer and
 * Singer's loss the nearest point to t / mu of a >= 0, sum a <= 1. */
#include "diagnostics/lower_bound.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "diagnostics/bound_sums.h"
#include "diagnostics/row_products.h"
#include "sweep/losses.h"

static const double ROUNDING = 1e-13; /* of F: what sums over the rows may be off by */
/* Those that the smoothing solver ends with, which goes down by halves or, of few parameters, by thirds: what a model
 * proves falls steeply beside its own. Narrower ones are no better once some were not. */
static const double SMOOTHINGS[] = {10,      3,       1,       0.5,     0.3,     0x1p-2,  0x1p-3,
                                    0.1,     0x1p-4,  0x1p-5,  0.03,    0x1p-6,  0.01,    0x1p-7,
                                    0x1p-8,  3e-3,    0x1p-9,  1e-3,    0x1p-10, 0x1p-11, 3e-4,
                                    0x1p-12, 0x1p-13, 1e-4,    0x1p-14, 3e-5,    0x1p-15, 0x1p-16,
                                    1e-5,    0x1p-17, 0x1p-18, 3e-6,    0x1p-19, 1e-6};
static const double REDUCTION = 1e-24; /* of the square of what is left, by one solution */
enum { SOLUTIONS = 3, STEPS = 3, MOST_WORSE = 6 };

typedef struct bound {
    certificate_source *rows;
    int64_t n;
    int64_t c;
    bool balanced;     /* whether the intercepts ask for it, and there are not too many of them */
    double weight;     /* W */
    double *mean;      /* c: sums of the residuals */
    double *laplacian; /* c x c, behind them */
    double *beta;      /* c */
    double *rest;      /* c: -mean - L beta; then the direction of a row */
    double *direction; /* c */
    double *product;   /* c */
    double *point;     /* the sums of a dual point */
} bound;

static void lay_out(void *owner, space_plan *plan)
{
    bound *self = owner;
    self->mean = space_doubles(plan, self->balanced ? self->c + 1 : 0, self->c);
    self->laplacian = self->balanced && self->mean != NULL ? self->mean + self->c : NULL;
    self->beta = space_doubles(plan, self->c, 1);
    self->rest = space_doubles(plan, self->c, 1);
    self->direction = space_doubles(plan, self->c, 1);
    self->product = space_doubles(plan, self->c, 1);
    self->point = space_doubles(plan, (self->n + 1) * self->c + POINT_ARRAYS, 1);
}

static void multiply(const bound *self, const double *v, double *product)
{
    for (int64_t a = 0; a < self->c; a++)
        product[a] = row_dot(self->c, self->laplacian + a * self->c, v);
}

/* Take the same from all columns: what L has no part in, and rounding would otherwise be solved for. */
static void balance_columns(int64_t c, double *v)
{
    double mean = 0;
    for (int64_t a = 0; a < c; a++)
        mean += v[a] / (double)c;
    for (int64_t a = 0; a < c && c > 1; a++)
        v[a] -= mean;
}

/* Conjugate gradients from beta, until what is left is rounding of where they began. */
static void improve_beta(bound *self)
{
    const int64_t c = self->c;
    multiply(self, self->beta, self->product);
    for (int64_t a = 0; a < c; a++)
        self->rest[a] = -self->mean[a] - self->product[a];
    balance_columns(c, self->rest);
    memcpy(self->direction, self->rest, (size_t)c * sizeof(double));
    double square = row_dot(c, self->rest, self->rest);
    const double least = REDUCTION * square;
    for (int64_t step = 0; step < STEPS * c && square > least; step++) {
        multiply(self, self->direction, self->product);
        const double curvature = row_dot(c, self->direction, self->product);
        if (!(curvature > 0))
            return;
        for (int64_t a = 0; a < c; a++) {
            self->beta[a] += square / curvature * self->direction[a];
            self->rest[a] -= square / curvature * self->product[a];
        }
        balance_columns(c, self->rest);
        const double next = row_dot(c, self->rest, self->rest);
        for (int64_t a = 0; a < c; a++)
            self->direction[a] = self->rest[a] + next / square * self->direction[a];
        square = next;
    }
}

/* Set beta; false where the mean of the residuals stays. */
static linclass_status balance(bound *self, double smoothing, bool *balanced)
{
    const int64_t c = self->c;
    memset(self->beta, 0, (size_t)c * sizeof(double));
    *balanced = self->rows->of->model->bias == NULL;
    if (!self->balanced)
        return LINCLASS_OK;
    const certificate_pass pass = {.kind = CERTIFICATE_BALANCE, .smoothing = smoothing};
    memset(self->mean, 0, (size_t)(c + c * c) * sizeof(double));
    const linclass_status status = self->rows->add(self->rows, &pass, self->mean);
    for (int solution = 0; solution < SOLUTIONS; solution++)
        improve_beta(self);
    multiply(self, self->beta, self->product);
    double left = 0;
    for (int64_t a = 0; a < c; a++)
        left = fmax(left, fabs(self->mean[a] + self->product[a]) / self->weight);
    *balanced = left <= BALANCED;
    return status;
}

/* Whether a bound of the fit ends the way of a weight whose product with the samples is G. */
static bool ends_at_bound(const linclass_model *model, double G)
{
    return isfinite(G > 0 ? model->weight_min : model->weight_max);
}

static double penalised(const linclass_model *model, double theta, double g)
{
    return model->l1 * fabs(theta) + model->l2 / 2 * theta * theta + theta * g;
}

/* Where that is least, within the bounds of the fit; theta where rounding has put g beyond the end of the domain. */
static double least_point(const linclass_model *model, double theta, double g)
{
    const double beyond = fabs(g) - model->l1;
    if (!(beyond > 0))
        return 0;
    const double size = model->l2 > 0 ? beyond / model->l2 : (double)INFINITY;
    const double least = g > 0 ? fmax(-size, model->weight_min) : fmin(size, model->weight_max);
    return isinf(least) ? theta : least;
}

/* The largest |G| that has to be at most l1 where there is no l2 penalty, times W. */
static double largest_product(const bound *self, const double *G)
{
    const linclass_model *model = self->rows->of->model;
    double largest = 0;
    for (int64_t e = 0; model->group_l1 && e < self->n * self->c; e += self->c)
        largest = fmax(largest, row_norm(self->c, G + e));
    for (int64_t e = 0; !model->group_l1 && e < self->n * self->c; e++)
        largest = ends_at_bound(model, G[e]) ? largest : fmax(largest, fabs(G[e]));
    return largest;
}

/* The penalty and <theta, g>, less their least value, of the weights of row j; g = share G. */
static double gap_of_row(const bound *self, int64_t j, double share, const double *G)
{
    const linclass_model *model = self->rows->of->model;
    double gap = 0;
    for (int64_t e = j * self->c; !model->group_l1 && e < (j + 1) * self->c; e++) {
        const double theta = self->rows->of->theta[e];
        const double g = share * G[e];
        gap += penalised(model, theta, g) - penalised(model, least_point(model, theta, g), g);
    }
    if (!model->group_l1)
        return gap;
    const double *const theta = self->rows->of->theta + j * self->c;
    const double norm = row_norm(self->c, theta);
    const double beyond = fmax(share * row_norm(self->c, G + j * self->c) - model->l1, 0);
    gap = model->l1 * norm + model->l2 / 2 * norm * norm +
          share * row_dot(self->c, theta, G + j * self->c);
    return model->l2 > 0 ? gap + beyond * beyond / (2 * model->l2) : gap;
}

/* F less the bound, by the rows and G of the point, or its multiple that the l1 penalty allows. */
static double gap_of_point(const bound *self, const linclass_certificate *found)
{
    const double W = self->weight;
    const linclass_model *model = self->rows->of->model;
    const double *const G = self->point + POINT_ARRAYS;
    const double largest = largest_product(self, G) / W;
    const double rho = model->l2 > 0 || !(largest > model->l1) ? 1 : model->l1 / largest;
    double gap = rho * self->point[POINT_APART] / W + (1 - rho) * found->loss;
    for (int64_t j = 0; j < self->n; j++)
        gap += gap_of_row(self, j, rho / W, G);
    return gap;
}

/* Whether the rows of the point are in the domain and balanced, whatever was expected of beta: where all rows but a few
 * are certain, beta is so large that what rounding makes of L_i is all there is of it. */
static bool is_dual_point(const bound *self, double objective)
{
    const double *const mean = self->point + POINT_ARRAYS + self->n * self->c;
    double left = 0;
    for (int64_t a = 0; a < self->c && self->rows->of->model->bias != NULL; a++)
        left = fmax(left, fabs(mean[a]));
    return self->point[POINT_OUTSIDE] == 0 &&
           left <= BALANCED * fmax(self->weight * objective, self->point[POINT_SIZE]);
}

static linclass_status try_point(bound *self, double smoothing, linclass_certificate *found)
{
    bool balanced;
    linclass_status status = balance(self, smoothing, &balanced);
    if (status != LINCLASS_OK || !balanced)
        return status;
    const certificate_pass pass = {
        .kind = CERTIFICATE_POINT, .smoothing = smoothing, .beta = self->beta};
    memset(self->point, 0, (size_t)((self->n + 1) * self->c + POINT_ARRAYS) * sizeof(double));
    status = self->rows->add(self->rows, &pass, self->point);
    const double gap = gap_of_point(self, found);
    if (is_dual_point(self, found->objective) && gap < found->duality_gap)
        found->duality_gap = fmax(gap, 0);
    return status;
}

static linclass_status find(bound *self, linclass_certificate *found)
{
    const bool kinked = !loss_is_smooth(self->rows->of->model->loss);
    const int forms = kinked ? (int)(sizeof SMOOTHINGS / sizeof *SMOOTHINGS) : 1;
    linclass_status status = LINCLASS_OK;
    int worse = 0;
    for (int form = 0; form < forms && status == LINCLASS_OK && worse < MOST_WORSE; form++) {
        const double before = found->duality_gap;
        status = try_point(self, kinked ? SMOOTHINGS[form] : 0, found);
        worse += before < found->objective && found->duality_gap == before;
    }
    const double proven = found->objective - found->duality_gap - ROUNDING * found->objective;
    found->duality_gap = found->objective - fmax(proven, 0);
    found->dual_objective = found->objective - found->duality_gap;
    return status;
}

linclass_status lower_bound_find(certificate_source *rows, double weight,
                                 linclass_certificate *found)
{
    const linclass_model *model = rows->of->model;
    bound self = {.rows = rows, .n = rows->of->n, .c = rows->of->c, .weight = weight};
    self.balanced = model->bias != NULL && self.c <= CERTIFICATE_MOST_BALANCED;
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
