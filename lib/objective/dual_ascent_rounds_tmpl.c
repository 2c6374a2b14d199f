/* Coordinate ascent of the dual problem over sparse rows, in rounds: a pass over all rows, then passes over those
 * that matter.
 *
 *     gap_i = max_j t_ij - sum_j a_ij t_ij             Crammer and Singer's loss, the label's margin 0 among them
 *           = sum_j max(0, t_ij) - a_ij t_ij           hinge
 *
 * is what a row adds to the gap of F at the present point: F - D = sum s_i gap_i. After a pass over all rows those
 * whose gap is above the mean go on by themselves, until as much as a twentieth is left of the sum. Rows at rest have
 * gaps of next to nothing, and most are: of 58 classes and 63666 rows a gap of 5e-5 takes visits as many as 66
 * passes over all rows, where passes over all rows alone take 130 to a gap of 1e-4; half the mean and a part of .3
 * take 75.
 *
 * A visit (dual_ascent_visit_tmpl.c) costs the weights of the row's features, from memory: all classes of a feature lie
 * together. They are asked for some rows ahead, and what says where they are before them. */
#include "core/minimum.h"
#include "core/random.h"
#include "data/elements.h"
#include "objective/dual_ascent.h"

enum { AHEAD = 8, LINE = 64 };   /* rows whose weights are asked for; bytes */
static const double PART = 0.05; /* of the gaps: what a round leaves of them */
static const double OF_MEAN = 1; /* gap of a row that goes on */

/* Ask for numbers of a row of k. */
static void prefetch_all(const real *numbers, int64_t k)
{
    for (int64_t b = 0; b < k * (int64_t)sizeof(real); b += LINE)
        __builtin_prefetch((const char *)numbers + b, 1);
}

static void prefetch_few(const real *numbers, const few_classes *few)
{
    int64_t before = -1;
    for (int32_t i = 0; i < few->count; i++) {
        const int64_t line = few->classes[i] / (LINE / (int64_t)sizeof(real));
        if (line != before)
            __builtin_prefetch(numbers + few->classes[i], 1);
        before = line;
    }
}

/* Ask for what the other two read. */
static void prefetch_start(const linear_objective *of, int64_t row)
{
    __builtin_prefetch(of->ascent.few + row);
    __builtin_prefetch(of->sweep.X->row_starts + row);
    __builtin_prefetch(of->ascent.curvature + row);
    __builtin_prefetch(of->ascent.gaps + row, 1);
    __builtin_prefetch(of->sweep.targets.y + row);
}

static void prefetch_elements(const linear_objective *of, int64_t row)
{
    const linclass_matrix *X = of->sweep.X;
    const int64_t begin = X->row_starts[row];
    const int64_t column = X->column_dtype == LINCLASS_INT32 ? 4 : 8;
    const int64_t element = X->data == NULL ? 0 : element_bytes(X->dtype);
    const int64_t count = lesser(X->row_starts[row + 1] - begin, DUAL_ASCENT_PIECE);
    for (int64_t b = 0; b < count * column; b += LINE)
        __builtin_prefetch((const char *)X->columns + begin * column + b);
    for (int64_t b = 0; b < count * element; b += LINE)
        __builtin_prefetch((const char *)X->data + begin * element + b);
}

/* Ask for the weights of a row's features, and its shares. */
static void prefetch_row(const linear_objective *of, int64_t row)
{
    const dual_ascent *self = &of->ascent;
    const linclass_matrix *X = of->sweep.X;
    const int64_t k = of->base.columns;
    const few_classes *few = &self->few[row];
    const bool few_alone = dual_ascent_looks_at_few(self, row);
    if (few_alone && few->count < LEAST_CLASSES)
        return;
    if (few_alone)
        prefetch_few(self->shares + row * k, few);
    else
        prefetch_all(self->shares + row * k, k);
    for (int64_t e = X->row_starts[row]; e < X->row_starts[row + 1]; e++) {
        const real *weights = self->theta + sparse_column(X, e) * self->ld;
        if (few_alone)
            prefetch_few(weights, few);
        else
            prefetch_all(weights, k);
    }
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
        if (i + 3 * AHEAD < self->left)
            prefetch_start(of, self->rows[self->order[i + 3 * AHEAD]]);
        if (i + 2 * AHEAD < self->left)
            prefetch_elements(of, self->rows[self->order[i + 2 * AHEAD]]);
        if (i + AHEAD < self->left)
            prefetch_row(of, self->rows[self->order[i + AHEAD]]);
        const int64_t row = self->rows[self->order[i]];
        const linclass_status status = dual_ascent_visit(of, row);
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
