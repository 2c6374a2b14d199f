#include "support/losses.h"

#include <math.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "support/reference.h"

/* |second derivative| of (sigmoid(h) - y)^2 / 2 is at most 0.0963. */
static const long double SIGMOID_SQUARED_CURVATURE = 0.1L;

/* Losses that are sums over the classes j != y of a function of v = h_j - h_y + margin, 0 for v < 0. */
typedef struct margin_loss {
    int margin;
    long double (*value)(long double v);
    long double (*slope)(long double v);
    long double (*curvature)(long double v);
    double jump;              /* of the slope at v = 0 */
    double largest_curvature; /* of one v */
} margin_loss;

static long double nothing(long double v)
{
    (void)v;
    return 0;
}

static long double part_above_zero(long double v)
{
    return v > 0 ? v : 0;
}

static long double step(long double v)
{
    return v > 0;
}

/* A tie is a violation. */
static long double step_with_ties(long double v)
{
    return v >= 0;
}

static long double square(long double v)
{
    return v > 0 ? v * v : 0;
}

static long double twice(long double v)
{
    return v > 0 ? 2 * v : 0;
}

static long double two(long double v)
{
    return v > 0 ? 2 : 0;
}

/* The largest v_j = max(0, h_j - h_y + 1), and for r the first class that has it. */
static long double largest_margin_row(int64_t k, const long double *h, int64_t y, long double *r,
                                      long double *H)
{
    long double largest = 0;
    int64_t winner = y;
    for (int64_t j = 0; j < k; j++) {
        const long double v = h[j] - h[y] + 1;
        if (j == y || !(v > largest))
            continue;
        largest = v;
        winner = j;
    }
    for (int64_t j = 0; j < k; j++)
        r[j] = (j == winner) - (j == y);
    for (int64_t e = 0; H != NULL && e < k * k; e++)
        H[e] = 0;
    return largest;
}

/* Of a row of several scores. Where two violations are as large within their rounding, any of them may be taken. */
static double largest_margin_bound(arithmetic a, int64_t k, const long double *h, const double *dh,
                                   int64_t y, double *dr, double *losses)
{
    double error = 0;
    double largest = 0;
    for (int64_t j = 0; j < k; j++)
        largest = j == y ? largest : fmax(largest, (double)(h[j] - h[y] + 1));
    int64_t near = 0;
    for (int64_t j = 0; j < k; j++) {
        const double apart = (double)(h[j] - h[y]);
        const double dv =
            a.u * (fabs(apart) + fabs(apart + 1)) + (dh == NULL ? 0 : dh[j] + dh[y]) + a.tiny;
        const double v = j == y ? 0 : apart + 1;
        dr[j] = v >= largest - 2 * dv;
        near += dr[j] > 0;
        error = fmax(error, j == y ? 0 : dv);
    }
    for (int64_t j = 0; j < k; j++)
        dr[j] = near > 1 && (dr[j] > 0 || j == y);
    *losses += largest;
    return error;
}

static const margin_loss PERCEPTRON = {0, part_above_zero, step_with_ties, nothing, 1, 0};
static const margin_loss HINGE = {1, part_above_zero, step, nothing, 1, 0};
static const margin_loss SQUARED_HINGE = {1, square, twice, two, 0, 2};

static long double softmax_row(int64_t k, const long double *h, int64_t y, long double *r,
                               long double *H)
{
    long double largest = h[0];
    for (int64_t a = 1; a < k; a++)
        largest = fmaxl(largest, h[a]);
    long double others = 0; /* sum of exp(h - h_y) over the others where y is the largest */
    long double sum = 0;
    for (int64_t a = 0; a < k; a++) {
        r[a] = expl(h[a] - largest);
        sum += r[a];
        others += a != y ? r[a] : 0;
    }
    const long double value = h[y] == largest ? log1pl(others) : largest - h[y] + logl(sum);
    for (int64_t a = 0; a < k; a++)
        r[a] /= sum;
    for (int64_t a = 0; H != NULL && a < k; a++) {
        for (int64_t b = 0; b < k; b++)
            H[a * k + b] = a == b ? 0 : -r[a] * r[b];
    }
    for (int64_t a = 0; H != NULL && a < k; a++) { /* rows sum to 0: no 1 - r[a] */
        for (int64_t b = 0; b < k; b++)
            H[a * k + a] += a == b ? 0 : r[a] * r[b];
    }
    r[y] = -others / sum;
    return value;
}

