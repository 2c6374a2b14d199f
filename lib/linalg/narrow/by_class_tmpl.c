/* C = alpha A B^T + beta C: an element is the product of a row of A and a row of B, both in order in
 * memory. Feature j is added to partial sum j mod LOGICAL_LANES of an element, in the order of the features,
 * and the partial sums are added by halves at the end: the same additions whatever LANES is. Where LANES is
 * less, the partial sums of a tile, some rows by some columns, do not fit the registers: it makes several passes
 * over the features, each for LANES of the partial sums.
 *
 * The columns of a tile stay in the first cache while all rows go by. One row by itself is a tile with more columns,
 * so that the row is loaded fewer times.
 *
 * Compilers keep sums in registers where few are alive at a time, hence add_pass is a function of its own; and
 * they turn a loop that copies or clears an array into an instruction that is slow for short ones. So sums in
 * registers are ordered by column, those in memory by row, and the zero they begin with is not known to be one. */
#include "linalg/narrow/set.h"

enum {
    PASSES = LOGICAL_LANES / LANES,
    COLUMNS = REGISTERS == 32 ? 6 : 5,
    ROW_COLUMNS = PASSES == 1 && REGISTERS == 32 ? 12 : COLUMNS, /* of one row by itself */
    MOST_ROWS = 4,
    SUMS = REGISTERS == 32 ? 24 : 12, /* vectors of partial sums of a pass */
    ROW_AHEAD = 512 / sizeof(real),   /* bytes of a row by itself, as elements */
    STRETCH = 1024, /* features between two passes: those of a tile stay in the first cache */
};

/* The rows of A and B that a tile is made of, and the lines of memory to be asked for meanwhile: `pace` of them, apart
 * `apart` bytes, with each LOGICAL_LANES features, and after `step` bytes the next. */
typedef struct operands {
    const real *A;
    int64_t lda;
    const real *B;
    int64_t ldb;
    const char *ahead;
    int pace; /* 0, 1, 2 or 4 */
    int64_t apart;
    int64_t step;
} operands;

/* Of row r and column c number r columns + c. */
typedef vector tile_sums[PASSES][SUMS + LANES];

VECTOR_INLINE int rows_for(int columns)
{
    return REGISTERS == 32 || columns <= 3 ? 4 : 2;
}

/* Add the features begin..end-1, whole LOGICAL_LANES, to the sums of `passes` passes from `first` on, which are in
 * registers. Rows, columns, passes and pace are constants wherever this is called. */
VECTOR_INLINE void add_products(const operands *o, int rows, int columns, int first, int passes,
                                int pace, int64_t begin, int64_t end, vector sum[PASSES][SUMS])
{
    const real *A = o->A;
    const real *B = o->B;
    const int64_t lda = o->lda;
    const int64_t ldb = o->ldb;
    const char *ahead = o->ahead + begin / LOGICAL_LANES * o->step;
    const int64_t apart = o->apart;
    const int64_t step = o->step;
    for (int64_t j = begin + first * LANES; j < end; j += LOGICAL_LANES) {
        for (int pass = 0; pass < passes; pass++) {
            vector a[MOST_ROWS];
            for (int r = 0; r < rows; r++)
                a[r] = vector_kept(vector_load(A + r * lda + j + pass * LANES));
            for (int c = 0; c < columns; c++) {
                const vector b = vector_kept(vector_load(B + c * ldb + j + pass * LANES));
                for (int r = 0; r < rows; r++)
                    sum[pass][c * rows + r] = vector_fma(a[r], b, sum[pass][c * rows + r]);
            }
        }
        for (int line = 0; line < pace; line++)
            narrow_ask(ahead + line * apart);
        ahead += step;
    }
}

