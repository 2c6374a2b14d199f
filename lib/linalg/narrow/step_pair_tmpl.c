/* Steps on two rows, one after the other, and the scores of the next two, in one pass over theta:
 *
 *     theta := keep_0 theta + r_0^T x_0,   theta := keep_1 theta + r_1^T x_1,
 *     scores_i := theta next_i,            product := <next_0, next_1>
 *
 * r_0 and r_1 are the rows' residuals times what their steps are scaled by. An element of theta has the bits that two
 * steps on one row give it (step_tmpl.c), a score and the product those of narrow_by_class. That next_1's scores lack
 * the step on next_0 is corrected by the product, when its residuals are known (sweep/single_row_tmpl.c).
 *
 * theta is loaded and stored once for two rows: what is left is arithmetic, two products and two fused multiply-adds
 * for an element, while one row a pass is held up by its stores. As there, keep = 1 is left out where both are 1, and
 * parts of the classes go by in turn from the first and from the last. */
#include <stdbool.h>
#include <stddef.h>

#include "linalg/narrow/set.h"

enum {
    PASSES = LOGICAL_LANES / LANES,
    FREE = (REGISTERS - 6) / (2 * PASSES), /* classes whose sums fit in the registers */
    CLASSES = FREE > 5 ? 5 : FREE,
};

/* Some classes of theta: what a tile works on. */
typedef struct pair_tile {
    const real *x[2];
    const real *next[2];
    real *theta[CLASSES];
    vector residual[2][CLASSES];
    vector keep[2];
    vector sum[2][CLASSES][PASSES];
    vector product[PASSES];
} pair_tile;

VECTOR_INLINE pair_tile tile_begin(const narrow_step_pair *p, int classes, int64_t class)
{
    pair_tile tile;
    for (int row = 0; row < 2; row++) {
        tile.x[row] = p->x[row];
        tile.next[row] = p->next[row];
        tile.keep[row] = vector_all(p->keep[row]);
        for (int c = 0; c < classes; c++) {
            tile.residual[row][c] = vector_all(p->residuals[row * p->k + class + c]);
            for (int pass = 0; pass < PASSES; pass++)
                tile.sum[row][c][pass] = vector_all(0);
        }
    }
    for (int c = 0; c < classes; c++)
        tile.theta[c] = p->theta + (class + c) * p->n;
    for (int pass = 0; pass < PASSES; pass++)
        tile.product[pass] = vector_all(0);
    return tile;
}

/* Elements t of class c after the steps on elements x of the rows. */
VECTOR_INLINE vector moved(const pair_tile *tile, bool keeps, int c, vector x_0, vector x_1,
                           vector t)
{
    const vector by_0 = tile->residual[0][c] * x_0;
    const vector by_1 = tile->residual[1][c] * x_1;
    if (keeps)
        return (t + by_0) + by_1;
    return vector_fma(tile->keep[1], vector_fma(tile->keep[0], t, by_0), by_1);
}

/* LANES features from `at`, part of pass `pass`. */
VECTOR_INLINE void whole(pair_tile *tile, int classes, bool keeps, bool multiplies, int pass,
                         int64_t at)
{
    const vector x_0 = vector_load(tile->x[0] + at);
    const vector x_1 = vector_load(tile->x[1] + at);
    const vector next_0 = vector_load(tile->next[0] + at);
    const vector next_1 = vector_load(tile->next[1] + at);
    for (int c = 0; c < classes; c++) {
        const vector t = moved(tile, keeps, c, x_0, x_1, vector_load(tile->theta[c] + at));
        vector_store(tile->theta[c] + at, t);
        tile->sum[0][c][pass] = vector_fma(next_0, t, tile->sum[0][c][pass]);
        tile->sum[1][c][pass] = vector_fma(next_1, t, tile->sum[1][c][pass]);
    }
    if (multiplies)
        tile->product[pass] = vector_fma(next_0, next_1, tile->product[pass]);
}

/* The same of the last features, fewer than LANES. */
VECTOR_INLINE void rest(pair_tile *tile, int classes, bool keeps, bool multiplies, int pass,
                        int64_t at, int64_t count)
{
    const vector x_0 = vector_load_first(tile->x[0] + at, count, 0);
    const vector x_1 = vector_load_first(tile->x[1] + at, count, 0);
    const vector next_0 = vector_load_first(tile->next[0] + at, count, 0);
    const vector next_1 = vector_load_first(tile->next[1] + at, count, 0);
    for (int c = 0; c < classes; c++) {
        const vector before = vector_load_first(tile->theta[c] + at, count, 0);
        const vector t = moved(tile, keeps, c, x_0, x_1, before);
        vector_store_first(tile->theta[c] + at, count, t);
        tile->sum[0][c][pass] = vector_fma(next_0, t, tile->sum[0][c][pass]);
        tile->sum[1][c][pass] = vector_fma(next_1, t, tile->sum[1][c][pass]);
    }
    if (multiplies)
        tile->product[pass] = vector_fma(next_0, next_1, tile->product[pass]);
}

