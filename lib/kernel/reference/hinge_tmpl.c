/* Perceptron and hinge losses of several classes, in plain C. With the violations
 *
 *   v_j = max(0, h_j - h_y + margin) for j != y
 *
 *   multiclass_perceptron  margin 0+  loss = sum v_j     residual_j = [v_j > 0]
 *   multiclass_hinge       margin 1   loss = sum v_j     residual_j = [v_j > 0]
 *   squared_hinge          margin 1   loss = sum v_j^2   residual_j = 2 v_j
 *
 * and residual_y = -(sum of the others).
 *
 * The perceptron's margin is the least positive number: lost in any difference of scores but 0, it makes
 * a tie a violation, as in Rosenblatt's rule, or parameters of zero would be at rest. The loss is without it.
 *
 * Hazards. A violation of 1e30 has its square in double. An infinite h_y would make every violation 0,
 * and a comparison hides an infinite one: h_y - h_y and v_j - v_j, 0 or NaN, are added to the sums; so is
 * r_y - r_y to the loss, since 2 v_j can overflow where the square in double does not. */
#include <assert.h>
#include <float.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel/reference/reference.h"

typedef struct hinge {
    real margin;
    bool squared;
} hinge;

/* The violation of a class that is not the label; NaN for NaN. */
static real violation(hinge form, real score, real label_score)
{
    const real v = score - label_score + form.margin;
    return v <= 0 ? 0 : v;
}

/* What a violation adds to the loss. */
static double loss_of(hinge form, real v)
{
    if (form.squared)
        return (double)v * (double)v;
    const real beyond = v - form.margin;
    return form.margin < 1 && v > 0 ? (double)(beyond > 0 ? beyond : 0) : (double)v;
}

static double row_hinge(hinge form, int64_t k, const real *h, int64_t y, real *residual)
{
    assert(h != NULL);
    const real score = h[y];
    double loss = (double)(score - score);
    double sum = 0.0;
    for (int64_t j = 0; j < k; j++) {
        if (j == y)
            continue;
        const real v = violation(form, h[j], score);
        const real r = form.squared ? 2 * v : v > 0;
        loss += loss_of(form, v);
        sum += (double)r;
        if (residual != NULL)
            residual[j] = r;
    }
    if (residual == NULL)
        return loss;
    residual[y] = (real)(0.0 - sum);
    return form.squared ? loss + (double)(residual[y] - residual[y]) : loss;
}

static int64_t rows_hinge(hinge form, int64_t m, int64_t k, const real *h, real *residual,
                          int64_t ldh, const int64_t *y, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        real *out = residual == NULL ? NULL : residual + i * ldh;
        row_loss[i] = k == 0 ? 0.0 : row_hinge(form, k, h + i * ldh, y[i], out);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

static const hinge multiclass_perceptron = {.margin = REAL_BITS == 32 ? FLT_MIN : DBL_MIN,
                                            .squared = false};
static const hinge multiclass_hinge = {.margin = 1, .squared = false};
static const hinge squared_hinge = {.margin = 1, .squared = true};

int64_t KERNEL(multiclass_perceptron_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                           const int64_t *y, double *row_loss)
{
    return rows_hinge(multiclass_perceptron, m, k, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(multiclass_perceptron_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                               const int64_t *y, double *row_loss)
{
    return rows_hinge(multiclass_perceptron, m, k, H, H, ldh, y, row_loss);
}

int64_t KERNEL(multiclass_hinge_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                      const int64_t *y, double *row_loss)
{
    return rows_hinge(multiclass_hinge, m, k, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(multiclass_hinge_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                          const int64_t *y, double *row_loss)
{
    return rows_hinge(multiclass_hinge, m, k, H, H, ldh, y, row_loss);
}

int64_t KERNEL(squared_hinge_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                   const int64_t *y, double *row_loss)
{
    return rows_hinge(squared_hinge, m, k, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(squared_hinge_residual)(int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                       double *row_loss)
{
    return rows_hinge(squared_hinge, m, k, H, H, ldh, y, row_loss);
}