/* Add the features begin..end-1 to the sums of `passes` passes from `first` on; begin = 0: to none. */
VECTOR_INLINE void add_stretch(const operands *o, int rows, int columns, int first, int passes,
                               int64_t begin, int64_t end, tile_sums total)
{
    const vector zero = vector_kept(vector_all(0));
    vector sum[PASSES][SUMS];
    for (int pass = 0; pass < passes; pass++) {
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++)
                sum[pass][c * rows + r] = begin == 0 ? zero : total[first + pass][r * columns + c];
        }
    }
    if (first > 0 || o->pace == 0)
        add_products(o, rows, columns, first, passes, 0, begin, end, sum);
    else if (o->pace == 1)
        add_products(o, rows, columns, first, passes, 1, begin, end, sum);
    else if (o->pace == 2)
        add_products(o, rows, columns, first, passes, 2, begin, end, sum);
    else
        add_products(o, rows, columns, first, passes, 4, begin, end, sum);
    for (int pass = 0; pass < passes; pass++) {
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++)
                total[first + pass][r * columns + c] = sum[pass][c * rows + r];
        }
    }
}

/* The same for one pass over the rows of a tile of so many columns. */
static __attribute__((noinline)) void add_pass(const operands *o, int columns, int pass,
                                               int64_t begin, int64_t end, tile_sums total)
{
    switch (columns) {
    case 1:
        add_stretch(o, rows_for(1), 1, pass, 1, begin, end, total);
        break;
    case 2:
        add_stretch(o, rows_for(2), 2, pass, 1, begin, end, total);
        break;
    case 3:
        add_stretch(o, rows_for(3), 3, pass, 1, begin, end, total);
        break;
    case 4:
        add_stretch(o, rows_for(4), 4, pass, 1, begin, end, total);
        break;
    case 5:
        add_stretch(o, rows_for(5), 5, pass, 1, begin, end, total);
        break;
    default:
        add_stretch(o, rows_for(COLUMNS), COLUMNS, pass, 1, begin, end, total);
    }
}

/* The features from `begin` on, which do not make LOGICAL_LANES. */
VECTOR_INLINE void add_last(const operands *o, int rows, int columns, int64_t begin, int64_t n,
                            tile_sums total)
{
    for (int pass = 0; pass < PASSES; pass++) {
        const int64_t j = begin + pass * LANES;
        if (j >= n)
            break;
        const int64_t count = n - j < LANES ? n - j : LANES;
        for (int c = 0; c < columns; c++) {
            const vector b = vector_load_first(o->B + c * o->ldb + j, count, 0);
            for (int r = 0; r < rows; r++) {
                vector *sum = &total[pass][r * columns + c];
                *sum = vector_fma(vector_load_first(o->A + r * o->lda + j, count, 0), b, *sum);
            }
        }
    }
}

/* The partial sums of all passes, added by halves. */
VECTOR_INLINE vector add_passes(tile_sums sum, int s)
{
    vector v[PASSES];
    for (int pass = 0; pass < PASSES; pass++)
        v[pass] = sum[pass][s];
    for (int half = PASSES / 2; half >= 1; half /= 2) {
        for (int pass = 0; pass < half; pass++)
            v[pass] = v[pass] + v[pass + half];
    }
    return v[0];
}

VECTOR_INLINE void write_tile(const narrow_product *p, int rows, int columns, tile_sums sum,
                              real *C)
{
    const real beta = p->beta;
    const vector alpha = vector_all(p->alpha);
    real element[SUMS + LANES];
    for (int first = 0; first < rows * columns; first += LANES) {
        vector lanes[LANES];
        for (int l = 0; l < LANES; l++)
            lanes[l] = first + l < rows * columns ? add_passes(sum, first + l) : vector_all(0);
        vector_store(element + first, alpha * vector_totals(lanes));
    }
    for (int r = 0; r < rows; r++) {
        real *c = C + r * p->ldc;
        for (int l = 0; l < columns; l++)
            c[l] = element[r * columns + l] + (beta == 0 ? 0 : beta * c[l]);
    }
}