static long double logistic_row(int64_t k, const long double *h, int64_t y, long double *r,
                                long double *H)
{
    (void)k;
    const long double toward = y == 1 ? h[0] : -h[0]; /* large: the row is right */
    const long double wrong =
        toward > 0 ? expl(-toward) / (1 + expl(-toward)) : 1 / (1 + expl(toward));
    const long double right =
        toward > 0 ? 1 / (1 + expl(-toward)) : expl(toward) / (1 + expl(toward));
    r[0] = y == 1 ? -wrong : wrong;
    if (H != NULL)
        H[0] = wrong * right;
    return toward > 0 ? log1pl(expl(-toward)) : -toward + log1pl(expl(toward));
}

static long double sigmoid_squared_row(int64_t k, const long double *h, int64_t y, long double *r,
                                       long double *H)
{
    (void)k;
    const long double wrong = losses_sigmoid(y == 1 ? -h[0] : h[0]);
    const long double slope = losses_sigmoid(h[0]) * losses_sigmoid(-h[0]);
    r[0] = (y == 1 ? -wrong : wrong) * slope;
    if (H != NULL)
        H[0] = SIGMOID_SQUARED_CURVATURE;
    return wrong * wrong / 2;
}

static long double margin_row(const margin_loss *form, int64_t k, const long double *h, int64_t y,
                              long double *r, long double *H)
{
    const long double label_score = h[y]; /* r may be h */
    long double value = 0;
    long double all = 0;
    for (int64_t e = 0; H != NULL && e < k * k; e++)
        H[e] = 0;
    for (int64_t j = 0; j < k; j++) {
        if (j == y)
            continue;
        const long double v = h[j] - label_score + form->margin;
        value += form->value(v);
        r[j] = form->slope(v);
        all += r[j];
        if (H == NULL)
            continue;
        const long double curvature = form->curvature(v);
        H[j * k + j] += curvature;
        H[y * k + y] += curvature;
        H[j * k + y] -= curvature;
        H[y * k + j] -= curvature;
    }
    r[y] = -all;
    return value;
}

static double logistic_bound(arithmetic a, double h, double dh, int64_t y, double *dr)
{
    const long double score = h;
    long double r;
    const double value = (double)logistic_row(1, &score, y, &r, NULL);
    *dr = 12 * a.u * fabs((double)r) + dh / 4 + a.tiny;
    return 12 * a.u * value + dh + a.tiny;
}

static double sigmoid_squared_bound(arithmetic a, double h, double dh, int64_t y, double *dr)
{
    const double q = (double)losses_sigmoid(y == 1 ? -h : h);
    const double other = (double)losses_sigmoid(y == 1 ? h : -h);
    *dr = 40 * a.u * q * q * other + 0.16 * dh + a.tiny;
    return 13 * a.u * q * q + 0.15 * dh + a.tiny;
}

typedef struct loss_entry {
    loss_definition facts;
    long double (*row)(int64_t k, const long double *h, int64_t y, long double *r, long double *H);
    double (*bound)(arithmetic a, double h, double dh, int64_t y, double *dr); /* of one score */
    const margin_loss *margin; /* instead of row and bound */
    double curvature; /* the largest eigenvalue of the second derivative, but for margins */
} loss_entry;

const double losses_worked[WORKED_SCORES] = {1, 1.5, -2, 3};

/* The numbers and the names never change: programs and files contain them. */
static const loss_entry LOSSES[] = {
    [1] = {.facts = {LINCLASS_LOSS_SOFTMAX, "softmax", .convex = true, .smooth = true,
                     .probabilities = true, .worked_loss = 2.311303421481354,
                     .worked_residual = {-0.90086804340668, 0.1634409654415285,
                                         0.004935489500351745, 0.7324915884647998}},
           .row = softmax_row,
           .curvature = 0.5}, /* diag(z) - z z^T */
    [2] = {.facts = {LINCLASS_LOSS_LOGISTIC, "logistic", .one_score = true, .convex = true,
                     .smooth = true, .probabilities = true, .worked_loss = 1.3132616875182228,
                     .worked_residual = {0.7310585786300049}},
           .row = logistic_row,
           .bound = logistic_bound,
           .curvature = 0.25},
    [3] = {.facts = {LINCLASS_LOSS_SIGMOID_SQUARED, "sigmoid-squared", .one_score = true,
                     .smooth = true, .probabilities = true, .worked_loss = 0.2672233226942615,
                     .worked_residual = {0.14373484045721513}},
           .row = sigmoid_squared_row,
           .bound = sigmoid_squared_bound,
           .curvature = 0.1},
    [4] = {.facts = {LINCLASS_LOSS_PERCEPTRON, "perceptron", .convex = true,
                     .worked_loss = 2.5, /* 0.5 + 2 */
                     .worked_residual = {-2, 1, 0, 1}},
           .margin = &PERCEPTRON},
    [5] = {.facts = {LINCLASS_LOSS_HINGE, "hinge", .convex = true, .worked_loss = 4.5, /* 1.5 + 3 */
                     .worked_residual = {-2, 1, 0, 1}},
           .margin = &HINGE},
    [6] = {.facts = {LINCLASS_LOSS_SQUARED_HINGE, "squared-hinge", .convex = true, .smooth = true,
                     .worked_loss = 11.25, /* 2.25 + 9 */
                     .worked_residual = {-9, 3, 0, 6}},
           .margin = &SQUARED_HINGE},
    [7] = {.facts = {LINCLASS_LOSS_CRAMMER_SINGER, "crammer-singer", .convex = true,
                     .worked_loss = 3, .worked_residual = {-1, 0, 0, 1}},
           .row = largest_margin_row},
};

