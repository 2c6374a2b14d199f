/* With g the mean residual, L the mean of L_i and k scores:
 *
 *     L beta = -g,  beta shortened to a range of 1;    g' = g + L beta,  the mean probabilities p' = p + L beta
 *     probabilities   epsilon = max_c g'_c / p'_c,           q = p' - g' / epsilon
 *     margins         epsilon = rho / (1 + rho),             base = -(1 - epsilon) g' / (2 k epsilon)
 *                     rho = (max g' - min g') / (2 k level), level = half of the smallest class's weight
 *
 * so that (1 - epsilon) g' + epsilon (the mean of the base) = 0. Near the best intercepts g is small, beta too, and
 * nothing but rounding is left for the base. L is singular: a constant in beta changes nothing, and there may be
 * more such directions, in which g is 0 as well. A pivot that is rounding leaves its unknown at 0. */
#include "objective/dual_balance.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double NEGLIGIBLE = 1e-15; /* a share: what is left is rounding */
static const double LEAST_PIVOT = 1e-13;
enum { SOLUTIONS = 2, TERMS = 20 };

int64_t dual_balance_work(int64_t k, bool with_laplacian)
{
    return 5 * k + (with_laplacian ? k * k : 0);
}

static double range_of(int64_t k, const double *v)
{
    double least = k > 0 ? v[0] : 0;
    double most = least;
    for (int64_t c = 0; c < k; c++) {
        least = fmin(least, v[c]);
        most = fmax(most, v[c]);
    }
    return k == 1 ? fabs(most) : most - least;
}

/* log x for 0 < x < infinity, in operations whose bits are the same everywhere: x = 2^e f and
 * log f = 2 (t + t^3 / 3 + t^5 / 5 + ...), t = (f - 1) / (f + 1), |t| <= 1/3. */
static double logarithm(double x)
{
    int exponent;
    const double f = frexp(x, &exponent);
    const double t = (f - 1) / (f + 1);
    double sum = 0;
    for (int i = TERMS; i >= 0; i--)
        sum = sum * t * t + 1.0 / (2 * i + 1);
    return exponent * 0x1.62e42fefa39efp-1 + 2 * t * sum;
}

static double negative_entropy(double p)
{
    return p > 0 ? p * logarithm(p) : 0;
}

/* The factor of A, scaled to a diagonal of ones, in place; an unknown that is left at 0 has a diagonal of infinity. */
static void factor(int64_t k, double *A, double *scale)
{
    for (int64_t i = 0; i < k; i++)
        scale[i] = A[i * k + i] > 0 ? 1 / sqrt(A[i * k + i]) : 0;
    for (int64_t i = 0; i < k; i++) {
        for (int64_t j = 0; j <= i; j++) {
            double sum = i == j ? (double)(scale[i] > 0) : A[i * k + j] * scale[i] * scale[j];
            for (int64_t l = 0; l < j; l++)
                sum -= A[i * k + l] * A[j * k + l];
            if (i == j)
                A[i * k + i] = sum > LEAST_PIVOT ? sqrt(sum) : INFINITY;
            else
                A[i * k + j] = sum / A[j * k + j];
        }
    }
}

/* v := A^-1 v by the factor. */
static void solve(int64_t k, const double *A, const double *scale, double *v)
{
    for (int64_t i = 0; i < k; i++) {
        v[i] *= scale[i];
        for (int64_t l = 0; l < i; l++)
            v[i] -= A[i * k + l] * v[l];
        v[i] /= A[i * k + i];
    }
    for (int64_t i = k - 1; i >= 0; i--) {
        for (int64_t l = i + 1; l < k; l++)
            v[i] -= A[l * k + i] * v[l];
        v[i] /= A[i * k + i];
    }
    for (int64_t i = 0; i < k; i++)
        v[i] *= scale[i];
}

/* change := L beta, L by its lower triangle. */
static void multiply(int64_t k, const double *L, const double *beta, double *change)
{
    memset(change, 0, (size_t)k * sizeof(double));
    for (int64_t i = 0; i < k; i++) {
        for (int64_t j = 0; j < i; j++) {
            change[i] += L[i * k + j] * beta[j];
            change[j] += L[i * k + j] * beta[i];
        }
        change[i] += L[i * k + i] * beta[i];
    }
}

