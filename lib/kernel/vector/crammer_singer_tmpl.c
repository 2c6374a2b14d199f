/* Crammer and Singer's hinge loss of several classes, and its form with the kinks rounded off. With
 *
 *   v_j = max(0, h_j - h_y + 1)   for j != y
 *
 *   loss = max_j v_j        residual_j = 1 for the first j != y with the largest v_j > 0, else 0
 *   smooth                  residual = a, the point of {a >= 0, sum a <= 1} nearest to v / mu
 *                           loss = sum a_j (v_j - mu/2 a_j)
 *
 * and residual_y = -(sum of the others). The point is a_j = max(0, c - w_j), w_j = (max v - v_j) / mu, with the largest
 * c <= max v / mu for which they add up to at most 1. sum max(0, c - w_j) is convex in c, and c <= 1 as one w_j is 0:
 * Newton's steps from 1 fall to the root, each to the mean (1 + sum w_j) / (how many) over the w_j < c, and end where
 * no class drops out. A row takes its own steps whatever its neighbours in the vectors do: a step more changes nothing.
 * The second derivative takes e_j = (d_j - d_y) / mu of the classes with a_j > 0, less their mean where sum a = 1.
 *
 * Hazards. v / mu may overflow; an infinite w_j is beyond c. An infinite h_y would make every violation 0, and
 * comparisons hide NaN and infinity: h_y - h_y and v_j - v_j are added to what a row is reported by. */
#include <stdbool.h>

#include "kernel/vector/row_losses.h"
#include "kernel/vector/row_groups.h"

typedef struct corner {
    real half;    /* mu / 2 */
    real inverse; /* 1 / mu; 0: the loss itself */
} corner;

static const corner HARD = {0, 0};

static corner corner_of(double mu)
{
    return (corner){(real)mu / 2, (real)(1 / mu)};
}

/* A group of rows, turned. */
typedef struct violations {
    vector *column; /* v_j, 0 for the label */
    vector of_label;
    vector best;    /* max v */
    vector unusual; /* 0, or NaN */
    vector level;   /* c */
    mask saturated; /* sum a = 1 */
} violations;

VECTOR_INLINE violations group_load(const score_rows *rows, vector *column)
{
    const vector zero = vector_all(0);
    columns_load(rows->k, rows->h, rows->ldh, column);
    violations of = {.column = column, .of_label = vector_labels(rows->y), .best = zero};
    const vector score = columns_of_label(rows->k, column, of.of_label);
    of.unusual = score - score;
    for (int64_t j = 0; j < rows->k; j++) {
        const vector v = vector_max(zero, column[j] - score + vector_all(1));
        column[j] = vector_select(is_class(of.of_label, j), zero, v);
        of.unusual = of.unusual + (column[j] - column[j]);
        of.best = vector_max(of.best, column[j]);
    }
    return of;
}

/* w_j; beyond c for the label. */
VECTOR_INLINE vector distance(const violations *of, real inverse, int64_t j)
{
    const vector w = (of->best - of->column[j]) * vector_all(inverse);
    return vector_select(is_class(of->of_label, j), vector_all(2), w);
}

VECTOR_INLINE void group_level(violations *of, int64_t k, real inverse)
{
    const vector zero = vector_all(0);
    const vector one = vector_all(1);
    of->level = one;
    for (int64_t step = 0; step < k; step++) {
        vector sum = one;
        vector count = zero;
        for (int64_t j = 0; j < k; j++) {
            const vector w = distance(of, inverse, j);
            const mask near = vector_less(w, of->level);
            sum = sum + vector_select(near, w, zero);
            count = count + vector_select(near, one, zero);
        }
        const vector next = sum / vector_max(one, count);
        const mask lower = vector_less(next, of->level);
        of->level = vector_select(lower, next, of->level);
        if (mask_bits(lower) == 0)
            break;
    }
    const vector whole = of->best * vector_all(inverse);
    of->saturated = vector_less(of->level, whole);
    of->level = vector_min(of->level, whole);
}

/* The class of the residual, -1 for none. */
VECTOR_INLINE vector group_winner(const violations *of, int64_t k)
{
    vector best = vector_all(0);
    vector winner = vector_all(-1);
    for (int64_t j = 0; j < k; j++) {
        const mask more = vector_less(best, of->column[j]);
        best = vector_select(more, of->column[j], best);
        winner = vector_select(more, vector_all((real)j), winner);
    }
    return winner;
}

