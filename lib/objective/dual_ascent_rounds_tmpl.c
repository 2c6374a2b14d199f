/* Coordinate ascent of the dual problem over sparse rows, in rounds: a pass over all rows, then passes over those
 * that matter.
 *
 *     gap_i = max_j t_ij - sum_j a_ij t_ij             Crammer and Singer's loss, the label's margin 0 among them
 *           = sum_j max(0, t_ij) - a_ij t_ij           hinge
 *
 * is what a row adds to the gap of F at the present point: F - D = sum s_i gap_i. After a pass over all rows those
 * whose gap is above the mean go on by themselves, until as much as a tenth is left of the sum. Rows at rest have
 * gaps of next to nothing, and most are: of 58 classes and 63666 rows a gap of 5e-5 takes visits as many as 66
 * passes over all rows, where passes over all rows alone take 130 to a gap of 1e-4; half the mean and a part of .3
 * take 75.
 *
 * A visit costs the row's weights, from memory: all classes of a feature lie together, and are asked for some rows
 * ahead. Leaving classes out, as dense rows do, would save products and not memory. */
#include <math.h>

#include "core/minimum.h"
#include "core/random.h"
#include "objective/dual_ascent.h"
#include "sweep/row_ascent.h"
#include "sweep/sparse_products.h"

enum { AHEAD = 4, LINE = 64 };   /* rows whose weights are asked for; bytes */
enum { LANES = 8 };              /* partial sums, whatever the processor */
static const double PART = 0.1;  /* of the gaps: what a round leaves of them */
static const double OF_MEAN = 1; /* gap of a row that goes on */

/* Ask for the weights of a row's features, and its shares. */
static void prefetch_row(const linear_objective *of, int64_t row)
{
    const dual_ascent *self = &of->ascent;
    const linclass_matrix *X = of->sweep.X;
    const int64_t bytes = of->base.columns * (int64_t)sizeof(real);
    const char *shares = (const char *)self->shares + row * bytes;
    for (int64_t b = 0; b < bytes; b += LINE)
        __builtin_prefetch(shares + b);
    for (int64_t e = X->row_starts[row]; e < X->row_starts[row + 1]; e++) {
        const real *weights = self->theta + sparse_column(X, e) * self->ld;
        for (int64_t b = 0; b < bytes; b += LINE)
            __builtin_prefetch((const char *)weights + b, 1);
    }
}

/* Into self->scores, in whole vectors: behind the classes weights are 0. */
static void set_scores(const linear_objective *of, int64_t row)
{
    const dual_ascent *self = &of->ascent;
    const linclass_matrix *X = of->sweep.X;
    const element_range elements = {X->row_starts[row], X->row_starts[row + 1]};
    const sparse_ranges sample = {X, 1, &elements, 1};
    const linear_map map = {.set = of->sweep.map.set,
                            .n = of->sweep.map.n,
                            .k = self->ld,
                            .theta = self->theta,
                            .ldtheta = self->ld};
    sparse_scores(&sample, &map, self->scores, self->ld);
}

/* scores := margins t, 0 for the label. */
static void set_margins(const linear_objective *of, int64_t row)
{
    real *t = of->ascent.scores;
    const int64_t y = of->sweep.targets.y[row];
    const real shift = (real)of->dual_margin - t[y];
    for (int64_t j = 0; j < of->base.columns; j++)
        t[j] += shift;
    t[y] = 0;
}

/* The gap of a row by its margins; not finite where a score is not. */
static double gap_of(const linear_objective *of, const real *shares)
{
    const real *t = of->ascent.scores;
    const int64_t k = of->base.columns;
    const bool is_box = of->dual_kind == LOSS_DUAL_MARGINS;
    real largest[LANES] = {0};
    real sum[LANES] = {0};
    for (int64_t j = 0; j < k; j += LANES) {
        for (int64_t lane = 0; lane < lesser(LANES, k - j); lane++) {
            const real positive = t[j + lane] > 0 ? t[j + lane] : 0;
            largest[lane] = positive > largest[lane] ? positive : largest[lane];
            sum[lane] += (is_box ? positive : 0) - shares[j + lane] * t[j + lane];
        }
    }
    double total = 0;
    double most = 0;
    for (int64_t lane = 0; lane < LANES; lane++) {
        total += (double)sum[lane];
        most = fmax(most, (double)largest[lane]);
    }
    return is_box ? total : most + total;
}

/* What the level of a row's aims, a + t / curvature, is not below: it is the highest of those that any classes have by
 * themselves, such as those with shares. */
