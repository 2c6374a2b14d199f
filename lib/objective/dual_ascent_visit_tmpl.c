/* One row of dual ascent over sparse rows: its margins, its gap, and the shares that D is largest at.
 *
 * Of many classes a row has shares in a few, and most others are far from having any. Those with shares, the label and
 * those whose margins are near to giving them one are a row's few, found whenever all its classes are looked at; other
 * visits ask for the weights of the few alone. In the first pass of a round, a row looks at all its classes after 0, 1,
 * 3 or 7 rounds without, more of them each time that no class from outside the few had come to a share: rows at rest,
 * whose label is alone among the few, cost nothing meanwhile. What the few hide is seen at the latest when F less the
 * bound is not the gap that the rows add up to: then all classes of all rows are looked at again.
 *
 * Of 58 classes and 63666 rows of 16 elements a row has 5 few, and 28000 rows are at rest; to a gap of 4e-5 passes take
 * 2.6 s where all classes in every visit take 6.7. What is left is the time that the weights take from memory. */
#include <math.h>

#include "core/minimum.h"
#include "objective/dual_ascent.h"
#include "sweep/row_ascent.h"
#include "sweep/sparse_products.h"

enum { LANES = 8 };             /* partial sums, whatever the processor */
enum { MOST_ROUNDS = 7 };       /* in a row that do not look at all classes of a row */
enum { ATTEMPTS = 3 };          /* to find few classes: only the nearest */
static const double NEAR = 0.2; /* margins: as far from a share are classes that are near to one */
static const double NEARER = 0.1; /* times that, where they are many */

bool dual_ascent_looks_at_few(const dual_ascent *self, int64_t row)
{
    const few_classes *few = &self->few[row];
    return few->count > 0 && (!self->is_whole || few->left > 0);
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

/* self->aims := a + t / curvature. Returns what the level of a row's shares is not below: it is the highest of those
 * that any classes have by themselves, such as those with shares. */
static real set_aims(const linear_objective *of, const real *shares, double curvature)
{
    const dual_ascent *self = &of->ascent;
    const int64_t k = of->base.columns;
    const real *t = self->scores;
    const real inverse = (real)(1 / curvature);
    real *aims = self->aims;
    real largest[LANES];
    real sum[LANES] = {0};
    real count[LANES] = {0};
    for (int64_t lane = 0; lane < LANES; lane++)
        largest[lane] = -INFINITY;
    for (int64_t j = 0; j < k; j += LANES) {
        for (int64_t lane = 0; lane < lesser(LANES, k - j); lane++) {
            const real a = shares[j + lane];
            const real aim = a + t[j + lane] * inverse;
            aims[j + lane] = aim;
            largest[lane] = aim > largest[lane] ? aim : largest[lane];
            sum[lane] += a > 0 ? aim : 0;
            count[lane] += a > 0 ? 1 : 0;
        }
    }
    for (int64_t lane = 1; lane < LANES; lane++) {
        largest[0] = largest[lane] > largest[0] ? largest[lane] : largest[0];
        sum[0] += sum[lane];
        count[0] += count[lane];
    }
    const real of_largest = largest[0] - 1;
    const real of_shares = count[0] > 0 ? (sum[0] - 1) / count[0] : of_largest;
    return of_shares > of_largest ? of_shares : of_largest;
}

/* The classes, ascending, that have shares or aims of at least so much, the label among them, to the list; their
 * number. */
static int64_t list_above(const linear_objective *of, const real *shares, int64_t y, real least)
{
    const dual_ascent *self = &of->ascent;
    const int64_t k = of->base.columns;
    const real *aims = self->aims;
    int64_t count = 0;
    for (int64_t j = 0; j < k; j += LANES) {
        const int64_t lanes = lesser(LANES, k - j);
        int32_t any = y >= j && y < j + lanes;
        for (int64_t lane = 0; lane < lanes; lane++)
            any |= (shares[j + lane] > 0) | (aims[j + lane] >= least);
        for (int64_t lane = 0; any && lane < lanes; lane++)
            if (j + lane == y || shares[j + lane] > 0 || aims[j + lane] >= least)
                self->classes[count++] = j + lane;
    }
    return count;
}

/* Whether a class is among the few that stand in the list already; *next: where to look. */
static bool stands(const few_classes *few, int64_t j, int32_t *next)
{
    while (*next < few->count && few->classes[*next] < j)
        ++*next;
    return *next < few->count && few->classes[*next] == j;
}

/* Keep the classes that are near to a share as the few of a row, where they are; of many, the nearest. */
static void keep_few(const linear_objective *of, int64_t row, real level, few_classes *few)
{
    const dual_ascent *self = &of->ascent;
    const real *shares = self->shares + row * of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    double near = NEAR / self->curvature[row];
    int64_t count = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        count = list_above(of, shares, y, level - (real)near);
        if (count <= FEW_CLASSES)
            break;
        near *= NEARER;
    }
    few->count = count <= FEW_CLASSES ? (int32_t)count : 0;
    for (int32_t i = 0; i < few->count; i++)
        few->classes[i] = (int32_t)self->classes[i];
}

