/* Splits by dealing: the rows are put into one sequence, class after class, and dealt out along it.
 *
 *     sequence   rows in random order, gathered by class; the classes in random order
 *     folds      row t = 0, 1, ... of the sequence goes to fold (t + r) mod folds, r random
 *     parts      sizes s_p: fraction_p m rounded up or down by largest remainders; then turns
 *                t = 1..m go each to that part, among those with
 *                    s_p t / m - dealt_p >= margin = 1 / (2 parts - 2),
 *                whose share would be exceeded first:
 *                    (1 - margin - (s_p t / m - dealt_p)) / s_p  smallest.
 *                Row t of the sequence has turn (t + r) mod m, r random
 *
 * Tijdeman's rule keeps |s_p t / m - dealt_p| <= 1 - margin for every t. A class is a run of the
 * sequence, so of turns, taken as a circle; with an error of less than one at either end, its share
 * in each part is right to within two. Rounding each class on its own would be closer for one class,
 * but with many small classes it gives every odd row to the same part. The random beginning r makes
 * every row as likely as any other to be in a part: s_p / m.
 *
 * Hazards: shares are computed in double, so the comparison with the margin, which two parts meet with
 * equality, has a slack; s_p t is exact enough up to any m that fits in memory. */
#include "data/split.h"

#include <math.h>

#include "core/arguments.h"
#include "core/context_call.h"
#include "core/random.h"
#include "core/space.h"
#include "data/stratify.h"

static const double SUM_TOLERANCE = 1e-9;
static const double SLACK = 1e-9;

/* size[p] := fractions[p] m rounded up or down, m together. */
static void share_out(int64_t m, int64_t parts, const double *fractions, int64_t *size)
{
    double sum = 0;
    for (int64_t p = 0; p < parts; p++)
        sum += fractions[p];
    const double rows = (double)m / sum;
    int64_t left = m;
    for (int64_t p = 0; p < parts; p++) {
        size[p] = (int64_t)(fractions[p] * rows);
        left -= size[p];
    }
    for (; left > 0; left--) {
        int64_t most = 0;
        for (int64_t p = 1; p < parts; p++)
            if (fractions[p] * rows - (double)size[p] > fractions[most] * rows - (double)size[most])
                most = p;
        size[most]++;
    }
}

/* The part whose turn t, 1..m, is. */
static int64_t choose_part(int64_t t, int64_t m, int64_t parts, const int64_t *size,
                           const int64_t *dealt)
{
    const double margin = parts > 1 ? 1.0 / (double)(2 * parts - 2) : 0;
    const double passed = (double)t / (double)m;
    int64_t chosen = 0;
    double earliest = INFINITY;
    for (int64_t p = 0; p < parts; p++) {
        const double owed = (double)size[p] * passed - (double)dealt[p];
        if (dealt[p] == size[p] || owed < margin - SLACK)
            continue;
        const double deadline = (1 - margin - owed) / (double)size[p];
        if (deadline < earliest) {
            earliest = deadline;
            chosen = p;
        }
    }
    return chosen;
}

/* part[row] := the part dealt to its turn. */
static void deal(int64_t m, int64_t parts, const int64_t *size, int64_t *dealt, uint64_t seed,
                 const int64_t *sequence, int64_t *part)
{
    for (int64_t p = 0; p < parts; p++)
        dealt[p] = 0;
    const uint64_t stream = stratify_stream(STRATIFY_BEGINNING);
    int64_t t = m == 0 ? 0 : (int64_t)random_below(seed, stream, (uint64_t)m);
    for (int64_t turn = 1; turn <= m; turn++) {
        const int64_t p = choose_part(turn, m, parts, size, dealt);
        dealt[p]++;
        part[sequence[t]] = p;
        t = t + 1 == m ? 0 : t + 1;
    }
}

