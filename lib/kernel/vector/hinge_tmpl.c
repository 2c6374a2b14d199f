/* Perceptron and hinge losses of several classes, and their gradients in the scores. With the
 * violations v_j = max(0, h_j - h_y + margin) of the classes j != y
 *
 *   multiclass_perceptron  margin 0+  loss = sum v_j     residual_j = [v_j > 0]
 *   multiclass_hinge       margin 1   loss = sum v_j     residual_j = [v_j > 0]
 *   squared_hinge          margin 1   loss = sum v_j^2   residual_j = 2 v_j
 *
 * and residual_y = -(sum of the others). One pass over a row. The second derivative: hinge_curvature_tmpl.c.
 *
 * The perceptron's margin is the least positive number: lost in any difference of scores but 0, it makes
 * a tie a violation, as in Rosenblatt's rule, or parameters of zero would be at rest. The loss is without it.
 *
 * Hazards. The square of a violation of 1e30 is formed in double. An infinite h_y would make every
 * violation 0: h_y - h_y, 0 or NaN, is added to the loss; so is r_y - r_y, since 2 v_j can overflow where
 * the square in double does not. NaN passes max(0, v) as its second operand. */
#include <float.h>
#include <stdbool.h>

#include "kernel/vector/row_losses.h"
#include "kernel/vector/row_groups.h"

typedef struct hinge {
    real margin;
    bool squared;
} hinge;

VECTOR_INLINE vector violation(hinge form, vector scores, vector label_score)
{
    return vector_max(vector_all(0), scores - label_score + vector_all(form.margin));
}

VECTOR_INLINE vector hinge_residual(hinge form, vector v)
{
    if (form.squared)
        return v + v;
    const vector zero = vector_all(0);
    return vector_select(vector_less(zero, v), vector_all(1), zero);
}

VECTOR_INLINE wide hinge_loss(hinge form, vector v)
{
    if (form.margin < 1)
        v = vector_max(vector_all(0), v - vector_all(form.margin));
    const wide w = wide_of(v);
    return form.squared ? wide_multiply(w, w) : w;
}

VECTOR_INLINE void hinge_group(const score_rows *rows, void *results, int64_t row)
{
    const hinge form = *(const hinge *)rows->form;
    const int64_t k = rows->k;
    double *losses = (double *)results + row;
    const vector zero = vector_all(0);
    vector column[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    const vector of_label = vector_labels(rows->y);
    const vector score = columns_of_label(k, column, of_label);
    wide loss = wide_of(score - score);
    wide sum = wide_zero();
    for (int64_t j = 0; j < k; j++) {
        const vector v =
            vector_select(is_class(of_label, j), zero, violation(form, column[j], score));
        loss = wide_add(loss, hinge_loss(form, v));
        column[j] = hinge_residual(form, v);
        sum = wide_add(sum, wide_of(column[j]));
    }
    if (rows->out == NULL) {
        wide_store(losses, loss);
        return;
    }
    const vector label_residual = zero - wide_round(sum);
    if (form.squared)
        loss = wide_add(loss, wide_of(label_residual - label_residual));
    wide_store(losses, loss);
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of_label, j), label_residual, column[j]);
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void hinge_row(const score_rows *rows, void *results, int64_t row)
{
    const hinge form = *(const hinge *)rows->form;
    const int64_t k = rows->k;
    double *row_loss = (double *)results + row;
    const int64_t y = rows->y[0];
    const real score = rows->h[y];
    const vector scores = vector_all(score);
    const vector last = violation(form, vector_load(rows->h + k - LANES), scores);
    const vector alone = without_lane(tail_alone(k, last), y - (k - LANES));
    wide loss = hinge_loss(form, alone);
    wide sum = wide_of(hinge_residual(form, alone));
    for (int64_t j = 0; j < row_tail(k); j += LANES) {
        const vector all = violation(form, vector_load(rows->h + j), scores);
        const vector v = without_lane(all, y - j);
        loss = wide_add(loss, hinge_loss(form, v));
        const vector residual = hinge_residual(form, v);
        sum = wide_add(sum, wide_of(residual));
        if (rows->out != NULL)
            vector_store(rows->out + j, residual);
    }
    *row_loss = wide_total(loss) + (double)(score - score);
    if (rows->out == NULL)
        return;
    vector_store(rows->out + k - LANES, hinge_residual(form, last));
    const real label_residual = (real)(0.0 - wide_total(sum));
    rows->out[y] = label_residual;
    if (form.squared)
        *row_loss += (double)(label_residual - label_residual);
}

/* residual: H, or NULL where only the losses are asked for. */
VECTOR_INLINE int64_t hinge_rows(const hinge *form, int64_t m, int64_t k, const real *H,
                                 real *residual, int64_t ldh, const int64_t *y, double *row_loss)
{
    const score_rows rows = {
        .k = k, .h = H, .ldh = ldh, .y = y, .out = residual, .ldout = ldh, .form = form};
    return k == 0 ? no_losses(m, row_loss) : all_rows(hinge_group, hinge_row, m, &rows, row_loss);
}

static const hinge multiclass_perceptron = {.margin = REAL_BITS == 32 ? FLT_MIN : DBL_MIN,
                                            .squared = false};
static const hinge multiclass_hinge = {.margin = 1, .squared = false};
static const hinge squared_hinge = {.margin = 1, .squared = true};

int64_t VECTOR_NAME(multiclass_perceptron_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                                const int64_t *y, double *row_loss)
{
    return hinge_rows(&multiclass_perceptron, m, k, H, NULL, ldh, y, row_loss);
}

int64_t VECTOR_NAME(multiclass_perceptron_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                                    const int64_t *y, double *row_loss)
{
    return hinge_rows(&multiclass_perceptron, m, k, H, H, ldh, y, row_loss);
}

int64_t VECTOR_NAME(multiclass_hinge_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                           const int64_t *y, double *row_loss)
{
    return hinge_rows(&multiclass_hinge, m, k, H, NULL, ldh, y, row_loss);
}

int64_t VECTOR_NAME(multiclass_hinge_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                               const int64_t *y, double *row_loss)
{
    return hinge_rows(&multiclass_hinge, m, k, H, H, ldh, y, row_loss);
}

int64_t VECTOR_NAME(squared_hinge_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, double *row_loss)
{
    return hinge_rows(&squared_hinge, m, k, H, NULL, ldh, y, row_loss);
}

int64_t VECTOR_NAME(squared_hinge_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                            const int64_t *y, double *row_loss)
{
    return hinge_rows(&squared_hinge, m, k, H, H, ldh, y, row_loss);
}
