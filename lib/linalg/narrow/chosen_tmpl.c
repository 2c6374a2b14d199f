/* Scores of one row in some of the classes, and an update of these by the row:
 *
 *     values_i := <theta_c, x>        theta_c := theta_c + values_i x,   c = classes_i
 *
 * Sums are those of by_class_tmpl.c: feature j is added to partial sum j mod LOGICAL_LANES, and these by halves at the
 * end. Some classes go by at once, so that x is loaded once for them and no sum waits for itself. */
#include "linalg/narrow/set.h"

enum { PASSES = LOGICAL_LANES / LANES, MOST = REGISTERS == 32 ? 4 : 2 };

VECTOR_INLINE real total(const vector *sum)
{
    real lane[LOGICAL_LANES];
    for (int pass = 0; pass < PASSES; pass++)
        vector_store(lane + pass * LANES, sum[pass]);
    for (int half = LOGICAL_LANES / 2; half >= 4; half /= 2) {
        for (int l = 0; l < half; l++)
            lane[l] += lane[l + half];
    }
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

/* So many classes, a constant wherever this is called. */
VECTOR_INLINE void scores(const narrow_chosen *p, int classes, int64_t first)
{
    const real *theta[MOST];
    vector sum[MOST][PASSES];
    for (int c = 0; c < classes; c++) {
        theta[c] = p->theta + p->classes[first + c] * p->n;
        for (int pass = 0; pass < PASSES; pass++)
            sum[c][pass] = vector_all(0);
    }
    const int64_t n = p->n;
    int64_t j = 0;
    for (; j + LOGICAL_LANES <= n; j += LOGICAL_LANES) {
        for (int pass = 0; pass < PASSES; pass++) {
            const vector x = vector_load(p->x + j + pass * LANES);
            for (int c = 0; c < classes; c++)
                sum[c][pass] =
                    vector_fma(x, vector_load(theta[c] + j + pass * LANES), sum[c][pass]);
        }
    }
    for (int pass = 0; pass < PASSES && j < n; pass++, j += LANES) {
        const int64_t count = n - j < LANES ? n - j : LANES;
        const vector x = vector_load_first(p->x + j, count, 0);
        for (int c = 0; c < classes; c++)
            sum[c][pass] = vector_fma(x, vector_load_first(theta[c] + j, count, 0), sum[c][pass]);
    }
    for (int c = 0; c < classes; c++)
        p->values[first + c] = total(sum[c]);
}

void VECTOR_NAME(narrow_chosen_scores)(const narrow_chosen *chosen)
{
    int64_t first = 0;
    for (; first + MOST <= chosen->count; first += MOST)
        scores(chosen, MOST, first);
    for (; first + 2 <= chosen->count; first += 2)
        scores(chosen, 2, first);
    if (first < chosen->count)
        scores(chosen, 1, first);
}

void VECTOR_NAME(narrow_chosen_update)(const narrow_chosen *chosen)
{
    const int64_t n = chosen->n;
    for (int64_t i = 0; i < chosen->count; i++) {
        real *theta = chosen->theta + chosen->classes[i] * n;
        const vector change = vector_all(chosen->values[i]);
        int64_t j = 0;
        for (; j + LANES <= n; j += LANES)
            vector_store(theta + j,
                         vector_fma(change, vector_load(chosen->x + j), vector_load(theta + j)));
        if (j < n)
            vector_store_first(theta + j, n - j,
                               vector_fma(change, vector_load_first(chosen->x + j, n - j, 0),
                                          vector_load_first(theta + j, n - j, 0)));
    }
}
