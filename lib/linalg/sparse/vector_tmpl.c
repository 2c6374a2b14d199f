/* The sparse products in vectors.
 *
 * One class (k = 1): a dot product with elements of theta picked by column. Picking costs one load for each
 * element in any form, and loads are what the processor runs out of: scalar code in STREAMS sums is as fast
 * as gathers. Where theta is larger than the caches, its elements are asked for AHEAD elements before.
 *
 * Several classes: the sums of up to VECTORS vectors of classes stay in registers for a whole run; with few
 * classes in several sums, so that an addition need not wait for the one before.
 *
 * Hazard: a masked store costs a dozen cycles on processors with AVX2 before Zen 4, so the last classes of a
 * row of G are stored in pieces. */
#include "core/vector/vector.h"
#include "linalg/sparse/sparse.h"
#include "linalg/sparse/tables.h"

enum { VECTORS = 8, STREAMS = 8, AHEAD = 32, PREFETCHED_BYTES = 64 };

#if REAL_BITS == 32
#define scalar_fma __builtin_fmaf
#else
#define scalar_fma __builtin_fma
#endif

/* Sums of so many classes are kept in 4, in 2, or in 1 part. */
enum { FOUR_PARTS = 64 / sizeof(real), TWO_PARTS = 128 / sizeof(real) };

static real dot(const sparse_run *run, const real *theta, int64_t ld)
{
    const int32_t *columns = run->columns;
    const real *values = run->values;
    real sum[STREAMS] = {0};
    int64_t e = 0;
    for (; e + STREAMS <= run->count; e += STREAMS) {
        if (e + STREAMS + AHEAD <= run->count + run->following) {
            for (int s = 0; s < STREAMS; s++)
                __builtin_prefetch(theta + columns[e + AHEAD + s] * ld);
        }
        for (int s = 0; s < STREAMS; s++) {
            const real weight = theta[columns[e + s] * ld];
            sum[s] = values == NULL ? sum[s] + weight : scalar_fma(values[e + s], weight, sum[s]);
        }
    }
    for (int s = 0; e < run->count; e++, s++) {
        const real weight = theta[columns[e] * ld];
        sum[s] = values == NULL ? sum[s] + weight : scalar_fma(values[e], weight, sum[s]);
    }
    return run->factor *
           (((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7])));
}

VECTOR_INLINE vector value_of(const sparse_run *run, int64_t e)
{
    return vector_all(run->values == NULL ? run->factor : run->factor * run->values[e]);
}

VECTOR_INLINE vector load(const real *p, int64_t count)
{
    return count == LANES ? vector_load(p) : vector_load_first(p, count, 0);
}

/* Add row `column` of theta, `vectors` vectors of which the last has `last` classes, times the value. */
VECTOR_INLINE void add_row(vector value, const real *row, int vectors, int64_t last, vector *sum)
{
    for (int j = 0; j < vectors - 1; j++)
        sum[j] = vector_fma(value, vector_load(row + j * LANES), sum[j]);
    sum[vectors - 1] = vector_fma(value, load(row + (vectors - 1) * LANES, last), sum[vectors - 1]);
}

/* h += the sum over the run, for the classes of `vectors` vectors; `parts` sums of each. vectors and parts
 * are constants wherever this is inlined. */
