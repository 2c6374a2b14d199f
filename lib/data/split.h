/* Folds, for functions that have entered the context already. */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <linclass/context.h>
#include <linclass/split.h>

/* linclass_folds() within another call on ctx, which is not NULL. */
linclass_status split_folds(linclass_context *ctx, int64_t m, const int64_t *y, int64_t folds,
                            uint64_t seed, int64_t *fold);

#endif
