/* C = alpha A^T B + beta C for few rows of A and B: the gradient of a few samples, which is as large as theta
 * however few they are, so that the time is that of writing C. A tile of C, some features by some vectors of
 * classes, is summed in registers over all rows and written once; a strip of B stays in the first cache while the
 * features go by. Of a single row C is written in the order of memory, and few classes stay in registers; where the
 * features follow each other without a gap, in vectors that begin where lines of memory do.
 *
 * What is left of the last vector is taken with classes before it where C is only written, which is quicker than
 * writing a part of a vector. The arguments are copied, so that compilers need not expect a store into C to change
 * them. */
#include <stdbool.h>
#include <string.h>

#include "linalg/narrow/set.h"

enum {
    FEATURES = 6,
    WIDTH = REGISTERS == 32 ? 4 : 2,
    ROW_WIDTH = 8, /* vectors of a single row that stay in registers */
    STRIP = 1024 / sizeof(real),
    IN_ORDER = 512, /* most classes of a row that is written as one array */
};

/* Some vectors of classes: full ones, of which the last may share classes with the one before, or a part of one. */
typedef struct class_range {
    int64_t begin;
    int64_t last;  /* where the last vector begins, from `begin` */
    int64_t count; /* of the classes of a vector */
} class_range;

VECTOR_INLINE const real *at(const real *p, class_range range, int v, int vectors)
{
    return p + range.begin + (v == vectors - 1 ? range.last : v * LANES);
}

VECTOR_INLINE vector load(const real *p, int64_t count)
{
    return count == LANES ? vector_load(p) : vector_load_first(p, count, 0);
}

/* The classes from c on, `count` of them, of one feature. */
VECTOR_INLINE void write(const narrow_product *p, real *c, int64_t count, vector sum)
{
    if (count < LANES)
        narrow_write(p, c, count, sum);
    else if (p->beta == 0)
        vector_store(c, vector_all(p->alpha) * sum);
    else
        vector_store(c,
                     vector_fma(vector_all(p->beta), vector_load(c), vector_all(p->alpha) * sum));
}

/* So many features from i on and vectors of classes: constants wherever this is called. */
VECTOR_INLINE void tile(const narrow_product *p, int features, int vectors, int64_t i,
                        class_range range)
{
    const real *a = p->A + i;
    const real *b = p->B;
    vector sum[FEATURES][WIDTH];
    for (int f = 0; f < features; f++) {
        for (int v = 0; v < vectors; v++)
            sum[f][v] = vector_all(0);
    }
    for (int64_t row = 0; row < p->n; row++) {
        vector residual[WIDTH];
        for (int v = 0; v < vectors; v++)
            residual[v] = load(at(b, range, v, vectors), range.count);
        for (int f = 0; f < features; f++) {
            const vector x = vector_all(a[f]);
            for (int v = 0; v < vectors; v++)
                sum[f][v] = vector_fma(x, residual[v], sum[f][v]);
        }
        a += p->lda;
        b += p->ldb;
    }
    const vector alpha = vector_all(p->alpha);
    real *c = p->C + i * p->ldc;
    if (p->beta == 0 && range.count == LANES) {
        for (int f = 0; f < features; f++) {
            for (int v = 0; v < vectors; v++)
                vector_store((real *)at(c + f * p->ldc, range, v, vectors), alpha * sum[f][v]);
        }
        return;
    }
    for (int f = 0; f < features; f++) {
        for (int v = 0; v < vectors; v++)
            write(p, (real *)at(c + f * p->ldc, range, v, vectors), range.count, sum[f][v]);
    }
}

/* The same, of any number of vectors up to WIDTH. */
VECTOR_INLINE void tile_of(const narrow_product *p, int features, int64_t vectors, int64_t i,
                           class_range range)
{
    switch (vectors) {
    case 1:
        tile(p, features, 1, i, range);
        break;
    case 2:
        tile(p, features, 2, i, range);
        break;
    case 3:
        tile(p, features, WIDTH < 3 ? WIDTH : 3, i, range);
        break;
    default:
        tile(p, features, WIDTH, i, range);
    }
}

/* Whether the last vector of the classes up to `end` can be a full one. */
VECTOR_INLINE bool shares(const narrow_product *p, int64_t end)
{
    return p->beta == 0 && end >= LANES;
}

/* The classes begin..end-1 of so many features. */
VECTOR_INLINE void strip(const narrow_product *p, int features, int64_t i, int64_t begin,
                         int64_t end)
{
    const int64_t whole = (end - begin) / LANES;
    const int64_t rest = (end - begin) % LANES;
    int64_t left = rest > 0 && shares(p, end) ? whole + 1 : whole;
    int64_t j = begin;
    for (int64_t parts = (left + WIDTH - 1) / WIDTH; parts > 0; parts--) {
        const int64_t vectors = (left + parts - 1) / parts;
        const int64_t last = j + vectors * LANES > end ? end - LANES : j + (vectors - 1) * LANES;
        tile_of(p, features, vectors, i, (class_range){j, last - j, LANES});
        left -= vectors;
        j += vectors * LANES;
    }
    if (j < end)
        tile(p, features, 1, i, (class_range){j, 0, end - j});
}

