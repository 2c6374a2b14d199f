/* Coordinate ascent of the dual problem (Keerthi, Sundararajan, Chang, Hsieh, Lin 2008; Lee, Lin 2013), a row
 * at a time.
 *
 *     D = sum s_i sum_(j != y) a_ij - (l2 / 2) ||theta||^2,   theta = -(1 / l2) sum s_i x_i r_i^T,
 *     r_i = sum a_ij (e_j - e_y)
 *
 * A row's margins at the present theta and its curvature s ||x||^2 / l2 are its whole problem (sweep/row_ascent.h), and
 * its changes move the weights of the classes that change: two or three of them. A class whose share is at an end that
 * its margin holds it at is left out, and a row with no class that could change, until all take part again: most
 * passes are over few rows, and few classes of them. Sparse rows are passed over in another way
 * (dual_ascent_rounds_tmpl.c). theta follows in the working precision; when all take part again,
 * it is made of the shares (dual_ascent_bound_tmpl.c). */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/random.h"
#include "core/space.h"
#include "data/matrix.h"
#include "objective/dual_ascent.h"
#include "sweep/row_ascent.h"

static void lay_out(void *owner, space_plan *plan)
{
    linear_objective *of = owner;
    dual_ascent *self = &of->ascent;
    const int64_t m = of->base.samples;
    const int64_t n = of->sweep.map.n;
    const int64_t k = of->base.columns;
    const int64_t dense = self->by_class ? n : 0;
    self->theta = space_next(plan, n, self->ld, sizeof(real));
    self->shares = space_next(plan, m, k, sizeof(real));
    self->held = space_next(plan, self->by_class ? m : 0, k, 1);
    self->gaps = space_doubles(plan, self->by_class ? 0 : m, 1);
    self->few = space_next(plan, self->by_class ? 0 : m, 1, sizeof(few_classes));
    self->rows = space_next(plan, m, 1, sizeof(int64_t));
    self->order = space_next(plan, m, 1, sizeof(int64_t));
    self->curvature = space_doubles(plan, m, 1);
    self->x = space_next(plan, dense, 1, sizeof(real));
    self->scores = space_next(plan, self->ld + 1, 1, sizeof(real));
    self->aims = space_next(plan, k, 1, sizeof(real));
    self->changes = space_next(plan, k, 1, sizeof(real));
    self->classes = space_next(plan, k + 1, 1, sizeof(int64_t));
    self->margins = space_doubles(plan, k, 1);
    self->best = space_doubles(plan, k, 1);
    self->work = space_doubles(plan, k, 1);
    self->product = space_doubles(plan, n, k);
    self->row = space_doubles(plan, dense, 1);
}

static double square_of(linear_objective *of, int64_t row)
{
    const linclass_matrix *X = of->sweep.X;
    if (matrix_is_sparse(X))
        return dual_ascent_square(X, row);
    const row_block_f64 block = row_block_read_f64(X, row, 1, of->ascent.row);
    double sum = 0;
    for (int64_t j = 0; j < block.cols; j++)
        sum += block.X[j] * block.X[j];
    return sum;
}

/* The shares of a row that D is largest at where nothing depends on them: every margin is 1. */
static void set_fixed_shares(const linear_objective *of, int64_t row)
{
    const int64_t k = of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    real *shares = of->ascent.shares + row * k;
    const bool is_box = of->dual_kind == LOSS_DUAL_MARGINS;
    for (int64_t j = 0; j < k; j++)
        shares[j] = j == y ? 0 : is_box ? 1 : (real)(1 / (double)(k - 1));
}

void objective_ascent_restore(objective *base)
{
    dual_ascent *self = &((linear_objective *)base)->ascent;
    const int64_t length = self->by_class ? base->weights : base->columns; /* of a row of theta */
    for (int64_t i = 0; i < base->weights; i++)
        self->theta[i / length * self->ld + i % length] = (real)(-self->product[i] / base->l2);
    self->left = 0;
    for (int64_t i = 0; i < base->samples; i++)
        if (self->curvature[i] > 0)
            self->rows[self->left++] = i;
    if (self->by_class)
        memset(self->held, 0, (size_t)(base->samples * base->columns));
    else
        memset(self->few, 0, (size_t)base->samples * sizeof(few_classes));
    self->is_whole = true;
}

/* Weights of a feature that begin where a line of memory does are in fewer of them. */
static int64_t leading_dimension(int64_t k)
{
    enum { LINE = 64 / sizeof(real) };
    return k < LINE ? k : (k + LINE - 1) / LINE * LINE;
}

