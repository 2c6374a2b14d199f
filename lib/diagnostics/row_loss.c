/* For a label y, with M = max_j h_j, z = softmax(h) and probabilities p to fit to:
 *
 *     softmax           log sum_j exp(h_j - h_y)        z - e_y, in which z_y - 1 = -sum_(j != y) z_j
 *     softmax to p      sum_j p_j (log sum_l exp(h_l - M) + M - h_j)       z sum_j p_j - p
 *     logistic          log(1 + exp(-s))                -+q, q = 1 / (1 + exp(s)), s = +-h
 *     sigmoid squared   q^2 / 2                         -+q^2 (1 - q)
 *     perceptron        sum v_j                         [v_j > 0 or h_j = h_y], v_j = max(0, h_j - h_y)
 *     hinge             sum v_j                         [v_j > 0], v_j = max(0, 1 + h_j - h_y)
 *     squared hinge     sum v_j^2                       2 v_j
 *     Crammer-Singer    max v_j, v as of hinge          1 for the first j with the largest v_j > 0
 *
 * and residual_y = -(sum of the others) in the last four. Hazard: a loss near 0 is the logarithm of a
 * number near 1, which is taken by log1p of what it has more than 1. */
#include "diagnostics/row_loss.h"

#include <math.h>
#include <stdbool.h>

#include <linclass/fit.h>

static double largest(int64_t k, const double *h)
{
    double most = h[0];
    for (int64_t j = 1; j < k; j++)
        most = fmax(most, h[j]);
    return most;
}

static double softmax_to_label(int64_t k, const double *h, int64_t y, double *residual)
{
    const double most = largest(k, h);
    double others = 0; /* sum of exp(h_j - M) but the label's */
    for (int64_t j = 0; j < k; j++) {
        residual[j] = exp(h[j] - most);
        others += j == y ? 0 : residual[j];
    }
    const double sum = others + residual[y];
    for (int64_t j = 0; j < k; j++)
        residual[j] /= sum;
    residual[y] = -others / sum;
    return h[y] == most ? log1p(others) : log(sum) + (most - h[y]);
}

static double softmax_to_probabilities(int64_t k, const double *h, const row_target *target,
                                       double *residual)
{
    const double most = largest(k, h);
    double sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += exp(h[j] - most);
    double loss = 0;
    double total = 0;
    for (int64_t j = 0; j < k; j++) {
        double p = target->smoothing / (double)k + (j == target->y ? 1 - target->smoothing : 0);
        if (target->probabilities != NULL)
            p = target->probabilities[j];
        loss += p * (log(sum) + (most - h[j]));
        total += p;
        residual[j] = -p;
    }
    for (int64_t j = 0; j < k; j++)
        residual[j] += total * (exp(h[j] - most) / sum);
    return loss;
}

static double sigmoid_loss(int32_t loss, double h, int64_t y, double *residual)
{
    const double s = y == 1 ? h : -h;
    const double sign = y == 1 ? -1 : 1;
    const double q = 1 / (1 + exp(s));
    if (loss == LINCLASS_LOSS_SIGMOID_SQUARED) {
        *residual = sign * q * q / (1 + exp(-s));
        return q * q / 2;
    }
    *residual = sign * q;
    return s >= 0 ? log1p(exp(-s)) : log1p(exp(s)) - s;
}

/* h_j - h_y and the margin of the loss, 0 or 1: violated above 0. */
static double excess(int32_t loss, const double *h, int64_t j, int64_t y)
{
    return h[j] - h[y] + (loss == LINCLASS_LOSS_PERCEPTRON ? 0 : 1);
}

