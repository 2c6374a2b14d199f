/* Texts one after the other in one block: names of features, classes and categories. */
#ifndef DATA_TEXT_LIST_H
#define DATA_TEXT_LIST_H

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/allocator.h"

/* An empty list is all zero. */
typedef struct text_list {
    int64_t count;
    int64_t capacity;
    int64_t *begins; /* capacity: where in `bytes` each text begins */
    char *bytes;     /* the texts, each with a NUL */
    size_t bytes_used;
    size_t bytes_capacity;
} text_list;

/* Append the text of `length` bytes, which has no NUL. Errors: MEMORY; the list is then unchanged. */
linclass_status text_list_append(linclass_context *ctx, text_list *self, const char *text,
                                 size_t length);

/* Return text `index`, valid until the next append; NULL where there is none. */
const char *text_list_get(const text_list *self, int64_t index);

/* self := a copy of source. Errors: MEMORY; self is then empty. */
linclass_status text_list_copy(linclass_context *ctx, text_list *self, const text_list *source);

/* Free, to source, and make empty. */
void text_list_end(text_list *self, const allocator *source);

#endif
