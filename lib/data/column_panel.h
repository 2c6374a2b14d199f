/* Some columns of a matrix view, copied into a view of their own: in their own type, dense or as sparse rows, whichever
 * takes less memory. */
#ifndef DATA_COLUMN_PANEL_H
#define DATA_COLUMN_PANEL_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

typedef struct column_panel {
    linclass_matrix view; /* rows x count, with the scale of the view copied from */
    void *counts;         /* of sparse rows: where each begins in the panel */
    void *memory;
} column_panel;

/* Copy columns[0..count-1], ascending, of X. Elements of a sparse X without values are 1. The caller ends it, whatever
 * the status. Errors: DIMENSION, MEMORY. */
linclass_status column_panel_begin(column_panel *self, linclass_context *ctx,
                                   const linclass_matrix *X, const int64_t *columns, int64_t count);
void column_panel_end(column_panel *self, linclass_context *ctx);

#endif