/* C of so many rows and columns, constants wherever this is called, from C on. */
VECTOR_INLINE void tile(const narrow_product *p, const operands *o, int rows, int columns, real *C)
{
    const int64_t whole = p->n - p->n % LOGICAL_LANES;
    tile_sums sum;
    if (rows == 1 || rows * columns * PASSES <= SUMS) {
        add_stretch(o, rows, columns, 0, PASSES, 0, whole, sum);
    } else {
        int64_t begin = 0;
        do {
            const int64_t end = whole - begin < STRETCH ? whole : begin + STRETCH;
            for (int pass = 0; pass < PASSES; pass++)
                add_pass(o, columns, pass, begin, end, sum);
            begin = end;
        } while (begin < whole);
    }
    if (whole < p->n)
        add_last(o, rows, columns, whole, p->n, sum);
    write_tile(p, rows, columns, sum, C);
}

/* One row and any number of columns up to ROW_COLUMNS. */
VECTOR_INLINE void row_of(const narrow_product *p, const operands *o, int64_t columns, real *C)
{
#define CASE(number) \
    case number: \
        tile(p, o, 1, (number) < ROW_COLUMNS ? (number) : ROW_COLUMNS, C); \
        break;
    switch (columns < ROW_COLUMNS ? columns : 0) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
        CASE(6)
        CASE(7)
        CASE(8)
        CASE(9)
        CASE(10)
        CASE(11)
    default:
        tile(p, o, 1, ROW_COLUMNS, C);
    }
#undef CASE
}

/* The rows of a tile and any number of columns up to COLUMNS. */
VECTOR_INLINE void tile_of(const narrow_product *p, const operands *o, int64_t columns, real *C)
{
#define CASE(number) \
    case number: \
        tile(p, o, rows_for(number), number, C); \
        break;
    switch (columns) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
    default:
        tile(p, o, rows_for(COLUMNS), COLUMNS, C);
    }
#undef CASE
}

/* Whether lines so many elements apart are in the same set of the first cache, which has eight to twelve places: more
 * columns would drive each other out before they are used. */
VECTOR_INLINE bool same_sets(int64_t ldb)
{
    return ldb * (int64_t)sizeof(real) % 4096 == 0;
}

/* C := the products + beta C, of one row. */
VECTOR_INLINE void put_row(int columns, const real *product, real beta, real *C)
{
    if (beta == 0) {
        for (int c = 0; c < columns; c++)
            C[c] = product[c] + 0;
    } else {
        for (int c = 0; c < columns; c++)
            C[c] = product[c] + beta * C[c];
    }
}

/* So many columns of one row by itself, constants wherever this is called. Its sums do not leave the registers:
 * compilers unroll the loops too late for that unless they are told to. The row is asked for as what is used once, lest
 * it drive theta out of the first cache, which that of a small model just fits. */
VECTOR_INLINE void single_tile(const narrow_product *p, int columns, const real *B, real *C)
{
    const int64_t n = p->n;
    const int64_t ldb = p->ldb;
    const real *A = p->A;
    const vector alpha = vector_all(p->alpha);
    const int64_t whole = n - n % LOGICAL_LANES;
    vector sum[PASSES][SUMS];
#pragma GCC unroll 4
    for (int pass = 0; pass < PASSES; pass++) {
#pragma GCC unroll 12
        for (int c = 0; c < columns; c++)
            sum[pass][c] = vector_all(0);
    }
    for (int64_t j = 0; j < whole; j += LOGICAL_LANES) {
#pragma GCC unroll 4
        for (int pass = 0; pass < PASSES; pass++) {
            const vector a = vector_kept(vector_load(A + j + pass * LANES));
#pragma GCC unroll 12
            for (int c = 0; c < columns; c++)
                sum[pass][c] = vector_fma(
                    a, vector_kept(vector_load(B + c * ldb + j + pass * LANES)), sum[pass][c]);
        }
        __builtin_prefetch(A + j + ROW_AHEAD, 0, 0);
    }
#pragma GCC unroll 4
    for (int pass = 0; pass < PASSES; pass++) {
        const int64_t j = whole + pass * LANES;
        const int64_t count = n - j < LANES ? n - j : LANES;
        if (count > 0) {
            const vector a = vector_load_first(A + j, count, 0);
#pragma GCC unroll 12
            for (int c = 0; c < columns; c++)
                sum[pass][c] =
                    vector_fma(a, vector_load_first(B + c * ldb + j, count, 0), sum[pass][c]);
        }
    }
    real element[SUMS + LANES];
#pragma GCC unroll 12
    for (int first = 0; first < columns; first += LANES) {
        vector lanes[LANES];
#pragma GCC unroll 16
        for (int l = 0; l < LANES; l++) {
            if (first + l < columns) {
#pragma GCC unroll 4
                for (int half = PASSES / 2; half >= 1; half /= 2) {
#pragma GCC unroll 4
                    for (int pass = 0; pass < half; pass++)
                        sum[pass][first + l] = sum[pass][first + l] + sum[pass + half][first + l];
                }
            }
            lanes[l] = first + l < columns ? sum[0][first + l] : vector_all(0);
        }
        vector_store(element + first, alpha * vector_totals(lanes));
    }
    put_row(columns, element, p->beta, C);
}

