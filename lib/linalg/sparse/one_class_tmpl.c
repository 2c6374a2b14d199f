/* The sparse products with one class (k = 1).
 *
 * Rows are short, of a dozen elements, and differ in length: a loop over the elements of a row ends where the
 * processor did not expect it, which costs as much as the row. So the elements of some rows are worked on as one
 * sequence, where they lie one after the other:
 *
 *     scores   t_e = v_e theta[column_e]            over all elements
 *              h_i += sum of t_e over row i         in vectors, always of AT_ONCE elements or more
 *     update   t_e = v_e (alpha r_i)                in vectors, likewise
 *              G[column_e] += t_e                   over all elements, or sums in double
 *
 * An element of theta is picked by one load: gathers are much slower on some processors, and little faster on
 * others.
 *
 * A score is the sum of LOGICAL_LANES partial sums of the elements of a run, added by halves; lanes beyond the
 * end of the run add zero. An element of G is a sum in the order of the rows. */
#include "linalg/sparse/one_class.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    AHEAD = 32,
    AT_ONCE = 32,
    PARTS = LOGICAL_LANES / LANES,
    MOST_ELEMENTS = 1024,
    STREAMED = 16,
    STREAM_AHEAD = 2048
};

/* Rows whose elements lie one after the other, at most MOST_ELEMENTS of them. */
typedef struct row_group {
    int64_t first;
    int64_t end_row;
    int64_t begin; /* elements */
    int64_t end;
} row_group;

VECTOR_INLINE element_range elements_of(const sparse_block *block, int64_t row)
{
    return block->ranges[row * block->stride];
}

/* The rows from the first on, each of `longest` elements at most. There may be none. */
VECTOR_INLINE row_group group_rows(const sparse_block *block, int64_t first, int64_t longest)
{
    int64_t row = first;
    const int64_t begin = elements_of(block, first).begin;
    int64_t end = begin;
    for (; row < block->rows; row++) {
        const element_range range = elements_of(block, row);
        if (range.begin != end || range.end - range.begin > longest ||
            range.end - begin > MOST_ELEMENTS)
            break;
        end = range.end;
    }
    return (row_group){first, row, begin, end};
}

/* Ask for the element of theta or G that is used AHEAD elements after e, of those before `end`. */
VECTOR_INLINE void prefetch(const sparse_block *block, int64_t e, int64_t end, const real *theta,
                            int64_t ld)
{
    if (e + AHEAD < end)
        __builtin_prefetch(theta + block->columns[e + AHEAD] * ld);
}

/* Ask for the columns and the values of the elements STREAM_AHEAD bytes further on. They are read once, and the
 * processor by itself asks for too few of them while it waits for elements of theta. */
VECTOR_INLINE void prefetch_stream(const sparse_block *block, int64_t e, bool has_values)
{
    __builtin_prefetch((const char *)(block->columns + e) + STREAM_AHEAD);
    if (has_values)
        __builtin_prefetch((const char *)(block->values + e) + STREAM_AHEAD);
}

/* The place of an element's column in theta or G. Hides from the compiler that loads could be put together to
 * vectors, which takes longer than it saves. */
VECTOR_INLINE int64_t place_of(const sparse_block *block, int64_t e, int64_t ld)
{
    int64_t column = block->columns[e];
    __asm__("" : "+r"(column));
    return column * ld;
}

/* product[e - begin] = v_e theta[column_e]. has_values, is_far and ld are constants wherever this is inlined. */
VECTOR_INLINE void multiply_one(const sparse_block *block, int64_t begin, int64_t e, int64_t end,
                                bool has_values, bool is_far, const real *theta, int64_t ld,
                                real *product)
{
    if (is_far)
        prefetch(block, e, end, theta, ld);
    const real weight = theta[place_of(block, e, ld)];
    product[e - begin] = has_values ? block->values[e] * weight : weight;
}

/* The same of elements begin..end-1. */
VECTOR_INLINE void multiply(const sparse_block *block, int64_t begin, int64_t end, bool has_values,
                            bool is_far, const real *theta, int64_t ld, real *product)
{
    int64_t e = begin;
    for (; e + STREAMED <= end; e += STREAMED) {
        prefetch_stream(block, e, has_values);
#pragma GCC unroll 16
        for (int i = 0; i < STREAMED; i++)
            multiply_one(block, begin, e + i, end, has_values, is_far, theta, ld, product);
    }
    for (; e < end; e++)
        multiply_one(block, begin, e, end, has_values, is_far, theta, ld, product);
}

