/* What the two ways of a sweep share: which rows it is over. */
#include "objective/sweep.h"

#include "core/real.h"
#include "data/matrix.h"
#include "objective/blocks.h"
#include "objective/scores_block.h"

const real *REAL(sweep_samples)(const REAL(sweep) * sweep, int64_t from, int64_t count,
                                real *buffer, int64_t *ld)
{
    if (sweep->rows == NULL)
        return REAL(matrix_rows)(sweep->X, sweep->first + from, count, buffer, ld);
    REAL(matrix_gather)(sweep->X, sweep->rows + from, count, buffer);
    *ld = sweep->map.n > 0 ? sweep->map.n : 1;
    return buffer;
}

const int64_t *REAL(sweep_labels)(const REAL(sweep) * sweep, int64_t from, int64_t count,
                                  int64_t *buffer)
{
    if (sweep->rows == NULL)
        return sweep->y + sweep->first + from;
    for (int64_t i = 0; i < count; i++)
        buffer[i] = sweep->y[sweep->rows[from + i]];
    return buffer;
}

int REAL(sweep_in_place)(const REAL(sweep) * sweep)
{
    return sweep->rows == NULL && REAL(matrix_in_place)(sweep->X);
}

linclass_status REAL(sweep_unusable)(linclass_context *ctx, const REAL(sweep) * sweep, int64_t row)
{
    return REAL(scores_unusable)(ctx, sweep->X,
                                 sweep->rows == NULL ? sweep->first + row : sweep->rows[row]);
}

int64_t REAL(sweep_wrong)(int64_t count, int64_t k, const real *H, int64_t ldh, const int64_t *y)
{
    int64_t wrong = 0;
    for (int64_t i = 0; i < count; i++) {
        const real *h = H + i * ldh;
        const real label_score = h[y[i]];
        int beaten = 0;
        for (int64_t j = 0; j < y[i]; j++)
            beaten |= h[j] >= label_score;
        for (int64_t j = y[i] + 1; j < k; j++)
            beaten |= h[j] > label_score;
        wrong += beaten;
    }
    return wrong;
}

linclass_status REAL(sweep_loss_gradient)(linclass_context *ctx, const REAL(sweep) * sweep,
                                          sweep_sums *sums, real *G, int64_t ldg, real *g_bias)
{
    if (blocks_use_tiles(sweep->map.n, sweep->map.k))
        return REAL(sweep_tiles)(ctx, sweep, sums, G, ldg, g_bias);
    return REAL(sweep_blocks)(ctx, sweep, sums, G, ldg, g_bias);
}
