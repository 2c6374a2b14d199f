/* C = alpha op(A) B + beta C. A tile of C, ROWS rows by VECTORS vectors of columns, is summed in registers over
 * PANEL_DEPTH terms at most: for each term the vectors of a row of B are loaded once, and used for ROWS elements of A.
 *
 * Both are packed in that order: PANEL_ROWS rows of op(A) as panels of ROWS rows, which stay in the second cache
 * while the strips of B go by, and each strip of B in the first. Where rows or columns are missing at the end, zeros
 * are packed and their sums not stored. An element of C is the sum over parts of PANEL_DEPTH terms of sums by fma in
 * order, whatever the vectors. */
#include "core/vector/vector.h"
#include "linalg/panel/panel.h"
#include "linalg/panel/tables.h"

enum { ROWS = REGISTERS == 32 ? 8 : 4, VECTORS = 3, COLUMNS = VECTORS * LANES };

/* Element (row, term) of op(A) is A[row * row_step + term * term_step]. */
typedef struct left_factor {
    const real *A;
    int64_t row_step;
    int64_t term_step;
} left_factor;

/* A panel of `terms` terms of the rows of A, ROWS or fewer: rows is a constant where it is ROWS. */
VECTOR_INLINE void pack_rows(left_factor left, int64_t rows, int64_t terms, real *packed)
{
    for (int64_t t = 0; t < terms; t++) {
        for (int64_t r = 0; r < ROWS; r++)
            packed[t * ROWS + r] = r < rows ? left.A[r * left.row_step + t * left.term_step] : 0;
    }
}

VECTOR_INLINE void pack_panel(left_factor left, int64_t rows, int64_t terms, real *packed)
{
    if (rows == ROWS)
        pack_rows(left, ROWS, terms, packed);
    else
        pack_rows(left, rows, terms, packed);
}

/* Some columns of B, at most COLUMNS, in `terms` rows of it. */
static void pack_strip(const real *B, int64_t ldb, int64_t columns, int64_t terms, real *packed)
{
    for (int64_t t = 0; columns == COLUMNS && t < terms; t++) {
        for (int v = 0; v < VECTORS; v++)
            vector_store(packed + t * COLUMNS + v * LANES, vector_load(B + t * ldb + v * LANES));
    }
    for (int64_t t = 0; columns < COLUMNS && t < terms; t++) {
        for (int64_t j = 0; j < COLUMNS; j++)
            packed[t * COLUMNS + j] = j < columns ? B[t * ldb + j] : 0;
    }
}

VECTOR_INLINE void write_vector(const narrow_product *p, real beta, real *c, int64_t count,
                                vector sum)
{
    const vector value = vector_all(p->alpha) * sum;
    if (count >= LANES) {
        vector_store(c, beta == 0 ? value : vector_fma(vector_all(beta), vector_load(c), value));
        return;
    }
    vector_store_first(
        c, count,
        beta == 0 ? value : vector_fma(vector_all(beta), vector_load_first(c, count, 0), value));
}

/* rows x columns of C, from packed rows a and packed columns b. */
static void tile(const narrow_product *p, int64_t terms, const real *a, const real *b, real beta,
                 real *C, int64_t rows, int64_t columns)
{
    vector sum[ROWS][VECTORS];
    for (int r = 0; r < ROWS; r++) {
        for (int v = 0; v < VECTORS; v++)
            sum[r][v] = vector_all(0);
    }
    for (int64_t t = 0; t < terms; t++) {
        vector x[VECTORS];
        for (int v = 0; v < VECTORS; v++)
            x[v] = vector_load(b + t * COLUMNS + v * LANES);
        for (int r = 0; r < ROWS; r++) {
            const vector factor = vector_all(a[t * ROWS + r]);
            for (int v = 0; v < VECTORS; v++)
                sum[r][v] = vector_fma(factor, x[v], sum[r][v]);
        }
    }
    for (int r = 0; r < ROWS; r++) {
        for (int v = 0; v < VECTORS; v++) {
            if (r < rows && columns > v * LANES)
                write_vector(p, beta, C + r * p->ldc + v * LANES, columns - v * LANES, sum[r][v]);
        }
    }
}

VECTOR_INLINE int64_t at_most(int64_t most, int64_t value)
{
    return value < most ? value : most;
}

/* `rows` rows of C, at most PANEL_ROWS, and `terms` of their terms, of which the first is number `term`. */
VECTOR_INLINE void add_terms(const narrow_product *p, left_factor left, int64_t rows, int64_t term,
                             int64_t terms, real *C, real *work)
{
    real *panels = work;
    real *strip = work + PANEL_DEPTH * PANEL_ROWS;
    const real beta = term == 0 ? p->beta : 1;
    for (int64_t i = 0; i < rows; i += ROWS, left.A += ROWS * left.row_step)
        pack_panel(left, at_most(ROWS, rows - i), terms, panels + i * terms);
    for (int64_t j = 0; j < p->k; j += COLUMNS) {
        const int64_t columns = at_most(COLUMNS, p->k - j);
        pack_strip(p->B + term * p->ldb + j, p->ldb, columns, terms, strip);
        for (int64_t i = 0; i < rows; i += ROWS)
            tile(p, terms, panels + i * terms, strip, beta, C + i * p->ldc + j,
                 at_most(ROWS, rows - i), columns);
    }
}

VECTOR_INLINE void multiply(const narrow_product *p, int64_t row_step, int64_t term_step,
                            real *work)
{
    for (int64_t row = 0; row < p->m; row += PANEL_ROWS) {
        for (int64_t term = 0; term < p->n; term += PANEL_DEPTH) {
            const left_factor left = {p->A + row * row_step + term * term_step, row_step,
                                      term_step};
            add_terms(p, left, at_most(PANEL_ROWS, p->m - row), term,
                      at_most(PANEL_DEPTH, p->n - term), p->C + row * p->ldc, work);
        }
    }
}

static void plain(const narrow_product *p, real *work)
{
    multiply(p, p->lda, 1, work);
}

static void transposed(const narrow_product *p, real *work)
{
    multiply(p, 1, p->lda, work);
}

const panel VECTOR_NAME(panel) = {.plain = plain, .transposed = transposed};
