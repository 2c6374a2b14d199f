/* The sparse products in vectors of classes; with one class they are in one_class_tmpl.c.
 *
 * The sums of up to VECTORS vectors of classes stay in registers for a whole run; with few classes in several
 * sums, so that an addition need not wait for the one before.
 *
 * Where theta or G is larger than the caches, its rows are asked for some elements before they are used: the
 * first of a row of X while the row before it is worked on. Only those of the block are: what lies between its
 * ranges another worker may be writing.
 *
 * Hazard: a masked store costs a dozen cycles on processors with AVX2 before Zen 4, so the last classes of a
 * row of G are stored one by one there. */
#include <stddef.h>

#include "core/vector/vector.h"
#include "linalg/sparse/one_class.h"
#include "linalg/sparse/sparse.h"
#include "linalg/sparse/tables.h"

enum { VECTORS = 8, AHEAD = 12, LINE_BYTES = 64 };

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

/* What is asked for while a row is worked on: its own elements, AHEAD after the present one, then the first of the
 * next row. Choices between numbers, where branches would be mistaken about rows that differ in length. */
typedef struct row_ahead {
    const real *far; /* theta or G; NULL where nothing is asked for */
    int64_t ld;
    element_range own;
    element_range next; /* at most AHEAD elements; then the last of the row again */
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

/* Rows in order are one long row. */
VECTOR_INLINE row_ahead look_ahead(const sparse_block *block, int64_t in_order, int64_t i,
                                   const real *far, int64_t ld)
{
    const element_range row = block->ranges[i * block->stride];
    row_ahead ahead = {block->is_far ? far : NULL, ld, {row.begin + AHEAD, row.end}, {0, 0}};
    if (in_order > 0) {
        ahead.own.end = in_order;
    } else if (i + 1 < block->rows) {
        ahead.next = block->ranges[(i + 1) * block->stride];
        if (ahead.next.end > ahead.next.begin + AHEAD)
            ahead.next.end = ahead.next.begin + AHEAD;
    }
    return ahead;
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

/* Ask for one row more. Called for each element of a row: there is one. */
VECTOR_INLINE void prefetch_next(const sparse_block *block, row_ahead *ahead, int vectors,
                                 int64_t last)
{
    if (ahead->far == NULL)
        return;
    const bool is_own = ahead->own.begin < ahead->own.end;
    const int64_t other =
        ahead->next.begin < ahead->next.end ? ahead->next.begin : ahead->own.end - 1;
    prefetch_row(block, ahead, is_own ? ahead->own.begin : other, vectors, last);
    ahead->own.begin += is_own;
    ahead->next.begin += !is_own;
}

/* Ask for all that is left. */
VECTOR_INLINE void prefetch_rest(const sparse_block *block, row_ahead *ahead, int vectors,
                                 int64_t last)
{
    if (ahead->far == NULL)
        return;
    for (int64_t e = ahead->next.begin; e < ahead->next.end; e++)
        prefetch_row(block, ahead, e, vectors, last);
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
    const int64_t in_order = end_in_order(block);
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range row = block->ranges[i * block->stride];
        row_ahead ahead = look_ahead(block, in_order, i, theta, ld);
        for (int64_t e = row.begin; e < row.end; e += SPARSE_RUN)
            scores_of_run(block, run_at(row, e), &ahead, theta, ld, vectors, parts, last,
                          H + i * ldh);
        prefetch_rest(block, &ahead, vectors, last);
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
    const int64_t in_order = end_in_order(block);
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range row = block->ranges[i * block->stride];
        row_ahead ahead = look_ahead(block, in_order, i, G, ld);
        vector r[VECTORS];
        for (int j = 0; j < vectors - 1; j++)
            r[j] = vector_load(R + i * ldr + j * LANES);
        r[vectors - 1] = load(R + i * ldr + (vectors - 1) * LANES, last);
        for (int64_t e = row.begin; e < row.end; e++) {
            prefetch_next(block, &ahead, vectors, last);
            update_row(vector_all(alpha) * value_of(block, e), r, vectors, last,
                       G + block->columns[e] * ld);
        }
        prefetch_rest(block, &ahead, vectors, last);
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