/* So many classes of a single row, all features. */
VECTOR_INLINE void row_classes(const narrow_product *p, int vectors, class_range range)
{
    vector residual[ROW_WIDTH];
    for (int v = 0; v < vectors; v++)
        residual[v] = load(at(p->B, range, v, vectors), range.count);
    for (int64_t i = 0; i < p->m; i++) {
        const vector x = vector_all(p->A[i]);
        real *c = p->C + i * p->ldc;
        for (int v = 0; v < vectors; v++)
            write(p, (real *)at(c, range, v, vectors), range.count,
                  vector_fma(x, residual[v], vector_all(0)));
    }
}

/* A single row of few classes, `vectors` of them full ones. */
VECTOR_INLINE void narrow_row(const narrow_product *p, int64_t vectors, class_range range)
{
    switch (vectors) {
    case 1:
        row_classes(p, 1, range);
        break;
    case 2:
        row_classes(p, 2, range);
        break;
    case 3:
        row_classes(p, 3, range);
        break;
    case 4:
        row_classes(p, 4, range);
        break;
    case 5:
        row_classes(p, 5, range);
        break;
    case 6:
        row_classes(p, 6, range);
        break;
    case 7:
        row_classes(p, 7, range);
        break;
    case 8:
        row_classes(p, 8, range);
        break;
    default:
        break;
    }
}

/* Whether C is one array, in which the vectors of a feature do not all begin where lines of memory do: then half of the
 * stores would be of two lines. With fewer classes the ends of features take longer than that. */
VECTOR_INLINE bool is_one_array(const narrow_product *p)
{
    return p->m > 0 && p->beta == 0 && p->ldc == p->k && p->k > 2 * LANES && p->k <= IN_ORDER &&
           (p->k % LANES != 0 || (uintptr_t)p->C % (LANES * sizeof(real)) != 0);
}

VECTOR_INLINE vector products_of(vector x, const real *residuals, bool scaled, vector alpha)
{
    const vector products = vector_fma(x, vector_load(residuals), vector_all(0));
    if (scaled)
        return alpha * products;
    return products;
}

/* A single row, C from its first line on: a vector may have the last classes of a feature and the first of the next.
 * What is before that line, and after the last, is written in whole vectors too, some elements twice. scaled, whether
 * alpha is not 1, is a constant wherever this is called. */
VECTOR_INLINE void row_as_array(const narrow_product *p, bool scaled)
{
    real residuals[IN_ORDER + LANES]; /* those of the row, and the first again */
    const int64_t k = p->k;
    const vector alpha = vector_all(p->alpha);
    memcpy(residuals, p->B, (size_t)k * sizeof(real));
    memcpy(residuals + k, p->B, LANES * sizeof(real));
    real *C = p->C;
    const int64_t past_line = (int64_t)((uintptr_t)C / sizeof(real) % LANES);
    int64_t j = past_line == 0 ? 0 : LANES - past_line;
    vector x = vector_all(p->A[0]);
    vector_store(C, products_of(x, residuals, scaled, alpha));
    for (int64_t i = 0; i < p->m; i++, C += k) {
        for (; j + LANES <= k; j += LANES)
            vector_store(C + j, products_of(x, residuals + j, scaled, alpha));
        const vector next = vector_all(p->A[i + 1 < p->m ? i + 1 : i]);
        if (i + 1 == p->m) {
            vector_store(C + k - LANES, products_of(x, residuals + k - LANES, scaled, alpha));
        } else if (j < k) {
            const mask own = vector_less(vector_lanes(), vector_all((real)(k - j)));
            vector_store(C + j,
                         products_of(vector_select(own, x, next), residuals + j, scaled, alpha));
            j += LANES;
        }
        j -= k;
        x = next;
    }
}

/* A single row. */
VECTOR_INLINE void row(const narrow_product *p)
{
    const int64_t k = p->k;
    const int64_t whole = k / LANES;
    const int64_t rest = k % LANES;
    if (is_one_array(p)) {
        if (p->alpha == 1)
            row_as_array(p, false);
        else
            row_as_array(p, true);
        return;
    }
    if (rest > 0 && shares(p, k) && whole < ROW_WIDTH) {
        narrow_row(p, whole + 1, (class_range){0, k - LANES, LANES});
        return;
    }
    if (whole <= ROW_WIDTH) {
        narrow_row(p, whole, (class_range){0, (whole - 1) * LANES, LANES});
        if (rest > 0)
            row_classes(p, 1, (class_range){whole * LANES, 0, rest});
        return;
    }
    const vector zero = vector_all(0);
    for (int64_t i = 0; i < p->m; i++) {
        const vector x = vector_all(p->A[i]);
        real *c = p->C + i * p->ldc;
        for (int64_t j = 0; j + LANES <= k; j += LANES)
            write(p, c + j, LANES, vector_fma(x, vector_load(p->B + j), zero));
        const int64_t j = shares(p, k) ? k - LANES : k - rest;
        if (rest > 0)
            write(p, c + j, k - j, vector_fma(x, load(p->B + j, k - j), zero));
    }
}

void VECTOR_NAME(narrow_outer)(const narrow_product *product)
{
    const narrow_product p = *product;
    if (p.n == 1) {
        row(&p);
        return;
    }
    for (int64_t begin = 0; begin < p.k; begin += STRIP) {
        const int64_t end = p.k - begin < STRIP ? p.k : begin + STRIP;
        int64_t i = 0;
        for (; i + FEATURES <= p.m; i += FEATURES)
            strip(&p, FEATURES, i, begin, end);
        for (; i < p.m; i++)
            strip(&p, 1, i, begin, end);
    }
}
