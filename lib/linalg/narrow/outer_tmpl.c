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
    PERIOD = 2048,  /* most residuals that are laid out for it */
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

/* A product and a sum for a multiply-add to zero, which gives the same bits and holds up stores. */
VECTOR_INLINE vector product_of(vector x, vector residuals)
{
    return x * residuals + vector_all(0);
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
            write(p, (real *)at(c, range, v, vectors), range.count, product_of(x, residual[v]));
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
    const vector products = product_of(x, vector_load(residuals));
    if (scaled)
        return alpha * products;
    return products;
}

/* Of a single row: features whose classes together are whole vectors. */
typedef struct row_period {
    int64_t features;
    /* Of each feature: where the residuals begin of its first vector that is not shared with the feature before, */
    int64_t start[LANES];
    int64_t whole[LANES]; /* vectors of its classes alone, from there on, */
    bool shared[LANES];   /* whether one is shared with the next, */
    mask own[LANES];      /* and which lanes of that are its own */
} row_period;

/* How many, of k classes. */
VECTOR_INLINE int64_t features_of_period(int64_t k)
{
    int64_t features = LANES;
    while (features > 1 && features / 2 * k % LANES == 0)
        features /= 2;
    return features;
}

/* The first feature's vectors begin at its class `begin`. The residuals are one after the other for all features of the
 * period, or those of one feature only, as `laid_out` says. */
VECTOR_INLINE row_period make_period(int64_t features, int64_t k, int64_t begin, bool laid_out)
{
    row_period period;
    period.features = features;
    int64_t start = laid_out ? 0 : begin;
    for (int64_t f = 0; f < features; f++) {
        const int64_t whole = (k - begin) / LANES;
        const int64_t rest = (k - begin) % LANES;
        period.start[f] = start;
        period.whole[f] = whole;
        period.shared[f] = rest > 0;
        period.own[f] = vector_less(vector_lanes(), vector_all((real)rest));
        begin = rest > 0 ? LANES - rest : 0;
        start = laid_out ? start + (whole + (rest > 0)) * LANES : begin;
    }
    return period;
}

/* A single row, C from its first line on: a vector may have the last classes of a feature and the first of the next.
 * The residuals of a period are laid out like that, too, unless they would fill the first cache: a vector that is read
 * from two lines takes longer. What is before the first line, and after the last, is written in whole vectors as well,
 * some elements twice. scaled, whether alpha is not 1, is a constant wherever this is called. */
VECTOR_INLINE void row_as_array(const narrow_product *p, bool scaled)
{
    _Alignas(64) real residuals[PERIOD + IN_ORDER];
    const int64_t k = p->k;
    const int64_t m = p->m;
    const real *const A = p->A;
    const real *const B = p->B;
    const vector alpha = vector_all(p->alpha);
    real *c = p->C;
    real *const end = c + m * k;
    const int64_t past_line = (int64_t)((uintptr_t)c / sizeof(real) % LANES);
    const int64_t begin = past_line == 0 ? 0 : LANES - past_line;
    const int64_t features = features_of_period(k);
    const bool laid_out = features * k <= PERIOD;
    const row_period period = make_period(features, k, begin, laid_out);
    const int64_t first = laid_out ? begin : 0;
    const int64_t needed = (laid_out ? features * k : k) + LANES;
    memcpy(residuals, B + first, (size_t)(k - first) * sizeof(real));
    for (int64_t j = k - first; j < needed; j += k)
        memcpy(residuals + j, B, (size_t)k * sizeof(real));
    vector x = vector_all(A[0]);
    vector_store(c, products_of(x, B, scaled, alpha));
    c += begin;
    const real *r = residuals + period.start[0];
    for (int64_t i = 0, f = 0; i + 1 < m; i++) {
        const vector next = vector_all(A[i + 1]);
        for (int64_t v = 0; v < period.whole[f]; v++, c += LANES, r += LANES)
            vector_store(c, products_of(x, r, scaled, alpha));
        if (period.shared[f]) {
            vector_store(c, products_of(vector_select(period.own[f], x, next), r, scaled, alpha));
            c += LANES;
            r += LANES;
        }
        x = next;
        f = f + 1 == features ? 0 : f + 1;
        if (f == 0 || !laid_out)
            r = residuals + period.start[f];
    }
    for (; c + LANES <= end; c += LANES, r += LANES)
        vector_store(c, products_of(x, r, scaled, alpha));
    vector_store(end - LANES, products_of(x, B + k - LANES, scaled, alpha));
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
    for (int64_t i = 0; i < p->m; i++) {
        const vector x = vector_all(p->A[i]);
        real *c = p->C + i * p->ldc;
        for (int64_t j = 0; j + LANES <= k; j += LANES)
            write(p, c + j, LANES, product_of(x, vector_load(p->B + j)));
        const int64_t j = shares(p, k) ? k - LANES : k - rest;
        if (rest > 0)
            write(p, c + j, k - j, product_of(x, load(p->B + j, k - j)));
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
