/* Most sums are added number by number; sampled rows are put one after the other; of changes of scores the largest
 * remains. Two more are not:
 *
 *     moments      distances of a feature are from a shift of each part's own, s: those of the right part become
 *                  distances from the left one's, with d = s_right - s_left,
 *                      sum w (x - s_left)   = D + W d
 *                      sum w (x - s_left)^2 = S + 2 d D + W d^2
 *     statistics   means, and sums of squares about them (Chan, Golub and LeVeque 1979), with d the difference
 *                  of the means,
 *                      mean = mean_left + d W_right / W,   M = M_left + M_right + d^2 W_left W_right / W
 *
 * Of equal constants both give differences of exactly 0. */
#include "parts/sums.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "parts/census.h"

static void add_moments(double *left, const double *right, int64_t N)
{
    double *const square = left + MOMENTS_ARRAYS;
    double *const shift = square + N;
    double *const distance = shift + N;
    double *const spread = distance + N;
    const double *const square_2 = right + MOMENTS_ARRAYS;
    const double *const shift_2 = square_2 + N;
    const double *const distance_2 = shift_2 + N;
    const double *const spread_2 = distance_2 + N;
    const double weight_2 = right[MOMENTS_WEIGHT];
    const bool first = left[MOMENTS_ROWS] == 0;
    const bool none = right[MOMENTS_ROWS] == 0;
    for (int64_t j = 0; !none && j < N; j++) {
        const double d = first ? 0 : shift_2[j] - shift[j];
        if (first)
            shift[j] = shift_2[j];
        square[j] += square_2[j];
        spread[j] += spread_2[j] + 2 * d * distance_2[j] + weight_2 * d * d;
        distance[j] += distance_2[j] + weight_2 * d;
    }
    left[MOMENTS_ROWS] += right[MOMENTS_ROWS];
    left[MOMENTS_WEIGHT] += weight_2;
}

static void add_statistics(double *left, const double *right, int64_t n)
{
    double *const mean = left + STATISTICS_ARRAYS;
    double *const square = mean + n;
    double *const largest = square + n;
    double *const typical = largest + n;
    double *const typical_rows = typical + n;
    const double *const mean_2 = right + STATISTICS_ARRAYS;
    const double weight = left[STATISTICS_WEIGHT];
    const double weight_2 = right[STATISTICS_WEIGHT];
    const double all = weight + weight_2;
    for (int64_t j = 0; j < n; j++) {
        const double d = mean_2[j] - mean[j];
        if (weight_2 > 0) {
            mean[j] = weight > 0 ? mean[j] + d * (weight_2 / all) : mean_2[j];
            square[j] += mean_2[n + j] + (weight > 0 ? d * d * (weight / all * weight_2) : 0);
        }
        largest[j] = fmax(largest[j], mean_2[2 * n + j]);
        /* What is typical of more rows. */
        if (mean_2[4 * n + j] > typical_rows[j])
            typical[j] = mean_2[3 * n + j];
        typical_rows[j] += mean_2[4 * n + j];
    }
    left[STATISTICS_WEIGHT] = all;
}

/* Rows of the left part, then those of the right one: many bytes, which are not copied here, once for each level of the
 * tree, but once, when they are read or written. */
static linclass_status join_samples(linclass_context *ctx, part_node *left, part_node *right)
{
    void *memory;
    const linclass_status status =
        context_allocate(ctx, sizeof(part_piece), "a piece of sampled rows", &memory);
    if (status != LINCLASS_OK)
        return status;
    part_piece *piece = memory;
    *piece = (part_piece){right->more, part_sums_before_pieces(right), right->sums};
    if (left->more == NULL)
        left->more = piece;
    else
        left->last->next = piece;
    left->last = right->more == NULL ? piece : right->last;
    left->length += right->length;
    right->sums = NULL;
    right->more = NULL;
    right->length = 0;
    return LINCLASS_OK;
}

int64_t part_sums_before_pieces(const part_node *node)
{
    int64_t length = node->length;
    for (const part_piece *piece = node->more; piece != NULL; piece = piece->next)
        length -= piece->length;
    return length;
}

static void release_pieces(linclass_context *ctx, part_node *node)
{
    while (node->more != NULL) {
        part_piece *piece = node->more;
        node->more = piece->next;
        context_release(ctx, piece->sums);
        context_release(ctx, piece);
    }
}

void part_sums_release(linclass_context *ctx, part_node *node)
{
    release_pieces(ctx, node);
    context_release(ctx, node->sums);
    node->sums = NULL;
}

linclass_status part_sums_add(linclass_context *ctx, int64_t kind, part_node *left,
                              part_node *right)
{
    if (kind == PART_CENSUS)
        return census_add(ctx, left, right);
    if (kind == PART_SAMPLE)
        return join_samples(ctx, left, right);
    const int64_t length = left->length;
    if (length != right->length)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "the answers of parts %lld and %lld differ in length",
                            (long long)left->first, (long long)right->first);
    double *sums = left->sums;
    const double *more = right->sums;
    if (kind == PART_MOMENTS && length >= MOMENTS_ARRAYS)
        add_moments(sums, more, (length - MOMENTS_ARRAYS) / MOMENTS_COLUMNS);
    else if (kind == PART_STATISTICS && length >= STATISTICS_ARRAYS)
        add_statistics(sums, more, (length - STATISTICS_ARRAYS) / STATISTICS_COLUMNS);
    else if (kind == PART_SCORE_CHANGE && length == 1)
        sums[0] = fmax(sums[0], more[0]);
    else
        for (int64_t e = 0; e < length; e++)
            sums[e] += more[e];
    return LINCLASS_OK;
}
