/* How a kernel goes over its rows: narrow ones in groups of LANES, turned into columns (columns.h),
 * wide ones one at a time.
 *
 * A group of fewer rows goes through buffers of full shape, so that the arithmetic of a row is the same
 * wherever it stands; rows that are not there are zeros. A row
 * left alone needs no buffers (single_row.h). */
#ifndef KERNEL_VECTOR_ROW_GROUPS_H
#define KERNEL_VECTOR_ROW_GROUPS_H

#include <stddef.h>
#include <string.h>

#include "kernel/vector/columns.h"
#include "kernel/vector/row_losses.h"

/* The arrays of a kernel, m x k each; those it does not have are NULL. */
typedef struct score_rows {
    int64_t k;
    const real *h; /* scores */
    int64_t ldh;
    const real *other; /* targets or directions */
    int64_t ldother;
    const int64_t *y;
    real *out; /* may be h or other */
    int64_t ldout;
    const void *form; /* which of its losses, for a kernel of several: a constant, compiled in */
} score_rows;

/* What a kernel does with the first LANES rows, or the first row, and where the results of them go:
 * from number `row` on. */
typedef void (*rows_step)(const score_rows *rows, void *results, int64_t row);

/* The same arrays from row i on. */
VECTOR_INLINE score_rows rows_from(const score_rows *rows, int64_t i)
{
    score_rows at = *rows;
    at.h = rows->h + i * rows->ldh;
    at.other = rows->other == NULL ? NULL : rows->other + i * rows->ldother;
    at.y = rows->y == NULL ? NULL : rows->y + i;
    at.out = rows->out == NULL ? NULL : rows->out + i * rows->ldout;
    return at;
}

static inline void buffer_fill(real *buffer, int64_t ld, int64_t m, int64_t k, const real *h,
                               int64_t ldh)
{
    memset(buffer, 0, (size_t)(LANES * ld) * sizeof(real));
    for (int64_t i = 0; i < m; i++)
        memcpy(buffer + i * ld, h + i * ldh, (size_t)k * sizeof(real));
}

VECTOR_INLINE void buffered_group(rows_step group, int64_t m, const score_rows *rows, void *results,
                                  int64_t row)
{
    real h[LANES * NARROW];
    real other[LANES * NARROW];
    int64_t y[LANES] = {0};
    const int64_t k = rows->k;
    const int64_t ld = k;
    buffer_fill(h, ld, m, k, rows->h, rows->ldh);
    if (rows->other != NULL)
        buffer_fill(other, ld, m, k, rows->other, rows->ldother);
    if (rows->y != NULL)
        memcpy(y, rows->y, (size_t)m * sizeof *y);
    const score_rows in = {.k = k,
                           .h = h,
                           .ldh = ld,
                           .other = rows->other == NULL ? NULL : other,
                           .ldother = ld,
                           .y = y,
                           .out = rows->out == NULL ? NULL : h,
                           .ldout = ld,
                           .form = rows->form};
    group(&in, results, row);
    for (int64_t i = 0; i < m && rows->out != NULL; i++)
        memcpy(rows->out + i * rows->ldout, h + i * ld, (size_t)k * sizeof(real));
}

/* The first row by itself. */
VECTOR_INLINE void single_row(rows_step group, const score_rows *rows, void *results, int64_t row)
{
    int64_t y[LANES];
    for (int i = 0; i < LANES; i++)
        y[i] = rows->y == NULL ? 0 : rows->y[0];
    score_rows repeated = *rows;
    repeated.ldh = 0;
    repeated.ldother = 0;
    repeated.ldout = 0;
    repeated.y = y;
    group(&repeated, results, row);
}

/* Do the first m rows. The steps are constants, so that they are compiled in; narrow_row, for a narrow row by itself,
 * may be NULL. */
VECTOR_INLINE void each_row(rows_step narrow_group, rows_step narrow_row, rows_step wide_row,
                            int64_t m, const score_rows *rows, void *results)
{
    if (rows->k > NARROW) {
        for (int64_t i = 0; i < m; i++) {
            const score_rows at = rows_from(rows, i);
            wide_row(&at, results, i);
        }
        return;
    }
    for (int64_t i = 0; i < m; i += LANES) {
        const score_rows at = rows_from(rows, i);
        if (m - i >= LANES)
            narrow_group(&at, results, i);
        else if (m - i == 1 && narrow_row != NULL)
            narrow_row(&at, results, i);
        else if (m - i == 1)
            single_row(narrow_group, &at, results, i);
        else
            buffered_group(narrow_group, m - i < LANES ? m - i : LANES, &at, results, i);
    }
}

/* What becomes of the results of a block of `count` rows: row_result, if not NULL. The first row whose result is not
 * finite, or -1. */
typedef int64_t (*rows_end)(int64_t count, void *results, double *row_result);

/* Do m rows, a block of them at a time; results: room for those of a block. The first row whose result is not
 * finite, or -1. */
VECTOR_INLINE int64_t rows_in_blocks(rows_step narrow_group, rows_step narrow_row,
                                     rows_step wide_row, rows_end end, int64_t m,
                                     const score_rows *all, void *results, double *row_result)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i += BLOCK) {
        const int64_t count = m - i < BLOCK ? m - i : BLOCK;
        const score_rows rows = rows_from(all, i);
        each_row(narrow_group, narrow_row, wide_row, count, &rows, results);
        const int64_t bad = end(count, results, row_result == NULL ? NULL : row_result + i);
        if (first < 0 && bad >= 0)
            first = i + bad;
    }
    return first;
}

VECTOR_INLINE int64_t copy_results(int64_t count, void *results, double *row_result)
{
    if (row_result != NULL)
        memcpy(row_result, results, (size_t)count * sizeof *row_result);
    return first_not_finite(-1, 0, count, results);
}

/* Do m rows. A step leaves one double for each row: they go to row_result, if not NULL. The first row
 * whose double is not finite, or -1. */
VECTOR_INLINE int64_t all_rows(rows_step narrow_group, rows_step wide_row, int64_t m,
                               const score_rows *all, double *row_result)
{
    double results[BLOCK];
    return rows_in_blocks(narrow_group, NULL, wide_row, copy_results, m, all, results, row_result);
}

/* v with 0 in lane `lane`; v itself if there is no lane of that number. */
VECTOR_INLINE vector without_lane(vector v, int64_t lane)
{
    return vector_select(is_class(vector_lanes(), lane), vector_all(0), v);
}

/* The last vector of a row begins at k - LANES and shares lanes with the one before it: stores of
 * part of a vector hold up the loads of the next row. These are the classes it alone holds. */
VECTOR_INLINE int64_t row_tail(int64_t k)
{
    return k - 1 - (k - 1) % LANES;
}

/* v, a last vector, with 0 in the lanes it shares. */
VECTOR_INLINE vector tail_alone(int64_t k, vector v)
{
    const vector begin = vector_all((real)(row_tail(k) - (k - LANES)));
    return vector_select(vector_less(vector_lanes(), begin), vector_all(0), v);
}

#endif
