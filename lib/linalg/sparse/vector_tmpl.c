/* The sparse products in vectors of classes; with one class they are in one_class_tmpl.c.
 *
 * The sums of up to VECTORS vectors of classes stay in registers for a whole run; with few classes in several
 * sums, so that an addition need not wait for the one before.
 *
 * Where theta or G is larger than the caches, its rows are asked for some elements before they are used, those of
 * the next rows of X while a row is worked on. Only those of the block are: what lies between its ranges another
 * worker may be writing.
 *
 * Hazard: a masked store costs a dozen cycles on processors with AVX2 before Zen 4, so the last classes of a
 * row of G are stored one by one there. */
#include <stddef.h>

#include "core/vector/vector.h"
#include "linalg/sparse/one_class.h"
#include "linalg/sparse/sparse.h"
#include "linalg/sparse/tables.h"

enum { VECTORS = 8, LINE_BYTES = 64 };
enum {
    AHEAD = 32,
    AHEAD_BYTES = 8192
}; /* elements, of which so much may be on its way: a part of the L1 cache */

/* Sums of so many classes are kept in 4, in 2, or in 1 part. */
enum { FOUR_PARTS = 64 / sizeof(real), TWO_PARTS = 128 / sizeof(real) };

/* The part of a row that is summed at once. */
VECTOR_INLINE element_range run_at(element_range row, int64_t begin)
{
    const int64_t end = begin + SPARSE_RUN < row.end ? begin + SPARSE_RUN : row.end;
    return (element_range){begin, end};
}

VECTOR_INLINE vector value_of(const sparse_block *block, int64_t e)
{
    return vector_all(block->values == NULL ? block->factor : block->factor * block->values[e]);
}

VECTOR_INLINE vector load(const real *p, int64_t count)
{
    return count == LANES ? vector_load(p) : vector_load_first(p, count, 0);
}

/* Where in the block is asked for theta or G: so many elements before they are used. */
typedef struct row_ahead {
    const real *far; /* theta or G; NULL where nothing is asked for */
    int64_t ld;
    int64_t row;        /* the next one to be asked for */
    element_range rest; /* of the row before it */
} row_ahead;

/* The end of the elements where those of each row follow those of the row before it, else 0. */
static int64_t end_in_order(const sparse_block *block)
{
    int64_t end = block->rows > 0 ? block->ranges[0].begin : 0;
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range row = block->ranges[i * block->stride];
        if (row.begin != end)
            return 0;
        end = row.end;
    }
    return end;
}

/* Ask for the row of an element: `vectors` vectors, the last of `last` reals, which may begin anywhere in a cache
 * line. */
VECTOR_INLINE void prefetch_row(const sparse_block *block, const row_ahead *ahead, int64_t e,
                                int vectors, int64_t last)
{
    const char *begin = (const char *)(ahead->far + block->columns[e] * ahead->ld);
    for (int byte = 0; byte < vectors * LANES * (int)sizeof(real); byte += LINE_BYTES)
        __builtin_prefetch(begin + byte);
    __builtin_prefetch(begin + ((vectors - 1) * LANES + last) * (int64_t)sizeof(real) - 1);
}

/* Ask for the next one. Called once for each element. */
VECTOR_INLINE void prefetch_next(const sparse_block *block, row_ahead *ahead, int vectors,
                                 int64_t last)
{
    if (ahead->far == NULL)
        return;
    while (ahead->rest.begin == ahead->rest.end) {
        if (ahead->row == block->rows)
            return;
        ahead->rest = block->ranges[ahead->row++ * block->stride];
    }
    prefetch_row(block, ahead, ahead->rest.begin++, vectors, last);
}

/* Ask for the first ones. Rows in order are one long row. */
VECTOR_INLINE row_ahead look_ahead(const sparse_block *block, const real *far, int64_t ld,
                                   int vectors, int64_t last)
{
    row_ahead ahead = {block->is_far ? far : NULL, ld, 0, {0, 0}};
    if (ahead.far == NULL)
        return ahead;
    const int64_t in_order = end_in_order(block);
    if (in_order > 0)
        ahead = (row_ahead){far, ld, block->rows, {block->ranges[0].begin, in_order}};
    const int most = AHEAD_BYTES / (vectors * LANES * (int)sizeof(real));
    for (int i = 0; i < (most < AHEAD ? most : AHEAD); i++)
        prefetch_next(block, &ahead, vectors, last);
    return ahead;
}

