/* The narrow products of one instruction set and precision. The contracts are in narrow.h. */
#ifndef LINALG_NARROW_SET_H
#define LINALG_NARROW_SET_H

#include "core/vector/vector.h"
#include "linalg/narrow/narrow.h"

void VECTOR_NAME(narrow_by_class)(const narrow_product *product);
void VECTOR_NAME(narrow_plain)(const narrow_product *product);
void VECTOR_NAME(narrow_transposed)(const narrow_product *product);
void VECTOR_NAME(narrow_outer)(const narrow_product *product);
void VECTOR_NAME(narrow_step)(const narrow_step *step);
void VECTOR_NAME(narrow_step_pair)(const narrow_step_pair *pair);
void VECTOR_NAME(narrow_chosen_scores)(const narrow_chosen *chosen);
void VECTOR_NAME(narrow_chosen_update)(const narrow_chosen *chosen);

/* Lines of memory that a product asks for, into the second cache. */
typedef struct lines_ahead {
    const char *next;
    int64_t left;
} lines_ahead;

enum { LINE = 64 };

VECTOR_INLINE lines_ahead narrow_lines(const narrow_product *p)
{
    if (p->memory.bytes == 0)
        return (lines_ahead){(const char *)p->A, 0};
    return (lines_ahead){p->memory.next, p->memory.bytes / LINE};
}

/* How many with each of so many steps, evenly: memory delivers one after the other. 0, 1, 2 or 4. */
VECTOR_INLINE int narrow_pace(const lines_ahead *lines, int64_t steps)
{
    if (lines->left <= 0)
        return 0;
    return lines->left <= steps + steps / 4 ? 1 : lines->left <= 3 * steps ? 2 : 4;
}

VECTOR_INLINE const char *narrow_next_lines(lines_ahead *lines, int64_t count)
{
    const char *next = lines->next;
    lines->next += count * LINE;
    lines->left -= count;
    return next;
}

VECTOR_INLINE void narrow_ask(const char *line)
{
    __builtin_prefetch(line, 0, 2);
}

/* The vector of the columns of C that `c` begins, count of them: alpha sum + beta C. */
VECTOR_INLINE void narrow_write(const narrow_product *p, real *c, int64_t count, vector sum)
{
    vector value = vector_all(p->alpha) * sum;
    if (count == LANES) {
        if (p->beta != 0)
            value = vector_fma(vector_all(p->beta), vector_load(c), value);
        vector_store(c, value);
    } else {
        if (p->beta != 0)
            value = vector_fma(vector_all(p->beta), vector_load_first(c, count, 0), value);
        vector_store_first(c, count, value);
    }
}

#endif
