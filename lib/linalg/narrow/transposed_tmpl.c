/* C = alpha A^T B + beta C: a tile of C, some classes by some vectors of features, is summed in
 * registers over all rows. A strip of B, as wide as a tile, stays in the first cache while the classes
 * go by. An element is summed in the order of the rows, whatever tile it is in. */
#include "linalg/narrow/set.h"

enum {
    CLASSES = 6,
    WIDTH = REGISTERS == 32 ? 4 : 2, /* vectors of a strip */
    FEW = 2,                         /* so many classes need a wider one, for enough sums at once */
    FEW_WIDTH = 4,
};

/* A strip of C: the columns j.., and the lines to be asked for with each row of a tile. */
typedef struct strip {
    const narrow_product *p;
    int64_t j;
    int64_t last; /* columns in the last vector, LANES where there are several */
    const char *ahead;
} strip;

/* C of the classes i.., so many classes and vectors: constants wherever this is called, as is the pace. */
VECTOR_INLINE void tile(const strip *s, int classes, int vectors, int pace, int64_t i)
{
    const narrow_product *p = s->p;
    const int64_t lda = p->lda;
    const int64_t ldb = p->ldb;
    const int64_t last = vectors > 1 ? LANES : s->last;
    const real *a = p->A + i;
    const real *b = p->B + s->j;
    const char *ahead = s->ahead;
    vector sum[CLASSES][FEW_WIDTH];
    for (int c = 0; c < classes; c++) {
        for (int v = 0; v < vectors; v++)
            sum[c][v] = vector_all(0);
    }
    for (int64_t row = 0; row < p->n; row++) {
        vector x[FEW_WIDTH];
        for (int v = 0; v < vectors; v++)
            x[v] = vector_kept(vectors > 1 ? vector_load(b + v * LANES)
                                           : vector_load_first(b, last, 0));
        for (int c = 0; c < classes; c++) {
            const vector residual = vector_all(a[c]);
            for (int v = 0; v < vectors; v++)
                sum[c][v] = vector_fma(residual, x[v], sum[c][v]);
        }
        for (int line = 0; line < pace; line++)
            narrow_ask(ahead + line * LINE);
        ahead += pace * LINE;
        a += lda;
        b += ldb;
    }
    for (int c = 0; c < classes; c++) {
        real *C = p->C + (i + c) * p->ldc + s->j;
        for (int v = 0; v < vectors; v++)
            narrow_write(p, C + v * LANES, last, sum[c][v]);
    }
}

VECTOR_INLINE void tile_at(const strip *s, int classes, int vectors, int pace, int64_t i)
{
    if (vectors == 1 || pace == 0)
        tile(s, classes, vectors, 0, i);
    else if (pace == 1)
        tile(s, classes, vectors, 1, i);
    else if (pace == 2)
        tile(s, classes, vectors, 2, i);
    else
        tile(s, classes, vectors, 4, i);
}

/* The same, of any number of classes up to `most`. */
VECTOR_INLINE void tile_of(const strip *s, int most, int64_t classes, int vectors, int pace,
                           int64_t i)
{
#define CASE(number) \
    case number: \
        tile_at(s, (number) < most ? (number) : most, vectors, pace, i); \
        break;
    switch (classes < most ? classes : 0) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
    default:
        tile_at(s, most, vectors, pace, i);
    }
#undef CASE
}

static int vectors_for(const narrow_product *p, int64_t left)
{
    if (p->m <= FEW && left >= FEW_WIDTH * LANES)
        return FEW_WIDTH;
    return left >= WIDTH * LANES ? WIDTH : 1;
}

void VECTOR_NAME(narrow_transposed)(const narrow_product *p)
{
    const int64_t parts = (p->m + CLASSES - 1) / CLASSES;
    lines_ahead lines = narrow_lines(p);
    const int64_t strips = p->k / (vectors_for(p, p->k) * LANES);
    const int pace = narrow_pace(&lines, strips * parts * p->n);
    strip s = {.p = p};
    for (int vectors; s.j < p->k; s.j += vectors * LANES) {
        const int64_t left = p->k - s.j;
        vectors = vectors_for(p, left);
        s.last = left < LANES ? left : LANES;
        int64_t i = 0;
        for (int64_t part = parts; part > 0; part--) {
            const int64_t classes = (p->m - i + part - 1) / part;
            const int now = vectors > 1 && lines.left > 0 ? pace : 0;
            s.ahead = narrow_next_lines(&lines, now * p->n);
            if (vectors == 1)
                tile_of(&s, CLASSES, classes, 1, 0, i);
            else if (vectors == WIDTH)
                tile_of(&s, CLASSES, classes, WIDTH, now, i);
            else
                tile_of(&s, FEW, classes, FEW_WIDTH, now, i);
            i += classes;
        }
    }
}
