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
    void *converted; /* the elements, of column_panel_convert */
} column_panel;

/* Copy columns[0..count-1], ascending, of X. Elements of a sparse X without values are 1. The caller ends it, whatever
 * the status. Errors: DIMENSION, MEMORY. */
linclass_status column_panel_begin(column_panel *self, linclass_context *ctx,
                                   const linclass_matrix *X, const int64_t *columns, int64_t count);

/* Elements of a dense panel that is small. */
enum { COLUMN_PANEL_SMALL = 1 << 21 };

/* Make the elements of a panel that is sparse or small float32 or float64, with a scale of 1: what takes a few of them
 * many times need not convert them each time. Nothing where they are. Errors: MEMORY. */
linclass_status column_panel_convert(column_panel *self, linclass_context *ctx, int32_t dtype);

void column_panel_end(column_panel *self, linclass_context *ctx);

#endif
