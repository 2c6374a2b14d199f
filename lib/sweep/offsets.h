/* Base scores of rows, a known part of their scores (linclass_matrix.offset). For *_tmpl.c. */
#ifndef SWEEP_OFFSETS_H
#define SWEEP_OFFSETS_H

#include <linclass/matrix.h>

#include "core/real.h"

/* H += the base scores of rows[0..count-1] of X, or of first..first+count-1 where rows is NULL, if it has any.
 * H: count x columns, ldh. */
static inline void offsets_add(const linclass_matrix *X, const int64_t *rows, int64_t first,
                               int64_t count, int64_t columns, real *H, int64_t ldh)
{
    for (int64_t i = 0; X->offset != NULL && i < count; i++) {
        const int64_t row = rows == NULL ? first + i : rows[i];
        const double *offset = X->offset + row * X->offset_stride;
        for (int64_t j = 0; j < columns; j++)
            H[i * ldh + j] += (real)offset[j];
    }
}

#endif