typedef struct balance {
    int64_t k;
    double *residual; /* g */
    double *mass;
    const double *laplacian;
    double *beta;
    double *change; /* L beta */
    double *scale;
    double *rest;   /* what is left of -g; then the base */
    double *factor; /* k x k */
} balance;

/* Solve L beta = -g, with a correction for what rounding left. */
static void find_tilt(balance *self)
{
    const int64_t k = self->k;
    memcpy(self->factor, self->laplacian, (size_t)(k * k) * sizeof(double));
    factor(k, self->factor, self->scale);
    for (int round = 0; round < SOLUTIONS; round++) {
        multiply(k, self->laplacian, self->beta, self->change);
        for (int64_t c = 0; c < k; c++)
            self->rest[c] = -self->residual[c] - self->change[c];
        solve(k, self->factor, self->scale, self->rest);
        for (int64_t c = 0; c < k; c++)
            self->beta[c] += isfinite(self->rest[c]) ? self->rest[c] : 0;
    }
    const double range = range_of(k, self->beta);
    for (int64_t c = 0; c < k && range > 1; c++)
        self->beta[c] /= range;
    multiply(k, self->laplacian, self->beta, self->change);
}

static void share_probabilities(const balance *self, dual_point *point)
{
    const int64_t k = self->k;
    double share = 0;
    double total = k == 1 ? 1 : 0;
    for (int64_t c = 0; c < k; c++) {
        const double g = self->residual[c];
        const double p = g > 0 || k > 1 ? self->mass[c] : 1 - self->mass[c];
        share = fmax(share, p > 0 && (g > 0 || k == 1) ? fabs(g) / p : 0);
        total += k == 1 ? 0 : self->mass[c];
    }
    point->share = share > NEGLIGIBLE ? fmin(share, 1) : 0;
    point->level = 0;
    for (int64_t c = 0; c < k && point->share > 0; c++) {
        const double q = (self->mass[c] - self->residual[c] / point->share) / total;
        self->rest[c] = fmin(fmax(q, 0), 1);
        point->level += negative_entropy(self->rest[c]);
    }
    if (k == 1 && point->share > 0)
        point->level += negative_entropy(1 - self->rest[0]);
    point->base = self->rest;
}

static bool share_margins(const balance *self, dual_point *point)
{
    const int64_t k = self->k;
    const double range = range_of(k, self->residual);
    double least = INFINITY;
    for (int64_t c = 0; c < k; c++)
        least = fmin(least, self->mass[c]);
    point->base = self->rest;
    point->mass = self->mass;
    point->level = least / 2;
    point->share = 0;
    if (!(range > NEGLIGIBLE))
        return true;
    if (!(least > 0))
        return false;
    const double rho = range / (2 * (double)k * point->level);
    point->share = rho / (1 + rho);
    for (int64_t c = 0; c < k; c++)
        self->rest[c] = -self->residual[c] / rho / (2 * (double)k);
    return true;
}

bool dual_balance(int64_t k, double total_weight, const dual_sums *sums, double *work,
                  dual_point *point)
{
    balance self = {
        .k = k,
        .residual = sums->residual,
        .mass = sums->mass,
        .laplacian = sums->laplacian,
        .beta = work,
        .change = work + k,
        .scale = work + 2 * k,
        .rest = work + 3 * k,
        .factor = work + 4 * k,
    };
    for (int64_t c = 0; c < k; c++) {
        sums->residual[c] /= total_weight;
        sums->mass[c] /= total_weight;
    }
    for (int64_t e = 0; sums->laplacian != NULL && e < k * k; e++)
        sums->laplacian[e] /= total_weight;
    memset(work, 0, (size_t)(2 * k) * sizeof(double));
    point->tilt = NULL;
    if (sums->laplacian != NULL) {
        find_tilt(&self);
        point->tilt = self.beta;
    }
    for (int64_t c = 0; c < k; c++) {
        sums->residual[c] += self.change[c];
        sums->mass[c] += loss_dual_is_of_shares(point->kind) ? self.change[c] : 0;
    }
    if (!loss_dual_is_of_shares(point->kind))
        return share_margins(&self, point);
    share_probabilities(&self, point);
    return true;
}