/* sum += the first `count` products; there are AT_ONCE that may be read. */
VECTOR_INLINE void add_products(const real *product, int64_t count, vector *sum)
{
    const vector zero = vector_all(0);
    const vector number = vector_all((real)count);
    for (int i = 0; i < AT_ONCE / LANES; i++) {
        const vector lane = vector_lanes() + vector_all((real)(i * LANES));
        const vector some = vector_load(product + (int64_t)i * LANES);
        sum[i % PARTS] = sum[i % PARTS] + vector_select(vector_less(lane, number), some, zero);
    }
}

/* The partial sums of a run of products, added up to one vector. */
VECTOR_INLINE vector sum_run(const real *product, int64_t count)
{
    vector sum[PARTS];
    for (int p = 0; p < PARTS; p++)
        sum[p] = vector_all(0);
    int64_t e = 0;
    do {
        add_products(product + e, count - e, sum);
        e += AT_ONCE;
    } while (e < count);
    for (int half = PARTS / 2; half > 0; half /= 2) {
        for (int p = 0; p < half; p++)
            sum[p] = sum[p] + sum[p + half];
    }
    return sum[0];
}

VECTOR_INLINE void score_group(const sparse_block *block, const row_group *group, bool has_values,
                               bool is_far, const real *theta, int64_t ld, real *product, real *H,
                               int64_t ldh)
{
    multiply(block, group->begin, group->end, has_values, is_far, theta, ld, product);
    for (int64_t first = group->first; first < group->end_row; first += LANES) {
        const int64_t rows = group->end_row - first < LANES ? group->end_row - first : LANES;
        vector sum[LANES];
        for (int64_t i = 0; i < LANES; i++) {
            const element_range row = elements_of(block, first + (i < rows ? i : 0));
            sum[i] = sum_run(product + (row.begin - group->begin), row.end - row.begin);
        }
        real total[LANES];
        vector_store(total, vector_all(block->factor) * vector_totals(sum));
        for (int64_t i = 0; i < rows; i++)
            H[(first + i) * ldh] += total[i];
    }
}

VECTOR_INLINE void score_row(const sparse_block *block, element_range row, bool has_values,
                             bool is_far, const real *theta, int64_t ld, real *product, real *h)
{
    for (int64_t e = row.begin; e < row.end; e += SPARSE_RUN) {
        const int64_t end = e + SPARSE_RUN < row.end ? e + SPARSE_RUN : row.end;
        multiply(block, e, end, has_values, is_far, theta, ld, product);
        vector sum[LANES];
        for (int i = 0; i < LANES; i++)
            sum[i] = vector_all(0);
        sum[0] = sum_run(product, end - e);
        real total[LANES];
        vector_store(total, vector_totals(sum));
        *h += block->factor * total[0];
    }
}

VECTOR_INLINE void scores(const sparse_block *block, bool has_values, bool is_far,
                          const real *theta, int64_t ld, real *H, int64_t ldh)
{
    real product[MOST_ELEMENTS + AT_ONCE];
    for (int64_t i = 0; i < block->rows;) {
        const row_group group = group_rows(block, i, SPARSE_RUN);
        if (group.end_row > i) {
            score_group(block, &group, has_values, is_far, theta, ld, product, H, ldh);
            i = group.end_row;
        } else {
            score_row(block, elements_of(block, i), has_values, is_far, theta, ld, product,
                      H + i * ldh);
            i++;
        }
    }
}

void VECTOR_NAME(scores_one_class)(const sparse_block *block, const real *theta, int64_t ld,
                                   real *H, int64_t ldh)
{
    const bool has_values = block->values != NULL;
    if (block->is_far)
        scores(block, has_values, true, theta, ld, H, ldh);
    else if (ld > 1)
        scores(block, has_values, false, theta, ld, H, ldh);
    else if (has_values)
        scores(block, true, false, theta, 1, H, ldh);
    else
        scores(block, false, false, theta, 1, H, ldh);
}

/* product[0..count-1] = step times the values, or step. Up to AT_ONCE more reals are written, and where there
 * are so many up to `readable`, read. */