static linclass_status check_split(linclass_context *ctx, int64_t m, const int64_t *y,
                                   int64_t parts, const double *fractions, const int64_t *part)
{
    linclass_status status = check_dimension(ctx, "m", m);
    if (status != LINCLASS_OK)
        return status;
    if (parts < 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "parts is %lld, less than 1",
                            (long long)parts);
    const array_argument arrays[] = {
        array_optional(array_given("y", y, m, 1, sizeof *y)),
        array_given("fractions", fractions, parts, 1, sizeof *fractions),
        array_output(array_given("part", part, m, 1, sizeof *part)),
    };
    status = check_arrays(ctx, 3, arrays);
    if (status != LINCLASS_OK)
        return status;
    double sum = 0;
    for (int64_t p = 0; p < parts; p++) {
        if (!(fractions[p] >= 0 && fractions[p] <= 1))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "fractions[%lld] is %g, outside 0..1", (long long)p, fractions[p]);
        sum += fractions[p];
    }
    if (!(fabs(sum - 1) <= SUM_TOLERANCE))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "the fractions add up to %.12g, not 1", sum);
    return LINCLASS_OK;
}

/* Of each part. */
typedef struct part_space {
    int64_t parts;
    int64_t *size;
    int64_t *dealt;
} part_space;

static void lay_out(void *owner, space_plan *plan)
{
    part_space *self = owner;
    self->size = space_next(plan, self->parts, 1, sizeof(int64_t));
    self->dealt = space_next(plan, self->parts, 1, sizeof(int64_t));
}

static linclass_status split(linclass_context *ctx, int64_t m, const int64_t *y, int64_t parts,
                             const double *fractions, uint64_t seed, int64_t *part)
{
    linclass_status status = check_split(ctx, m, y, parts, fractions, part);
    part_space space = {.parts = parts};
    int64_t *sequence = NULL;
    if (status == LINCLASS_OK)
        status = space_lay_out_scratch(ctx, lay_out, &space);
    if (status == LINCLASS_OK)
        status = stratify(ctx, m, y, seed, part, &sequence);
    if (status != LINCLASS_OK)
        return status;
    share_out(m, parts, fractions, space.size);
    deal(m, parts, space.size, space.dealt, seed, sequence, part);
    context_release(ctx, sequence);
    return LINCLASS_OK;
}

static linclass_status check_folds(linclass_context *ctx, int64_t m, const int64_t *y,
                                   int64_t folds, const int64_t *fold)
{
    const linclass_status status = check_dimension(ctx, "m", m);
    if (status != LINCLASS_OK)
        return status;
    if (folds < 2 || folds > m)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "folds is %lld, outside 2..%lld, the number of rows", (long long)folds,
                            (long long)m);
    const array_argument arrays[] = {
        array_optional(array_given("y", y, m, 1, sizeof *y)),
        array_output(array_given("fold", fold, m, 1, sizeof *fold)),
    };
    return check_arrays(ctx, 2, arrays);
}

linclass_status split_folds(linclass_context *ctx, int64_t m, const int64_t *y, int64_t folds,
                            uint64_t seed, int64_t *fold)
{
    linclass_status status = check_folds(ctx, m, y, folds, fold);
    int64_t *sequence = NULL;
    if (status == LINCLASS_OK)
        status = stratify(ctx, m, y, seed, fold, &sequence);
    if (status != LINCLASS_OK)
        return status;
    const uint64_t stream = stratify_stream(STRATIFY_BEGINNING);
    const int64_t beginning = (int64_t)random_below(seed, stream, (uint64_t)folds);
    for (int64_t t = 0; t < m; t++)
        fold[sequence[t]] = (t + beginning) % folds;
    context_release(ctx, sequence);
    return LINCLASS_OK;
}

linclass_status linclass_split(linclass_context *ctx, int64_t m, const int64_t *y, int64_t parts,
                               const double *fractions, uint64_t seed, int64_t *part)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, split(ctx, m, y, parts, fractions, seed, part));
}

linclass_status linclass_folds(linclass_context *ctx, int64_t m, const int64_t *y, int64_t folds,
                               uint64_t seed, int64_t *fold)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, split_folds(ctx, m, y, folds, seed, fold));
}
