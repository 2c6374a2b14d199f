/* C = alpha A B^T + beta C: an element is the product of a row of A and a row of B, both in order in
 * memory. ROWS x columns of them are summed at once, each in a vector of partial sums, so that a vector
 * that was loaded is used several times; the lanes are added at the end.
 *
 * The rows of the next tile are asked for while this one is computed: processors foresee one stream of
 * memory well, four short ones badly (60000 x 784 from memory, k = 10: 8.4 ms against 13.3). */
#include "linalg/narrow/set.h"

enum { ROWS = 4, COLUMNS = REGISTERS == 32 ? 6 : 3 };

/* total[i]: the sum of the lanes of sum[i], for PIECE of them. */
VECTOR_INLINE void add_lanes(const vector *sum, real *total)
{
    vector turned[PIECE];
    for (int i = 0; i < PIECE; i++)
        turned[i] = sum[i];
    tile_transpose(turned);
    vector partial = turned[0];
    for (int i = 1; i < PIECE; i++)
        partial = partial + turned[i];
    real pieces[LANES];
    vector_store(pieces, partial);
    for (int i = 0; i < PIECE; i++) {
        total[i] = pieces[i];
        for (int piece = PIECE; piece < LANES; piece += PIECE)
            total[i] += pieces[piece + i];
    }
}

/* C of the rows i.. and the columns j.., so many of each: constants wherever this is called. */
VECTOR_INLINE void tile(const narrow_product *p, int rows, int columns, int64_t i, int64_t j)
{
    const int64_t n = p->n;
    const int64_t lda = p->lda;
    const int64_t ldb = p->ldb;
    const real *A = p->A + i * lda;
    const real *B = p->B + j * ldb;
    vector sum[COLUMNS][ROWS];
    for (int c = 0; c < columns; c++) {
        for (int r = 0; r < ROWS; r++)
            sum[c][r] = vector_all(0);
    }
    int64_t done = 0;
    for (; done + LANES <= n; done += LANES) {
        vector b[COLUMNS];
        for (int c = 0; c < columns; c++)
            b[c] = vector_load(B + c * ldb + done);
        for (int r = 0; r < rows; r++) {
            const vector a = vector_load(A + r * lda + done);
            __builtin_prefetch(A + (r + ROWS) * lda + done);
            for (int c = 0; c < columns; c++)
                sum[c][r] = vector_fma(a, b[c], sum[c][r]);
        }
    }
    for (int c = 0; done < n && c < columns; c++) {
        const vector b = vector_load_first(B + c * ldb + done, n - done, 0);
        for (int r = 0; r < rows; r++)
            sum[c][r] =
                vector_fma(vector_load_first(A + r * lda + done, n - done, 0), b, sum[c][r]);
    }
    for (int c = 0; c < columns; c++) {
        real total[ROWS];
        for (int r = 0; r < ROWS; r += PIECE)
            add_lanes(sum[c] + r, total + r);
        for (int r = 0; r < rows; r++) {
            real *element = p->C + (i + r) * p->ldc + j + c;
            *element = p->alpha * total[r] + (p->beta == 0 ? 0 : p->beta * *element);
        }
    }
}

/* The same, of any number of columns up to COLUMNS. */
VECTOR_INLINE void tile_of(const narrow_product *p, int rows, int64_t columns, int64_t i, int64_t j)
{
#define COUNT(number) (number) < COLUMNS ? (number) : COLUMNS
    switch (columns) {
    case 1:
        tile(p, rows, 1, i, j);
        break;
    case 2:
        tile(p, rows, 2, i, j);
        break;
    case 3:
        tile(p, rows, 3, i, j);
        break;
    case 4:
        tile(p, rows, COUNT(4), i, j);
        break;
    case 5:
        tile(p, rows, COUNT(5), i, j);
        break;
    default:
        tile(p, rows, COLUMNS, i, j);
    }
#undef COUNT
}

void VECTOR_NAME(narrow_by_class)(const narrow_product *p)
{
    const int64_t parts = (p->k + COLUMNS - 1) / COLUMNS;
    for (int64_t i = 0; i < p->m;) {
        const int rows = p->m - i < ROWS ? 1 : ROWS;
        int64_t j = 0;
        for (int64_t left = parts; left > 0; left--) {
            const int64_t columns = (p->k - j + left - 1) / left;
            if (rows == 1)
                tile_of(p, 1, columns, i, j);
            else
                tile_of(p, ROWS, columns, i, j);
            j += columns;
        }
        i += rows;
    }
}
