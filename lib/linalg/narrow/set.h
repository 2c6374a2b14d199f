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

/* The vector of the columns of C that `c` begins, count of them: alpha sum + beta C. */
VECTOR_INLINE void narrow_write(const narrow_product *p, real *c, int64_t count, vector sum)
{
    vector value = vector_all(p->alpha) * sum;
    if (p->beta != 0)
        value = vector_fma(vector_all(p->beta), vector_load_first(c, count, 0), value);
    vector_store_first(c, count, value);
}

#endif
