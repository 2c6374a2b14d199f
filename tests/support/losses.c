#include "support/losses.h"

#include <math.h>
#include <stdbool.h>

#include <linclass/linclass.h>

#include "support/reference.h"

long double losses_sigmoid(long double h)
{
    return 1 / (1 + expl(-h));
}

static bool of_one_score(int32_t loss)
{
    return loss == LINCLASS_LOSS_LOGISTIC || loss == LINCLASS_LOSS_SIGMOID_SQUARED;
}

/* s is the score towards the label. */
static long double one_score(int32_t loss, long double h, int64_t y, long double *r)
{
    const long double p = losses_sigmoid(h);
    const long double towards = y == 1 ? h : -h;
    const long double q = losses_sigmoid(-towards);
    const int sign = y == 1 ? -1 : 1;
    if (loss == LINCLASS_LOSS_LOGISTIC) {
        *r = sign * q;
        return towards < 0 ? -towards + log1pl(expl(towards)) : log1pl(expl(-towards));
    }
    *r = sign * q * p * losses_sigmoid(-h);
    return q * q / 2;
}

static long double margins(int32_t loss, int64_t k, const long double *h, int64_t y, long double *r)
{
    const long double label_score = h[y];
    const int margin = loss == LINCLASS_LOSS_PERCEPTRON ? 0 : 1;
    long double sum = 0;
    long double all = 0;
    for (int64_t j = 0; j < k; j++) {
        const long double v = j == y ? -1 : h[j] - label_score + margin;
        const bool violated = loss == LINCLASS_LOSS_PERCEPTRON ? v >= 0 : v > 0;
        const bool squared = loss == LINCLASS_LOSS_SQUARED_HINGE;
        sum += !violated ? 0 : squared ? v * v : v;
        r[j] = !violated ? 0 : squared ? 2 * v : 1;
        all += r[j];
    }
    r[y] = -all;
    return sum;
}

long double losses_mean(int32_t loss, int64_t m, int64_t k, const long double *H, const int64_t *y,
                        long double *R)
{
    if (loss == LINCLASS_LOSS_SOFTMAX) {
        const long double mean = reference_cross_entropy(m, k, H, y);
        reference_residual(m, k, H, y, R);
        return mean;
    }
    long double sum = 0;
    for (int64_t i = 0; i < m && k > 0; i++)
        sum += of_one_score(loss) ? one_score(loss, H[i], y[i], R + i)
                                  : margins(loss, k, H + i * k, y[i], R + i * k);
    return m == 0 ? 0 : sum / m;
}

static double bound_one_score(int32_t loss, arithmetic a, double h, double dh, int64_t y,
                              double *dr)
{
    const double q = (double)losses_sigmoid(y == 1 ? -h : h);
    const double other = (double)losses_sigmoid(y == 1 ? h : -h);
    if (loss == LINCLASS_LOSS_LOGISTIC) {
        long double r;
        *dr = 12 * a.u * q + dh / 4 + a.tiny;
        return 12 * a.u * (double)one_score(loss, h, y, &r) + dh + a.tiny;
    }
    *dr = 40 * a.u * q * q * other + 0.16 * dh + a.tiny;
    return 13 * a.u * q * q + 0.15 * dh + a.tiny;
}

static double bound_margins(int32_t loss, arithmetic a, int64_t k, const long double *h,
                            const double *dh, int64_t y, double *dr)
{
    const bool squared = loss == LINCLASS_LOSS_SQUARED_HINGE;
    double error = 0;
    double all = 0;
    double residuals = 0;
    for (int64_t j = 0; j < k; j++) {
        const double apart = (double)(h[j] - h[y]);
        const double v = apart + (loss != LINCLASS_LOSS_PERCEPTRON);
        const double dv = a.u * (fabs(apart) + fabs(v)) + (dh == NULL ? 0 : dh[j] + dh[y]) + a.tiny;
        const bool unsure = fabs(v) <= dv;
        dr[j] = 0;
        if (j == y || (v < 0 && !unsure))
            continue;
        error += squared ? 2 * fabs(v) * dv + dv * dv : dv;
        dr[j] = squared ? 2 * dv : unsure;
        all += dr[j];
        residuals += squared ? 2 * fabs(v) : 1;
    }
    dr[y] = all + (a.u + (double)k * 0x1p-53) * residuals; /* summed in double, then rounded */
    return error;
}

double losses_bound(int32_t loss, arithmetic a, int64_t m, int64_t k, const long double *H,
                    const double *dH, const int64_t *y, double *dR)
{
    if (loss == LINCLASS_LOSS_SOFTMAX) {
        bounds_residual(a, m, k, H, dH, y, dR);
        return bounds_cross_entropy(a, m, k, H, dH, y);
    }
    double total = 0;
    double losses = 0;
    for (int64_t i = 0; i < m && k > 0; i++) {
        const long double *h = H + i * k;
        const double *dh = dH == NULL ? NULL : dH + i * k;
        double *dr = dR + i * k;
        total += of_one_score(loss)
                     ? bound_one_score(loss, a, (double)h[0], dh == NULL ? 0 : dh[0], y[i], dr)
                     : bound_margins(loss, a, k, h, dh, y[i], dr);
        long double r[1];
        losses += of_one_score(loss) ? (double)one_score(loss, h[0], y[i], r) : 0;
        for (int64_t j = 0; j < k && !of_one_score(loss); j++) {
            const double v = fmax(0, (double)(h[j] - h[y[i]]) + 1);
            losses += loss == LINCLASS_LOSS_SQUARED_HINGE ? v * v : v;
        }
    }
    return m == 0 ? 0 : (total + (double)(m + k + 2) * 0x1p-53 * losses) / (double)m;
}