bool losses_defined(int32_t loss)
{
    return loss > 0 && loss < (int32_t)(sizeof LOSSES / sizeof *LOSSES);
}

static const loss_entry *entry(int32_t loss)
{
    if (!losses_defined(loss))
        abort();
    return &LOSSES[loss];
}

const loss_definition *losses_find(int32_t loss)
{
    return &entry(loss)->facts;
}

int64_t losses_columns(int32_t loss, int64_t k)
{
    return losses_find(loss)->one_score ? 1 : k;
}

long double losses_sigmoid(long double h)
{
    return 1 / (1 + expl(-h));
}

long double losses_row(int32_t loss, int64_t k, const long double *h, int64_t y, long double *r,
                       long double *H)
{
    const loss_entry *of = entry(loss);
    return of->margin != NULL ? margin_row(of->margin, k, h, y, r, H) : of->row(k, h, y, r, H);
}

long double losses_of_classes(int32_t loss, int64_t k, const long double *h, int64_t y)
{
    long double r[LOSS_SCORES];
    if (k > LOSS_SCORES)
        abort();
    if (!losses_find(loss)->one_score)
        return losses_row(loss, k, h, y, r, NULL);
    const long double difference = h[1] - h[0];
    return losses_row(loss, 1, &difference, y, r, NULL);
}

/* The second derivative of a margin loss is at most c sum (d_j - d_y)^2: c times 2 k for k of them. */
long double losses_curvature_bound(int32_t loss, int64_t k, const long double *d)
{
    const loss_entry *of = entry(loss);
    long double squares = 0;
    for (int64_t a = 0; a < k; a++)
        squares += d[a] * d[a];
    if (of->margin != NULL)
        return of->margin->largest_curvature * (long double)k * squares;
    return of->curvature * squares;
}

long double losses_growth(int32_t loss, long double largest)
{
    const margin_loss *form = entry(loss)->margin;
    return form == NULL ? 1 : fmaxl(1, form->largest_curvature / 2 * largest);
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
        sum += losses_row(loss, k, H + i * k, y[i], R + i * k, NULL);
    return m == 0 ? 0 : sum / m;
}

/* Of a row; the loss itself is added to *losses. */
static double margin_bound(const margin_loss *form, arithmetic a, int64_t k, const long double *h,
                           const double *dh, int64_t y, double *dr, double *losses)
{
    double error = 0;
    double all = 0;
    double residuals = 0;
    for (int64_t j = 0; j < k; j++) {
        const double apart = (double)(h[j] - h[y]);
        const double v = apart + form->margin;
        const double dv = a.u * (fabs(apart) + fabs(v)) + (dh == NULL ? 0 : dh[j] + dh[y]) + a.tiny;
        const bool unsure = fabs(v) <= dv;
        dr[j] = 0;
        if (j == y || (v < 0 && !unsure))
            continue;
        const double steepest = (double)form->slope(v + dv);
        error += steepest * dv;
        dr[j] = form->largest_curvature * dv + (unsure ? form->jump : 0);
        all += dr[j];
        residuals += steepest;
        *losses += (double)form->value(v);
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
    const loss_entry *of = entry(loss);
    double total = 0;
    double losses = 0;
    for (int64_t i = 0; i < m && k > 0; i++) {
        const long double *h = H + i * k;
        const double *dh = dH == NULL ? NULL : dH + i * k;
        double *dr = dR + i * k;
        if (of->margin != NULL) {
            total += margin_bound(of->margin, a, k, h, dh, y[i], dr, &losses);
            continue;
        }
        if (!of->facts.one_score) {
            total += largest_margin_bound(a, k, h, dh, y[i], dr, &losses);
            continue;
        }
        long double r;
        total += of->bound(a, (double)h[0], dh == NULL ? 0 : dh[0], y[i], dr);
        losses += (double)of->row(1, h, y[i], &r, NULL);
    }
    return m == 0 ? 0 : (total + (double)(m + k + 2) * 0x1p-53 * losses) / (double)m;
}