VECTOR_INLINE void hard_group(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    const vector zero = vector_all(0);
    const vector one = vector_all(1);
    vector column[NARROW];
    const violations of = group_load(rows, column);
    wide_store((double *)results + row, wide_of(of.best + of.unusual));
    if (rows->out == NULL)
        return;
    const vector winner = group_winner(&of, k);
    const vector of_label = vector_select(vector_less(winner, zero), zero, zero - one);
    for (int64_t j = 0; j < k; j++) {
        const vector r = vector_select(is_class(winner, j), one, zero);
        column[j] = vector_select(is_class(of.of_label, j), of_label, r);
    }
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void smooth_group(const score_rows *rows, void *results, int64_t row)
{
    const corner form = *(const corner *)rows->form;
    const int64_t k = rows->k;
    const vector zero = vector_all(0);
    vector column[NARROW];
    violations of = group_load(rows, column);
    group_level(&of, k, form.inverse);
    wide loss = wide_of(of.unusual);
    wide sum = wide_zero();
    for (int64_t j = 0; j < k; j++) {
        const vector v = column[j];
        const vector a = vector_max(zero, of.level - distance(&of, form.inverse, j));
        loss = wide_add(loss, wide_multiply(wide_of(a), wide_of(v - vector_all(form.half) * a)));
        sum = wide_add(sum, wide_of(a));
        column[j] = a;
    }
    wide_store((double *)results + row, loss);
    if (rows->out == NULL)
        return;
    const vector label_residual = zero - wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of.of_label, j), label_residual, column[j]);
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void curvature_group(const score_rows *rows, void *results, int64_t row)
{
    const corner form = *(const corner *)rows->form;
    const int64_t k = rows->k;
    const vector zero = vector_all(0);
    const vector one = vector_all(1);
    vector column[NARROW];
    vector direction[NARROW];
    violations of = group_load(rows, column);
    columns_load(k, rows->other, rows->ldother, direction);
    const vector origin = columns_of_label(k, direction, of.of_label);
    group_level(&of, k, form.inverse);
    vector total = zero;
    vector count = zero;
    for (int64_t j = 0; j < k; j++) {
        const mask near = vector_less(distance(&of, form.inverse, j), of.level);
        total = total + vector_select(near, direction[j] - origin, zero);
        count = count + vector_select(near, one, zero);
    }
    const vector mean = vector_select(of.saturated, total / vector_max(one, count), zero);
    wide sum = wide_of(of.unusual);
    for (int64_t j = 0; j < k; j++) {
        const mask near = vector_less(distance(&of, form.inverse, j), of.level);
        const vector out = vector_all(form.inverse) * (direction[j] - origin - mean);
        direction[j] = vector_select(near, out, zero);
        sum = wide_add(sum, wide_of(direction[j]));
    }
    wide_store((double *)results + row, sum);
    const vector of_sum = zero - wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        direction[j] = vector_select(is_class(of.of_label, j), of_sum, direction[j]);
    columns_store(k, direction, rows->out, rows->ldout);
}

enum { LISTED = 128 }; /* classes near the largest violation */

/* A row of many classes, one class after the other. */
typedef struct long_row {
    int64_t k;
    const real *h;
    int64_t y;
    real score; /* h_y */
    real inverse;
    double best;
    double unusual;
    double level;
    bool saturated;
} long_row;

static double long_violation(const long_row *of, int64_t j)
{
    const real v = of->h[j] - of->score + 1;
    return j == of->y || v <= 0 ? 0 : (double)v;
}

static double long_distance(const long_row *of, int64_t j)
{
    return j == of->y ? 2 : (of->best - long_violation(of, j)) * (double)of->inverse;
}

static double long_share(const long_row *of, int64_t j)
{
    const double a = of->level - long_distance(of, j);
    return a > 0 ? a : 0;
}

static long_row long_load(const score_rows *rows)
{
    const int64_t y = rows->y[0];
    long_row of = {.k = rows->k, .h = rows->h, .y = y, .score = rows->h[y]};
    of.inverse = ((const corner *)rows->form)->inverse;
    of.unusual = (double)(of.score - of.score);
    for (int64_t j = 0; j < of.k; j++) {
        const double v = long_violation(&of, j);
        of.best = v > of.best ? v : of.best;
        of.unusual += v - v;
    }
    return of;
}

/* Newton's steps. The level falls: a class that is not below it never is again, and those that are left are listed as
 * soon as the list holds them. A row has its level found once for each column of its second derivative. */
