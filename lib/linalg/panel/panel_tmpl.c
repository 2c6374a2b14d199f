/* C = alpha op(A) B + beta C. A tile of C, ROWS rows by VECTORS vectors of columns, is summed in registers over
 * PANEL_DEPTH terms at most: for each term the vectors of a row of B are loaded once, and used for ROWS elements of A.
 *
 * Both are packed in that order: PANEL_ROWS rows of op(A) in groups of GROUP rows, which stay in the second cache
 * while the strips of B go by, and each strip of B in the first. Where rows or columns are missing at the end, zeros
 * are packed and their sums not stored. An element of C is the sum over parts of PANEL_DEPTH terms of sums by fma in
 * order, whatever the vectors.
 *
 * A strip's rows lie far apart in B, where processors do not foresee what is read next: the first tiles of each strip
 * ask for those of the next one, a line of memory with each term, and each tile for its elements
 * of C (1024 x 1000 x 1000 on Zen 4: 90 % of the peak instead of 84, packing every strip four times). */
#include "core/vector/vector.h"
#include "linalg/panel/panel.h"
#include "linalg/panel/tables.h"

enum {
    ROWS = REGISTERS == 32 ? 8 : 4,
    VECTORS = 3,
    COLUMNS = VECTORS * LANES,
    GROUP = ROWS < LANES ? LANES : ROWS, /* rows that are packed together */
    LINE_REALS = 64 / sizeof(real),
};

/* Element (row, term) of op(A) is A[row * row_step + term * term_step]. */
typedef struct left_factor {
    const real *A;
    int64_t row_step;
    int64_t term_step;
} left_factor;

/* The terms from t on of a group that has no more than `rows` rows. */
static void pack_elements(left_factor left, int64_t rows, int64_t t, int64_t terms, real *packed)
{
    for (; t < terms; t++) {
        for (int64_t r = 0; r < GROUP; r++)
            packed[t * GROUP + r] = r < rows ? left.A[r * left.row_step + t * left.term_step] : 0;
    }
}

/* A whole group of rows of A^T: a vector has a term of LANES of them. */
VECTOR_INLINE void pack_vectors(const real *A, int64_t lda, int64_t terms, real *packed)
{
    for (int64_t t = 0; t < terms; t++) {
        for (int r = 0; r < GROUP; r += LANES)
            vector_store(packed + t * GROUP + r, vector_load(A + t * lda + r));
    }
}

/* A whole group of rows of A, turned. The number of terms done. */
VECTOR_INLINE int64_t pack_turned(const real *A, int64_t lda, int64_t terms, real *packed)
{
    int64_t t = 0;
    for (; t + PIECE <= terms; t += PIECE) {
        for (int r = 0; r < GROUP; r += LANES) {
            vector column[PIECE];
            for (int i = 0; i < PIECE; i++)
                column[i] = tile_row_load(A + (r + i) * lda + t, lda);
            tile_transpose(column);
            for (int i = 0; i < PIECE; i++)
                vector_store(packed + (t + i) * GROUP + r, column[i]);
        }
    }
    return t;
}

/* `terms` terms of the rows of A, GROUP or fewer. */
VECTOR_INLINE void pack_group(left_factor left, int64_t rows, int64_t terms, real *packed)
{
    int64_t done = 0;
    if (rows == GROUP && left.row_step == 1) {
        pack_vectors(left.A, left.term_step, terms, packed);
        return;
    }
    if (rows == GROUP)
        done = pack_turned(left.A, left.row_step, terms, packed);
    pack_elements(left, rows, done, terms, packed);
}

/* Some columns of B, as wide as so many vectors or less, in `terms` rows of it. */
static void pack_strip(const real *B, int64_t ldb, int vectors, int64_t columns, int64_t terms,
                       real *packed)
{
    const int width = vectors * LANES;
    for (int64_t t = 0; columns == width && t < terms; t++) {
        for (int v = 0; v < width; v += LANES)
            vector_store(packed + t * width + v, vector_load(B + t * ldb + v));
    }
    for (int64_t t = 0; columns < width && t < terms; t++) {
        for (int64_t j = 0; j < width; j++)
            packed[t * width + j] = j < columns ? B[t * ldb + j] : 0;
    }
}

/* What a tile is made of, and what it asks for meanwhile: a line of memory with each term, `apart` elements from the
 * one before. */
typedef struct tile_terms {
    int64_t terms;
    const real *a;
    const real *b;
    const real *ahead;
    int64_t apart;
    real alpha; /* C = alpha sum + beta C */
    real beta;
} tile_terms;

VECTOR_INLINE void ask_for_tile(const real *C, int64_t ldc, int vectors)
{
    for (int r = 0; r < ROWS; r++) {
        for (int v = 0; v < vectors; v++)
            __builtin_prefetch(C + r * ldc + v * LANES, 1);
        __builtin_prefetch(C + r * ldc + vectors * LANES - 1, 1);
    }
}

