/* C = alpha A B + beta C: a row of C is a sum of rows of B, scaled by the elements of a row of A, up to
 * WIDTH vectors of columns at a time. It is summed in STREAMS parts, so that an addition need not wait for the
 * one before.
 *
 * A row of more than one vector ends with a whole one, which shares columns with the one before it: loads and
 * stores of a part are slower. Both have the same sums, and are computed before either is stored. */
#include "linalg/narrow/set.h"

enum { STREAMS = 4, WIDTH = REGISTERS == 32 ? 4 : 2 };

/* Where a vector of columns begins in a row, and how many it has. */
typedef struct piece {
    int64_t begin;
    int64_t count;
} piece;

VECTOR_INLINE vector piece_load(const real *row, const piece *at, bool whole)
{
    return whole ? vector_load(row + at->begin) : vector_load_first(row + at->begin, at->count, 0);
}

/* So many pieces of row i of C, all of them whole vectors or not: constants wherever this is called. */
VECTOR_INLINE void pieces_of(const narrow_product *p, int pieces, bool whole, int64_t i,
                             const piece *at)
{
    const int64_t n = p->n;
    const int64_t ldb = p->ldb;
    const real *a = p->A + i * p->lda;
    const real *b = p->B;
    vector sum[WIDTH][STREAMS];
    for (int v = 0; v < pieces; v++) {
        for (int s = 0; s < STREAMS; s++)
            sum[v][s] = vector_all(0);
    }
    int64_t done = 0;
    for (; done + STREAMS <= n; done += STREAMS) {
        for (int s = 0; s < STREAMS; s++) {
            const vector x = vector_all(a[done + s]);
            for (int v = 0; v < pieces; v++)
                sum[v][s] = vector_fma(x, piece_load(b, &at[v], whole), sum[v][s]);
            b += ldb;
        }
    }
    for (; done < n; done++) {
        for (int v = 0; v < pieces; v++)
            sum[v][0] = vector_fma(vector_all(a[done]), piece_load(b, &at[v], whole), sum[v][0]);
        b += ldb;
    }
    real *c = p->C + i * p->ldc;
    vector value[WIDTH];
    for (int v = 0; v < pieces; v++) {
        value[v] = vector_all(p->alpha) * ((sum[v][0] + sum[v][1]) + (sum[v][2] + sum[v][3]));
        if (p->beta != 0)
            value[v] = vector_fma(vector_all(p->beta), piece_load(c, &at[v], whole), value[v]);
    }
    for (int v = 0; v < pieces; v++) {
        if (whole)
            vector_store(c + at[v].begin, value[v]);
        else
            vector_store_first(c + at[v].begin, at[v].count, value[v]);
    }
}

/* The last call for a row has two pieces or more, so that those which share columns are in it. */
static void row_of(const narrow_product *p, int64_t i)
{
    const int64_t vectors = (p->k + LANES - 1) / LANES;
    int64_t done = 0;
    for (int64_t left = (vectors + WIDTH - 1) / WIDTH; left > 0; left--) {
        const int64_t pieces = (vectors - done) / left;
        piece at[WIDTH];
        for (int64_t v = 0; v < pieces; v++) {
            const int64_t begin = (done + v) * LANES;
            at[v].count = LANES;
            at[v].begin = begin + LANES <= p->k ? begin : p->k - LANES;
        }
        done += pieces;
        switch (pieces) {
        case 1:
            pieces_of(p, 1, true, i, at);
            break;
        case 2:
            pieces_of(p, 2, true, i, at);
            break;
        case 3:
            pieces_of(p, 3 < WIDTH ? 3 : WIDTH, true, i, at);
            break;
        default:
            pieces_of(p, WIDTH, true, i, at);
        }
    }
}

void VECTOR_NAME(narrow_plain)(const narrow_product *p)
{
    const piece part = {0, p->k};
    for (int64_t i = 0; i < p->m; i++) {
        if (p->k < LANES)
            pieces_of(p, 1, false, i, &part);
        else
            row_of(p, i);
    }
}
