/* A step on one row, and the scores of the next, in one pass over theta: with r the row's k residuals times what the
 * step is scaled by,
 *
 *     theta := keep theta + r^T x                      or with a velocity
 *     v := keep v + r^T x - decay theta, theta := theta + v
 *     scores := theta next
 *
 * r x is rounded before it is added: an element has the bits that narrow_transposed gives it (which adds to C) from
 * residuals r, but for the sign of a zero. Every score is computed as by narrow_by_class, from the theta
 * that was stored: feature j is added to partial sum j mod LOGICAL_LANES of a class, in the order of the features,
 * and the partial sums are added by halves at the end, whatever LANES is.
 *
 * Where keep is 1 its product is left out, which changes no bits. A product and a sum then take less time than one
 * fused multiply-add where processors add beside the multiply-adds; on Zen 4 these also hold up stores: 2.7 cycles a
 * vector of 512 bits instead of 3.4, where a store alone takes 2.
 *
 * Some classes go by at once, a part of them, so that x is loaded once for all of them. The parts go by in turn from
 * the first and from the last: where theta and two rows are a little more than the first cache, it still holds the
 * part that a step begins with. Meanwhile the row after the next is asked for, into the second cache: rows of a
 * shuffled epoch are in none. */
#include <stdbool.h>
#include <stddef.h>

#include "linalg/narrow/set.h"

enum {
    PASSES = LOGICAL_LANES / LANES,
    FREE = (REGISTERS - 6) / PASSES, /* classes whose sums fit in the registers */
    CLASSES = FREE > 8   ? 8
              : FREE > 5 ? 6
                         : FREE,
};

/* What is left out where it would change nothing: constants wherever they are passed on. */
typedef struct step_kind {
    bool momentum; /* a velocity */
    bool keeps;    /* keep = 1 */
} step_kind;

/* Some classes of theta, and of the velocity: what a tile works on, apart from the arguments, so that compilers keep
 * it in registers. */
typedef struct step_tile {
    const real *x;
    const real *next;
    real *theta[CLASSES];
    real *velocity[CLASSES];
    vector residual[CLASSES];
    vector keep;
    vector decay;
    vector sum[CLASSES][PASSES];
} step_tile;

VECTOR_INLINE step_tile tile_begin(const narrow_step *p, int classes, step_kind kind, int64_t class)
{
    step_tile tile;
    tile.x = p->x;
    tile.next = p->next;
    tile.keep = vector_all(p->keep);
    tile.decay = vector_all(p->decay);
    for (int c = 0; c < classes; c++) {
        tile.theta[c] = p->theta + (class + c) * p->n;
        tile.velocity[c] = kind.momentum ? p->velocity + (class + c) * p->n : NULL;
        tile.residual[c] = vector_all(p->residuals[class + c]);
        for (int pass = 0; pass < PASSES; pass++)
            tile.sum[c][pass] = vector_all(0);
    }
    return tile;
}

/* The elements t of class c, and v of its velocity, after the step on elements x of the row. */
VECTOR_INLINE vector moved(const step_tile *tile, step_kind kind, int c, vector x, vector t,
                           vector *v)
{
    const vector sum = tile->residual[c] * x;
    if (kind.momentum) {
        t = vector_kept(t); /* used twice: loading it again takes a fifth longer */
        *v = vector_fma(tile->keep, *v, sum) - tile->decay * t;
        return t + *v;
    }
    if (kind.keeps)
        return t + sum;
    return vector_fma(tile->keep, t, sum);
}

/* LANES features from `at`, part of pass `pass`. */
VECTOR_INLINE void whole(step_tile *tile, int classes, step_kind kind, int pass, int64_t at)
{
    const vector x = vector_load(tile->x + at);
    const vector next = vector_load(tile->next + at);
    for (int c = 0; c < classes; c++) {
        vector v = kind.momentum ? vector_load(tile->velocity[c] + at) : x;
        const vector t = moved(tile, kind, c, x, vector_load(tile->theta[c] + at), &v);
        vector_store(tile->theta[c] + at, t);
        if (kind.momentum)
            vector_store(tile->velocity[c] + at, v);
        tile->sum[c][pass] = vector_fma(next, t, tile->sum[c][pass]);
    }
}

