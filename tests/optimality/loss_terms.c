#include "loss_terms.h"

#include <math.h>
#include <stdlib.h>

#include <linclass/linclass.h>

/* |second derivative| of (sigmoid(h) - y)^2 / 2 is at most 0.0963. */
static const long double SIGMOID_SQUARED_CURVATURE = 0.1L;

bool loss_is_for_two(int32_t loss)
{
    return loss == LINCLASS_LOSS_LOGISTIC || loss == LINCLASS_LOSS_SIGMOID_SQUARED;
}

int64_t loss_columns(int32_t loss, int64_t k)
{
    return loss_is_for_two(loss) ? 1 : k;
}

bool loss_is_convex(int32_t loss)
{
    return loss != LINCLASS_LOSS_SIGMOID_SQUARED;
}

static long double softmax_terms(int64_t c, const long double *h, int64_t y, long double *r,
                                 long double *H)
{
    long double largest = h[0];
    for (int64_t a = 1; a < c; a++)
        largest = fmaxl(largest, h[a]);
    long double others = 0; /* sum of exp(h - h_y) over the others where y is the largest */
    long double sum = 0;
    for (int64_t a = 0; a < c; a++) {
        r[a] = expl(h[a] - largest);
        sum += r[a];
        others += a != y ? r[a] : 0;
    }
    const long double value = h[y] == largest ? log1pl(others) : largest - h[y] + logl(sum);
    for (int64_t a = 0; a < c; a++)
        r[a] /= sum;
    for (int64_t a = 0; H != NULL && a < c; a++) {
        for (int64_t b = 0; b < c; b++)
            H[a * c + b] = a == b ? 0 : -r[a] * r[b];
    }
    for (int64_t a = 0; H != NULL && a < c; a++) { /* rows sum to 0: no 1 - r[a] */
        for (int64_t b = 0; b < c; b++)
            H[a * c + a] += a == b ? 0 : r[a] * r[b];
    }
    r[y] = -others / sum;
    return value;
}

static long double logistic_terms(long double h, int64_t y, long double *r, long double *H)
{
    const long double toward = y == 1 ? h : -h; /* large: the row is right */
    const long double wrong =
        toward > 0 ? expl(-toward) / (1 + expl(-toward)) : 1 / (1 + expl(toward));
    const long double right =
        toward > 0 ? 1 / (1 + expl(-toward)) : expl(toward) / (1 + expl(toward));
    r[0] = y == 1 ? -wrong : wrong;
    if (H != NULL)
        H[0] = wrong * right;
    return toward > 0 ? log1pl(expl(-toward)) : -toward + log1pl(expl(toward));
}

static long double sigmoid_squared_terms(long double h, int64_t y, long double *r, long double *H)
{
    const long double sigmoid = 1 / (1 + expl(-h));
    const long double slope = sigmoid * (1 / (1 + expl(h)));
    const long double miss = y == 1 ? -1 / (1 + expl(h)) : sigmoid;
    r[0] = miss * slope;
    if (H != NULL)
        H[0] = SIGMOID_SQUARED_CURVATURE;
    return miss * miss / 2;
}

static long double squared_hinge_terms(int64_t c, const long double *h, int64_t y, long double *r,
                                       long double *H)
{
    long double value = 0;
    for (int64_t a = 0; a < c; a++)
        r[a] = 0;
    for (int64_t e = 0; H != NULL && e < c * c; e++)
        H[e] = 0;
    for (int64_t a = 0; a < c; a++) {
        const long double violation = 1 + h[a] - h[y];
        if (a == y || violation <= 0)
            continue;
        value += violation * violation;
        r[a] += 2 * violation;
        r[y] -= 2 * violation;
        if (H == NULL)
            continue;
        H[a * c + a] += 2;
        H[y * c + y] += 2;
        H[a * c + y] -= 2;
        H[y * c + a] -= 2;
    }
    return value;
}

long double loss_terms(int32_t loss, int64_t c, const long double *h, int64_t y, long double *r,
                       long double *H)
{
    switch (loss) {
    case LINCLASS_LOSS_SOFTMAX:
        return softmax_terms(c, h, y, r, H);
    case LINCLASS_LOSS_LOGISTIC:
        return logistic_terms(h[0], y, r, H);
    case LINCLASS_LOSS_SIGMOID_SQUARED:
        return sigmoid_squared_terms(h[0], y, r, H);
    case LINCLASS_LOSS_SQUARED_HINGE:
        return squared_hinge_terms(c, h, y, r, H);
    default:
        abort();
    }
}

long double loss_curvature_bound(int32_t loss, int64_t c, const long double *d)
{
    long double squares = 0;
    for (int64_t a = 0; a < c; a++)
        squares += d[a] * d[a];
    switch (loss) {
    case LINCLASS_LOSS_SOFTMAX: /* the largest eigenvalue of diag(z) - z z^T is at most 1/2 */
        return squares / 2;
    case LINCLASS_LOSS_LOGISTIC:
        return squares / 4;
    case LINCLASS_LOSS_SIGMOID_SQUARED:
        return squares * SIGMOID_SQUARED_CURVATURE;
    case LINCLASS_LOSS_SQUARED_HINGE: /* of 2 sum (d_a - d_y)^2: 2 c for k of them */
        return 2 * (long double)c * squares;
    default:
        abort();
    }
}