/* Add a row of theta, `vectors` vectors of which the last has `last` classes, times the value. */
VECTOR_INLINE void add_row(vector value, const real *row, int vectors, int64_t last, vector *sum)
{
    for (int j = 0; j < vectors - 1; j++)
        sum[j] = vector_fma(value, vector_load(row + j * LANES), sum[j]);
    sum[vectors - 1] = vector_fma(value, load(row + (vectors - 1) * LANES, last), sum[vectors - 1]);
}

/* h += the sum over a run, for the classes of `vectors` vectors; `parts` sums of each. vectors and parts are
 * constants wherever this is inlined. */
VECTOR_INLINE void scores_of_run(const sparse_block *block, element_range run, row_ahead *ahead,
                                 const real *theta, int64_t ld, int vectors, int parts,
                                 int64_t last, real *h)
{
    const int32_t *columns = block->columns;
    vector sum[VECTORS];
    for (int v = 0; v < vectors * parts; v++)
        sum[v] = vector_all(0);
    int64_t e = run.begin;
    for (; e + parts <= run.end; e += parts) {
        for (int p = 0; p < parts; p++) {
            prefetch_next(block, ahead, vectors, last);
            add_row(value_of(block, e + p), theta + columns[e + p] * ld, vectors, last,
                    sum + p * vectors);
        }
    }
    for (int p = 0; p < parts - 1; p++, e++) {
        if (e < run.end)
            add_row(value_of(block, e), theta + columns[e] * ld, vectors, last, sum + p * vectors);
    }
    for (int j = 0; j < vectors; j++) {
        vector total = sum[j];
        if (parts == 2)
            total = sum[j] + sum[vectors + j];
        if (parts == 4)
            total = (sum[j] + sum[vectors + j]) + (sum[2 * vectors + j] + sum[3 * vectors + j]);
        real *place = h + j * LANES;
        const int64_t count = j < vectors - 1 ? LANES : last;
        vector_store_first(place, count, vector_load_first(place, count, 0) + total);
    }
}

VECTOR_INLINE void scores_of_rows(const sparse_block *block, const real *theta, int64_t ld,
                                  int vectors, int parts, int64_t last, real *H, int64_t ldh)
{
    row_ahead ahead = look_ahead(block, theta, ld, vectors, last);
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range row = block->ranges[i * block->stride];
        for (int64_t e = row.begin; e < row.end; e += SPARSE_RUN)
            scores_of_run(block, run_at(row, e), &ahead, theta, ld, vectors, parts, last,
                          H + i * ldh);
    }
}

/* SCORES(v, p): the rows with v vectors in p parts each, the last of `last` classes. */
#define SCORES(v, p) scores_of_rows(block, theta, ld, v, p, k - (int64_t)((v)-1) * LANES, H, ldh)

/* Vectors whose sums in 4 and in 2 parts are kept at once. */
enum { FEW_VECTORS = 2, SOME_VECTORS = 4 };

/* k <= FEW_VECTORS * LANES, of FOUR_PARTS classes at most in all. */
static void scores_of_few(const sparse_block *block, int64_t k, const real *theta, int64_t ld,
                          real *H, int64_t ldh)
{
    if (k <= LANES)
        SCORES(1, 4);
    else
        SCORES(2, 4);
}

/* k <= SOME_VECTORS * LANES, of TWO_PARTS classes at most in all. */
static void scores_of_some(const sparse_block *block, int64_t k, const real *theta, int64_t ld,
                           real *H, int64_t ldh)
{
    if (k <= LANES)
        SCORES(1, 2);
    else if (k <= (int64_t)2 * LANES)
        SCORES(2, 2);
    else if (k <= (int64_t)3 * LANES)
        SCORES(3, 2);
    else
        SCORES(4, 2);
}

/* k <= VECTORS * LANES. */
static void scores_of_many(const sparse_block *block, int64_t k, const real *theta, int64_t ld,
                           real *H, int64_t ldh)
{
    switch ((k + LANES - 1) / LANES) {
    case 1:
        SCORES(1, 1);
        break;
    case 2:
        SCORES(2, 1);
        break;
    case 3:
        SCORES(3, 1);
        break;
    case 4:
        SCORES(4, 1);
        break;
    case 5:
        SCORES(5, 1);
        break;
    case 6:
        SCORES(6, 1);
        break;
    case 7:
        SCORES(7, 1);
        break;
    default:
        SCORES(8, 1);
        break;
    }
}