linclass_status objective_ascent_begin(objective *base)
{
    linear_objective *of = (linear_objective *)base;
    dual_ascent *self = &of->ascent;
    const int64_t k = base->columns;
    self->by_class = !base->ascends_in_rounds;
    self->ld = self->by_class ? k : leading_dimension(k);
    int sets;
    self->products = narrow_all(&sets)[of->sweep.map.set - 1];
    const linclass_status status =
        space_lay_out(base->ctx, lay_out, of, "the dual problem", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    memset(self->product, 0, (size_t)base->weights * sizeof(double));
    memset(self->theta, 0, (size_t)(base->weights / k * self->ld) * sizeof(real));
    memset(self->shares, 0, (size_t)(base->samples * k) * sizeof(real));
    for (int64_t i = 0; i < base->samples; i++) {
        const double s = dual_ascent_weight(of, i);
        self->curvature[i] = s > 0 ? s * square_of(of, i) / base->l2 : 0;
        if (s > 0 && self->curvature[i] == 0)
            set_fixed_shares(of, i);
        else if (of->dual_kind == LOSS_DUAL_LARGEST_MARGIN)
            self->shares[i * k + of->sweep.targets.y[i]] = 1;
    }
    objective_ascent_restore(base);
    return LINCLASS_OK;
}

void objective_ascent_end(objective *base)
{
    dual_ascent *self = &((linear_objective *)base)->ascent;
    context_release(base->ctx, self->memory);
    self->memory = NULL;
}

static row_block block_of(const linear_objective *of, int64_t row)
{
    return row_block_read(of->sweep.X, row, 1, of->ascent.x);
}

/* List the label and, behind it, the classes of a row that take part. Returns their number. */
static int64_t list_classes(const linear_objective *of, int64_t row)
{
    const dual_ascent *self = &of->ascent;
    const int64_t k = of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    const uint8_t *held = self->held + row * k;
    const bool with_label = of->dual_kind == LOSS_DUAL_LARGEST_MARGIN;
    int64_t count = 0;
    self->classes[count++] = y;
    for (int64_t j = 0; j < k; j++)
        if (!held[j] && (j != y || with_label))
            self->classes[count++] = j;
    return count - 1;
}

/* The classes of a row that take part, with their margins and shares. False where a score is not finite. */
static bool set_margins(linear_objective *of, int64_t row, const row_block *block,
                        row_ascent *problem)
{
    const dual_ascent *self = &of->ascent;
    const real *shares = self->shares + row * of->base.columns;
    problem->count = list_classes(of, row);
    dual_ascent_scores(of, block, problem->count + 1);
    const int64_t y = self->classes[0];
    const double of_label = (double)self->scores[0];
    double sum = of_label;
    for (int64_t i = 0; i < problem->count; i++) {
        const int64_t j = self->classes[i + 1];
        const double score = (double)self->scores[i + 1];
        self->classes[i] = j;
        self->best[i] = (double)shares[j];
        self->margins[i] = j == y ? 0 : score - of_label + of->dual_margin;
        sum += score;
    }
    return isfinite(sum);
}

/* Leave out the classes that are held. */
static void hold_classes(const dual_ascent *self, uint8_t *held, double threshold,
                         row_ascent *problem)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < problem->count; i++) {
        if (row_ascent_is_held(problem, i, threshold)) {
            held[self->classes[i]] = 1;
            continue;
        }
        self->classes[kept] = self->classes[i];
        self->margins[kept] = self->margins[i];
        self->best[kept++] = self->best[i];
    }
    problem->count = kept;
}

/* The shares of the first `classes` classes of the list become those found best, and theta follows. */
static void change(const linear_objective *of, int64_t row, const row_block *block, int64_t classes)
{
    const dual_ascent *self = &of->ascent;
    const int64_t k = of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    real *shares = self->shares + row * k;
    memset(self->changes, 0, (size_t)k * sizeof(real));
    real of_label = 0;
    for (int64_t i = 0; i < classes; i++) {
        const int64_t j = self->classes[i];
        const real share = (real)self->best[i];
        if (j != y) {
            self->changes[j] = share - shares[j];
            of_label -= self->changes[j];
        }
        shares[j] = share;
    }
    self->changes[y] = of_label;
    dual_ascent_move(of, row, block);
}

/* Maximise over the dual row of a sample. *stays: it may change again. */
static linclass_status visit(linear_objective *of, int64_t row, double *violation, bool *stays)
{
    dual_ascent *self = &of->ascent;
    const row_block block = block_of(of, row);
    row_ascent problem = {
        .kind = of->dual_kind,
        .margins = self->margins,
        .shares = self->best,
        .work = self->work,
        .curvature = self->curvature[row],
    };
    if (!set_margins(of, row, &block, &problem))
        return sweep_unusable(of->base.ctx, &of->sweep, row);
    double threshold;
    const double found = row_ascent_violation(&problem, &threshold);
    hold_classes(self, self->held + row * of->base.columns, threshold, &problem);
    const int64_t least = of->dual_kind == LOSS_DUAL_LARGEST_MARGIN ? 2 : 1;
    *stays = problem.count >= least;
    if (!*stays || found == 0)
        return LINCLASS_OK;
    *violation = fmax(*violation, found);
    row_ascent_maximise(&problem);
    change(of, row, &block, problem.count);
    return LINCLASS_OK;
}

/* Rows that take no part any more are marked in the order of the pass, and left out after it. */
static linclass_status visit_all(linear_objective *of, double *violation)
{
    dual_ascent *self = &of->ascent;
    for (int64_t i = 0; i < self->left; i++) {
        const int64_t place = self->order[i];
        const int64_t row = self->rows[place];
        if (i + 1 < self->left)
            row_block_prefetch(of->sweep.X, self->rows[self->order[i + 1]]);
        bool stays = true;
        const linclass_status status = visit(of, row, violation, &stays);
        if (status != LINCLASS_OK)
            return status;
        if (!stays)
            self->rows[place] = -1;
    }
    return LINCLASS_OK;
}

linclass_status objective_ascent_pass(objective *base, uint64_t seed, int64_t number,
                                      double *violation, int64_t *left)
{
    linear_objective *of = (linear_objective *)base;
    dual_ascent *self = &of->ascent;
    if (!self->by_class)
        return dual_ascent_in_rounds(of, seed, number, violation, left);
    *violation = 0;
    random_permutation(seed, (uint64_t)number, self->left, self->order);
    const linclass_status status = visit_all(of, violation);
    int64_t kept = 0;
    for (int64_t i = 0; i < self->left; i++)
        if (self->rows[i] >= 0)
            self->rows[kept++] = self->rows[i];
    *left = self->left = kept;
    return status;
}