/* List the classes whose shares may change, and keep the few that are near to it. Where one has come to them the next
 * round looks at all again. */
static void list_classes(const linear_objective *of, int64_t row, row_ascent *problem)
{
    const dual_ascent *self = &of->ascent;
    const int64_t y = of->sweep.targets.y[row];
    const real *shares = self->shares + row * of->base.columns;
    const bool is_box = of->dual_kind == LOSS_DUAL_MARGINS;
    const real of_simplex = set_aims(of, shares, problem->curvature);
    const real level = is_box ? 0 : of_simplex;
    few_classes *few = &self->few[row];
    const few_classes before = *few;
    keep_few(of, row, level, few);
    const int64_t count = list_above(of, shares, y, level);
    int32_t next = 0;
    bool same = true;
    problem->count = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t j = self->classes[i];
        same = same && stands(&before, j, &next);
        if (is_box && j == y)
            continue;
        self->classes[problem->count] = j;
        self->margins[problem->count] = (double)self->scores[j];
        self->best[problem->count++] = (double)shares[j];
    }
    few->rounds = same ? (int32_t)lesser(2 * before.rounds + 1, MOST_ROUNDS) : 0;
    few->left = few->rounds;
}

/* The shares of the classes listed become those found best, and theta follows. */
static void change(const linear_objective *of, int64_t row, int64_t count)
{
    const dual_ascent *self = &of->ascent;
    const int64_t y = of->sweep.targets.y[row];
    const double scale = -dual_ascent_weight(of, row) / of->base.l2;
    real *shares = self->shares + row * of->base.columns;
    real of_label = 0;
    int64_t changed = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t j = self->classes[i];
        const real share = (real)self->best[i];
        const real difference = share - shares[j];
        shares[j] = share;
        if (j == y || difference == 0)
            continue;
        of_label -= difference;
        self->classes[changed] = j;
        self->scores[changed++] = (real)(scale * (double)difference);
    }
    if (of_label != 0) {
        self->classes[changed] = y;
        self->scores[changed++] = (real)(scale * (double)of_label);
    }
    dual_ascent_add(of, row, changed);
}

/* Maximise over all classes of a row. False where a score is not finite. */
static bool visit_all(linear_objective *of, int64_t row, row_ascent *problem)
{
    const dual_ascent *self = &of->ascent;
    set_scores(of, row);
    set_margins(of, row);
    self->gaps[row] = gap_of(of, self->shares + row * of->base.columns);
    if (!isfinite(self->gaps[row]))
        return false;
    list_classes(of, row, problem);
    return true;
}

/* Over the few; its gap, but for the other classes. */
static bool visit_few(linear_objective *of, int64_t row, row_ascent *problem)
{
    const dual_ascent *self = &of->ascent;
    few_classes *few = &self->few[row];
    const real *shares = self->shares + row * of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    const bool is_box = of->dual_kind == LOSS_DUAL_MARGINS;
    few->left -= self->is_whole;
    self->gaps[row] = 0;
    if (few->count < LEAST_CLASSES)
        return true;
    dual_ascent_few_scores(of, row, few);
    double of_label = 0;
    for (int32_t i = 0; i < few->count; i++)
        of_label = few->classes[i] == y ? (double)self->scores[i] : of_label;
    double most = 0;
    double sum = 0;
    for (int32_t i = 0; i < few->count; i++) {
        const int64_t j = few->classes[i];
        const double t = j == y ? 0 : (double)self->scores[i] - of_label + of->dual_margin;
        const double share = (double)shares[j];
        most = fmax(most, t);
        sum += (is_box ? fmax(t, 0) : 0) - share * t;
        if (is_box && j == y)
            continue;
        self->classes[problem->count] = j;
        self->margins[problem->count] = t;
        self->best[problem->count++] = share;
    }
    self->gaps[row] = is_box ? sum : most + sum;
    return isfinite(self->gaps[row]);
}

linclass_status dual_ascent_visit(linear_objective *of, int64_t row)
{
    dual_ascent *self = &of->ascent;
    row_ascent problem = {
        .kind = of->dual_kind,
        .margins = self->margins,
        .shares = self->best,
        .work = self->work,
        .curvature = self->curvature[row],
    };
    const bool found = dual_ascent_looks_at_few(self, row) ? visit_few(of, row, &problem)
                                                           : visit_all(of, row, &problem);
    if (!found)
        return sweep_unusable(of->base.ctx, &of->sweep, row);
    if (!(self->gaps[row] > 0))
        return LINCLASS_OK;
    row_ascent_maximise(&problem);
    change(of, row, problem.count);
    return LINCLASS_OK;
}
