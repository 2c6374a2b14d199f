/* Which arrays of a file of several are the samples and the labels, where the caller names none:
 *
 *     samples   the only array of two or more dimensions; else the first there is of X, x, data, X_train, x_train,
 *               samples, features, embeddings; else the only array
 *     labels    y_train for x_train, y_test for X_test, and so on; else y, labels, label, target */
#ifndef DATA_FORMATS_ARRAY_CHOICE_H
#define DATA_FORMATS_ARRAY_CHOICE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

#include "data/text_list.h"

/* The arrays of a file: their names, and the dimensions of each: -1: no array of numbers. */
typedef struct array_list {
    text_list names;
    int *dimensions; /* names.count; allocated */
} array_list;

void array_list_end(linclass_context *ctx, array_list *self);

/* *index: of the samples. wanted: their name, or NULL. file: for error messages. Errors: INVALID_ARGUMENT
 * (no array of that name, or no rule applies: the message has the names). */
linclass_status array_choose_samples(linclass_context *ctx, const char *file,
                                     const array_list *list, const char *wanted, int64_t *index);

/* *index: of the labels, -1 for none. samples: the name of the samples, or NULL. Errors: as above. */
linclass_status array_choose_labels(linclass_context *ctx, const char *file, const array_list *list,
                                    const char *wanted, const char *samples, int64_t *index);

#endif