static double least_level(const row_ascent *problem, const real *shares, const real *t, int64_t k,
                          double *aims)
{
    const double inverse = 1 / problem->curvature;
    double largest[LANES];
    double sum[LANES] = {0};
    double count[LANES] = {0};
    for (int64_t lane = 0; lane < LANES; lane++)
        largest[lane] = -INFINITY;
    for (int64_t j = 0; j < k; j += LANES) {
        for (int64_t lane = 0; lane < lesser(LANES, k - j); lane++) {
            const double a = (double)shares[j + lane];
            const double aim = a + (double)t[j + lane] * inverse;
            aims[j + lane] = aim;
            largest[lane] = aim > largest[lane] ? aim : largest[lane];
            sum[lane] += a > 0 ? aim : 0;
            count[lane] += a > 0 ? 1 : 0;
        }
    }
    for (int64_t lane = 1; lane < LANES; lane++) {
        largest[0] = fmax(largest[0], largest[lane]);
        sum[0] += sum[lane];
        count[0] += count[lane];
    }
    return fmax(largest[0] - 1, count[0] > 0 ? (sum[0] - 1) / count[0] : -INFINITY);
}

/* List the classes whose shares may change. */
static void list_classes(const linear_objective *of, int64_t row, row_ascent *problem)
{
    const dual_ascent *self = &of->ascent;
    const int64_t k = of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    const real *shares = self->shares + row * k;
    const bool is_box = of->dual_kind == LOSS_DUAL_MARGINS;
    const double level = is_box ? 0 : least_level(problem, shares, self->scores, k, self->work);
    problem->count = 0;
    for (int64_t j = 0; j < k; j++) {
        if (is_box ? j == y : shares[j] == 0 && self->work[j] < level)
            continue;
        self->classes[problem->count] = j;
        self->margins[problem->count] = (double)self->scores[j];
        self->best[problem->count++] = (double)shares[j];
    }
}

/* Maximise over the dual row of a sample. */
static linclass_status visit(linear_objective *of, int64_t row)
{
    dual_ascent *self = &of->ascent;
    const row_block none = {0};
    row_ascent problem = {
        .kind = of->dual_kind,
        .margins = self->margins,
        .shares = self->best,
        .work = self->work,
        .curvature = self->curvature[row],
    };
    set_scores(of, row);
    set_margins(of, row);
    self->gaps[row] = gap_of(of, self->shares + row * of->base.columns);
    if (!isfinite(self->gaps[row]))
        return sweep_unusable(of->base.ctx, &of->sweep, row);
    if (!(self->gaps[row] > 0))
        return LINCLASS_OK;
    list_classes(of, row, &problem);
    row_ascent_maximise(&problem);
    dual_ascent_change(of, row, &none, problem.count);
    return LINCLASS_OK;
}

static void begin_round(linear_objective *of)
{
    dual_ascent *self = &of->ascent;
    self->left = 0;
    for (int64_t i = 0; i < of->base.samples; i++)
        if (self->curvature[i] > 0)
            self->rows[self->left++] = i;
}

/* Which rows go on, after a pass in which they had these gaps. */
static void choose_rows(linear_objective *of, double met)
{
    dual_ascent *self = &of->ascent;
    const double limit = OF_MEAN * self->total;
    int64_t kept = 0;
    for (int64_t i = 0; i < self->left; i++)
        if (self->gaps[self->rows[i]] > limit)
            self->rows[kept++] = self->rows[i];
    self->left = !self->is_whole && met < PART * self->total ? 0 : kept;
    self->is_whole = self->left == 0;
}

linclass_status dual_ascent_in_rounds(linear_objective *of, uint64_t seed, int64_t number,
                                      double *gap, int64_t *left)
{
    dual_ascent *self = &of->ascent;
    if (self->is_whole)
        begin_round(of);
    random_permutation(seed, (uint64_t)number, self->left, self->order);
    double met = 0;
    for (int64_t i = 0; i < self->left; i++) {
        if (i + AHEAD < self->left)
            prefetch_row(of, self->rows[self->order[i + AHEAD]]);
        const int64_t row = self->rows[self->order[i]];
        const linclass_status status = visit(of, row);
        if (status != LINCLASS_OK)
            return status;
        met += dual_ascent_weight(of, row) * self->gaps[row];
    }
    if (self->is_whole)
        self->total = met;
    choose_rows(of, met);
    *gap = self->total;
    *left = self->left;
    return LINCLASS_OK;
}
