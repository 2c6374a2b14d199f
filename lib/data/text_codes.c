/* A sort of the places of the texts: O(m log m), 8 bytes a text, no hashing. */
#include "data/text_codes.h"

#include <string.h>

#include "core/context.h"
#include "core/sort.h"

static inline bool comes_after(const void *keys, int64_t a, int64_t b)
{
    return strcmp(text_list_get(keys, a), text_list_get(keys, b)) > 0;
}

linclass_status text_codes(linclass_context *ctx, const text_list *texts, text_list *distinct,
                           int64_t *codes)
{
    void *taken;
    linclass_status status =
        context_allocate_array(ctx, texts->count, sizeof(int64_t), "the order of texts", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const order = taken;
    for (int64_t i = 0; i < texts->count; i++)
        order[i] = i;
    heap_sort(texts->count, order, comes_after, texts);
    const char *last = NULL;
    for (int64_t i = 0; i < texts->count && status == LINCLASS_OK; i++) {
        const char *const text = text_list_get(texts, order[i]);
        if (last == NULL || strcmp(last, text) != 0)
            status = text_list_append(ctx, distinct, text, strlen(text));
        codes[order[i]] = distinct->count - 1;
        last = text;
    }
    context_release(ctx, order);
    return status;
}
