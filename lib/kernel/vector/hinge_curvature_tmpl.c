/* Second derivatives of the squared and of the smoothed hinge loss of several classes, times a direction d. With the
 * violations v_j = max(0, h_j - h_y + 1) of the classes j != y, where 0 < v_j < w,
 *
 *   out_j = s (d_j - d_y),   out_y = -(sum of the others),   and 0 elsewhere
 *
 *   squared_hinge            s = 2      w infinite
 *   multiclass_hinge_smooth  s = 1/mu   w = mu
 *
 * one element of the generalised second derivative; at v_j = 0, where there is none, that of v_j < 0.
 *
 * Hazards. A comparison hides NaN and infinity: h_y - h_y and v_j - v_j, 0 or NaN, are added to the sum by which a row
 * is reported. NaN passes max as its second operand. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/row_groups.h"

typedef struct band {
    real steepness;     /* s */
    real inverse_width; /* 1 / w */
} band;

VECTOR_INLINE vector violation(vector scores, vector label_score)
{
    return vector_max(vector_all(0), scores - label_score + vector_all(1));
}

/* s (d - of_label) where 0 < v < w, else 0; NaN where v is no number. */
VECTOR_INLINE vector curvature(band of, vector v, vector d, vector of_label)
{
    const vector zero = vector_all(0);
    const vector steep = vector_all(of.steepness) * (d - of_label);
    const vector share = v * vector_all(of.inverse_width);
    const vector below = vector_select(vector_less(share, vector_all(1)), steep, zero);
    return vector_select(vector_less(zero, v), below, zero) + (v - v);
}

VECTOR_INLINE void curvature_group(const score_rows *rows, void *results, int64_t row)
{
    const band of = *(const band *)rows->form;
    const int64_t k = rows->k;
    double *sums = results;
    const vector zero = vector_all(0);
    vector column[NARROW];
    vector direction[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    columns_load(k, rows->other, rows->ldother, direction);
    const vector of_label = vector_labels(rows->y);
    const vector score = columns_of_label(k, column, of_label);
    const vector origin = columns_of_label(k, direction, of_label);
    wide sum = wide_of(score - score);
    for (int64_t j = 0; j < k; j++) {
        const vector out = curvature(of, violation(column[j], score), direction[j], origin);
        column[j] = vector_select(is_class(of_label, j), zero, out);
        sum = wide_add(sum, wide_of(column[j]));
    }
    wide_store(sums + row, sum);
    const vector of_sum = zero - wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of_label, j), of_sum, column[j]);
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void curvature_row(const score_rows *rows, void *results, int64_t row)
{
    const band of = *(const band *)rows->form;
    const int64_t k = rows->k;
    const int64_t y = rows->y[0];
    double *sums = results;
    const vector score = vector_all(rows->h[y]);
    const vector origin = vector_all(rows->other[y]);
    const vector last = curvature(of, violation(vector_load(rows->h + k - LANES), score),
                                  vector_load(rows->other + k - LANES), origin);
    wide sum = wide_of(without_lane(tail_alone(k, last), y - (k - LANES)));
    for (int64_t j = 0; j < row_tail(k); j += LANES) {
        const vector v = violation(vector_load(rows->h + j), score);
        const vector out =
            without_lane(curvature(of, v, vector_load(rows->other + j), origin), y - j);
        vector_store(rows->out + j, out);
        sum = wide_add(sum, wide_of(out));
    }
    vector_store(rows->out + k - LANES, last);
    sums[row] = wide_total(sum) + (double)(rows->h[y] - rows->h[y]);
    rows->out[y] = (real)(0.0 - sums[row]);
}

static int64_t rows_curvature(const band *of, int64_t m, int64_t k, const real *H, int64_t ldh,
                              const int64_t *y, real *D, int64_t ldd)
{
    const score_rows all = {.k = k,
                            .h = H,
                            .ldh = ldh,
                            .other = D,
                            .ldother = ldd,
                            .y = y,
                            .out = D,
                            .ldout = ldd,
                            .form = of};
    return k == 0 ? -1 : all_rows(curvature_group, curvature_row, m, &all, NULL);
}

int64_t VECTOR_NAME(squared_hinge_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                             const int64_t *y, real *D, int64_t ldd)
{
    const band of = {2, 0};
    return rows_curvature(&of, m, k, H, ldh, y, D, ldd);
}

int64_t VECTOR_NAME(multiclass_hinge_smooth_curvature)(int64_t m, int64_t k, const real *H,
                                                       int64_t ldh, const int64_t *y, double mu,
                                                       real *D, int64_t ldd)
{
    const band of = {(real)(1 / mu), (real)(1 / mu)};
    return rows_curvature(&of, m, k, H, ldh, y, D, ldd);
}