/* The partial sums of all passes added by halves, as lanes. */
VECTOR_INLINE vector lanes_of(const vector *sum)
{
    vector part[PASSES];
    for (int pass = 0; pass < PASSES; pass++)
        part[pass] = sum[pass];
    for (int half = PASSES / 2; half >= 1; half /= 2) {
        for (int pass = 0; pass < half; pass++)
            part[pass] = part[pass] + part[pass + half];
    }
    return part[0];
}

/* What a tile summed up, LANES totals at a time: the scores of both rows, then the product. */
VECTOR_INLINE void write_sums(const pair_tile *tile, int classes, bool multiplies, int64_t k,
                              real *scores, real *product)
{
    const int sums = 2 * classes + (multiplies ? 1 : 0);
    real total[2 * CLASSES + 1 + LANES];
    for (int first = 0; first < sums; first += LANES) {
        vector lanes[LANES];
        for (int l = 0; l < LANES; l++) {
            const int i = first + l;
            if (i < 2 * classes)
                lanes[l] = lanes_of(tile->sum[i / classes][i % classes]);
            else if (i < sums)
                lanes[l] = lanes_of(tile->product);
            else
                lanes[l] = vector_all(0);
        }
        vector_store(total + first, vector_totals(lanes));
    }
    for (int c = 0; c < classes; c++) {
        scores[c] = total[c];
        scores[k + c] = total[classes + c];
    }
    if (multiplies)
        *product = total[2 * classes];
}

/* Lines of rows to be asked for: of each that is not NULL one with each LOGICAL_LANES features, and `step` elements
 * further the next. */
typedef struct rows_ahead {
    const real *next[2];
    int64_t step;
} rows_ahead;

/* What part i of the classes asks for: one part for both rows, of more the first half for one, the others for the
 * other. */
VECTOR_INLINE rows_ahead ahead_of_part(const narrow_step_pair *p, int64_t i, int64_t parts)
{
    if (parts == 1)
        return (rows_ahead){{p->ahead[0], p->ahead[1]}, LOGICAL_LANES};
    const int64_t half = parts / 2;
    const int row = i < half ? 0 : 1;
    const int64_t sharing = row == 0 ? half : parts - half;
    const int64_t step = (LOGICAL_LANES + sharing - 1) / sharing;
    const int64_t skipped = (row == 0 ? i : i - half) * (p->n / LOGICAL_LANES) * step;
    return (rows_ahead){{p->ahead[row] == NULL ? NULL : p->ahead[row] + skipped, NULL}, step};
}

VECTOR_INLINE void ask(rows_ahead *ahead)
{
    for (int row = 0; row < 2; row++) {
        if (ahead->next[row] == NULL)
            continue;
        narrow_ask((const char *)ahead->next[row]);
        ahead->next[row] += ahead->step;
    }
}

/* So many classes from `class` on: a constant wherever this is called. */
VECTOR_INLINE void pair_classes(const narrow_step_pair *p, int classes, bool keeps, bool multiplies,
                                int64_t class, rows_ahead ahead)
{
    const int64_t n = p->n;
    pair_tile tile = tile_begin(p, classes, class);
    int64_t j = 0;
    for (; j + LOGICAL_LANES <= n; j += LOGICAL_LANES) {
        ask(&ahead);
        for (int pass = 0; pass < PASSES; pass++)
            whole(&tile, classes, keeps, multiplies, pass, j + pass * LANES);
    }
    for (int pass = 0; pass < PASSES && j < n; pass++, j += LANES)
        rest(&tile, classes, keeps, multiplies, pass, j, n - j < LANES ? n - j : LANES);
    write_sums(&tile, classes, multiplies, p->k, p->scores + class, p->product);
}

/* The same, of any number of classes up to CLASSES. */
VECTOR_INLINE void pair_classes_of(const narrow_step_pair *p, int64_t classes, bool keeps,
                                   bool multiplies, int64_t class, rows_ahead ahead)
{
#define CASE(number) \
    case number: \
        pair_classes(p, (number) < CLASSES ? (number) : CLASSES, keeps, multiplies, class, ahead); \
        break;
    switch (classes < CLASSES ? classes : 0) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
    default:
        pair_classes(p, CLASSES, keeps, multiplies, class, ahead);
    }
#undef CASE
}

/* All classes, in parts of the same size or one more. Each part asks for its share of the rows ahead. */
VECTOR_INLINE void pair_all(const narrow_step_pair *p, bool keeps)
{
    const int64_t parts = (p->k + CLASSES - 1) / CLASSES;
    const int64_t fewest = p->k / parts;
    const int64_t with_more = p->k % parts;
    for (int64_t i = 0; i < parts; i++) {
        const int64_t part = p->last_first ? parts - 1 - i : i;
        const int64_t class = part * fewest + (part < with_more ? part : with_more);
        const int64_t classes = part < with_more ? fewest + 1 : fewest;
        const rows_ahead ahead = ahead_of_part(p, i, parts);
        if (i == 0)
            pair_classes_of(p, classes, keeps, true, class, ahead);
        else
            pair_classes_of(p, classes, keeps, false, class, ahead);
    }
}

void VECTOR_NAME(narrow_step_pair)(const narrow_step_pair *p)
{
    if (p->keep[0] == 1 && p->keep[1] == 1)
        pair_all(p, true);
    else
        pair_all(p, false);
}
