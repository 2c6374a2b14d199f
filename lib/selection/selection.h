/* The candidates behind the public handle, added one by one as their fits end. */
#ifndef SELECTION_SELECTION_H
#define SELECTION_SELECTION_H

#include <linclass/selection.h>

#include "core/allocator.h"
#include "core/arguments.h"

struct linclass_selection {
    allocator allocator;            /* the context's, which may be gone before the selection */
    int64_t capacity;               /* candidates there is room for */
    int64_t count;                  /* of them finished */
    int64_t folds;                  /* K, or 0 */
    linclass_candidate *candidates; /* capacity */
    linclass_model **models;        /* capacity; NULL: none */
    double *fold_losses;            /* capacity x K, NaN where there is none yet */
    double *fold_errors;
    double *fold_weights; /* K */
    int64_t best;         /* -1: none */
    int64_t one_standard_error;
};

/* Whether ctx and selection, arguments of the caller, are not NULL; if one is, return INVALID_ARGUMENT. */
static inline bool selection_given(linclass_context *ctx, linclass_selection **selection)
{
    const required_pointer required[] = {{"ctx", ctx}, {"selection", selection}};
    return all_given(ctx, 2, required);
}

/* After a fit that did not fail: *selection := *made, which becomes NULL, and no error message. */
void selection_hand_over(linclass_context *ctx, linclass_status status, linclass_selection **made,
                         linclass_selection **selection);

/* One without candidates. Errors: DIMENSION, MEMORY. */
linclass_status selection_new(linclass_context *ctx, int64_t capacity, int64_t folds,
                              linclass_selection **selection);

#endif