static void long_level(long_row *of)
{
    double listed[LISTED];
    int64_t left = -1; /* in the list; -1: all classes are looked at */
    double next = 1;
    do {
        double sum = 1;
        int64_t near = 0;
        of->level = next;
        for (int64_t i = 0; i < (left < 0 ? of->k : left); i++) {
            const double w = left < 0 ? long_distance(of, i) : listed[i];
            if (!(w < of->level))
                continue;
            sum += w;
            if (near < LISTED)
                listed[near] = w;
            near++;
        }
        left = near <= LISTED ? near : -1;
        next = near > 0 ? sum / (double)near : of->level;
    } while (next < of->level);
    const double whole = of->best * (double)of->inverse;
    of->saturated = of->level < whole;
    of->level = of->saturated ? of->level : whole;
}

static void hard_row(const score_rows *rows, void *results, int64_t row)
{
    const long_row of = long_load(rows);
    ((double *)results)[row] = of.best + of.unusual;
    if (rows->out == NULL)
        return;
    int64_t winner = of.y;
    for (int64_t j = of.k - 1; j >= 0; j--)
        winner = of.best > 0 && long_violation(&of, j) == of.best ? j : winner;
    for (int64_t j = 0; j < of.k; j++)
        rows->out[j] = (real)((j == winner) - (j == of.y));
}

static void smooth_row(const score_rows *rows, void *results, int64_t row)
{
    long_row of = long_load(rows);
    const double half = (double)((const corner *)rows->form)->half;
    long_level(&of);
    double loss = of.unusual;
    double sum = 0;
    for (int64_t j = 0; j < of.k; j++) {
        const double a = long_share(&of, j);
        loss += a * (long_violation(&of, j) - half * a);
        sum += a;
        if (rows->out != NULL && j != of.y) /* which may be h */
            rows->out[j] = (real)a;
    }
    ((double *)results)[row] = loss;
    if (rows->out != NULL)
        rows->out[of.y] = (real)(0.0 - sum);
}

static void curvature_row(const score_rows *rows, void *results, int64_t row)
{
    long_row of = long_load(rows);
    const double of_label = (double)rows->other[of.y];
    long_level(&of);
    double total = 0;
    double count = 0;
    for (int64_t j = 0; j < of.k; j++) {
        const bool near = long_share(&of, j) > 0;
        total += near ? (double)rows->other[j] - of_label : 0;
        count += near;
    }
    const double mean = of.saturated && count > 0 ? total / count : 0;
    double sum = of.unusual;
    for (int64_t j = 0; j < of.k; j++) {
        const double out = ((double)rows->other[j] - of_label - mean) * (double)of.inverse;
        rows->out[j] = (real)(long_share(&of, j) > 0 ? out : 0);
        sum += (double)rows->out[j];
    }
    ((double *)results)[row] = sum;
    rows->out[of.y] = (real)(0.0 - sum);
}

int64_t VECTOR_NAME(crammer_singer_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                         const int64_t *y, double *row_loss)
{
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .y = y, .form = &HARD};
    return k == 0 ? no_losses(m, row_loss) : all_rows(hard_group, hard_row, m, &rows, row_loss);
}

int64_t VECTOR_NAME(crammer_singer_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                             const int64_t *y, double *row_loss)
{
    const score_rows rows = {
        .k = k, .h = H, .ldh = ldh, .y = y, .out = H, .ldout = ldh, .form = &HARD};
    return k == 0 ? no_losses(m, row_loss) : all_rows(hard_group, hard_row, m, &rows, row_loss);
}

int64_t VECTOR_NAME(crammer_singer_smooth_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                                const int64_t *y, double mu, double *row_loss)
{
    const corner of = corner_of(mu);
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .y = y, .form = &of};
    return k == 0 ? no_losses(m, row_loss) : all_rows(smooth_group, smooth_row, m, &rows, row_loss);
}

int64_t VECTOR_NAME(crammer_singer_smooth_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                                    const int64_t *y, double mu, double *row_loss)
{
    const corner of = corner_of(mu);
    const score_rows rows = {
        .k = k, .h = H, .ldh = ldh, .y = y, .out = H, .ldout = ldh, .form = &of};
    return k == 0 ? no_losses(m, row_loss) : all_rows(smooth_group, smooth_row, m, &rows, row_loss);
}

int64_t VECTOR_NAME(crammer_singer_smooth_curvature)(int64_t m, int64_t k, const real *H,
                                                     int64_t ldh, const int64_t *y, double mu,
                                                     real *D, int64_t ldd)
{
    const corner of = corner_of(mu);
    const score_rows all = {.k = k,
                            .h = H,
                            .ldh = ldh,
                            .other = D,
                            .ldother = ldd,
                            .y = y,
                            .out = D,
                            .ldout = ldd,
                            .form = &of};
    return k == 0 ? -1 : all_rows(curvature_group, curvature_row, m, &all, NULL);
}
