/* Sums over sparse rows, for each column, of distances and their squares: what means and variances are made
 * of, in time proportional to the elements.
 *
 * Hazard: E x^2 - (E x)^2 cancels where a column is far from zero. Distances are from `shift`, the first
 * element of the column that is met in a row whose weight is not 0; rows without an element are -shift away, and
 * there are none of them where the column is full: a constant has distances of exactly 0.
 *
 * Of a view without values whose elements are 1, all sums of a column follow from the weight seen: no more is
 * kept, in an eighth of the memory. */
#ifndef DATA_SPARSE_MOMENTS_H
#define DATA_SPARSE_MOMENTS_H

#include <stdbool.h>

#include <linclass/matrix.h>

/* The sums of a column, together: an element of any column finds them in one line of the cache. */
typedef struct column_moments {
    _Alignas(64) double shift;
    double distance; /* sum of w (x - shift) */
    double spread;   /* sum of w (x - shift)^2 */
    double square;   /* sum of w x^2 */
    double largest;  /* absolute value */
    double seen;     /* the weight of the rows with an element in the column */
    int64_t count;   /* how many they are */
} column_moments;

typedef struct sparse_moments {
    int64_t n;
    column_moments *columns; /* n; the caller's. Of ones: n doubles, the weights seen */
    bool ones;
    double weight; /* of all rows added */
    int64_t rows;
} sparse_moments;

/* Set the sums to zero, for rows of a sparse view. */
void sparse_moments_begin(sparse_moments *self, const linclass_matrix *view);

/* Add a row of the view. Elements that are not finite leave sums that are not. */
void sparse_moments_add(sparse_moments *self, const linclass_matrix *view, int64_t row,
                        double weight);

/* The sums of a column, with the rows that have no element in it. */
column_moments sparse_moments_column(const sparse_moments *self, int64_t j);

#endif