/* A whole tile, ROWS rows by so many vectors, a constant wherever this is called. */
VECTOR_INLINE void tile(const tile_terms *of, int vectors, real *C, int64_t ldc)
{
    const real *a = of->a;
    const real *b = of->b;
    const real *ahead = of->ahead;
    const int64_t apart = of->apart;
    vector sum[ROWS][VECTORS];
    ask_for_tile(C, ldc, vectors);
    for (int r = 0; r < ROWS; r++) {
        for (int v = 0; v < vectors; v++)
            sum[r][v] = vector_all(0);
    }
    for (int64_t t = 0; t < of->terms; t++) {
        vector x[VECTORS];
        for (int v = 0; v < vectors; v++)
            x[v] = vector_load(b + v * LANES);
        __builtin_prefetch(ahead, 0, 2);
        for (int r = 0; r < ROWS; r++) {
            const vector factor = vector_all(a[r]);
            for (int v = 0; v < vectors; v++)
                sum[r][v] = vector_fma(factor, x[v], sum[r][v]);
        }
        a += GROUP;
        b += vectors * LANES;
        ahead += apart;
    }
    const real alpha = of->alpha;
    const real beta = of->beta;
    if (beta == 0) {
        for (int r = 0; r < ROWS; r++) {
            for (int v = 0; v < vectors; v++)
                vector_store(C + r * ldc + v * LANES, vector_all(alpha) * sum[r][v]);
        }
        return;
    }
    for (int r = 0; r < ROWS; r++) {
        for (int v = 0; v < vectors; v++) {
            real *c = C + r * ldc + v * LANES;
            vector_store(
                c, vector_fma(vector_all(beta), vector_load(c), vector_all(alpha) * sum[r][v]));
        }
    }
}

/* The tiles of each width, in functions of their own: elsewhere compilers run out of registers. */
static __attribute__((noinline)) void tile_of_one(const tile_terms *of, real *C, int64_t ldc)
{
    tile(of, 1, C, ldc);
}

static __attribute__((noinline)) void tile_of_two(const tile_terms *of, real *C, int64_t ldc)
{
    tile(of, 2, C, ldc);
}

static __attribute__((noinline)) void tile_of_three(const tile_terms *of, real *C, int64_t ldc)
{
    tile(of, VECTORS, C, ldc);
}

static void tile_of(const tile_terms *of, int vectors, real *C, int64_t ldc)
{
    if (vectors == 1)
        tile_of_one(of, C, ldc);
    else if (vectors == 2)
        tile_of_two(of, C, ldc);
    else
        tile_of_three(of, C, ldc);
}

/* Rows and columns of a tile that ends before it is whole: C = values + beta C. */
static void write_part(const real *values, int64_t ld, real beta, real *C, int64_t ldc,
                       int64_t rows, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t j = 0; j < columns; j += LANES) {
            const int64_t count = columns - j < LANES ? columns - j : LANES;
            vector value = vector_load(values + r * ld + j);
            real *c = C + r * ldc + j;
            if (beta != 0)
                value = vector_fma(vector_all(beta), vector_load_first(c, count, 0), value);
            vector_store_first(c, count, value);
        }
    }
}

VECTOR_INLINE int64_t at_most(int64_t most, int64_t value)
{
    return value < most ? value : most;
}

/* Some rows of op(A), packed, and the part of B and C that they are multiplied by and added to. */
typedef struct packed_rows {
    const real *groups;
    int64_t rows;
    int64_t terms;
    const real *B;
    real *C;
    real beta;
} packed_rows;

/* `columns` columns of C from j on, as wide as so many vectors or less. */
static void strip_of(const narrow_product *p, const packed_rows *self, int vectors, int64_t j,
                     int64_t columns, real *strip)
{
    const real *next = self->B + j + columns;
    const int lines = (COLUMNS + LINE_REALS - 1) / LINE_REALS + 1; /* that a row of it touches */
    pack_strip(self->B + j, p->ldb, vectors, columns, self->terms, strip);
    for (int64_t i = 0; i < self->rows; i += ROWS) {
        const int64_t rows = at_most(ROWS, self->rows - i);
        const real *a = self->groups + i / GROUP * GROUP * self->terms + i % GROUP;
        tile_terms of = {self->terms, a, strip, strip, 0, p->alpha, self->beta};
        real *C = self->C + i * p->ldc + j;
        if (j + columns < p->k && i < lines * ROWS) {
            of.ahead = next + at_most(COLUMNS - 1, i / ROWS * LINE_REALS);
            of.apart = p->ldb;
        }
        if (rows == ROWS && columns == vectors * LANES) {
            tile_of(&of, vectors, C, p->ldc);
        } else {
            real values[ROWS * COLUMNS];
            of.beta = 0;
            tile_of(&of, vectors, values, COLUMNS);
            write_part(values, COLUMNS, self->beta, C, p->ldc, rows, columns);
        }
    }
}

/* `rows` rows of C, at most PANEL_ROWS, and `terms` of their terms, of which the first is number `term`. A strip of
 * one vector only where there is no other way: it is the slowest. */
VECTOR_INLINE void add_terms(const narrow_product *p, left_factor left, int64_t rows, int64_t term,
                             int64_t terms, real *C, real *work)
{
    real *strip = work + PANEL_DEPTH * PANEL_ROWS;
    const packed_rows packed = {
        work, rows, terms, p->B + term * p->ldb, C, term == 0 ? p->beta : 1};
    for (int64_t i = 0; i < rows; i += GROUP, left.A += GROUP * left.row_step)
        pack_group(left, at_most(GROUP, rows - i), terms, work + i * terms);
    for (int64_t j = 0; j < p->k;) {
        const int64_t remaining = (p->k - j + LANES - 1) / LANES;
        const int vectors = remaining == 1 ? 1 : remaining == 2 || remaining == 4 ? 2 : VECTORS;
        const int64_t columns = at_most(vectors * LANES, p->k - j);
        strip_of(p, &packed, vectors, j, columns, strip);
        j += columns;
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
