/* A step on one row, and the scores of the next, in one pass over theta: with R the row's k residuals
 *
 *     theta := keep theta + scale R^T x                      or with a velocity
 *     v := keep v + scale R^T x - decay theta, theta := theta + v
 *     scores := theta next
 *
 * Every element is computed as by narrow_transposed, which adds to C, and every score as by narrow_by_class, from the
 * theta that was stored: feature j is added to partial sum j mod LOGICAL of a class, in the order of the features, and
 * the partial sums are added by halves at the end, whatever LANES is. Some classes go by at once, so that x is
 * loaded once for all of them. With the first of them the row after the next is asked for: rows of a shuffled
 * epoch are in no cache. */
#include <stdbool.h>
#include <stddef.h>

#include "linalg/narrow/set.h"

enum {
    LOGICAL = 64 / sizeof(real),
    PASSES = LOGICAL / LANES,
    FREE = (REGISTERS - 6) / PASSES, /* classes whose sums fit in the registers */
    CLASSES = FREE > 8   ? 8
              : FREE > 5 ? 6
                         : FREE,
};

/* Some classes of theta, and of the velocity: what a tile works on, apart from the arguments, so that compilers keep
 * it in registers. */
typedef struct step_tile {
    const real *x;
    const real *next;
    real *theta[CLASSES];
    real *velocity[CLASSES];
    vector residual[CLASSES];
    vector scale;
    vector keep;
    vector decay;
    vector sum[CLASSES][PASSES];
} step_tile;

VECTOR_INLINE step_tile tile_begin(const narrow_step *p, int classes, bool momentum, int64_t class)
{
    step_tile tile;
    tile.x = p->x;
    tile.next = p->next;
    tile.scale = vector_all(p->scale);
    tile.keep = vector_all(p->keep);
    tile.decay = vector_all(p->decay);
    for (int c = 0; c < classes; c++) {
        tile.theta[c] = p->theta + (class + c) * p->n;
        tile.velocity[c] = momentum ? p->velocity + (class + c) * p->n : NULL;
        tile.residual[c] = vector_all(p->residuals[class + c]);
        for (int pass = 0; pass < PASSES; pass++)
            tile.sum[c][pass] = vector_all(0);
    }
    return tile;
}

/* The elements t of class c, and v of its velocity, after the step on elements x of the row. */
VECTOR_INLINE vector moved(const step_tile *tile, bool momentum, int c, vector x, vector t,
                           vector *v)
{
    const vector sum = tile->scale * vector_fma(tile->residual[c], x, vector_all(0));
    if (!momentum)
        return vector_fma(tile->keep, t, sum);
    *v = vector_fma(tile->keep, *v, sum) - tile->decay * t;
    return t + *v;
}

/* LANES features from `at`, part of pass `pass`. */
VECTOR_INLINE void whole(step_tile *tile, int classes, bool momentum, int pass, int64_t at)
{
    const vector x = vector_load(tile->x + at);
    const vector next = vector_load(tile->next + at);
    for (int c = 0; c < classes; c++) {
        vector v = momentum ? vector_load(tile->velocity[c] + at) : x;
        const vector t = moved(tile, momentum, c, x, vector_load(tile->theta[c] + at), &v);
        vector_store(tile->theta[c] + at, t);
        if (momentum)
            vector_store(tile->velocity[c] + at, v);
        tile->sum[c][pass] = vector_fma(next, t, tile->sum[c][pass]);
    }
}

/* The same of the last features, fewer than LANES. */
VECTOR_INLINE void rest(step_tile *tile, int classes, bool momentum, int pass, int64_t at,
                        int64_t count)
{
    const vector x = vector_load_first(tile->x + at, count, 0);
    const vector next = vector_load_first(tile->next + at, count, 0);
    for (int c = 0; c < classes; c++) {
        vector v = momentum ? vector_load_first(tile->velocity[c] + at, count, 0) : x;
        const vector before = vector_load_first(tile->theta[c] + at, count, 0);
        const vector t = moved(tile, momentum, c, x, before, &v);
        vector_store_first(tile->theta[c] + at, count, t);
        if (momentum)
            vector_store_first(tile->velocity[c] + at, count, v);
        tile->sum[c][pass] = vector_fma(next, t, tile->sum[c][pass]);
    }
}

/* The partial sums of a class: lane l and lane l + half, until there are four. */
VECTOR_INLINE real total(const vector *sum)
{
    real lane[LOGICAL];
    for (int pass = 0; pass < PASSES; pass++)
        vector_store(lane + pass * LANES, sum[pass]);
    for (int half = LOGICAL / 2; half >= 4; half /= 2) {
        for (int l = 0; l < half; l++)
            lane[l] += lane[l + half];
    }
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

/* So many classes from `class` on; `ahead` as in narrow_step, or NULL. */
VECTOR_INLINE void step_classes(const narrow_step *p, int classes, bool momentum, int64_t class,
                                const real *ahead)
{
    const int64_t n = p->n;
    step_tile tile = tile_begin(p, classes, momentum, class);
    int64_t j = 0;
    for (; j + LOGICAL <= n; j += LOGICAL) {
        if (ahead != NULL)
            __builtin_prefetch(ahead + j);
        for (int pass = 0; pass < PASSES; pass++)
            whole(&tile, classes, momentum, pass, j + pass * LANES);
    }
    for (int pass = 0; pass < PASSES && j < n; pass++, j += LANES)
        rest(&tile, classes, momentum, pass, j, n - j < LANES ? n - j : LANES);
    for (int c = 0; c < classes; c++)
        p->scores[class + c] = total(tile.sum[c]);
}

/* The same, of any number of classes up to CLASSES. */
VECTOR_INLINE void step_classes_of(const narrow_step *p, int64_t classes, bool momentum,
                                   int64_t class, const real *ahead)
{
#define COUNT(number) (number) < CLASSES ? (number) : CLASSES
    switch (classes) {
    case 1:
        step_classes(p, 1, momentum, class, ahead);
        break;
    case 2:
        step_classes(p, 2, momentum, class, ahead);
        break;
    case 3:
        step_classes(p, COUNT(3), momentum, class, ahead);
        break;
    case 4:
        step_classes(p, COUNT(4), momentum, class, ahead);
        break;
    case 5:
        step_classes(p, COUNT(5), momentum, class, ahead);
        break;
    case 6:
        step_classes(p, COUNT(6), momentum, class, ahead);
        break;
    case 7:
        step_classes(p, COUNT(7), momentum, class, ahead);
        break;
    default:
        step_classes(p, CLASSES, momentum, class, ahead);
    }
#undef COUNT
}

void VECTOR_NAME(narrow_step)(const narrow_step *p)
{
    const int64_t parts = (p->k + CLASSES - 1) / CLASSES;
    int64_t class = 0;
    for (int64_t left = parts; left > 0; left--) {
        const int64_t classes = (p->k - class + left - 1) / left;
        const real *ahead = class == 0 ? p->ahead : NULL;
        if (p->velocity != NULL)
            step_classes_of(p, classes, true, class, ahead);
        else
            step_classes_of(p, classes, false, class, ahead);
        class += classes;
    }
}