VECTOR_INLINE void scale_row(const real *values, int64_t count, int64_t readable, real step,
                             real *product)
{
    const vector steps = vector_all(step);
    int64_t e = 0;
    do {
        if (values == NULL || readable - e >= AT_ONCE) {
            for (int64_t j = e; j < e + AT_ONCE; j += LANES) {
                vector scaled = steps;
                if (values != NULL)
                    scaled = steps * vector_load(values + j);
                vector_store(product + j, scaled);
            }
        } else {
            for (int64_t j = e; j < count; j++)
                product[j] = step * values[j];
        }
        e += AT_ONCE;
    } while (e < count);
}

/* product[e - group->begin] = v_e (step r_i) */
VECTOR_INLINE void multiply_group(const sparse_block *block, const row_group *group, real step,
                                  const real *R, int64_t ldr, real *product)
{
    for (int64_t i = group->first; i < group->end_row; i++) {
        const element_range row = elements_of(block, i);
        const real *values = block->values == NULL ? NULL : block->values + row.begin;
        scale_row(values, row.end - row.begin, group->end - row.begin, step * R[i * ldr],
                  product + (row.begin - group->begin));
    }
}

VECTOR_INLINE void update_group(const sparse_block *block, const row_group *group, bool is_far,
                                real step, const real *R, int64_t ldr, real *G, int64_t ld)
{
    real product[MOST_ELEMENTS + AT_ONCE];
    multiply_group(block, group, step, R, ldr, product);
#pragma GCC unroll 4
    for (int64_t e = group->begin; e < group->end; e++) {
        if (is_far)
            prefetch(block, e, group->end, G, ld);
        /* The rows of the group have filled it. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
        G[place_of(block, e, ld)] += product[e - group->begin];
    }
}

VECTOR_INLINE void update_row(const sparse_block *block, element_range row, bool is_far, real step,
                              real *G, int64_t ld)
{
    for (int64_t e = row.begin; e < row.end; e++) {
        if (is_far)
            prefetch(block, e, row.end, G, ld);
        G[place_of(block, e, ld)] += block->values == NULL ? step : step * block->values[e];
    }
}

VECTOR_INLINE void update(const sparse_block *block, bool is_far, real alpha, const real *R,
                          int64_t ldr, real *G, int64_t ld)
{
    const real step = alpha * block->factor;
    for (int64_t i = 0; i < block->rows;) {
        const row_group group = group_rows(block, i, MOST_ELEMENTS);
        if (group.end_row > i + 1) {
            update_group(block, &group, is_far, step, R, ldr, G, ld);
            i = group.end_row;
        } else {
            update_row(block, elements_of(block, i), is_far, step * R[i * ldr], G, ld);
            i++;
        }
    }
}

void VECTOR_NAME(update_one_class)(const sparse_block *block, real alpha, const real *R,
                                   int64_t ldr, real *G, int64_t ld)
{
    if (block->is_far)
        update(block, true, alpha, R, ldr, G, ld);
    else if (ld > 1)
        update(block, false, alpha, R, ldr, G, ld);
    else
        update(block, false, alpha, R, ldr, G, 1);
}

VECTOR_INLINE void add_group(const sparse_block *block, const row_group *group, const real *R,
                             int64_t ldr, double *sums)
{
    real product[MOST_ELEMENTS + AT_ONCE];
    multiply_group(block, group, block->factor, R, ldr, product);
#pragma GCC unroll 4
    for (int64_t e = group->begin; e < group->end; e++)
        /* The rows of the group have filled it. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
        sums[place_of(block, e, 1)] += (double)product[e - group->begin];
}

VECTOR_INLINE void add_row(const sparse_block *block, element_range row, real r, double *sums)
{
    for (int64_t e = row.begin; e < row.end; e++)
        sums[place_of(block, e, 1)] += (double)(block->values == NULL ? r : r * block->values[e]);
}

void VECTOR_NAME(add_one_class)(const sparse_block *block, const real *R, int64_t ldr, double *sums)
{
    for (int64_t i = 0; i < block->rows;) {
        const row_group group = group_rows(block, i, MOST_ELEMENTS);
        if (group.end_row > i + 1) {
            add_group(block, &group, R, ldr, sums);
            i = group.end_row;
        } else {
            add_row(block, elements_of(block, i), block->factor * R[i * ldr], sums);
            i++;
        }
    }
}