VECTOR_INLINE void scores_of(const sparse_run *run, const real *theta, int64_t ld, int vectors,
                             int parts, int64_t last, real *h)
{
    vector sum[VECTORS];
    for (int v = 0; v < vectors * parts; v++)
        sum[v] = vector_all(0);
    int64_t e = 0;
    for (; e + parts <= run->count; e += parts) {
        for (int p = 0; p < parts; p++)
            add_row(value_of(run, e + p), theta + run->columns[e + p] * ld, vectors, last,
                    sum + p * vectors);
    }
    for (int p = 0; p < parts - 1; p++, e++) {
        if (e < run->count)
            add_row(value_of(run, e), theta + run->columns[e] * ld, vectors, last,
                    sum + p * vectors);
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

/* The classes that begin at theta and h, count <= VECTORS * LANES of them. */
static void scores_of_classes(const sparse_run *run, const real *theta, int64_t ld, int64_t count,
                              real *h)
{
    const int64_t vectors = (count + LANES - 1) / LANES;
    const int64_t last = count - (vectors - 1) * LANES;
    switch (vectors) {
    case 1:
        scores_of(run, theta, ld, 1, 1, last, h);
        break;
    case 2:
        scores_of(run, theta, ld, 2, 1, last, h);
        break;
    case 3:
        scores_of(run, theta, ld, 3, 1, last, h);
        break;
    case 4:
        scores_of(run, theta, ld, 4, 1, last, h);
        break;
    case 5:
        scores_of(run, theta, ld, 5, 1, last, h);
        break;
    case 6:
        scores_of(run, theta, ld, 6, 1, last, h);
        break;
    case 7:
        scores_of(run, theta, ld, 7, 1, last, h);
        break;
    default:
        scores_of(run, theta, ld, 8, 1, last, h);
        break;
    }
}

static void scores_of_many(const sparse_run *run, int64_t k, const real *theta, int64_t ld, real *h)
{
    for (int64_t j = 0; j < k; j += VECTORS * LANES) {
        const int64_t count = k - j < VECTORS * LANES ? k - j : VECTORS * LANES;
        scores_of_classes(run, theta + j, ld, count, h + j);
    }
}

/* With k <= FOUR_PARTS classes: 4 sums of each. With AVX2 that is one vector or two. */
static void scores_of_few(const sparse_run *run, int64_t k, const real *theta, int64_t ld, real *h)
{
    if (k <= LANES)
        scores_of(run, theta, ld, 1, 4, k, h);
    else
        scores_of(run, theta, ld, 2, 4, k - LANES, h);
}

/* With k <= TWO_PARTS classes: 2 sums of each. With AVX2 that is three vectors or four. */
static void scores_of_some(const sparse_run *run, int64_t k, const real *theta, int64_t ld, real *h)
{
    switch ((k + LANES - 1) / LANES) {
    case 2:
        scores_of(run, theta, ld, 2, 2, k - LANES, h);
        break;
    case 3:
        scores_of(run, theta, ld, 3, 2, k - (int64_t)2 * LANES, h);
        break;
    default:
        scores_of(run, theta, ld, 4, 2, k - (int64_t)3 * LANES, h);
        break;
    }
}

static void scores(const sparse_run *run, int64_t k, const real *theta, int64_t ld, real *h)
{
    if (k == 1)
        h[0] += dot(run, theta, ld);
    else if (k <= FOUR_PARTS)
        scores_of_few(run, k, theta, ld, h);
    else if (k <= TWO_PARTS)
        scores_of_some(run, k, theta, ld, h);
    else
        scores_of_many(run, k, theta, ld, h);
}

static void update_one(const sparse_run *run, real alpha, real r, real *G, int64_t ld)
{
    const int32_t *columns = run->columns;
    const real *values = run->values;
    const real step = alpha * run->factor;
    for (int64_t e = 0; e < run->count; e++) {
        if (e + AHEAD < run->count + run->following)
            __builtin_prefetch(G + columns[e + AHEAD] * ld, 1);
        real *place = G + columns[e] * ld;
        *place = scalar_fma(values == NULL ? step : step * values[e], r, *place);
    }
}

/* Store the first lanes in pieces of 4, 2 and 1. */
VECTOR_INLINE void store_pieces(real *p, int64_t count, vector v)
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

/* The first `count` classes of r, vectors and the rest, to a row of G. */
VECTOR_INLINE void update_row(vector value, int64_t k, const real *r, real *row)
{
    int64_t j = 0;
    for (; j + LANES <= k; j += LANES)
        vector_store(row + j, vector_fma(value, vector_load(r + j), vector_load(row + j)));
    if (j < k)
        store_pieces(row + j, k - j,
                     vector_fma(value, vector_load_first(r + j, k - j, 0),
                                vector_load_first(row + j, k - j, 0)));
}

static void update(const sparse_run *run, int64_t k, real alpha, const real *r, real *G, int64_t ld)
{
    if (k == 1) {
        update_one(run, alpha, r[0], G, ld);
        return;
    }
    for (int64_t e = 0; e < run->count; e++) {
        if (e + 2 < run->count) {
            const char *next = (const char *)(G + run->columns[e + 2] * ld);
            for (int64_t byte = 0; byte < k * (int64_t)sizeof(real); byte += PREFETCHED_BYTES)
                __builtin_prefetch(next + byte, 1);
        }
        const real value =
            alpha * (run->values == NULL ? run->factor : run->factor * run->values[e]);
        update_row(vector_all(value), k, r, G + run->columns[e] * ld);
    }
}

const sparse_functions VECTOR_NAME(sparse) = {VECTOR_SET_NAME, scores, update};
