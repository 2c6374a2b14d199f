#include <math.h>

#include "core/real.h"
#include "scores.h"

static double one_score(enum scores_kind kind, double of_row, uint64_t *state)
{
    const double u = random_uniform(state);
    switch (kind) {
    case SCORES_EQUAL:
        return of_row;
    case SCORES_TIES:
        return floor(3.0 * u);
    case SCORES_SPREAD:
        return 2e4 * (u - 0.5);
    case SCORES_HUGE:
        return 2e30 * (u - 0.5);
    case SCORES_SMALL:
        return (sizeof(real) == 4 ? 0x1p-130 : 0x1p-1030) * (u - 0.5);
    default:
        return 16.0 * (u - 0.5);
    }
}

/* Spoil a row in one of the ways that have to be reported. */
static void break_row(int64_t k, real *h, int64_t y, uint64_t *state)
{
    const int way = (int)(4.0 * random_uniform(state));
    const int64_t j = (int64_t)((double)k * random_uniform(state));
    switch (way) {
    case 0:
        h[j] = NAN;
        break;
    case 1:
        h[j] = INFINITY;
        break;
    case 2:
        h[y % k] = -INFINITY;
        break;
    default:
        for (int64_t l = 0; l < k; l++)
            h[l] = -INFINITY;
    }
}

void REAL(scores_fill)(enum scores_kind kind, int64_t m, int64_t k, int64_t labels, uint64_t seed,
                       real *H, int64_t *y)
{
    uint64_t state = seed;
    for (int64_t i = 0; i < m; i++) {
        real *h = H + i * k;
        const double of_row = 1e3 * (random_uniform(&state) - 0.5);
        for (int64_t j = 0; j < k; j++)
            h[j] = (real)one_score(kind, of_row, &state);
        y[i] = labels > 0 ? (int64_t)((double)labels * random_uniform(&state)) : 0;
        if (k == 0)
            continue;
        const double distance = 28.0 + 70.0 * random_uniform(&state);
        if (kind == SCORES_SURE)
            h[y[i] % k] = (real)distance;
        if (kind == SCORES_WRONG)
            h[y[i] % k] = (real)-distance;
        for (int64_t j = 0; j < k && kind == SCORES_MASKED; j++) {
            if (j != y[i] && random_uniform(&state) < 0.5)
                h[j] = -INFINITY;
        }
        if (kind == SCORES_BROKEN && random_uniform(&state) < 1.0 / 3.0)
            break_row(k, h, y[i], &state);
    }
}