static double margin_loss(int32_t loss, int64_t k, const double *h, int64_t y, double *residual)
{
    double value = 0;
    residual[y] = 0;
    for (int64_t j = 0; j < k; j++) {
        if (j == y)
            continue;
        const double v = excess(loss, h, j, y);
        const bool violated = v > 0 || (v == 0 && loss == LINCLASS_LOSS_PERCEPTRON);
        const bool squared = loss == LINCLASS_LOSS_SQUARED_HINGE;
        residual[j] = violated ? (squared ? 2 * v : 1) : 0;
        residual[y] -= residual[j];
        value += violated ? (squared ? v * v : v) : 0;
    }
    return value;
}

static double largest_margin(int64_t k, const double *h, int64_t y, double *residual)
{
    double value = 0;
    int64_t largest = y;
    for (int64_t j = 0; j < k; j++) {
        residual[j] = 0;
        if (j != y && excess(LINCLASS_LOSS_CRAMMER_SINGER, h, j, y) > value) {
            value = excess(LINCLASS_LOSS_CRAMMER_SINGER, h, j, y);
            largest = j;
        }
    }
    residual[largest] = 1;
    residual[y] -= 1;
    return value;
}

double row_loss(int32_t loss, int64_t columns, const double *h, const row_target *target,
                double *residual)
{
    switch (loss) {
    case LINCLASS_LOSS_SOFTMAX:
        if (target->probabilities == NULL && target->smoothing == 0)
            return softmax_to_label(columns, h, target->y, residual);
        return softmax_to_probabilities(columns, h, target, residual);
    case LINCLASS_LOSS_LOGISTIC:
    case LINCLASS_LOSS_SIGMOID_SQUARED:
        return sigmoid_loss(loss, h[0], target->y, residual);
    case LINCLASS_LOSS_PERCEPTRON:
    case LINCLASS_LOSS_HINGE:
    case LINCLASS_LOSS_SQUARED_HINGE:
        return margin_loss(loss, columns, h, target->y, residual);
    case LINCLASS_LOSS_CRAMMER_SINGER:
        return largest_margin(columns, h, target->y, residual);
    }
    return NAN;
}

/* Classes that a change of scores by delta might make the one with the largest violation, but for one. */
static int64_t largest_kinks(int64_t columns, const double *h, int64_t y, double delta)
{
    double most = 0;
    for (int64_t j = 0; j < columns; j++)
        most = j == y ? most : fmax(most, excess(LINCLASS_LOSS_CRAMMER_SINGER, h, j, y));
    int64_t count = most < delta;
    for (int64_t j = 0; j < columns; j++)
        count += j != y && excess(LINCLASS_LOSS_CRAMMER_SINGER, h, j, y) >= most - delta;
    return count - 1;
}

int64_t row_loss_kinks(int32_t loss, int64_t columns, const double *h, int64_t y, double delta)
{
    if (loss == LINCLASS_LOSS_CRAMMER_SINGER)
        return largest_kinks(columns, h, y, 2 * delta);
    if (loss != LINCLASS_LOSS_PERCEPTRON && loss != LINCLASS_LOSS_HINGE)
        return 0;
    int64_t count = 0;
    for (int64_t j = 0; j < columns; j++)
        count += j != y && fabs(excess(loss, h, j, y)) < delta;
    return count;
}

double row_loss_sensitivity(int32_t loss, int64_t columns, const double *h, int64_t y, double delta)
{
    switch (loss) {
    case LINCLASS_LOSS_SOFTMAX:
        return delta / 2; /* sum_d |dz_c/dh_d| = 2 z_c (1 - z_c) */
    case LINCLASS_LOSS_LOGISTIC:
    case LINCLASS_LOSS_SIGMOID_SQUARED:
        return delta / 4; /* q (1 - q), and less */
    case LINCLASS_LOSS_SQUARED_HINGE:
        return 4 * delta * (double)(columns > 1 ? columns - 1 : 0);
    case LINCLASS_LOSS_PERCEPTRON:
    case LINCLASS_LOSS_HINGE:
    case LINCLASS_LOSS_CRAMMER_SINGER:
        return (double)row_loss_kinks(loss, columns, h, y, 2 * delta);
    }
    return NAN;
}
