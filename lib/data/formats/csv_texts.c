/* A hash table of the distinct texts, in the order in which they come; then these alone are sorted. */
#include "data/formats/csv_texts.h"

#include <assert.h>

#include "core/context.h"
#include "core/sort.h"

enum { FIRST_SLOTS = 64 };

typedef struct text_set {
    text_list texts;
    int32_t *slots; /* number of a text + 1; 0: free */
    int64_t capacity;
} text_set;

/* FNV-1a, its bits mixed. */
static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    hash ^= hash >> 32;
    return hash * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

static size_t length_of(const text_list *list, int64_t index)
{
    assert(list->begins != NULL && index < list->count);
    const size_t end = index + 1 < list->count ? (size_t)list->begins[index + 1] : list->bytes_used;
    return end - (size_t)list->begins[index] - 1;
}

/* The slot of a text, or the free one where it belongs. */
static int64_t find_slot(const text_set *set, const char *text, size_t length)
{
    int64_t slot = (int64_t)hash_of(text, length) & (set->capacity - 1);
    for (; set->slots[slot] != 0; slot = (slot + 1) & (set->capacity - 1)) {
        const int64_t index = set->slots[slot] - 1;
        if (length_of(&set->texts, index) == length &&
            memcmp(text_list_get(&set->texts, index), text, length) == 0)
            break;
    }
    return slot;
}

static linclass_status grow(linclass_context *ctx, text_set *set)
{
    const int64_t capacity = set->capacity == 0 ? FIRST_SLOTS : 2 * set->capacity;
    void *taken;
    const linclass_status status =
        context_allocate_array(ctx, capacity, sizeof *set->slots, "the categories", &taken);
    if (status != LINCLASS_OK)
        return status;
    context_release(ctx, set->slots);
    set->slots = memset(taken, 0, (size_t)capacity * sizeof *set->slots);
    set->capacity = capacity;
    for (int64_t i = 0; i < set->texts.count; i++)
        set->slots[find_slot(set, text_list_get(&set->texts, i), length_of(&set->texts, i))] =
            (int32_t)(i + 1);
    return LINCLASS_OK;
}

linclass_status csv_append_text(linclass_context *ctx, text_list *list, const csv_cell *cell,
                                char quote)
{
    const size_t length = (size_t)(cell->end - cell->begin);
    const linclass_status status = text_list_append(ctx, list, cell->begin, length);
    if (status != LINCLASS_OK || !cell->doubled)
        return status;
    char *const begin = list->bytes + list->begins[list->count - 1];
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        begin[kept++] = begin[i];
        i += begin[i] == quote;
    }
    begin[kept] = '\0';
    list->bytes_used = (size_t)(begin - list->bytes) + kept + 1;
    return LINCLASS_OK;
}

/* *code: that of the cell's text, which is new or not. The text is appended, and taken back if it is known. */
static linclass_status add(linclass_context *ctx, text_set *set, const csv_cell *cell, char quote,
                           int32_t *code)
{
    linclass_status status = LINCLASS_OK;
    int64_t slot;
    if (2 * set->texts.count >= set->capacity)
        status = grow(ctx, set);
    if (status != LINCLASS_OK)
        return status;
    if (!cell->doubled) {
        slot = find_slot(set, cell->begin, (size_t)(cell->end - cell->begin));
        *code = set->slots[slot] - 1;
        if (*code >= 0)
            return LINCLASS_OK;
    }
    if (set->texts.count == INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED, "a column has 2^31 categories");
    status = csv_append_text(ctx, &set->texts, cell, quote);
    if (status != LINCLASS_OK)
        return status;
    const int64_t last = set->texts.count - 1;
    slot = find_slot(set, text_list_get(&set->texts, last), length_of(&set->texts, last));
    if (set->slots[slot] != 0) {
        *code = set->slots[slot] - 1;
        set->texts.bytes_used = (size_t)set->texts.begins[last];
        set->texts.count = last;
        return LINCLASS_OK;
    }
    *code = (int32_t)last;
    set->slots[slot] = *code + 1;
    return LINCLASS_OK;
}

SORT_INLINE bool comes_after(const void *keys, int64_t a, int64_t b)
{
    return strcmp(text_list_get(keys, a), text_list_get(keys, b)) > 0;
}

/* The texts in order, and the codes those of that order. */
static linclass_status sort(linclass_context *ctx, const text_set *set, int64_t rows,
                            table_column *column)
{
    const int64_t count = set->texts.count;
    void *taken;
    linclass_status status =
        context_allocate_array(ctx, 2 * count, sizeof(int64_t), "the categories", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const order = taken;
    int64_t *const rank = order + count;
    for (int64_t i = 0; i < count; i++)
        order[i] = i;
    heap_sort(count, order, comes_after, &set->texts);
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        rank[order[i]] = i;
        status = text_list_append(ctx, &column->categories, text_list_get(&set->texts, order[i]),
                                  length_of(&set->texts, order[i]));
    }
    for (int64_t i = 0; i < rows && status == LINCLASS_OK; i++)
        if (column->codes[i] >= 0)
            column->codes[i] = (int32_t)rank[column->codes[i]];
    context_release(ctx, taken);
    return status;
}

linclass_status csv_categories(linclass_context *ctx, const csv_dialect *dialect,
                               const char *const *cells, const char *end, int64_t rows,
                               table_column *column)
{
    text_set set = {0};
    void *taken;
    linclass_status status =
        context_allocate_array(ctx, rows, sizeof *column->codes, "a column of texts", &taken);
    column->codes = status == LINCLASS_OK ? taken : NULL;
    for (int64_t i = 0; i < rows && status == LINCLASS_OK; i++) {
        const char *at = cells[i];
        csv_cell cell = {.begin = at, .end = at};
        (void)csv_read_cell(dialect, &at, end, &cell);
        column->codes[i] = -1;
        if (csv_is_missing(cell.begin, cell.end))
            column->missing++;
        else
            status = add(ctx, &set, &cell, dialect->quote, &column->codes[i]);
    }
    if (status == LINCLASS_OK)
        status = sort(ctx, &set, rows, column);
    text_list_end(&set.texts, &ctx->allocator);
    context_release(ctx, set.slots);
    return status;
}
