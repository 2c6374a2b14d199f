/* C = alpha A^T B + beta C: a tile of C, some classes by some vectors of features, is summed in
 * registers over all rows. A strip of B, as wide as a tile, stays in the first cache while the classes
 * go by. */
#include "linalg/narrow/set.h"

enum { CLASSES = REGISTERS == 32 ? 6 : 5, WIDTH = REGISTERS == 32 ? 4 : 2 };

/* C of the classes i.. and the columns j.., so many classes and vectors: constants wherever this is
 * called. The last vector has `last` columns, LANES where there are several. */
VECTOR_INLINE void tile(const narrow_product *p, int classes, int vectors, int64_t i, int64_t j,
                        int64_t last)
{
    const int64_t lda = p->lda;
    const int64_t ldb = p->ldb;
    vector sum[CLASSES][WIDTH];
    for (int c = 0; c < classes; c++) {
        for (int v = 0; v < vectors; v++)
            sum[c][v] = vector_all(0);
    }
    for (int64_t row = 0; row < p->n; row++) {
        const real *a = p->A + row * lda + i;
        const real *b = p->B + row * ldb + j;
        vector x[WIDTH];
        for (int v = 0; v < vectors; v++)
            x[v] = vectors > 1 ? vector_load(b + v * LANES) : vector_load_first(b, last, 0);
        for (int c = 0; c < classes; c++) {
            const vector residual = vector_all(a[c]);
            for (int v = 0; v < vectors; v++)
                sum[c][v] = vector_fma(residual, x[v], sum[c][v]);
        }
    }
    for (int c = 0; c < classes; c++) {
        for (int v = 0; v < vectors; v++)
            narrow_write(p, p->C + (i + c) * p->ldc + j + v * LANES, last, sum[c][v]);
    }
}

/* The same, of any number of classes up to CLASSES. */
VECTOR_INLINE void tile_of(const narrow_product *p, int64_t classes, int vectors, int64_t i,
                           int64_t j, int64_t last)
{
    switch (classes) {
    case 1:
        tile(p, 1, vectors, i, j, last);
        break;
    case 2:
        tile(p, 2, vectors, i, j, last);
        break;
    case 3:
        tile(p, 3, vectors, i, j, last);
        break;
    case 4:
        tile(p, 4, vectors, i, j, last);
        break;
    case 5:
        tile(p, 5, vectors, i, j, last);
        break;
    default:
        tile(p, CLASSES, vectors, i, j, last);
    }
}

void VECTOR_NAME(narrow_transposed)(const narrow_product *p)
{
    const int64_t parts = (p->m + CLASSES - 1) / CLASSES;
    for (int64_t j = 0; j < p->k;) {
        const int64_t left = p->k - j;
        const int64_t width = left >= WIDTH * LANES ? WIDTH * LANES : left < LANES ? left : LANES;
        int64_t i = 0;
        for (int64_t part = 0; part < parts; part++) {
            const int64_t classes = (p->m - i + parts - part - 1) / (parts - part);
            if (width > LANES)
                tile_of(p, classes, WIDTH, i, j, LANES);
            else
                tile_of(p, classes, 1, i, j, width);
            i += classes;
        }
        j += width;
    }
}
