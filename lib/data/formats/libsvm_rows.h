/* The rows of a piece of LIBSVM text:
 *
 *     label [qid:N] index:value index:value ... [# comment]
 *
 * Labels are integers, indices ascend, blanks are spaces, tabs and carriage returns. Lines without anything but
 * blanks and a comment are no rows. */
#ifndef DATA_FORMATS_LIBSVM_ROWS_H
#define DATA_FORMATS_LIBSVM_ROWS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum libsvm_mistake {
    LIBSVM_FINE,
    LIBSVM_NO_LABEL,
    LIBSVM_SEVERAL_LABELS,
    LIBSVM_LABEL_NO_NUMBER,
    LIBSVM_LABEL_NO_INTEGER,
    LIBSVM_NO_PAIR,
    LIBSVM_QUERY,
    LIBSVM_INDEX_TOO_LARGE,
    LIBSVM_INDEX_ZERO,
    LIBSVM_INDEX_ORDER,
    LIBSVM_VALUE_NO_NUMBER,
    LIBSVM_VALUE_NOT_FINITE,
    LIBSVM_VALUE_TOO_LARGE,
    LIBSVM_CHANGED, /* more rows or elements than were counted */
} libsvm_mistake;

/* What the rows of all pieces share. */
typedef struct libsvm_target {
    int64_t *labels;
    int64_t *row_ends; /* elements of the piece up to the end of each row */
    int32_t *columns;
    float *floats; /* the values, either of the two */
    double *doubles;
    int64_t features;   /* columns from this one on are left out; 0: none */
    int32_t index_base; /* of the first column, 0 or 1 */
    bool base_is_known; /* false: stop at an index 0 */
} libsvm_target;

/* A piece: where its rows go, and what was found. */
typedef struct libsvm_piece {
    int64_t first_row; /* in the arrays of the target, with room for row_room rows */
    int64_t first_element;
    int64_t row_room;
    int64_t element_room;
    int64_t rows;
    int64_t elements;
    int64_t columns; /* the largest column + 1 */
    bool all_ones;
    bool has_index_zero; /* and the base is not known: nothing else is valid */
    libsvm_mistake mistake;
    const char *at; /* the mistake */
} libsvm_piece;

/* Return the rows of a text and the elements of those rows, at most. */
void libsvm_count(const char *begin, const char *end, int64_t *rows, int64_t *elements);

/* Read the rows from `begin` to `end`, lines as a whole. Returns false after a mistake or an index 0. */
bool libsvm_fill(const libsvm_target *target, const char *begin, const char *end,
                 libsvm_piece *piece);

/* Whether the lines from `begin` to `end` are rows, and one of them has an element: for a format that has no
 * other mark. Values and labels need not be valid. */
bool libsvm_looks_like(const char *begin, const char *end);

#endif