/* A function for each number, or compilers compute the addresses of all of them first. */
#define ROW(number) \
    static __attribute__((noinline)) void row_##number(const narrow_product *p, const real *B, \
                                                       real *C) \
    { \
        single_tile(p, (number) < ROW_COLUMNS ? (number) : ROW_COLUMNS, B, C); \
    }
ROW(1)
ROW(2)
ROW(3)
ROW(4)
ROW(5)
ROW(6)
ROW(7)
ROW(8)
ROW(9)
ROW(10)
ROW(11)
ROW(12)
#undef ROW

/* One row by itself. */
VECTOR_INLINE void single_row(const narrow_product *p)
{
    static void (*const row_of_columns[])(const narrow_product *, const real *, real *) = {
        row_1, row_2, row_3, row_4, row_5, row_6, row_7, row_8, row_9, row_10, row_11, row_12};
    const int64_t most = same_sets(p->ldb) ? COLUMNS : ROW_COLUMNS;
    int64_t j = 0;
    do {
        const int64_t left = p->k - j;
        const int64_t columns = left <= most ? left : left < 2 * most ? (left + 1) / 2 : most;
        row_of_columns[columns - 1](p, p->B + j * p->ldb, p->C + j);
        j += columns;
    } while (j < p->k);
}

void VECTOR_NAME(narrow_by_class)(const narrow_product *p)
{
    if (p->m == 1 && !p->memory.cold && p->memory.bytes == 0) {
        single_row(p);
        return;
    }
    const int64_t most = p->m == 1 && !same_sets(p->ldb) ? ROW_COLUMNS : COLUMNS;
    const int64_t parts = (p->k + most - 1) / most;
    const int64_t steps = p->n / LOGICAL_LANES; /* of a tile */
    const int64_t tiles = p->m / rows_for((int)(p->k / parts)) * parts;
    lines_ahead lines = narrow_lines(p);
    const int pace = narrow_pace(&lines, tiles * steps);
    int64_t j = 0;
    for (int64_t left = parts; left > 0; left--) {
        const int64_t columns = (p->k - j + left - 1) / left;
        const int most_rows = rows_for((int)columns);
        for (int64_t i = 0; i < p->m;) {
            const int rows = p->m - i < most_rows ? 1 : most_rows;
            operands o = {.A = p->A + i * p->lda,
                          .lda = p->lda,
                          .B = p->B + j * p->ldb,
                          .ldb = p->ldb,
                          .ahead = lines.next};
            if (p->memory.cold && j == 0) {
                o.ahead = (const char *)(o.A + rows * p->lda);
                o.pace = rows;
                o.apart = p->lda * (int64_t)sizeof(real);
                o.step = LINE;
            } else if (lines.left > 0) {
                o.ahead = narrow_next_lines(&lines, pace * steps);
                o.pace = pace;
                o.apart = LINE;
                o.step = pace * LINE;
            }
            real *C = p->C + i * p->ldc + j;
            if (rows == 1)
                row_of(p, &o, columns, C);
            else
                tile_of(p, &o, columns, C);
            i += rows;
        }
        j += columns;
    }
}