/* The same of the last features, fewer than LANES. */
VECTOR_INLINE void rest(step_tile *tile, int classes, step_kind kind, int pass, int64_t at,
                        int64_t count)
{
    const vector x = vector_load_first(tile->x + at, count, 0);
    const vector next = vector_load_first(tile->next + at, count, 0);
    for (int c = 0; c < classes; c++) {
        vector v = kind.momentum ? vector_load_first(tile->velocity[c] + at, count, 0) : x;
        const vector before = vector_load_first(tile->theta[c] + at, count, 0);
        const vector t = moved(tile, kind, c, x, before, &v);
        vector_store_first(tile->theta[c] + at, count, t);
        if (kind.momentum)
            vector_store_first(tile->velocity[c] + at, count, v);
        tile->sum[c][pass] = vector_fma(next, t, tile->sum[c][pass]);
    }
}

/* The partial sums of so many classes: those of all passes are added by halves, then lanes. */
VECTOR_INLINE void write_scores(const step_tile *tile, int classes, real *scores)
{
    for (int first = 0; first < classes; first += LANES) {
        vector lanes[LANES];
        for (int l = 0; l < LANES; l++) {
            if (first + l >= classes) {
                lanes[l] = vector_all(0);
                continue;
            }
            vector sum[PASSES];
            for (int pass = 0; pass < PASSES; pass++)
                sum[pass] = tile->sum[first + l][pass];
            for (int half = PASSES / 2; half >= 1; half /= 2) {
                for (int pass = 0; pass < half; pass++)
                    sum[pass] = sum[pass] + sum[pass + half];
            }
            lanes[l] = sum[0];
        }
        real total[LANES];
        vector_store(total, vector_totals(lanes));
        for (int l = 0; l < LANES && first + l < classes; l++)
            scores[first + l] = total[l];
    }
}

/* Lines of a row to be asked for: NULL, none, or one from `next` on with each LOGICAL_LANES features, and `step`
 * elements further the next. */
typedef struct row_ahead {
    const real *next;
    int64_t step;
} row_ahead;

/* So many classes from `class` on: a constant wherever this is called. */
VECTOR_INLINE void step_classes(const narrow_step *p, int classes, step_kind kind, int64_t class,
                                row_ahead ahead)
{
    const int64_t n = p->n;
    step_tile tile = tile_begin(p, classes, kind, class);
    int64_t j = 0;
    for (; j + LOGICAL_LANES <= n; j += LOGICAL_LANES) {
        if (ahead.next != NULL) {
            narrow_ask((const char *)ahead.next);
            ahead.next += ahead.step;
        }
        for (int pass = 0; pass < PASSES; pass++)
            whole(&tile, classes, kind, pass, j + pass * LANES);
    }
    for (int pass = 0; pass < PASSES && j < n; pass++, j += LANES)
        rest(&tile, classes, kind, pass, j, n - j < LANES ? n - j : LANES);
    write_scores(&tile, classes, p->scores + class);
}

/* The same, of any number of classes up to CLASSES. */
VECTOR_INLINE void step_classes_of(const narrow_step *p, int64_t classes, step_kind kind,
                                   int64_t class, row_ahead ahead)
{
#define CASE(number) \
    case number: \
        step_classes(p, (number) < CLASSES ? (number) : CLASSES, kind, class, ahead); \
        break;
    switch (classes < CLASSES ? classes : 0) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
        CASE(6)
        CASE(7)
    default:
        step_classes(p, CLASSES, kind, class, ahead);
    }
#undef CASE
}

/* All classes, in parts of the same size or one more. Each part asks for its share of the row ahead. */
VECTOR_INLINE void step_all(const narrow_step *p, step_kind kind)
{
    const int64_t parts = (p->k + CLASSES - 1) / CLASSES;
    const int64_t fewest = p->k / parts;
    const int64_t with_more = p->k % parts;
    const int64_t step = (LOGICAL_LANES + parts - 1) / parts;
    for (int64_t i = 0; i < parts; i++) {
        const int64_t part = p->last_first ? parts - 1 - i : i;
        const int64_t class = part * fewest + (part < with_more ? part : with_more);
        const row_ahead ahead = {
            p->ahead == NULL ? NULL : p->ahead + i * (p->n / LOGICAL_LANES) * step, step};
        step_classes_of(p, part < with_more ? fewest + 1 : fewest, kind, class, ahead);
    }
}

void VECTOR_NAME(narrow_step)(const narrow_step *p)
{
    if (p->velocity != NULL)
        step_all(p, (step_kind){.momentum = true});
    else if (p->keep == 1)
        step_all(p, (step_kind){.keeps = true});
    else
        step_all(p, (step_kind){.keeps = false});
}
