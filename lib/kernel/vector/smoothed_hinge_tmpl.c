/* The hinge loss of several classes with its kinks rounded off over a width mu. With
 *
 *   v_j = max(0, h_j - h_y + 1),   a_j = min(v_j / mu, 1)   for j != y
 *
 *   loss = sum a_j (v_j - mu/2 a_j)     residual_j = a_j
 *
 * and residual_y = -(sum of the others). The second derivative: hinge_curvature_tmpl.c.
 *
 * Hazards. An infinite h_y would make every violation 0: h_y - h_y, 0 or NaN, is added to the sums. NaN passes max
 * and min as their second operand. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/row_groups.h"

typedef struct corner {
    real half;    /* mu / 2 */
    real inverse; /* 1 / mu */
} corner;

static corner corner_of(double mu)
{
    return (corner){(real)mu / 2, (real)(1 / mu)};
}

VECTOR_INLINE vector violation(vector scores, vector label_score)
{
    return vector_max(vector_all(0), scores - label_score + vector_all(1));
}

VECTOR_INLINE vector share(corner of, vector v)
{
    return vector_min(vector_all(1), v * vector_all(of.inverse));
}

VECTOR_INLINE wide smooth_loss(corner of, vector v, vector a)
{
    return wide_multiply(wide_of(a), wide_of(v - vector_all(of.half) * a));
}

VECTOR_INLINE void smooth_group(const score_rows *rows, void *results, int64_t row)
{
    const corner of = *(const corner *)rows->form;
    const int64_t k = rows->k;
    const vector zero = vector_all(0);
    vector column[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    const vector of_label = vector_labels(rows->y);
    const vector score = columns_of_label(k, column, of_label);
    wide loss = wide_of(score - score);
    wide sum = wide_zero();
    for (int64_t j = 0; j < k; j++) {
        const vector v = vector_select(is_class(of_label, j), zero, violation(column[j], score));
        const vector a = share(of, v);
        loss = wide_add(loss, smooth_loss(of, v, a));
        sum = wide_add(sum, wide_of(a));
        column[j] = a;
    }
    wide_store((double *)results + row, loss);
    if (rows->out == NULL)
        return;
    const vector label_residual = zero - wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of_label, j), label_residual, column[j]);
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void smooth_row(const score_rows *rows, void *results, int64_t row)
{
    const corner of = *(const corner *)rows->form;
    const int64_t k = rows->k;
    const int64_t y = rows->y[0];
    const real score = rows->h[y];
    const vector scores = vector_all(score);
    const vector last = violation(vector_load(rows->h + k - LANES), scores);
    const vector alone = without_lane(tail_alone(k, last), y - (k - LANES));
    wide loss = smooth_loss(of, alone, share(of, alone));
    wide sum = wide_of(share(of, alone));
    for (int64_t j = 0; j < row_tail(k); j += LANES) {
        const vector v = without_lane(violation(vector_load(rows->h + j), scores), y - j);
        const vector a = share(of, v);
        loss = wide_add(loss, smooth_loss(of, v, a));
        sum = wide_add(sum, wide_of(a));
        if (rows->out != NULL)
            vector_store(rows->out + j, a);
    }
    ((double *)results)[row] = wide_total(loss) + (double)(score - score);
    if (rows->out == NULL)
        return;
    vector_store(rows->out + k - LANES, share(of, last));
    rows->out[y] = (real)(0.0 - wide_total(sum));
}

int64_t VECTOR_NAME(multiclass_hinge_smooth_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                                  const int64_t *y, double mu, double *row_loss)
{
    const corner of = corner_of(mu);
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .y = y, .form = &of};
    return k == 0 ? no_losses(m, row_loss) : all_rows(smooth_group, smooth_row, m, &rows, row_loss);
}

int64_t VECTOR_NAME(multiclass_hinge_smooth_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                                      const int64_t *y, double mu, double *row_loss)
{
    const corner of = corner_of(mu);
    const score_rows rows = {
        .k = k, .h = H, .ldh = ldh, .y = y, .out = H, .ldout = ldh, .form = &of};
    return k == 0 ? no_losses(m, row_loss) : all_rows(smooth_group, smooth_row, m, &rows, row_loss);
}
