#include "level1/csr_view.h"

#include "core/context.h"
#include "data/elements.h"
#include "data/matrix.h"

linclass_status csr_view_import(linclass_context *ctx, const linclass_matrix *given,
                                linclass_matrix *view, array_argument arrays[CSR_ARRAYS])
{
    const linclass_status status = matrix_import(ctx, "X", given, view);
    if (status != LINCLASS_OK)
        return status;
    if (!matrix_is_sparse(view))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "X.layout is %d, not LINCLASS_LAYOUT_CSR", (int)view->layout);
    const int64_t end = view->rows == 0 ? 0 : view->row_starts[view->rows];
    arrays[0] = (array_argument){
        "X.row_starts", view->row_starts, view->rows + 1, 1, NULL, 1, sizeof(int64_t),
        false,          view->rows == 0};
    arrays[1] = (array_argument){
        "X.columns", view->columns, end, 1, NULL, 1, element_bytes(view->column_dtype),
        false,       end == 0};
    arrays[2] = (array_argument){"X.data", view->data, end, 1, NULL, 1, element_bytes(view->dtype),
                                 false,    true};
    return LINCLASS_OK;
}