static void scores(const sparse_block *block, int64_t k, const real *theta, int64_t ld, real *H,
                   int64_t ldh)
{
    enum { MOST = VECTORS * LANES, FEW = FEW_VECTORS * LANES, SOME = SOME_VECTORS * LANES };
    if (k == 1)
        VECTOR_NAME(scores_one_class)(block, theta, ld, H, ldh);
    else if (k <= FOUR_PARTS)
        for (int64_t j = 0; j < k; j += FEW)
            scores_of_few(block, k - j < FEW ? k - j : FEW, theta + j, ld, H + j, ldh);
    else if (k <= TWO_PARTS)
        for (int64_t j = 0; j < k; j += SOME)
            scores_of_some(block, k - j < SOME ? k - j : SOME, theta + j, ld, H + j, ldh);
    else
        for (int64_t j = 0; j < k; j += MOST)
            scores_of_many(block, k - j < MOST ? k - j : MOST, theta + j, ld, H + j, ldh);
}

/* Store the first lanes. */
VECTOR_INLINE void store_rest(real *p, int64_t count, vector v)
{
#if defined(__AVX512F__)
    vector_store_first(p, count, v);
#else
    real lanes[LANES];
    vector_store(lanes, v);
    for (int64_t i = 0; i < count; i++)
        p[i] = lanes[i];
#endif
}

/* Add the residuals of a sample times the value to a row of G; vectors as in add_row. */
VECTOR_INLINE void update_row(vector value, const vector *r, int vectors, int64_t last, real *row)
{
    for (int j = 0; j < vectors - 1; j++)
        vector_store(row + j * LANES, vector_fma(value, r[j], vector_load(row + j * LANES)));
    real *rest = row + (vectors - 1) * LANES;
    const vector sum = vector_fma(value, r[vectors - 1], load(rest, last));
    if (last == LANES)
        vector_store(rest, sum);
    else
        store_rest(rest, last, sum);
}

/* The residuals of a sample stay in registers for all its elements. */
VECTOR_INLINE void update_rows(const sparse_block *block, real alpha, int vectors, int64_t last,
                               const real *R, int64_t ldr, real *G, int64_t ld)
{
    row_ahead ahead = look_ahead(block, G, ld, vectors, last);
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range row = block->ranges[i * block->stride];
        vector r[VECTORS];
        for (int j = 0; j < vectors - 1; j++)
            r[j] = vector_load(R + i * ldr + j * LANES);
        r[vectors - 1] = load(R + i * ldr + (vectors - 1) * LANES, last);
        for (int64_t e = row.begin; e < row.end; e++) {
            prefetch_next(block, &ahead, vectors, last);
            update_row(vector_all(alpha) * value_of(block, e), r, vectors, last,
                       G + block->columns[e] * ld);
        }
    }
}

/* UPDATE(v): the rows with v vectors of residuals. */
#define UPDATE(v) update_rows(block, alpha, v, k - (int64_t)((v)-1) * LANES, R, ldr, G, ld)

/* k <= VECTORS * LANES. */
static void update_many(const sparse_block *block, int64_t k, real alpha, const real *R,
                        int64_t ldr, real *G, int64_t ld)
{
    switch ((k + LANES - 1) / LANES) {
    case 1:
        UPDATE(1);
        break;
    case 2:
        UPDATE(2);
        break;
    case 3:
        UPDATE(3);
        break;
    case 4:
        UPDATE(4);
        break;
    case 5:
        UPDATE(5);
        break;
    case 6:
        UPDATE(6);
        break;
    case 7:
        UPDATE(7);
        break;
    default:
        UPDATE(8);
        break;
    }
}

static void update(const sparse_block *block, int64_t k, real alpha, const real *R, int64_t ldr,
                   real *G, int64_t ld)
{
    enum { MOST = VECTORS * LANES };
    if (k == 1)
        VECTOR_NAME(update_one_class)(block, alpha, R, ldr, G, ld);
    else
        for (int64_t j = 0; j < k; j += MOST)
            update_many(block, k - j < MOST ? k - j : MOST, alpha, R + j, ldr, G + j, ld);
}

const sparse_functions VECTOR_NAME(sparse) = {VECTOR_SET_NAME, scores, update,
                                              VECTOR_NAME(add_one_class)};
