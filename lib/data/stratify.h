/* Rows in random order, grouped by class: the sequence that splits are dealt from. */
#ifndef DATA_STRATIFY_H
#define DATA_STRATIFY_H

#include <linclass/context.h>
#include <linclass/status.h>

/* What a split draws random numbers for. */
enum { STRATIFY_ROWS = 0, STRATIFY_CLASSES = 1, STRATIFY_BEGINNING = 2 };

/* The stream of a seed for one of these purposes; streams from 0 on are the epochs of a fit. */
static inline uint64_t stratify_stream(int purpose)
{
    return (UINT64_C(1) << 63) + (uint64_t)purpose;
}

/* *sequence (m, allocated on ctx): a permutation of the rows 0..m-1 in which the rows of a class stand
 * together, in random order, the classes in random order. y: m labels; NULL: one class. A function of
 * (seed, m, y up to the names of the classes) alone.
 * class_of: m, for use on the way, untouched after an error. Errors: MEMORY. */
linclass_status stratify(linclass_context *ctx, int64_t m, const int64_t *y, uint64_t seed,
                         int64_t *class_of, int64_t **sequence);

#endif
